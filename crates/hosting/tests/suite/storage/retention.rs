//! What registries keep, and for how long.

use registrar_hosting::{Caller, Ecosystem};
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

const RETENTION: &str = "/packages/organizations/local/registries/tools/retention";

async fn published() -> Hosted {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for number in 1..=5 {
        let name = format!("tool-{number}.0.0.zip");
        hosted
            .upload("tools", &name, name.repeat(10).as_bytes())
            .await;
    }
    // The same bytes elsewhere: nothing is freed by deleting one of both.
    hosted
        .upload(
            "tools",
            "copy-1.0.0.zip",
            "tool-1.0.0.zip".repeat(10).as_bytes(),
        )
        .await;
    hosted
}

fn versions(report: &Value) -> Vec<&str> {
    let all = report["versions"].as_array().unwrap();
    all.iter()
        .map(|one| one["version"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_preview_is_exactly_what_goes() {
    let hosted = published().await;
    let rule = json!({"keep_newest": 2});
    let path = format!("{RETENTION}/preview");
    let preview = hosted.manage("POST", &path, rule.clone()).await.json();
    assert_eq!(versions(&preview), ["3.0.0", "2.0.0", "1.0.0"]);
    assert_eq!(
        (&preview["freed_bytes"], &preview["kept"]),
        (&json!(280), &json!(3))
    );
    let nothing = hosted
        .manage("POST", &format!("{RETENTION}/run"), Value::Null)
        .await;
    assert!(versions(&nothing.json()).is_empty(), "it is off");
    let set = hosted.manage("PUT", RETENTION, rule).await;
    assert_eq!((set.status, &set.json()["keep_newest"]), (200, &json!(2)));
    let done = hosted
        .manage("POST", &format!("{RETENTION}/run"), Value::Null)
        .await;
    assert_eq!(done.json(), preview);
    let list = hosted
        .manage(
            "GET",
            &format!("{REGISTRIES}/tools/packages?name=tool"),
            Value::Null,
        )
        .await;
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 2);
    let collected = hosted.manage("POST", "/storage/collect", Value::Null).await;
    assert_eq!(collected.json()["bytes"], 280);
    let events = hosted.host.audit_events(None, None, 50).await.unwrap();
    let gone = events
        .iter()
        .filter(|event| event.data["reason"] == "retention");
    assert_eq!(gone.count(), 3);
}

#[tokio::test]
async fn tagged_versions_go_only_where_the_rule_says_so() {
    let hosted = published().await;
    let registry = hosted.host.registry("tools").unwrap();
    let package = hosted
        .host
        .package(&registry, "tool")
        .await
        .unwrap()
        .unwrap();
    for (tag, version) in [("old", "1.0.0"), ("promoted", "2.0.0")] {
        let version = hosted
            .host
            .version(&registry, package.id, version)
            .await
            .unwrap();
        let by = Caller::owner();
        let set = hosted
            .host
            .set_tag(&registry, &package, tag, version.as_ref(), &by);
        set.await.unwrap();
    }
    for (tags, going) in [
        (json!(null), vec!["4.0.0", "3.0.0"]),
        // What was tagged last counts as the newest; what clients take by default stays.
        (json!([]), vec!["4.0.0", "3.0.0", "1.0.0"]),
        (json!(["o*"]), vec!["4.0.0", "3.0.0"]),
    ] {
        let rule = json!({"keep_newest": 1, "keep_tags": tags});
        let path = format!("{RETENTION}/preview");
        let preview = hosted.manage("POST", &path, rule).await.json();
        assert_eq!(versions(&preview), going, "{tags}");
    }
}

#[tokio::test]
async fn a_rule_that_cannot_be_followed_is_refused_and_one_can_be_taken_back() {
    let hosted = published().await;
    for wrong in [
        json!({}),
        json!({"keep_newest": 0}),
        json!({"keep_days": "7"}),
        json!({"keep_newest": -1}),
        json!({"keep_newest": 1, "keep_tags": ["a b"]}),
        json!({"keep_newest": 1, "keep_tags": "latest"}),
    ] {
        let refused = hosted.manage("PUT", RETENTION, wrong.clone()).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    hosted
        .manage(
            "PUT",
            RETENTION,
            json!({"keep_days": 7, "keep_newest": 1, "keep_tags": ["v*"]}),
        )
        .await;
    let kept = hosted.manage("GET", RETENTION, Value::Null).await.json();
    let said = json!({"keep_newest": 1, "keep_days": 7, "keep_tags": ["v*"]});
    assert_eq!(kept, said);
    let run = hosted
        .manage("POST", &format!("{RETENTION}/run"), Value::Null)
        .await;
    assert!(
        versions(&run.json()).is_empty(),
        "all are younger than a week"
    );
    assert_eq!(
        hosted.manage("DELETE", RETENTION, Value::Null).await.status,
        204
    );
    let none = hosted.manage("GET", RETENTION, Value::Null).await.json();
    assert_eq!(
        none,
        json!({"keep_newest": null, "keep_days": null, "keep_tags": null})
    );
}

#[tokio::test]
async fn it_is_followed_without_anybody_asking() {
    let hosted = published().await;
    hosted
        .manage("PUT", RETENTION, json!({"keep_newest": 1}))
        .await;
    let host = hosted.host.clone();
    let tending = tokio::spawn(async move { host.tend().await });
    let followed = async {
        let mut events = hosted.host.events();
        loop {
            let all = hosted.host.audit_events(None, None, 50).await.unwrap();
            if all
                .iter()
                .any(|event| event.kind == "REGISTRY_RETENTION_FOLLOWED")
            {
                return;
            }
            let _ = events.recv().await;
        }
    };
    let limit = std::time::Duration::from_secs(30);
    tokio::time::timeout(limit, followed).await.unwrap();
    tending.abort();
}
