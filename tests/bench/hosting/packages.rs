//! Packages of a wanted size, with nothing in them that could be compressed.

use std::error::Error;
use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An npm tarball of about `size` bytes.
pub(super) fn tarball(name: &str, version: &str, size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let manifest = json!({
        "name": name,
        "version": version,
        "description": "A package to be asked for",
        "license": "MIT",
        "dependencies": {"left": "^1.0.0", "right": "~2.1.0"},
    });
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    let manifest = manifest.to_string();
    for (path, content) in [
        ("package/package.json", manifest.as_bytes()),
        ("package/index.bin", &filler(size)),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, path, content)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// The document with which npm publishes a tarball.
pub(super) fn npm_document(name: &str, version: &str, tarball: &[u8]) -> Vec<u8> {
    let file = format!("{name}-{version}.tgz");
    let manifest = json!({
        "name": name,
        "version": version,
        "description": "A package to be asked for",
        "license": "MIT",
        "dependencies": {"left": "^1.0.0", "right": "~2.1.0"},
        "dist": {"tarball": format!("http://localhost/{name}/-/{file}")},
    });
    let document = json!({
        "_id": name,
        "name": name,
        "dist-tags": {"latest": version},
        "versions": {version: manifest},
        "_attachments": {file: {
            "content_type": "application/octet-stream",
            "data": STANDARD.encode(tarball),
            "length": tarball.len(),
        }},
    });
    document.to_string().into_bytes()
}

/// A wheel of about `size` bytes.
pub(super) fn wheel(name: &str, version: &str, size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = format!("{name}-{version}.dist-info");
    let metadata = format!(
        "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: A package to be asked for\n\
         Requires-Python: >=3.8\n"
    );
    let kind = "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, content) in [
        (format!("{name}/data.bin"), filler(size)),
        (format!("{folder}/METADATA"), metadata.into_bytes()),
        (format!("{folder}/WHEEL"), kind.as_bytes().to_vec()),
        (format!("{folder}/RECORD"), Vec::new()),
    ] {
        archive.start_file(path, options)?;
        archive.write_all(&content)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Bytes that look random and are the same every time.
pub(super) fn filler(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}
