//! An image, made by hand so that it needs no network.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use sha2::{Digest, Sha256};

/// An image of one empty layer, as skopeo keeps images in a folder.
pub(crate) fn write(folder: &Path) {
    fs::create_dir(folder).unwrap();
    // The end of an archive, and nothing before it.
    let layer = [0; 1024];
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&layer).unwrap();
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", hex(&layer))]},
    });
    let kind = "application/vnd.docker";
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": format!("{kind}.distribution.manifest.v2+json"),
        "config": blob(folder, &format!("{kind}.container.image.v1+json"), config.to_string().as_bytes()),
        "layers": [blob(folder, &format!("{kind}.image.rootfs.diff.tar.gzip"), &packed.finish().unwrap())],
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.join("version"), "Directory Transport Version: 1.1\n").unwrap();
}

/// Writes a part of an image and gives its descriptor.
fn blob(folder: &Path, kind: &str, content: &[u8]) -> serde_json::Value {
    let hex = hex(content);
    fs::write(folder.join(&hex), content).unwrap();
    json!({"mediaType": kind, "size": content.len(), "digest": format!("sha256:{hex}")})
}

fn hex(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
