//! What a tarball and a document to publish are taken for.

use bytes::Bytes;

use super::document::{Found, Scanner};
use super::name;

/// The tarball's name, its bytes and the rest, however the document is cut into parts.
fn scan(document: &str, size: usize) -> Result<(Option<String>, Vec<u8>, String), String> {
    let mut scanner = Scanner::default();
    let mut tarball = Vec::new();
    for part in document.as_bytes().chunks(size) {
        let mut part = Bytes::copy_from_slice(part);
        loop {
            match scanner.read(&mut part).map_err(|error| error.to_string())? {
                Found::More => break,
                Found::Piece(piece) => tarball.extend_from_slice(&piece),
                Found::Begin | Found::End => {}
            }
        }
    }
    let (name, rest) = scanner.finish().map_err(|error| error.to_string())?;
    Ok((name, tarball, String::from_utf8(rest).unwrap()))
}

#[test]
fn the_tarball_is_taken_out_of_the_document_wherever_it_is_cut() {
    let document = r#"{"name":"a","_attachments":{"a-1.0.0.tgz":{"data":"aGVsbG8\/IQ==","length":7},"a.sigstore":{"data":"x"}}}"#;
    for size in 1..document.len() {
        let (name, tarball, rest) = scan(document, size).unwrap();
        assert_eq!(name.as_deref(), Some("a-1.0.0.tgz"), "parts of {size}");
        assert_eq!(tarball, b"hello?!", "parts of {size}");
        assert!(rest.contains(r#""data":"","length":7"#), "{rest}");
    }
}

#[test]
fn keys_and_values_that_only_look_like_a_tarball_stay() {
    for document in [
        r#"{"_attachments":{"a.txt":{"data":"aGk="}}}"#,
        r#"{"x":{"a.tgz":{"data":"aGk="}}}"#,
        r#"{"_attachments":"data","data":"aGk="}"#,
        r#"{"_attachments":{"a.tgz":[{"data":"aGk="}]}}"#,
        r#"{"_attachments":{"a.tgz":{"x":"data","y":"aGk="}}}"#,
    ] {
        let (name, tarball, rest) = scan(document, 7).unwrap();
        assert_eq!((name, tarball.len(), rest.as_str()), (None, 0, document));
    }
}

#[test]
fn documents_that_are_broken_or_bring_two_tarballs_are_refused() {
    for document in [
        r#"{"a":1"#,
        r#"{"a":1}}"#,
        r#"{"_attachments":{"a.tgz":{"data":"!!!!"}}}"#,
        r#"{"_attachments":{"a.tgz":{"data":"aGk="},"b.tgz":{"data":"aGk="}}}"#,
        r#"{"_attachments":{"a.tgz":{"data":"aGk=","data":"aGk="}}}"#,
        r#"{"_attachments":{"a.tgz":{"data":"aGk=aGk="}}}"#,
    ] {
        assert!(scan(document, 5).is_err(), "{document}");
    }
}

#[test]
fn names_are_ascii_and_belong_to_nobody_else() {
    for good in [
        "a",
        "my-package",
        "@my-team/my.package",
        "JSONStream",
        "a_b",
    ] {
        assert!(name::check(good).is_ok(), "{good}");
    }
    let long = "a".repeat(215);
    for bad in [
        "",
        ".a",
        "_a",
        "-a",
        "a/b",
        "@a",
        "@/b",
        "@a/",
        "@a/b/c",
        "a b",
        "node_modules",
        "favicon.ico",
        "p\u{430}ypal",
        "a\u{200b}",
        "..",
        "a\\b",
        long.as_str(),
    ] {
        assert!(name::check(bad).is_err(), "{bad}");
    }
}
