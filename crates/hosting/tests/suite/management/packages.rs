//! Packages: published, listed in pages, copied, withdrawn, deleted.

use registrar_hosting::Ecosystem;
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

async fn publish(hosted: &Hosted, name: &str) -> Value {
    let answer = hosted.upload("tools", name, name.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn package(made: &Value) -> String {
    let id = made["id"].as_str().unwrap();
    format!("{REGISTRIES}/tools/packages/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_has_the_fields_that_clients_read() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let made = publish(&hosted, "tool-1.0.0.zip").await;
    assert_eq!(
        (&made["name"], &made["version"]),
        (&json!("tool"), &json!("1.0.0"))
    );
    assert_eq!(
        made["url"],
        hosted.url(&format!("/api/v2{}", package(&made)))
    );
    assert_eq!(made["organization"]["slug"], "local");
    assert_eq!(made["registry"]["slug"], "tools");
    assert_eq!(made["variant"], Value::Null);
    assert!(made["metadata"].is_object());
    for (digest, length) in [("sha256", 64), ("sha512", 128)] {
        assert_eq!(made["digests"][digest].as_str().unwrap().len(), length);
    }
    let file = &made["files"][0];
    assert_eq!(
        (&file["name"], &file["size"]),
        (&json!("tool-1.0.0.zip"), &json!(14))
    );
    assert_eq!(file["digests"]["md5"].as_str().unwrap().len(), 32);
    let got = hosted.manage("GET", &package(&made), Value::Null).await;
    assert_eq!(got.json(), made);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_followed_from_page_to_page_and_back() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for number in 1..=5 {
        publish(&hosted, &format!("tool-{number}.0.0.zip")).await;
    }
    publish(&hosted, "other-1.0.0.zip").await;
    let list = format!("{REGISTRIES}/tools/packages?name=tool&per_page=2");
    let mut page = hosted.manage("GET", &list, Value::Null).await.json();
    let mut seen = Vec::new();
    loop {
        let items = page["items"].as_array().unwrap();
        let versions = items
            .iter()
            .map(|item| item["version"].as_str().unwrap().to_owned());
        seen.extend(versions);
        let Some(next) = page["links"]["next"].as_str() else {
            break;
        };
        let path = next
            .strip_prefix(&hosted.url("/api/v2"))
            .unwrap()
            .to_owned();
        page = hosted.manage("GET", &path, Value::Null).await.json();
    }
    assert_eq!(seen, ["5.0.0", "4.0.0", "3.0.0", "2.0.0", "1.0.0"]);
    let prev = page["links"]["prev"].as_str().unwrap();
    let path = prev.strip_prefix(&hosted.url("/api/v2")).unwrap();
    let back = hosted.manage("GET", path, Value::Null).await.json();
    assert_eq!(back["items"][0]["version"], "3.0.0");
    assert_eq!(back["items"][1]["version"], "2.0.0");
    for wrong in ["per_page=0", "per_page=x", "after=x", "after=AA&before=AA"] {
        let path = format!("{REGISTRIES}/tools/packages?{wrong}");
        let answer = hosted.manage("GET", &path, Value::Null).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_copied_and_deleted() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "stable").await;
    hosted.registry(Ecosystem::Python, "python").await;
    let made = publish(&hosted, "tool-1.0.0.zip").await;
    let copy = |to: &str| format!("{}/copy{to}", package(&made));
    let copied = hosted
        .manage("POST", &copy("?to=stable"), Value::Null)
        .await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    assert_eq!(copied.json()["registry"]["slug"], "stable");
    assert_eq!(copied.json()["digests"], made["digests"]);
    for (to, status) in [
        ("", 422),
        ("?to=nowhere", 404),
        ("?to=stable", 409),
        ("?to=python", 422),
    ] {
        let answer = hosted.manage("POST", &copy(to), Value::Null).await;
        assert_eq!(answer.status, status, "{to}: {}", answer.text());
    }
    let deleted = hosted.manage("DELETE", &package(&made), Value::Null).await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    for method in ["GET", "DELETE"] {
        let gone = hosted.manage(method, &package(&made), Value::Null).await;
        assert_eq!(gone.status, 404);
    }
    let kept = hosted.ask("GET", "/local/stable/files/tool-1.0.0.zip", vec![], &[]);
    assert_eq!(kept.await.text(), "tool-1.0.0.zip");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_found_in_its_own_registry_only() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "other").await;
    let made = publish(&hosted, "tool-1.0.0.zip").await;
    let id = made["id"].as_str().unwrap();
    for path in [
        format!("{REGISTRIES}/other/packages/{id}"),
        format!("{REGISTRIES}/tools/packages/no-id"),
        format!("{REGISTRIES}/tools/packages/0196b3a4-0000-7000-8000-000000000000"),
    ] {
        for method in ["GET", "DELETE"] {
            let answer = hosted.manage(method, &path, Value::Null).await;
            assert_eq!(answer.status, 404, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_withdrawn_and_restored_where_the_ecosystem_knows_how() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Javascript, "js").await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let tarball = crate::npm::package(&json!({"name": "thing", "version": "1.0.0"}));
    let made = hosted.upload("js", "thing-1.0.0.tgz", &tarball).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    let id = made["id"].as_str().unwrap();
    let withdrawal = format!("{REGISTRIES}/js/packages/{id}/withdrawal");
    for (reason, said) in [
        (
            json!({"reason": "It does not start."}),
            json!("It does not start."),
        ),
        (Value::Null, json!("")),
    ] {
        let withdrawn = hosted.manage("POST", &withdrawal, reason).await;
        assert_eq!(
            (withdrawn.status, &withdrawn.json()["withdrawn"]),
            (200, &said)
        );
    }
    let restored = hosted.manage("DELETE", &withdrawal, Value::Null).await;
    assert_eq!(restored.json()["withdrawn"], Value::Null);
    let long = json!({"reason": "x".repeat(501)});
    let refused = hosted.manage("POST", &withdrawal, long).await;
    assert_eq!(refused.json()["errors"][0]["field"], "reason");
    let plain = publish(&hosted, "tool-1.0.0.zip").await;
    let path = format!("{}/withdrawal", package(&plain));
    let refused = hosted.manage("POST", &path, json!({})).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
}
