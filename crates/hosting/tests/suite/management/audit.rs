//! The organization, its audit log and its storage.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

const EVENTS: &str = "/organizations/local/audit_events";

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_was_done_is_told_newest_first() {
    let hosted = Hosted::start().await;
    let new = json!({"name": "tools", "ecosystem": "files"});
    hosted.manage("POST", REGISTRIES, new).await;
    let made = hosted
        .upload("tools", "tool-1.0.0.zip", b"one")
        .await
        .json();
    let package = format!(
        "{REGISTRIES}/tools/packages/{}",
        made["id"].as_str().unwrap()
    );
    hosted.manage("DELETE", &package, Value::Null).await;
    let public = json!({"public": true});
    hosted
        .manage("PATCH", &format!("{REGISTRIES}/tools"), public)
        .await;
    let events = hosted.manage("GET", EVENTS, Value::Null).await.json();
    let kinds: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "RegistryVisibilityChangedEvent",
            "PackageDeletedEvent",
            "PackagePublishedEvent",
            "RegistryCreatedEvent",
            "ApiAccessTokenCreatedEvent",
        ]
    );
    let created = &events[3];
    assert_eq!(created["subject"]["type"], "Registry");
    assert_eq!(created["context"]["request_ip"], "127.0.0.1");
    assert!(created["actor"]["uuid"].is_string() && created["occurred_at"].is_string());
    let one = format!("{EVENTS}/{}", created["uuid"].as_str().unwrap());
    assert_eq!(
        hosted.manage("GET", &one, Value::Null).await.json(),
        *created
    );
    assert!(!events.to_string().contains(&hosted.token));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_pages_and_its_own_scope() {
    let hosted = Hosted::start().await;
    for name in ["one", "two", "three"] {
        hosted.registry(Ecosystem::Files, name).await;
    }
    let first = hosted
        .manage("GET", &format!("{EVENTS}?per_page=2"), Value::Null)
        .await;
    let link = first.header("link").to_owned();
    let next = link
        .split(", ")
        .find(|link| link.ends_with("rel=\"next\""))
        .unwrap();
    let next = next.split_once('<').unwrap().1.split_once('>').unwrap().0;
    let second = hosted
        .manage(
            "GET",
            next.strip_prefix(&hosted.url("/api/v2")).unwrap(),
            Value::Null,
        )
        .await;
    let names = |answer: Value| {
        let events = answer.as_array().unwrap().clone();
        events
            .iter()
            .map(|event| event["subject"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(first.json()), ["three", "two"]);
    assert_eq!(names(second.json())[0], "one");
    let cursor = hosted
        .manage("GET", &format!("{EVENTS}?after=x"), Value::Null)
        .await;
    assert_eq!(cursor.status, 400);
    let reader = hosted.token_with(&[Scope::ReadRegistries]).await;
    let refused = hosted
        .manage_with(&reader, "GET", EVENTS, Value::Null)
        .await;
    assert_eq!(refused.status, 403);
    let organization = hosted
        .manage_with(&reader, "GET", "/organizations/local", Value::Null)
        .await;
    assert_eq!(organization.json()["slug"], "local");
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_is_counted_verified_and_collected() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "tool-1.0.0.zip", b"one").await;
    let storage = hosted.manage("GET", "/storage", Value::Null).await.json();
    assert_eq!(storage["used_bytes"], 3);
    for path in ["/storage/verify", "/storage/verify?registry=tools"] {
        let report = hosted.manage("POST", path, Value::Null).await.json();
        assert_eq!(
            (&report["whole"], &report["checked"], &report["bytes"]),
            (&json!(true), &json!(1), &json!(3)),
            "{path}"
        );
    }
    let collected = hosted.manage("POST", "/storage/collect", Value::Null).await;
    assert_eq!(collected.json(), json!({"removed": 0, "bytes": 0}));
    let blob = damage(hosted.host.folder());
    let report = hosted
        .manage("POST", "/storage/verify", Value::Null)
        .await
        .json();
    assert_eq!(report["whole"], false);
    let problem = &report["problems"][0];
    assert_eq!(
        (&problem["registry"], &problem["file"]),
        (&json!("tools"), &json!("tool-1.0.0.zip"))
    );
    assert_eq!(problem["problem"], "content", "{}", blob.display());
    let reader = hosted.token_with(&[Scope::ReadPackages]).await;
    for (method, path) in [
        ("GET", "/sharing"),
        ("GET", "/storage"),
        ("POST", "/storage/verify"),
        ("POST", "/storage/collect"),
    ] {
        let refused = hosted.manage_with(&reader, method, path, Value::Null).await;
        assert_eq!(refused.status, 403, "{path}");
    }
}

/// Changes the only blob, as a failing disk would.
fn damage(folder: &std::path::Path) -> std::path::PathBuf {
    let mut path = folder.join("blobs/sha256");
    while path.is_dir() {
        path = std::fs::read_dir(&path)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, b"two").unwrap();
    path
}
