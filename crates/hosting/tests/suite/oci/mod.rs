//! Images and charts, as the distribution specification has them: case by case, with status and code.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod access;
mod belonging;
mod charts;
mod lists;
mod manifests;
mod packages;
mod uploads;

use registrar_hosting::{Ecosystem, PackageQuery, PackageSort, hex};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::support::{Answer, Hosted};

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A server with the private registry `images`.
async fn hosted() -> Hosted {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Container, "images").await;
    hosted
}

/// How the package is shown in the list.
async fn shown(hosted: &Hosted) -> String {
    let registry = hosted.host.registry("images").unwrap();
    let asked = PackageQuery {
        registry: registry.id,
        search: "",
        sort: PackageSort::Name,
        offset: 0,
        limit: 9,
    };
    hosted.host.packages(&asked).await.unwrap().1[0].1.clone()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

fn sha512(bytes: &[u8]) -> String {
    format!("sha512:{}", hex(&Sha512::digest(bytes)))
}

fn descriptor(kind: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": kind, "digest": sha256(bytes), "size": bytes.len()})
}

/// A manifest of a configuration and one layer.
fn image(config: &[u8], layer: &[u8]) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": IMAGE,
        "config": descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
    })
}

/// An index of manifests that were pushed as they are.
fn index(manifests: &[&Value]) -> Value {
    let listed = manifests.iter().map(|manifest| {
        let mut listed = descriptor(IMAGE, manifest.to_string().as_bytes());
        listed["platform"] = json!({"os": "linux", "architecture": "arm64", "variant": "v8"});
        listed
    });
    json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed.collect::<Vec<_>>()})
}

/// The code of the first error.
fn code(answer: &Answer) -> String {
    let body = answer.json();
    body["errors"][0]["code"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refused(answer: &Answer, status: u16, expected: &str) {
    assert_eq!(
        (answer.status, code(answer).as_str()),
        (status, expected),
        "{}",
        answer.text()
    );
}

/// A repository, by its path below `/v2/local/`.
#[derive(Clone, Copy)]
pub(crate) struct Repository<'a>(pub(crate) &'a Hosted, pub(crate) &'a str);

impl Repository<'_> {
    fn path(self, rest: &str) -> String {
        format!("/v2/local/{}/{rest}", self.1)
    }

    pub(crate) async fn ask(self, method: &str, rest: &str) -> Answer {
        self.send(method, rest, &[], &[]).await
    }

    async fn send(self, method: &str, rest: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let path = self.path(rest);
        self.0.ask(method, &path, body.to_vec(), headers).await
    }

    /// Pushes a blob, which must be accepted.
    async fn blob(self, bytes: &[u8]) -> String {
        let digest = sha256(bytes);
        let rest = format!("blobs/uploads/?digest={digest}");
        let answer = self.send("POST", &rest, bytes, &[]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        digest
    }

    /// Pushes a manifest.
    async fn put(self, reference: &str, manifest: &Value) -> Answer {
        let kind = manifest["mediaType"].as_str().unwrap().to_owned();
        let rest = format!("manifests/{reference}");
        let bytes = manifest.to_string();
        self.send("PUT", &rest, bytes.as_bytes(), &[("content-type", &kind)])
            .await
    }

    /// Pushes an image with a configuration and a layer, which must be accepted; its manifest.
    pub(crate) async fn push(self, reference: &str, config: &[u8], layer: &[u8]) -> Value {
        self.blob(config).await;
        self.blob(layer).await;
        let manifest = image(config, layer);
        let answer = self.put(reference, &manifest).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        manifest
    }
}
