//! Archives that are not what they should be.

use tar::EntryType;

use super::packages::{Built, Form, gzip, metadata, sdist, tar_of, wheel, zip_of};
use super::{hosted, refused};
use crate::support::Hosted;

fn named(name: &str, content: Vec<u8>) -> Built {
    Built {
        name: name.to_owned(),
        content,
    }
}

/// What is refused, and a part of the sentence that says why. Nothing of it is there afterwards.
async fn all_refused(hosted: &Hosted, cases: Vec<(Built, &str)>) {
    for (built, part) in cases {
        let answer = hosted.send(&Form::of(&built)).await;
        assert_eq!(answer.status, 400, "{}: {}", built.name, answer.text());
        refused(&answer, 400, part);
        let by_management = hosted.upload("py", &built.name, &built.content).await;
        assert_eq!(by_management.status, 422, "{}", by_management.text());
    }
    assert_eq!(hosted.pypi("simple/demo/").await.status, 404);
}

/// The same bytes with each `from` replaced by `to`, which is as long; `only` picks one of them.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8], only: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut found = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from));
    let at = found.nth(only).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

const WHEEL: &str = "demo-1.0-py3-none-any.whl";

fn dist_info(entries: &[(&str, &[u8])]) -> Built {
    named(WHEEL, zip_of(entries))
}

/// A wheel with everything that it needs, and this metadata.
fn complete(metadata: &str) -> Built {
    dist_info(&[
        ("demo-1.0.dist-info/METADATA", metadata.as_bytes()),
        ("demo-1.0.dist-info/WHEEL", b""),
        ("demo-1.0.dist-info/RECORD", b""),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_say_something_else_than_the_metadata_are_refused() {
    let hosted = hosted().await;
    let good = wheel("demo", "1.0").content;
    let wheel = |name: &str| named(name, good.clone());
    let info = metadata("demo", "1.0", "");
    let other = metadata("other", "1.0", "");
    let zip = |path: &str, info: &str| named("demo-1.0.zip", zip_of(&[(path, info.as_bytes())]));
    let disagree = "Both must be the same";
    let cases = vec![
        (wheel("other-1.0-py3-none-any.whl"), disagree),
        (wheel("demo-1.1-py3-none-any.whl"), disagree),
        (wheel("demo-1.0-py3-none.whl"), "no name of a wheel"),
        (wheel("demo-1.0-x1-py3-none-any.whl"), "no name of a wheel"),
        (wheel("demo-1.0-py3--any.whl"), "no name of a wheel"),
        (wheel("demo-one-py3-none-any.whl"), "PEP 440"),
        (wheel("demo-1.0.exe"), "neither a wheel"),
        (
            wheel("d\u{e9}mo-1.0-py3-none-any.whl"),
            "no name of a Python package",
        ),
        (complete(&other), disagree),
        (
            named("demo-1.0.tar.gz", sdist("demo", "2.0").content),
            disagree,
        ),
        (zip("demo-1.0/PKG-INFO", &other), disagree),
        (zip("PKG-INFO", &info), "no PKG-INFO"),
    ];
    all_refused(&hosted, cases).await;
    let good = zip("demo-1.0/PKG-INFO", &info);
    assert_eq!(hosted.send(&Form::of(&good)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_is_not_clear_is_refused() {
    let hosted = hosted().await;
    let long = metadata(&"n".repeat(129), "1.0", "");
    let cases = [
        (metadata("demo", "1.0", "Name: other\n"), "Name twice"),
        (long, "no name of a Python project"),
        (metadata("-demo", "1.0", ""), "no name of a Python project"),
        (
            metadata("demo", "1.0", "").replace("Version: 1.0\n", ""),
            "no field Version",
        ),
        (
            metadata("demo", "1.0", "").replace("2.1", "3.0"),
            "version \u{201c}3.0\u{201d}",
        ),
        (
            "Name: demo\nVersion: 1.0\n".to_owned(),
            "no field Metadata-Version",
        ),
        ("\0".to_owned(), "no text"),
        ("just text\n".to_owned(), "no field"),
    ];
    let cases = cases.map(|(metadata, part)| (complete(&metadata), part));
    all_refused(&hosted, cases.to_vec()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zip_archives_that_could_be_read_in_two_ways_are_refused() {
    let hosted = hosted().await;
    let good = wheel("demo", "1.0").content;
    let end = good.len();
    let renamed = |only| replaced(&good, b"dist-info/METADATA", b"dist-info/METADATB", only);
    let mut prefixed = b"#!/bin/sh\n".to_vec();
    prefixed.extend_from_slice(&good);
    let mut followed = good.clone();
    followed.extend_from_slice(b"more");
    let mut commented = good.clone();
    commented[end - 2] = 4;
    commented.extend_from_slice(b"more");
    let mut fewer = good.clone();
    fewer[end - 12] -= 1;
    fewer[end - 14] -= 1;
    let doubled = replaced(
        &good,
        b"demo-1.0.dist-info/WHEEL",
        b"demo-1.0.dist-info/RECORD",
        0,
    );
    let damaged = {
        let at = good.windows(4).position(|four| four == b"demo").unwrap();
        let mut bytes = good.clone();
        bytes[at - 16] ^= 1;
        bytes
    };
    all_refused(
        &hosted,
        vec![
            (named(WHEEL, prefixed), "two ways"),
            (named(WHEEL, followed), "something follows its end"),
            (named(WHEEL, commented), "no zip archive"),
            (named(WHEEL, fewer), "two ways"),
            (
                named(WHEEL, renamed(0)),
                "its directory says something else",
            ),
            (
                named(WHEEL, renamed(1)),
                "its directory says something else",
            ),
            (named(WHEEL, damaged), "its directory says something else"),
            (named(WHEEL, doubled), "archive"),
            (named(WHEEL, good[..end - 30].to_vec()), "no zip archive"),
            (named(WHEEL, Vec::new()), "no zip archive"),
            (named(WHEEL, gzip(b"x")), "no zip archive"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wheels_that_miss_a_part_or_have_it_twice_are_refused() {
    let hosted = hosted().await;
    let info = metadata("demo", "1.0", "");
    let info = info.as_bytes();
    let (meta, kind, record) = (
        ("demo-1.0.dist-info/METADATA", info),
        ("demo-1.0.dist-info/WHEEL", &b""[..]),
        ("demo-1.0.dist-info/RECORD", &b""[..]),
    );
    all_refused(
        &hosted,
        vec![
            (dist_info(&[kind, record]), "no demo-1.0.dist-info/METADATA"),
            (dist_info(&[meta, kind]), "no demo-1.0.dist-info/RECORD"),
            (dist_info(&[meta, record]), "no demo-1.0.dist-info/WHEEL"),
            (dist_info(&[("demo/__init__.py", b"")]), "no *.dist-info"),
            (
                dist_info(&[meta, kind, record, ("other-1.0.dist-info/METADATA", info)]),
                "two *.dist-info",
            ),
            (
                dist_info(&[meta, kind, record, ("demo-1.0.DIST-INFO/METADATA", info)]),
                "two *.dist-info",
            ),
            (
                dist_info(&[meta, kind, record, ("../evil.py", b"")]),
                "not allowed",
            ),
            (
                dist_info(&[meta, kind, record, ("/etc/evil", b"")]),
                "not allowed",
            ),
            (
                dist_info(&[meta, kind, record, ("demo/../../evil", b"")]),
                "not allowed",
            ),
            (
                dist_info(&[meta, kind, record, ("C:evil", b"")]),
                "not allowed",
            ),
            (
                dist_info(&[meta, kind, record, ("a\\..\\evil", b"")]),
                "not allowed",
            ),
            (
                dist_info(&[meta, kind, record, (&"x/".repeat(600), b"")]),
                "not allowed",
            ),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn source_distributions_that_are_not_clear_are_refused() {
    let hosted = hosted().await;
    let info = metadata("demo", "1.0", "");
    let info = info.as_bytes();
    let tar = |entries: &[(&str, &[u8])]| named("demo-1.0.tar.gz", tar_of(entries));
    let (good, file) = (("demo-1.0/PKG-INFO", info), ("demo-1.0/a.py", &b"x"[..]));
    let unpacked = |entries: &[(&str, &[u8])]| {
        let mut bytes = Vec::new();
        let packed = tar_of(entries);
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut bytes)
            .unwrap();
        bytes
    };
    let mut behind = unpacked(&[good]);
    behind.extend_from_slice(&unpacked(&[file]));
    let mut damaged = unpacked(&[good, file]);
    damaged[1024 + 10] ^= 1;
    let packed = tar_of(&[good, file]);
    let mut more = packed.clone();
    more.extend_from_slice(b"more");
    all_refused(
        &hosted,
        vec![
            (tar(&[file]), "no PKG-INFO"),
            (tar(&[("PKG-INFO", info)]), "no PKG-INFO"),
            (tar(&[good, ("other/PKG-INFO", info)]), "several PKG-INFO"),
            (tar(&[good, good]), "several PKG-INFO"),
            (
                tar(&[good, ("demo-1.0/pkg-info", info)]),
                "several PKG-INFO",
            ),
            (tar(&[good, ("../evil", b"x")]), "not allowed"),
            (tar(&[good, ("/etc/evil", b"x")]), "not allowed"),
            (named("demo-1.0.tar.gz", gzip(&behind)), "follows the end"),
            (named("demo-1.0.tar.gz", gzip(&damaged)), "damaged"),
            (
                named("demo-1.0.tar.gz", packed[..packed.len() - 20].to_vec()),
                "archive",
            ),
            (named("demo-1.0.tar.gz", more), "archive"),
            (
                named("demo-1.0.tar.gz", wheel("demo", "1.0").content),
                "archive",
            ),
            (named("demo-1.0.tar.gz", Vec::new()), "archive"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_devices_that_lead_out_of_an_archive_are_refused() {
    let hosted = hosted().await;
    let info = metadata("demo", "1.0", "");
    let tar = |kind: EntryType, name: &str, link: &str| {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_path("demo-1.0/PKG-INFO").unwrap();
        header.set_size(info.len() as u64);
        header.set_cksum();
        archive.append(&header, info.as_bytes()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_path(name).unwrap();
        header.set_entry_type(kind);
        header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
        header.set_size(0);
        header.set_cksum();
        archive.append(&header, &[][..]).unwrap();
        named("demo-1.0.tar.gz", gzip(&archive.into_inner().unwrap()))
    };
    all_refused(
        &hosted,
        vec![
            (
                tar(EntryType::Symlink, "demo-1.0/a", "/etc/passwd"),
                "leads out of it",
            ),
            (
                tar(EntryType::Symlink, "demo-1.0/a", "../../x"),
                "leads out of it",
            ),
            (
                tar(EntryType::Link, "demo-1.0/a", "../x"),
                "leads out of it",
            ),
            (tar(EntryType::Symlink, "demo-2.0/PKG-INFO", "x"), "no file"),
            (tar(EntryType::Char, "demo-1.0/a", ""), "neither a file"),
            (tar(EntryType::Fifo, "demo-1.0/a", ""), "neither a file"),
            (
                tar(EntryType::GNUSparse, "demo-1.0/a", ""),
                "neither a file",
            ),
        ],
    )
    .await;
    let inside = tar(EntryType::Symlink, "demo-1.0/docs/a", "../a");
    assert_eq!(hosted.send(&Form::of(&inside)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_are_refused_before_they_grow() {
    let hosted = hosted().await;
    let info = metadata("demo", "1.0", "");
    let zeros = vec![0; 80 * 1024 * 1024];
    let complete = |more: &[u8], metadata: &[u8]| {
        zip_of(&[
            ("demo-1.0.dist-info/METADATA", metadata),
            ("demo-1.0.dist-info/WHEEL", b""),
            ("demo-1.0.dist-info/RECORD", b""),
            ("demo/data", more),
        ])
    };
    let large = format!("{info}Summary: {}\n", "x".repeat(5 * 1024 * 1024));
    all_refused(
        &hosted,
        vec![
            (
                named(WHEEL, complete(&zeros, info.as_bytes())),
                "50 times its size",
            ),
            (named(WHEEL, complete(b"", large.as_bytes())), "larger than"),
            (
                named(
                    "demo-1.0.tar.gz",
                    tar_of(&[
                        ("demo-1.0/data", &zeros),
                        ("demo-1.0/PKG-INFO", info.as_bytes()),
                    ]),
                ),
                "50 times its size",
            ),
            (
                named(
                    "demo-1.0.tar.gz",
                    tar_of(&[("demo-1.0/PKG-INFO", large.as_bytes())]),
                ),
                "larger than",
            ),
        ],
    )
    .await;
}
