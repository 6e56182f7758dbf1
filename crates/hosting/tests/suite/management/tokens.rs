//! Registry tokens and API tokens.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_token_lives_as_clients_expect() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "tool-1.0.0.zip", b"one").await;
    let tokens = format!("{REGISTRIES}/tools/tokens");
    let made = hosted
        .manage("POST", &tokens, json!({"description": "ci"}))
        .await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    let secret = made["token"].as_str().unwrap();
    let bearer = format!("Bearer {secret}");
    let with = [("authorization", bearer.as_str())];
    let file = "/local/tools/files/tool-1.0.0.zip";
    assert_eq!(
        hosted.ask_bare("GET", file, vec![], &with).await.status,
        200
    );
    let token = format!("{tokens}/{}", made["id"].as_str().unwrap());
    let got = hosted.manage("GET", &token, Value::Null).await.json();
    assert_eq!(got["description"], "ci");
    assert_eq!(
        (
            got["registry"]["slug"].as_str(),
            got["organization"]["slug"].as_str()
        ),
        (Some("tools"), Some("local"))
    );
    assert!(got["created_by"]["name"].is_string() && got["graphql_id"].is_string());
    assert_eq!(got["url"], hosted.url(&format!("/api/v2{token}")));
    assert!(
        got.get("token").is_none(),
        "the secret is in one answer only"
    );
    let list = hosted.manage("GET", &tokens, Value::Null).await;
    assert!(!list.text().contains(secret));
    let edited = hosted
        .manage("POST", &token, json!({"description": "builds"}))
        .await;
    assert_eq!(edited.json()["description"], "builds");
    let shown = hosted
        .manage("POST", &format!("{token}/reveal"), Value::Null)
        .await;
    assert_eq!(shown.json(), json!({"token": secret}));
    let deleted = hosted.manage("DELETE", &token, Value::Null).await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(
        hosted.ask_bare("GET", file, vec![], &with).await.status,
        401
    );
    assert_eq!(hosted.manage("GET", &token, Value::Null).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_hidden_while_the_registry_is_public() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let (registry, tokens) = (
        format!("{REGISTRIES}/tools"),
        format!("{REGISTRIES}/tools/tokens"),
    );
    let made = hosted
        .manage("POST", &tokens, json!({"description": "ci"}))
        .await
        .json();
    let token = format!("{tokens}/{}", made["id"].as_str().unwrap());
    hosted
        .manage("PATCH", &registry, json!({"public": true}))
        .await;
    assert_eq!(
        hosted.manage("GET", &tokens, Value::Null).await.json(),
        json!([])
    );
    assert_eq!(hosted.manage("GET", &token, Value::Null).await.status, 404);
    let refused = hosted
        .manage("POST", &tokens, json!({"description": "x"}))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    hosted
        .manage("PATCH", &registry, json!({"public": false}))
        .await;
    assert_eq!(hosted.manage("GET", &token, Value::Null).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_tells_of_itself_and_ends_itself() {
    let hosted = Hosted::start().await;
    let token = hosted
        .token_with(&[Scope::ReadPackages, Scope::ReadRegistries])
        .await;
    let own = hosted
        .manage_with(&token, "GET", "/access-token", Value::Null)
        .await;
    assert_eq!(own.status, 200);
    let own = own.json();
    assert_eq!(own["scopes"], json!(["read_packages", "read_registries"]));
    assert_eq!(
        (&own["description"], &own["expires_at"]),
        (&json!("some"), &Value::Null)
    );
    assert!(
        own["uuid"].is_string() && own["created_at"].is_string() && own["user"]["name"].is_string()
    );
    let ended = hosted
        .manage_with(&token, "DELETE", "/access-token", Value::Null)
        .await;
    assert_eq!(ended.status, 204);
    let again = hosted
        .manage_with(&token, "GET", "/access-token", Value::Null)
        .await;
    assert_eq!(again.status, 401);
    assert!(again.json()["message"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_makes_one_that_may_more_than_itself() {
    let hosted = Hosted::start().await;
    let small = [Scope::AdministerServer, Scope::ReadPackages];
    let small = hosted.token_with(&small).await;
    let new = |scopes: Value| json!({"description": "new", "scopes": scopes});
    let wider = new(json!(["read_packages", "write_packages"]));
    let answer = hosted
        .manage_with(&small, "POST", "/access-tokens", wider)
        .await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    let made = hosted
        .manage_with(
            &small,
            "POST",
            "/access-tokens",
            new(json!(["read_packages"])),
        )
        .await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    let secret = made["token"].as_str().unwrap();
    let child = hosted
        .manage_with(
            secret,
            "POST",
            "/access-tokens",
            new(json!(["read_packages"])),
        )
        .await;
    assert_eq!(child.status, 403, "it may not make tokens");
    for wrong in [
        json!([]),
        json!(["everything"]),
        json!("read_packages"),
        Value::Null,
    ] {
        let answer = hosted
            .manage("POST", "/access-tokens", new(wrong.clone()))
            .await;
        assert_eq!(answer.status, 422, "{wrong}");
    }
    let past = json!({"description": "x", "scopes": ["read_packages"], "expires_at": "2001-01-01T00:00:00Z"});
    assert_eq!(
        hosted.manage("POST", "/access-tokens", past).await.status,
        422
    );
    let list = hosted.manage("GET", "/access-tokens", Value::Null).await;
    assert!(list.text().contains(made["uuid"].as_str().unwrap()) && !list.text().contains(secret));
    let path = format!("/access-tokens/{}", made["uuid"].as_str().unwrap());
    assert_eq!(
        hosted.manage("DELETE", &path, Value::Null).await.status,
        204
    );
    let gone = hosted
        .manage_with(secret, "GET", "/access-token", Value::Null)
        .await;
    assert_eq!(gone.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_makes_none_that_outlives_it() {
    let hosted = Hosted::start().await;
    let until = json!({
        "description": "until 2100", "scopes": ["administer_server"], "expires_at": "2100-01-01T00:00:00Z",
    });
    let parent = hosted.manage("POST", "/access-tokens", until).await.json();
    let parent = parent["token"].as_str().unwrap();
    for (end, status) in [
        (Value::Null, 403),
        (json!("2100-01-02T00:00:00Z"), 403),
        (json!("2099-01-01T00:00:00Z"), 200),
    ] {
        let new = json!({"description": "x", "scopes": ["administer_server"], "expires_at": end});
        let answer = hosted
            .manage_with(parent, "POST", "/access-tokens", new)
            .await;
        assert_eq!(answer.status, status, "{end}: {}", answer.text());
    }
}
