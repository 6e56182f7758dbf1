//! What belongs to an image: found by way of it, never taken for an image, and deleted with it.

use std::sync::Arc;

use registrar_hosting::{Caller, Package, Registry, Version};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{IMAGE, Repository, descriptor, hosted, image, index, sha256, sha512, shown};
use crate::support::Hosted;

const SPDX: &str = "application/spdx+json";

fn bytes(manifest: &Value) -> Vec<u8> {
    manifest.to_string().into_bytes()
}

/// Pushes a manifest about another one by its digest, or by a tag; its own digest.
async fn attach(app: Repository<'_>, tag: Option<&str>, kind: &str, about: &Value) -> String {
    let mut manifest = image(b"{}", kind.as_bytes());
    app.blob(b"{}").await;
    app.blob(kind.as_bytes()).await;
    manifest["artifactType"] = json!(kind);
    manifest["subject"] = about.clone();
    let digest = sha256(&bytes(&manifest));
    let pushed = app.put(tag.unwrap_or(&digest), &manifest).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    digest
}

fn about(manifest: &Value) -> Value {
    descriptor(IMAGE, &bytes(manifest))
}

/// The package `app` of the registry `images`.
async fn app_of(hosted: &Hosted) -> (Arc<Registry>, Package) {
    let registry = hosted.host.registry("images").unwrap();
    let package = hosted.host.package(&registry, "app").await.unwrap();
    (registry, package.unwrap())
}

async fn version(hosted: &Hosted, name: &str) -> Version {
    let (registry, package) = app_of(hosted).await;
    let found = hosted.host.version(&registry, package.id, name).await;
    found.unwrap().unwrap()
}

/// What is about a version: the digest of each, what it calls itself, and its tag.
async fn belonging(hosted: &Hosted, to: &str) -> Vec<(String, String, Option<String>)> {
    let (registry, package) = app_of(hosted).await;
    let all = hosted.host.belongings(&registry, package.id).await.unwrap();
    let to = version(hosted, to).await.id;
    let mut found = Vec::new();
    for one in all.of(to) {
        let version = hosted.host.version_by_id(one.version).await.unwrap();
        let digest = version.unwrap().version;
        found.push((digest, one.artifact_type.clone(), one.tag.clone()));
    }
    found
}

/// The versions that are found by way of another one only.
async fn hidden(hosted: &Hosted) -> Vec<Uuid> {
    let (registry, package) = app_of(hosted).await;
    let all = hosted.host.belongings(&registry, package.id).await.unwrap();
    let mut hidden: Vec<_> = all.hidden().into_iter().collect();
    hidden.sort();
    hidden
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_an_image_is_found_by_way_of_it() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let first = app.push("1.0", b"{}", b"one").await;
    let sbom = attach(app, None, SPDX, &about(&first)).await;
    let mut by_sha512 = about(&first);
    by_sha512["digest"] = json!(sha512(&bytes(&first)));
    let other = attach(app, Some("notes"), "text/plain", &by_sha512).await;
    let digits = sha256(&bytes(&first)).replace(':', "-");
    let tag = format!("{digits}.sig");
    let signature = app.push(&tag, b"{}", b"signed").await;
    let signature = sha256(&bytes(&signature));
    let lost = attach(app, None, SPDX, &descriptor(IMAGE, b"nowhere")).await;
    let expected = [
        (sbom.clone(), SPDX.to_owned(), None),
        (other.clone(), "text/plain".to_owned(), None),
        (signature.clone(), String::new(), Some(tag)),
    ];
    assert_eq!(belonging(&hosted, "1.0").await, expected);
    let sbom = version(&hosted, &sbom).await.id;
    let signature = version(&hosted, &signature).await.id;
    assert_eq!(
        hidden(&hosted).await,
        [sbom, signature],
        "what has a tag of its own is found by that"
    );
    let (registry, package) = app_of(&hosted).await;
    let all = hosted.host.belongings(&registry, package.id).await.unwrap();
    let lost = all.about(version(&hosted, &lost).await.id).unwrap();
    assert_eq!(lost.to, None);
    let first = version(&hosted, "1.0").await.id;
    assert_eq!(
        (all.about(first), all.about(sbom).unwrap().to),
        (None, Some(first))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_never_what_clients_take() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let first = app.push("1.0", b"{}", b"one").await;
    let digits = sha256(&bytes(&first)).replace(':', "-");
    app.push(&format!("{digits}.sig"), b"{}", b"signed").await;
    assert_eq!(shown(&hosted).await, "1.0", "signed by a tag");
    let sbom = attach(app, Some("1.0-sbom"), SPDX, &about(&first)).await;
    assert_eq!(shown(&hosted).await, "1.0", "with a list of contents");
    let listed = image(b"{}", SPDX.as_bytes());
    app.put(&sha256(&bytes(&listed)), &listed).await;
    app.put(&digits, &index(&[&listed])).await;
    assert_eq!(
        shown(&hosted).await,
        "1.0",
        "with the list of both by its tag"
    );
    app.ask("DELETE", &format!("manifests/{}", sha256(&bytes(&first))))
        .await;
    assert_ne!(shown(&hosted).await, "1.0");
    assert_eq!(belonging(&hosted, &sbom).await, []);
    app.push("2.0", b"{}", b"two").await;
    assert_eq!(shown(&hosted).await, "2.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_an_image_is_deleted_with_it() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let first = app.push("1.0", b"{}", b"one").await;
    let second = app.push("2.0", b"{}", b"two").await;
    let sbom = attach(app, None, SPDX, &about(&first)).await;
    let mut signed = about(&first);
    signed["digest"] = json!(sbom);
    attach(app, None, "application/vnd.dev.cosign.signature", &signed).await;
    let named = attach(app, Some("notes"), "text/plain", &about(&first)).await;
    let kept = attach(app, None, "application/vnd.in-toto+json", &about(&second)).await;
    let (registry, _) = app_of(&hosted).await;
    let gone = version(&hosted, "1.0").await;
    let owner = Caller::owner();
    hosted
        .host
        .delete_with_belongings(&registry, &gone, &owner)
        .await
        .unwrap();
    let (registry, package) = app_of(&hosted).await;
    let left = hosted.host.versions(package.id).await.unwrap();
    let left: Vec<_> = left.into_iter().map(|one| one.version).collect();
    let second = sha256(&bytes(&second));
    assert_eq!(left, [second, named, kept]);
    let counts = hosted.host.counts().await.unwrap()[&registry.id];
    assert_eq!(counts.versions, 3);
    let events = hosted.host.audit_events(None, None, 3).await.unwrap();
    assert!(events.iter().all(|event| event.kind == "PACKAGE_DELETED"));
}
