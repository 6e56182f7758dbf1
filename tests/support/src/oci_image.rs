//! Images, made by hand so that they need no network, and pushed by the real skopeo.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const KIND: &str = "application/vnd.oci.image";

/// An index with an image for each of two platforms, in OCI's format.
#[derive(Debug, Clone)]
pub struct OciImage {
    /// What each layer has in it; equal texts are equal layers.
    pub layers: Vec<String>,
    /// When it was made, RFC 3339.
    pub created: String,
    /// A label's value.
    pub version: String,
}

impl OciImage {
    /// One with these layers, and with a label that says `version`.
    pub fn new(layers: &[&str], version: &str, created: &str) -> Self {
        Self {
            layers: layers.iter().map(|layer| (*layer).to_owned()).collect(),
            created: created.to_owned(),
            version: version.to_owned(),
        }
    }

    /// Pushes it to `place`, like `localhost:5000/team/app:1.0`, by plain http. The digest of its
    /// index.
    pub fn push(&self, place: &str) -> String {
        self.copy(place, &[])
    }

    /// The same as a user, given as `user:password`.
    pub fn push_as(&self, place: &str, login: &str) -> String {
        self.copy(place, &["--dest-creds", login])
    }

    fn copy(&self, place: &str, arguments: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let index = self.write(folder.path());
        copy(folder.path(), place, arguments);
        index
    }

    /// Writes it into `folder`, a layout in which it is called `image`. The digest of its index.
    pub fn write(&self, folder: &Path) -> String {
        begin_layout(folder);
        let images = ["amd64", "arm64"].map(|architecture| {
            let mut image = self.image(folder, architecture);
            image["platform"] = json!({"os": "linux", "architecture": architecture});
            image
        });
        let index = json!({"schemaVersion": 2, "mediaType": format!("{KIND}.index.v1+json"),
            "manifests": images});
        let mut index = blob(folder, "index.v1+json", index.to_string().as_bytes());
        let digest = index["digest"].as_str().unwrap_or_default().to_owned();
        end_layout(folder, &mut index);
        digest
    }

    fn image(&self, folder: &Path, architecture: &str) -> Value {
        let archives = self.layers.iter().map(|text| archive(&[(text, text)]));
        let archives: Vec<_> = archives.collect();
        let ids: Vec<_> = archives.iter().map(|plain| digest(plain)).collect();
        let steps = self.layers.iter().map(
            |text| json!({"created": self.created, "created_by": format!("COPY {text} /srv")}),
        );
        let mut history: Vec<_> = steps.collect();
        history.push(json!({"created_by": "CMD [\"serve\"]", "empty_layer": true}));
        let config = json!({
            "architecture": architecture, "os": "linux", "created": self.created,
            "config": {"Entrypoint": ["/srv/start"], "Cmd": ["serve"], "User": "nobody",
                "Env": ["PATH=/usr/bin", format!("VERSION={}", self.version)],
                "ExposedPorts": {"8080/tcp": {}},
                "Labels": {"org.opencontainers.image.version": self.version}},
            "rootfs": {"type": "layers", "diff_ids": ids},
            "history": history,
        });
        let layers = archives.iter();
        let layers = layers.map(|plain| blob(folder, "layer.v1.tar+gzip", &packed(plain)));
        let manifest = json!({
            "schemaVersion": 2, "mediaType": format!("{KIND}.manifest.v1+json"),
            "config": blob(folder, "config.v1+json", config.to_string().as_bytes()),
            "layers": layers.collect::<Vec<_>>(),
        });
        blob(folder, "manifest.v1+json", manifest.to_string().as_bytes())
    }
}

/// Pushes version 1.0.0 of a Helm chart to `place`, like `localhost:5000/charts/cache:1.0.0`, as a
/// user, given as `user:password`.
pub fn push_chart(place: &str, login: &str, name: &str, readme: &str) {
    const CHART: &str = "application/vnd.cncf.helm";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    begin_layout(folder);
    let about = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let (chart, page) = (format!("{name}/Chart.yaml"), format!("{name}/README.md"));
    let content = packed(&archive(&[(&chart, &about), (&page, readme)]));
    let config = json!({"apiVersion": "v2", "name": name, "version": "1.0.0"});
    let mut config = blob(folder, "", config.to_string().as_bytes());
    config["mediaType"] = format!("{CHART}.config.v1+json").into();
    let mut layer = blob(folder, "", &content);
    layer["mediaType"] = format!("{CHART}.chart.content.v1.tar+gzip").into();
    let manifest = json!({"schemaVersion": 2, "mediaType": format!("{KIND}.manifest.v1+json"),
        "config": config, "layers": [layer]});
    let mut manifest = blob(folder, "manifest.v1+json", manifest.to_string().as_bytes());
    end_layout(folder, &mut manifest);
    copy(folder, place, &["--dest-creds", login]);
}

/// Pushes what the layout in `folder` calls `image`, by plain http.
fn copy(folder: &Path, place: &str, arguments: &[&str]) {
    let from = format!("oci:{}:image", folder.display());
    let to = format!("docker://{place}");
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["--insecure-policy", "copy", "--all", "--quiet"]);
    skopeo.args(["--preserve-digests", "--dest-tls-verify=false"]);
    let pushed = skopeo.args(arguments).args([&from, &to]).output();
    let pushed = pushed.expect("skopeo, of Debian's package skopeo");
    assert!(
        pushed.status.success(),
        "{}",
        String::from_utf8_lossy(&pushed.stderr)
    );
}

fn begin_layout(folder: &Path) {
    fs::create_dir_all(folder.join("blobs/sha256")).expect("a folder");
    let version = r#"{"imageLayoutVersion":"1.0.0"}"#;
    fs::write(folder.join("oci-layout"), version).expect("a file");
}

/// What `top` describes is called `image`.
fn end_layout(folder: &Path, top: &mut Value) {
    top["annotations"] = json!({"org.opencontainers.image.ref.name": "image"});
    let index = json!({"schemaVersion": 2, "manifests": [top]});
    fs::write(folder.join("index.json"), index.to_string()).expect("a file");
}

/// An archive with these files: their names and what is in them.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, text.as_bytes())
            .expect("memory");
    }
    tar.into_inner().expect("memory")
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(plain).expect("memory");
    packed.finish().expect("memory")
}

/// Writes a part of an image and gives its descriptor.
fn blob(folder: &Path, kind: &str, content: &[u8]) -> Value {
    let digest = digest(content);
    let hex = digest.trim_start_matches("sha256:");
    fs::write(folder.join("blobs/sha256").join(hex), content).expect("a file");
    json!({"mediaType": format!("{KIND}.{kind}"), "size": content.len(), "digest": digest})
}

/// The digest of `content`, as registries write it.
pub fn digest(content: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(content);
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
