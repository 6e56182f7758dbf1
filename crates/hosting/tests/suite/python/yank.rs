//! Yanking and taking it back.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::json;

use super::packages::wheel;
use super::{hosted, refused};

const YANK: &str = "/local/py/pypi/pypi/Demo/1.0.0/yank";

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_yanked_with_a_reason_and_comes_back() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "0.9")).await;
    hosted.publish(&wheel("demo", "1.0")).await;
    let yanked = hosted
        .ask("POST", YANK, br#"{"reason": "broken"}"#.to_vec(), &[])
        .await;
    assert_eq!(
        yanked.json(),
        json!({"name": "demo", "version": "1.0", "yanked": true, "yanked_reason": "broken"})
    );
    let page = hosted.project("demo").await;
    assert_eq!(
        (&page["files"][0]["yanked"], &page["files"][1]["yanked"]),
        (&json!(false), &json!("broken"))
    );
    let document = hosted.pypi("pypi/demo/json").await.json();
    assert_eq!(document["info"]["version"], "0.9");
    assert_eq!(document["releases"]["1.0"][0]["yanked_reason"], "broken");
    let bare = hosted.ask("POST", YANK, vec![], &[]).await;
    assert_eq!(bare.status, 200);
    assert_eq!(hosted.project("demo").await["files"][1]["yanked"], true);
    assert!(
        hosted
            .pypi("simple/demo/")
            .await
            .text()
            .contains("data-yanked=\"\"")
    );
    let back = hosted.ask("DELETE", YANK, vec![], &[]).await;
    assert_eq!(back.json()["yanked"], false);
    assert_eq!(hosted.project("demo").await["files"][1]["yanked"], false);
    assert_eq!(
        hosted.pypi("pypi/demo/json").await.json()["info"]["version"],
        "1.0"
    );
    let events = hosted.host.audit_events(None, None, 2).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["PACKAGE_RESTORED", "PACKAGE_WITHDRAWN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_yanked_is_refused_with_a_reason() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "1.0")).await;
    let long = json!({"reason": "x".repeat(501)}).to_string().into_bytes();
    refused(
        &hosted.ask("POST", YANK, long, &[]).await,
        422,
        "500 characters",
    );
    let lines = br#"{"reason": "a\nb"}"#.to_vec();
    refused(&hosted.ask("POST", YANK, lines, &[]).await, 422, "one line");
    refused(
        &hosted.ask("POST", YANK, b"broken".to_vec(), &[]).await,
        400,
        "JSON object",
    );
    for path in ["demo/2.0", "other/1.0"] {
        let path = format!("/local/py/pypi/pypi/{path}/yank");
        refused(
            &hosted.ask("POST", &path, vec![], &[]).await,
            404,
            "no such version",
        );
    }
    assert_eq!(hosted.ask("GET", YANK, vec![], &[]).await.status, 405);
    let reader = format!("Bearer {}", hosted.token_with(&[Scope::ReadPackages]).await);
    let reading = [("authorization", reader.as_str())];
    assert_eq!(
        hosted.ask_bare("POST", YANK, vec![], &reading).await.status,
        403
    );
    hosted.public_registry(Ecosystem::Python, "open").await;
    let open = YANK.replace("/py/", "/open/");
    assert_eq!(
        hosted.ask_bare("POST", &open, vec![], &[]).await.status,
        401
    );
    assert_eq!(hosted.project("demo").await["files"][0]["yanked"], false);
}
