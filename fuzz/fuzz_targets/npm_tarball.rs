//! Whatever is sent as an npm package: no panic, and a client that says of it what it says itself is
//! believed.
#![no_main]

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use registrar_hosting::ecosystems::npm::{claims, manifest, tarball};
use serde_json::json;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (bytes, text) = input;
    // What is random is hardly ever gzip: it is packed here, so that the archive within is reached.
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    let _ = packed.write_all(bytes);
    let packed = packed.finish().unwrap_or_default();
    for tar in [bytes, &packed] {
        let _ = tarball::read(Cursor::new(tar), tar.len() as u64);
    }
    // Nor is it an archive with a manifest: that is read by itself.
    let contents = tarball::Contents { manifest: text.to_vec(), ..tarball::Contents::default() };
    let Ok(read) = manifest::read(&contents) else { return };
    let version = read.version.to_string();
    let mut versions = serde_json::Map::new();
    versions.insert(version, read.listed.clone().into());
    let document = json!({"name": read.name, "versions": versions});
    let document = document.as_object().unwrap();
    assert!(claims::agree(document, &read.name, &read.listed).is_ok());
});
