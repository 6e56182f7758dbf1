//! Images as the packages of a registry: listed, shown, copied, deleted, collected.

use std::time::Duration;

use registrar_hosting::{Caller, Ecosystem};
use serde_json::{Value, json};

use super::{IMAGE, Repository, descriptor, hosted, image, index, refused, sha256, shown};
use crate::support::{Hosted, REGISTRIES};

fn config() -> Vec<u8> {
    let config = json!({
        "os": "linux", "architecture": "arm64", "variant": "v8", "created": "2026-11-20T08:00:00Z",
        "config": {
            "Entrypoint": ["/app", "serve"],
            "ExposedPorts": {"8080/tcp": {}},
            "Labels": {
                "org.opencontainers.image.description": "Serves things",
                "org.opencontainers.image.licenses": "MIT",
                "team": "platform",
            },
        },
    });
    config.to_string().into_bytes()
}

async fn versions(hosted: &Hosted, registry: &str) -> Vec<Value> {
    let path = format!("{REGISTRIES}/{registry}/packages");
    let page = hosted.manage("GET", &path, Value::Null).await.json();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_a_version_with_its_parts_as_files() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/team/app");
    let manifest = app.push("1.2.0", &config(), b"a layer").await;
    let digest = sha256(manifest.to_string().as_bytes());
    let listed = versions(&hosted, "images").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["name"], &listed[0]["version"]),
        (&json!("team/app"), &json!(digest))
    );
    let id = listed[0]["id"].as_str().unwrap();
    let path = format!("{REGISTRIES}/images/packages/{id}");
    let shown = hosted.manage("GET", &path, Value::Null).await.json();
    assert_eq!(shown["metadata"]["summary"], "Serves things");
    let facts = shown["metadata"]["facts"].as_array().unwrap();
    let fact = |label: &str| {
        let found = facts.iter().find(|fact| fact["label"] == label);
        found.map_or("", |fact| fact["value"].as_str().unwrap())
    };
    assert_eq!(fact("Platform"), "linux/arm64/v8");
    assert_eq!(fact("Created"), "2026-11-20T08:00:00Z");
    assert_eq!(fact("Licence"), "MIT");
    assert_eq!(fact("Entry point"), "/app serve");
    assert_eq!(fact("Ports"), "8080/tcp");
    assert_eq!(fact("Layers"), "1");
    assert_eq!(fact("team"), "platform");
    let files = shown["files"].as_array().unwrap();
    let names: Vec<_> = files
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["manifest.json", "config.json", "layer-01.tar.gz"]);
    let size = manifest.to_string().len() + config().len() + b"a layer".len();
    assert_eq!(shown["size"], size);
    let registry = hosted.host.registry("images").unwrap();
    let counts = hosted.host.counts().await.unwrap()[&registry.id];
    assert_eq!((counts.packages, counts.versions, counts.files), (1, 1, 3));
    assert_eq!(counts.size, size as u64);
    for _ in 0..2 {
        app.ask("GET", "manifests/1.2.0").await;
        app.ask("HEAD", "manifests/1.2.0").await;
        app.ask("GET", &format!("blobs/{}", sha256(b"a layer")))
            .await;
    }
    hosted.host.flush().await.unwrap();
    let shown = hosted.manage("GET", &path, Value::Null).await.json();
    assert_eq!(
        shown["downloads"], 2,
        "an image is downloaded once per manifest"
    );
}

/// Nobody asks for a layer by another digest, until its bytes are a file elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_layer_has_one_digest_until_its_bytes_are_known_by_others() {
    let hosted = hosted().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let app = Repository(&hosted, "images/app");
    app.push("1", &config(), b"a layer").await;
    let digests = async || {
        let id = versions(&hosted, "images").await[0]["id"].clone();
        let path = format!("{REGISTRIES}/images/packages/{}", id.as_str().unwrap());
        let shown = hosted.manage("GET", &path, Value::Null).await.json();
        let files = shown["files"].as_array().unwrap();
        let of = |number: usize| files[number]["digests"].clone();
        (of(0), of(files.len() - 1))
    };
    let sha256 = sha256(b"a layer").replace("sha256:", "");
    let (manifest, layer) = digests().await;
    assert_eq!(manifest["sha512"].as_str().unwrap().len(), 128);
    let alone = json!({"md5": null, "sha1": null, "sha256": sha256, "sha512": null});
    assert_eq!(layer, alone);

    let file = hosted.upload("tools", "tool-1.0.0.zip", b"a layer").await;
    let published = file.json()["files"][0]["digests"].clone();
    assert_eq!(published["md5"], "85d8b423fbec0a13ce0b146e7741d886");
    assert_eq!(digests().await.1, published);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_shown_by_the_tag_that_clients_take() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let first = app.push("1.0", b"{}", b"one").await;
    assert_eq!(shown(&hosted).await, "1.0");
    let digest = sha256(first.to_string().as_bytes());
    app.push(
        &sha256(image(b"{}", b"two").to_string().as_bytes()),
        b"{}",
        b"two",
    )
    .await;
    assert_eq!(
        shown(&hosted).await,
        "1.0",
        "one without a tag is not taken"
    );
    app.push("2.0", b"{}", b"three").await;
    assert_eq!(shown(&hosted).await, "2.0");
    app.put("latest", &first).await;
    assert_eq!(shown(&hosted).await, "1.0", "the most exact of its tags");
    app.ask("DELETE", &format!("manifests/{digest}")).await;
    assert_eq!(shown(&hosted).await, "2.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_copied_with_what_it_lists() {
    let hosted = hosted().await;
    let to = hosted.registry(Ecosystem::Container, "copies").await;
    let app = Repository(&hosted, "images/app");
    let one = app
        .push(
            &sha256(image(&config(), b"one").to_string().as_bytes()),
            &config(),
            b"one",
        )
        .await;
    let two = app
        .push(
            &sha256(image(b"{}", b"two").to_string().as_bytes()),
            b"{}",
            b"two",
        )
        .await;
    let all = index(&[&one, &two]);
    assert_eq!(app.put("v1", &all).await.status, 201);
    let digest = sha256(all.to_string().as_bytes());
    let listed = versions(&hosted, "images").await;
    let id = listed
        .iter()
        .find(|one| one["version"] == digest.as_str())
        .unwrap()["id"]
        .clone();
    let path = format!(
        "{REGISTRIES}/images/packages/{}/copy?to=copies",
        id.as_str().unwrap()
    );
    for _ in 0..2 {
        let copied = hosted.manage("POST", &path, Value::Null).await;
        assert_eq!(copied.status, 200, "{}", copied.text());
        assert_eq!(copied.json()["version"], digest.as_str());
    }
    let copies = Repository(&hosted, "copies/app");
    assert_eq!(
        copies.ask("GET", "manifests/v1").await.text(),
        all.to_string()
    );
    for manifest in [&one, &two] {
        let digest = sha256(manifest.to_string().as_bytes());
        assert_eq!(
            copies
                .ask("GET", &format!("manifests/{digest}"))
                .await
                .status,
            200
        );
        let layer = manifest["layers"][0]["digest"].as_str().unwrap();
        assert_eq!(
            copies.ask("GET", &format!("blobs/{layer}")).await.status,
            200
        );
    }
    let counts = hosted.host.counts().await.unwrap()[&to.id];
    assert_eq!((counts.packages, counts.versions), (1, 3));
    let audit = hosted.host.audit_events(None, None, 5).await.unwrap();
    assert_eq!(audit[0].kind, "PACKAGE_COPIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_is_in_the_audit_log() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let first = app.push("v1", b"{}", b"one").await;
    app.push("v1", b"{}", b"two").await;
    app.put("v1", &first).await;
    app.put("v1", &first).await;
    app.ask("DELETE", "manifests/v1").await;
    let events = hosted.host.audit_events(None, None, 6).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "PACKAGE_TAGGED",
            "PACKAGE_TAGGED",
            "PACKAGE_TAGGED",
            "PACKAGE_PUBLISHED",
            "PACKAGE_PUBLISHED",
            "REGISTRY_CREATED"
        ],
        "a push that changes nothing is none"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_leaves_what_a_push_counts_on() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    app.blob(b"pushed").await;
    app.blob(b"{}").await;
    let collected = hosted.host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(collected.removed, 0);
    let manifest = app.push("v1", b"{}", b"pushed").await;
    let digest = sha256(manifest.to_string().as_bytes());
    let begun = app
        .ask("GET", &format!("blobs/{}", sha256(b"pushed")))
        .await;
    assert_eq!(begun.status, 200);
    app.ask("DELETE", &format!("manifests/{digest}")).await;
    // The manifest is nobody's any more; its parts may be about to be pushed again.
    let collected = hosted.host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(collected.removed, 1);
    assert_eq!(app.put("v1", &manifest).await.status, 201);
    for blob in [&b"pushed"[..], b"{}"] {
        let rest = format!("blobs/{}", sha256(blob));
        assert_eq!(app.ask("GET", &rest).await.body, blob);
    }
    let verified = hosted.host.verify(None, |_| ()).await.unwrap();
    assert_eq!((verified.checked, verified.problems.len()), (3, 0));
    // A blob that is taken from its only repository is nobody's.
    app.ask("DELETE", "manifests/v1").await;
    let version = versions(&hosted, "images").await[0]["version"].clone();
    app.ask(
        "DELETE",
        &format!("manifests/{}", version.as_str().unwrap()),
    )
    .await;
    app.ask("DELETE", &format!("blobs/{}", sha256(b"pushed")))
        .await;
    hosted.host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(hosted.host.used_bytes().await.unwrap(), b"{}".len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_takes_its_blobs_with_it() {
    let hosted = hosted().await;
    let registry = hosted.host.registry("images").unwrap();
    let app = Repository(&hosted, "images/app");
    app.push("v1", b"{}", b"layer").await;
    let owner = Caller::owner();
    hosted
        .host
        .delete_registry(registry.id, None, &owner)
        .await
        .unwrap();
    refused(&app.ask("GET", "manifests/v1").await, 404, "NAME_UNKNOWN");
    let collected = hosted.host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(
        (collected.removed, hosted.host.used_bytes().await.unwrap()),
        (3, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_not_images() {
    let hosted = hosted().await;
    let answer = hosted.upload("images", "image.tar", b"x").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("docker"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_keep_the_names_of_their_files() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/notes");
    app.blob(b"{}").await;
    for (number, (title, name)) in [
        ("notes/today.txt", "today.txt"),
        ("../../etc/passwd", "passwd"),
        (".hidden", "layer-01"),
        ("a\u{0}b", "layer-01"),
    ]
    .into_iter()
    .enumerate()
    {
        let content = format!("content {number}").into_bytes();
        app.blob(&content).await;
        let mut layer = descriptor("text/plain", &content);
        layer["annotations"] = json!({"org.opencontainers.image.title": title});
        let manifest = json!({
            "schemaVersion": 2, "mediaType": IMAGE, "artifactType": "text/x-notes",
            "config": descriptor("application/vnd.oci.empty.v1+json", b"{}"), "layers": [layer],
        });
        assert_eq!(app.put("v1", &manifest).await.status, 201);
        let id = versions(&hosted, "images").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("{REGISTRIES}/images/packages/{id}");
        let shown = hosted.manage("GET", &path, Value::Null).await.json();
        assert_eq!(shown["files"][2]["name"], name);
    }
}
