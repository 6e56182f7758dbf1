//! Whatever is sent as a document to publish: what is read does not depend on where the network cuts
//! it, and what is left is JSON where all of it was.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use registrar_hosting::Rejection;
use registrar_hosting::ecosystems::npm::document::{Found, Scanner};
use serde_json::Value;

/// The tarball's name, the tarball, and the rest of the document.
type Read = (Option<String>, Vec<u8>, Vec<u8>);

fn read(document: &[u8], size: usize) -> Result<Read, Rejection> {
    let (mut scanner, mut tarball) = (Scanner::default(), Vec::new());
    for part in document.chunks(size) {
        let mut part = Bytes::copy_from_slice(part);
        loop {
            match scanner.read(&mut part)? {
                Found::More => break,
                Found::Piece(piece) => tarball.extend_from_slice(&piece),
                Found::Begin | Found::End => {}
            }
        }
    }
    let (name, rest) = scanner.finish()?;
    Ok((name, tarball, rest))
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, document) = input;
    let whole = read(document, document.len().max(1));
    let parts = read(document, usize::from(size).max(1));
    assert_eq!(whole.is_ok(), parts.is_ok());
    let (Ok(whole), Ok(parts)) = (whole, parts) else { return };
    assert_eq!(whole, parts);
    if serde_json::from_slice::<Value>(document).is_ok() {
        assert!(serde_json::from_slice::<Value>(&whole.2).is_ok());
    }
});
