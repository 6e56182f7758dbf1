//! Names, versions and metadata; and archives with anything changed in them.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;

use super::file_name::FileName;
use super::name::{is_name, normal, version_key};
use super::{Metadata, inspect};

const WHEEL: &str = "demo-1.0-py3-none-any.whl";
const INFO: &[u8] = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n";

#[test]
fn spellings_of_one_name_are_one_name() {
    for name in ["My.Demo", "my_demo", "MY--demo", "my-_.demo"] {
        assert!(is_name(name), "{name}");
        assert_eq!(normal(name), "my-demo");
    }
    for name in [
        "",
        "-demo",
        "demo.",
        "d emo",
        "d\u{e9}mo",
        "de/mo",
        "de\0mo",
    ] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn spellings_of_one_version_are_one_version() {
    for (one, other) in [
        ("1.0", "1"),
        ("1.0.0rc1", "1-RC.1"),
        ("v1.2", "1.2.0"),
        ("1.0-1", "1.post1"),
        ("1.0+Local_1", "1+local.1"),
        ("0.0", "0"),
    ] {
        assert_eq!(version_key(one), version_key(other), "{one} {other}");
    }
    for (one, other) in [
        ("1.0", "1.0.1"),
        ("1.0a1", "1.0b1"),
        ("1!1.0", "1.0"),
        ("10", "1"),
    ] {
        assert_ne!(version_key(one), version_key(other), "{one} {other}");
    }
}

#[test]
fn a_files_key_is_the_same_for_every_spelling_of_its_name() {
    let key = |name: &str, project: &str| FileName::parse(name).ok()?.key(project);
    let wheel = key(WHEEL, "demo");
    assert_eq!(wheel.as_deref(), Some("demo/1/py3-none-any.whl"));
    assert_eq!(key("Demo-1.0.0-py3-none-any.whl", "demo"), wheel);
    assert_ne!(key("demo-1.0-2-py3-none-any.whl", "demo"), wheel);
    assert_eq!(
        key("demo-1.0.tar.gz", "demo").as_deref(),
        Some("demo/1/sdist.tar.gz")
    );
    // Which of two projects a source distribution belongs to, only its metadata tells.
    assert_eq!(
        key("a-1-1.tar.gz", "a").as_deref(),
        Some("a/1.post1/sdist.tar.gz")
    );
    assert_eq!(
        key("a-1-1.tar.gz", "a-1").as_deref(),
        Some("a-1/1/sdist.tar.gz")
    );
    assert_eq!(key("a-1-1.tar.gz", "b"), None);
}

#[test]
fn metadata_is_read_as_its_specification_says() {
    let text =
        "Name: demo\r\nKeywords: a,\r\n   b\r\nDescription: One\n       |Two\n        Three\n";
    let metadata = Metadata::parse(text.as_bytes()).unwrap();
    assert_eq!(metadata.one("keywords").as_deref(), Some("a, b"));
    assert_eq!(metadata.description().as_deref(), Some("One\nTwo\nThree"));
    let body = Metadata::parse(b"Name: demo\n\nName: other\n").unwrap();
    assert_eq!(body.sole("Name").unwrap(), "demo");
    assert_eq!(body.description().as_deref(), Some("Name: other\n"));
}

fn wheel() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("METADATA", INFO), ("WHEEL", b""), ("RECORD", b"")] {
        let options = zip::write::SimpleFileOptions::default();
        archive
            .start_file(format!("demo-1.0.dist-info/{name}"), options)
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn sdist(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(INFO.len() as u64);
    archive
        .append_data(&mut header, "demo-1.0/PKG-INFO", INFO)
        .unwrap();
    let mut bytes = archive.into_inner().unwrap();
    change(&mut bytes);
    let level = flate2::Compression::none();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), level);
    packed.write_all(&bytes).unwrap();
    packed.finish().unwrap()
}

/// What is accepted is what it says, whatever was changed in it.
fn holds(name: &str, bytes: Vec<u8>) {
    if let Ok(release) = inspect(name, Cursor::new(bytes)) {
        assert_eq!(
            (release.package_key.as_str(), release.version_key.as_str()),
            ("demo", "1")
        );
    }
}

proptest! {
    #[test]
    fn an_archive_with_bytes_changed_is_refused_or_read_right(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let change = |bytes: &mut Vec<u8>| {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if shorten {
                bytes.truncate(end.index(bytes.len()));
            }
        };
        let mut zipped = wheel();
        change(&mut zipped);
        holds(WHEEL, zipped);
        holds("demo-1.0.tar.gz", sdist(change));
    }
}
