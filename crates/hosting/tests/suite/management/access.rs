//! Who may change what: every write, with every token that must not.

use registrar_hosting::{Caller, Ecosystem, NewToken, Scope, Scopes};
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES, form};

/// Every request that changes something, with paths of the private registry `tools`.
fn writes(package: &str, token: &str) -> Vec<(&'static str, String)> {
    let registry = format!("{REGISTRIES}/tools");
    let (package, token) = (
        format!("{registry}/packages/{package}"),
        format!("{registry}/tokens/{token}"),
    );
    vec![
        ("POST", REGISTRIES.to_owned()),
        ("PUT", registry.clone()),
        ("PATCH", registry.clone()),
        ("POST", registry.clone()),
        ("DELETE", registry.clone()),
        ("POST", format!("{registry}/packages")),
        ("POST", format!("{registry}/packages/upload")),
        ("DELETE", package.clone()),
        ("POST", format!("{package}/copy?to=tools")),
        ("POST", format!("{package}/withdrawal")),
        ("DELETE", format!("{package}/withdrawal")),
        ("POST", format!("{registry}/tokens")),
        ("POST", token.clone()),
        ("DELETE", token.clone()),
        ("POST", format!("{token}/reveal")),
        ("POST", "/access-tokens".to_owned()),
        (
            "DELETE",
            "/access-tokens/0196b3a4-0000-7000-8000-000000000000".to_owned(),
        ),
        ("PUT", format!("{registry}/retention")),
        ("DELETE", format!("{registry}/retention")),
        ("POST", format!("{registry}/retention/run")),
        ("POST", "/storage/verify".to_owned()),
        ("POST", "/storage/repair".to_owned()),
        ("POST", "/storage/collect".to_owned()),
    ]
}

/// A registry's token, by the registry's slug.
async fn registry_token(hosted: &Hosted, slug: &str) -> (String, String) {
    let path = format!("{REGISTRIES}/{slug}/tokens");
    let made = hosted
        .manage("POST", &path, json!({"description": "x"}))
        .await
        .json();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn expired(hosted: &Hosted) -> String {
    let new = NewToken {
        description: "old".to_owned(),
        scopes: Scopes::all(),
        expires_at: Some("2001-01-01T00:00:00Z".parse().unwrap()),
    };
    let made = hosted.host.create_api_token(new, &Caller::owner()).await;
    made.unwrap().1.expose_text().unwrap().to_owned()
}

async fn deleted(hosted: &Hosted) -> String {
    let token = hosted.token_with(&Scope::ALL).await;
    let ended = hosted
        .manage_with(&token, "DELETE", "/access-token", Value::Null)
        .await;
    assert_eq!(ended.status, 204);
    token
}

/// How many things were done.
async fn done(hosted: &Hosted) -> usize {
    let events = hosted.host.audit_events(None, None, 100);
    events.await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_write_is_done_for_a_token_that_may_not() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "other").await;
    let package = hosted
        .upload("tools", "tool-1.0.0.zip", b"one")
        .await
        .json();
    let package = package["id"].as_str().unwrap().to_owned();
    let (id, own) = registry_token(&hosted, "tools").await;
    let (_, foreign) = registry_token(&hosted, "other").await;
    let reading = [
        Scope::ReadPackages,
        Scope::ReadRegistries,
        Scope::ReadAuditEvents,
    ];
    let reader = hosted.token_with(&reading).await;
    let (expired, deleted) = (expired(&hosted).await, deleted(&hosted).await);
    let before = done(&hosted).await;
    for (who, token, statuses) in [
        ("nobody", "", &[401][..]),
        ("expired", &expired, &[401]),
        ("deleted", &deleted, &[401]),
        ("read-only", &reader, &[403]),
        ("the registry's own", &own, &[403]),
        ("another registry's", &foreign, &[403, 404]),
    ] {
        for (method, path) in writes(&package, &id) {
            let answer = hosted.manage_with(token, method, &path, json!({})).await;
            assert!(
                statuses.contains(&answer.status),
                "{who}: {method} {path}: {}",
                answer.status
            );
            assert!(
                answer.json()["message"].is_string(),
                "{who}: {method} {path}"
            );
        }
    }
    assert_eq!(done(&hosted).await, before, "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_registrys_token_cannot_tell_hidden_from_absent() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "other").await;
    let (_, foreign) = registry_token(&hosted, "other").await;
    let (kind, body) = form(&[], "tool-1.0.0.zip", b"x");
    let bearer = format!("Bearer {foreign}");
    let with = [
        ("authorization", bearer.as_str()),
        ("content-type", kind.as_str()),
    ];
    for (method, rest) in [
        ("GET", ""),
        ("GET", "/packages"),
        ("GET", "/tokens"),
        ("POST", "/packages"),
        ("DELETE", ""),
    ] {
        let at = |slug: &str| format!("/api/v2{REGISTRIES}/{slug}{rest}");
        let hidden = hosted
            .ask_bare(method, &at("tools"), body.clone(), &with)
            .await;
        let absent = hosted
            .ask_bare(method, &at("nowhere"), body.clone(), &with)
            .await;
        assert_eq!(hidden.status, absent.status, "{method} {rest}");
        assert_eq!(hidden.body, absent.body, "{method} {rest}");
        assert!(hidden.status == 404, "{method} {rest}: {}", hidden.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_has_so_many_requests() {
    let bounds = registrar_hosting::server::Bounds {
        requests: 3,
        ..Default::default()
    };
    let hosted = Hosted::start_with(bounds).await;
    for left in ["2", "1", "0"] {
        let answer = hosted.manage("GET", REGISTRIES, Value::Null).await;
        assert_eq!(
            (answer.status, answer.header("ratelimit-remaining")),
            (200, left)
        );
        let stranger = hosted.manage_with("", "GET", REGISTRIES, Value::Null).await;
        assert!(
            matches!(stranger.status, 401 | 429),
            "it takes nothing from others"
        );
    }
    let refused = hosted.manage("GET", REGISTRIES, Value::Null).await;
    assert_eq!(
        (refused.status, refused.header("ratelimit-limit")),
        (429, "3")
    );
    assert_eq!(refused.json()["limit"], 3);
    assert!(refused.json()["reset"].as_u64().unwrap() <= 61);
}
