//! Archives from strangers.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const SMALL: Limits = Limits {
    entries: 20,
    bytes: 100_000,
};

/// An entry of an archive to be made: what it is called, its Unix mode with its kind, its content.
type Made<'a> = (&'a str, u32, &'a [u8]);

fn zip(entries: &[Made<'_>]) -> Vec<u8> {
    let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, mode, content) in entries {
        let options = SimpleFileOptions::default().unix_permissions(mode & 0o777);
        match mode & 0o170_000 {
            0o040_000 => writer.add_directory(*name, options).unwrap(),
            0o120_000 => {
                let target = String::from_utf8_lossy(content).into_owned();
                writer.add_symlink(*name, target, options).unwrap();
            }
            _ => {
                writer.start_file(*name, options).unwrap();
                writer.write_all(content).unwrap();
            }
        }
    }
    writer.finish().unwrap().into_inner()
}

/// Written by hand, because the crate that writes tar files refuses bad names.
fn tar(entries: &[Made<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, mode, content) in entries {
        let mut header = tar::Header::new_gnu();
        let raw = header.as_old_mut();
        raw.name[..name.len()].copy_from_slice(name.as_bytes());
        let (kind, size) = match mode & 0o170_000 {
            0o040_000 => (tar::EntryType::Directory, 0),
            0o120_000 => (tar::EntryType::Symlink, 0),
            0o020_000 => (tar::EntryType::Char, 0),
            0o010_000 => (tar::EntryType::Fifo, 0),
            0o110_000 => (tar::EntryType::Link, 0),
            _ => (tar::EntryType::Regular, content.len()),
        };
        if matches!(kind, tar::EntryType::Symlink | tar::EntryType::Link) {
            raw.linkname[..content.len()].copy_from_slice(content);
        }
        header.set_entry_type(kind);
        header.set_mode(mode & 0o7777);
        header.set_size(size as u64);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&content[..size]);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Unpacks into `folder/in`; what is beside that must stay as it is.
fn unpacked(format: Format, bytes: &[u8]) -> (TempDir, Result<(), UnpackError>) {
    let home = tempfile::tempdir().unwrap();
    let (archive, into) = (home.path().join("archive"), home.path().join("in"));
    fs::write(&archive, bytes).unwrap();
    fs::create_dir(&into).unwrap();
    let token = CancellationToken::new();
    let outcome = unpack(format, &archive, &into, SMALL, &|_| false, &token);
    (home, outcome)
}

fn names(home: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

const FILE: u32 = 0o100_644;
const PROGRAM: u32 = 0o100_755;
const FOLDER: u32 = 0o040_755;
const LINK: u32 = 0o120_777;

#[test]
fn a_project_comes_out_as_it_is() {
    let entries: [Made<'_>; 5] = [
        ("src/", FOLDER, b""),
        ("src/main.go", FILE, b"package main"),
        ("mvnw", PROGRAM, b"#!/bin/sh"),
        ("docs/read/me.txt", FILE, b"hello"),
        ("README", LINK, b"docs/read/me.txt"),
    ];
    for (format, bytes) in [
        (Format::Zip, zip(&entries)),
        (Format::Tar, tar(&entries)),
        (Format::Tar, gzip(&tar(&entries))),
    ] {
        let (home, outcome) = unpacked(format, &bytes);
        outcome.unwrap();
        let read = |name: &str| fs::read_to_string(home.path().join("in").join(name)).unwrap();
        assert_eq!(read("src/main.go"), "package main");
        assert_eq!(read("README"), "hello");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |name: &str| {
                fs::metadata(home.path().join("in").join(name))
                    .unwrap()
                    .permissions()
                    .mode()
            };
            assert_eq!(
                (mode("mvnw") & 0o100, mode("src/main.go") & 0o111),
                (0o100, 0)
            );
        }
    }
}

#[test]
fn nothing_is_written_outside() {
    let bad: [Made<'_>; 5] = [
        ("../out", FILE, b"x"),
        ("a/../../out", FILE, b"x"),
        ("/tmp/out", FILE, b"x"),
        ("a\\..\\..\\out", FILE, b"x"),
        ("C:out", FILE, b"x"),
    ];
    for entry in bad {
        for (format, bytes) in [(Format::Zip, zip(&[entry])), (Format::Tar, tar(&[entry]))] {
            let (home, outcome) = unpacked(format, &bytes);
            assert!(
                matches!(outcome, Err(UnpackError::UnsafePath(_))),
                "{entry:?}: {outcome:?}"
            );
            assert_eq!(names(&home), ["archive", "in"]);
        }
    }
}

#[test]
fn links_out_and_writing_through_links_are_refused() {
    let cases: [&[Made<'_>]; 5] = [
        &[("out", LINK, b"../outside")],
        &[("out", LINK, b"/etc")],
        &[("a", LINK, b"."), ("a/../x", FILE, b"x")],
        // A link, and then a file through it.
        &[("a", LINK, b"b"), ("a/file", FILE, b"x")],
        // Links that lead out only together.
        &[("here", LINK, b"."), ("out", LINK, b"here/../..")],
    ];
    for entries in cases {
        for (format, bytes) in [(Format::Zip, zip(entries)), (Format::Tar, tar(entries))] {
            let (home, outcome) = unpacked(format, &bytes);
            assert!(outcome.is_err(), "{entries:?}");
            assert_eq!(names(&home), ["archive", "in"]);
        }
    }
}

#[test]
fn devices_pipes_and_hard_links_are_refused() {
    for mode in [0o020_644, 0o010_644] {
        let (_home, outcome) = unpacked(Format::Tar, &tar(&[("x", mode, b"")]));
        assert!(
            matches!(outcome, Err(UnpackError::Special(_))),
            "{outcome:?}"
        );
    }
    let (_home, outcome) = unpacked(Format::Tar, &tar(&[("x", 0o110_644, b"/etc/passwd")]));
    assert!(
        matches!(outcome, Err(UnpackError::UnsafeLink(_))),
        "{outcome:?}"
    );
}

#[test]
fn two_entries_for_one_place_are_refused() {
    let cases: [&[Made<'_>]; 3] = [
        &[("a", FILE, b"1"), ("A", FILE, b"2")],
        &[("a", FILE, b"1"), ("./a", FILE, b"2")],
        &[("a", FILE, b"1"), ("a/b", FILE, b"2")],
    ];
    for entries in cases {
        let (_home, outcome) = unpacked(Format::Tar, &tar(entries));
        assert!(
            matches!(outcome, Err(UnpackError::Twice(_))),
            "{entries:?}: {outcome:?}"
        );
    }
}

#[test]
fn a_bomb_is_stopped() {
    let zeros = vec![0; 5_000_000];
    let entry: Made<'_> = ("zeros", FILE, &zeros);
    for (format, bytes) in [
        (Format::Zip, zip(&[entry])),
        (Format::Tar, gzip(&tar(&[entry]))),
    ] {
        assert!(bytes.len() < 20_000);
        let (_home, outcome) = unpacked(format, &bytes);
        assert!(
            matches!(outcome, Err(UnpackError::TooLarge(100_000))),
            "{outcome:?}"
        );
    }
    let names: Vec<String> = (0..30).map(|n| format!("f{n}")).collect();
    let many: Vec<Made<'_>> = names.iter().map(|name| (&**name, FILE, &b""[..])).collect();
    for (format, bytes) in [(Format::Zip, zip(&many)), (Format::Tar, tar(&many))] {
        let (_home, outcome) = unpacked(format, &bytes);
        assert!(
            matches!(outcome, Err(UnpackError::TooMany(20))),
            "{outcome:?}"
        );
    }
}

#[test]
fn what_is_no_archive_or_ends_early_is_an_error() {
    let whole = zip(&[("a", FILE, &[7; 5000])]);
    for bytes in [
        &b"PK"[..],
        b"",
        b"hello, this is no archive",
        &whole[..whole.len() / 2],
    ] {
        let (_home, outcome) = unpacked(Format::Zip, bytes);
        assert!(
            matches!(outcome, Err(UnpackError::Damaged(_))),
            "{outcome:?}"
        );
    }
    let whole = gzip(&tar(&[("a", FILE, &[7; 5000])]));
    let (_home, outcome) = unpacked(Format::Tar, &whole[..whole.len() / 2]);
    assert!(
        matches!(outcome, Err(UnpackError::Damaged(_))),
        "{outcome:?}"
    );
}

#[test]
fn cancelling_stops_it() {
    let home = tempfile::tempdir().unwrap();
    let archive = home.path().join("archive");
    fs::write(&archive, zip(&[("a", FILE, b"1")])).unwrap();
    let token = CancellationToken::new();
    token.cancel();
    let outcome = unpack(
        Format::Zip,
        &archive,
        home.path(),
        SMALL,
        &|_| false,
        &token,
    );
    assert!(matches!(outcome, Err(UnpackError::Cancelled)));
    assert_eq!(names(&home), ["archive"]);
}

proptest! {
    #[test]
    fn whatever_an_archive_is_called_it_stays_inside(name in "[./a-b\\\\:]{1,20}", target in "[./a-b]{0,12}") {
        // No zip file with the same name twice can be written here.
        prop_assume!(name != "b");
        let entries: [Made<'_>; 2] = [("b", LINK, target.as_bytes()), (&name, FILE, b"x")];
        for (format, bytes) in [(Format::Zip, zip(&entries)), (Format::Tar, tar(&entries))] {
            let (home, _) = unpacked(format, &bytes);
            prop_assert_eq!(names(&home), ["archive", "in"]);
            let link = home.path().join("in/b");
            if let Ok(real) = fs::canonicalize(&link) {
                prop_assert!(real.starts_with(fs::canonicalize(home.path().join("in")).unwrap()));
            }
        }
    }

    #[test]
    fn a_damaged_archive_does_no_harm(at in 0usize..400, byte: u8) {
        let entries: [Made<'_>; 2] = [("a/b", FILE, b"content"), ("c", LINK, b"a/b")];
        for (format, mut bytes) in [(Format::Zip, zip(&entries)), (Format::Tar, tar(&entries))] {
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
            let (home, _) = unpacked(format, &bytes);
            prop_assert_eq!(names(&home), ["archive", "in"]);
        }
    }
}
