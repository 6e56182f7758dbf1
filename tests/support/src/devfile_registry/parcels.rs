//! What a registry packs up: starter projects as zip files, stacks as OCI artifacts, icons.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::catalogue::files_of;
use super::wire::Reply;

/// What is in every starter project.
pub const STARTER_FILES: [&str; 3] = ["README.md", "src/main.go", "start.sh"];

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A starter project, packed.
pub fn starter_zip(project: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in STARTER_FILES {
        let mode = if name == "start.sh" { 0o755 } else { 0o644 };
        let options = SimpleFileOptions::default().unix_permissions(mode);
        zip.start_file(name, options).expect("writing to memory");
        writeln!(zip, "{name} of {project}").expect("writing to memory");
    }
    zip.finish().expect("writing to memory").into_inner()
}

/// One that would write beside its folder.
pub(super) fn hostile_zip() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["README.md", "../outside.txt"] {
        let options = SimpleFileOptions::default();
        zip.start_file(name, options).expect("writing to memory");
        writeln!(zip, "hello").expect("writing to memory");
    }
    zip.finish().expect("writing to memory").into_inner()
}

/// A layer of a stack's artifact.
struct Layer {
    title: &'static str,
    media_type: &'static str,
    content: Vec<u8>,
}

/// The devfile, and an archive of whatever lies beside it.
fn layers(folder: &Path) -> Vec<Layer> {
    let devfile = std::fs::read(folder.join("devfile.yaml")).expect("a devfile");
    let mut layers = vec![Layer {
        title: "devfile.yaml",
        media_type: "application/vnd.devfileio.devfile.layer.v1",
        content: devfile,
    }];
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut beside = 0;
    for name in ["docker", "kubernetes"] {
        if folder.join(name).is_dir() {
            let added = archive.append_dir_all(name, folder.join(name));
            added.expect("writing to memory");
            beside += 1;
        }
    }
    let packed = archive.into_inner().expect("writing to memory");
    if beside > 0 {
        layers.push(Layer {
            title: "archive.tar",
            media_type: "application/x-tar",
            content: packed.finish().expect("writing to memory"),
        });
    }
    layers
}

/// The manifest of a version of a stack.
pub(super) fn manifest(name: &str, version: &str) -> Reply {
    let Some(folder) = files_of(name, version) else {
        return Reply::json(404, &json!({"errors": [{"code": "MANIFEST_UNKNOWN"}]}));
    };
    let layers = layers(&folder);
    let layers: Vec<_> = layers
        .iter()
        .map(|layer| {
            json!({
                "mediaType": layer.media_type,
                "digest": digest(&layer.content),
                "size": layer.content.len(),
                "annotations": {"org.opencontainers.image.title": layer.title},
            })
        })
        .collect();
    let manifest = json!({
        "schemaVersion": 2,
        "config": {
            "mediaType": "application/vnd.devfileio.devfile.config.v2+json",
            "digest": digest(b"{}"),
            "size": 2,
        },
        "layers": layers,
    });
    let body = serde_json::to_vec(&manifest).expect("JSON");
    let said = digest(&body);
    Reply::new(200, MANIFEST, body).with("docker-content-digest", said)
}

/// One of a stack's files, whichever version has it.
pub(super) fn blob(name: &str, wanted: &str) -> Reply {
    let versions = std::fs::read_dir(stack(name))
        .into_iter()
        .flatten()
        .flatten();
    let folders = versions.map(|entry| entry.path()).chain([stack(name)]);
    let folders = folders.filter(|folder| folder.join("devfile.yaml").is_file());
    for folder in folders {
        for layer in layers(&folder) {
            if digest(&layer.content) == wanted {
                return Reply::new(200, "application/octet-stream", layer.content);
            }
        }
    }
    Reply::json(404, &json!({"errors": [{"code": "BLOB_UNKNOWN"}]}))
}

fn stack(name: &str) -> std::path::PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/devfile-registry");
    fixtures.join("stacks").join(name)
}

fn digest(content: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(content) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Icons: a red square, one that never was a picture, and one that would load another.
pub(super) fn icon(name: &str) -> Reply {
    let svg = |inner: &str| {
        let head = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>";
        Reply::new(200, "image/svg+xml", format!("{head}{inner}</svg>"))
    };
    match name {
        "red.svg" => svg("<rect width='10' height='10' fill='#f00'/>"),
        "script.svg" => svg("<script>alert(1)</script><rect width='10' height='10' fill='#f00'/>"),
        "page.svg" => Reply::new(200, "text/html", "<html><body>Hello</body></html>"),
        _ => Reply::empty(404),
    }
}
