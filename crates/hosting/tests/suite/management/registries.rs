//! Registries: made, listed, changed, deleted.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

fn at(slug: &str) -> String {
    format!("{REGISTRIES}/{slug}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_has_the_fields_that_clients_read() {
    let hosted = Hosted::start().await;
    let new = json!({
        "name": "My tools", "ecosystem": "files", "description": "Ours",
        "emoji": ":hammer:", "color": "#F0CCFF", "team_ids": [], "oidc_policy": null,
    });
    let made = hosted.manage("POST", REGISTRIES, new).await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(made.header("content-type"), "application/json");
    let made = made.json();
    for (field, value) in [
        ("slug", json!("my-tools")),
        ("name", json!("My tools")),
        ("ecosystem", json!("files")),
        ("description", json!("Ours")),
        ("emoji", json!(":hammer:")),
        ("color", json!("#F0CCFF")),
        ("public", json!(false)),
        ("oidc_policy", Value::Null),
        ("team_ids", json!([])),
        ("type", json!("source")),
        (
            "url",
            hosted.url(&format!("/api/v2{}", at("my-tools"))).into(),
        ),
        ("web_url", hosted.url("/local/my-tools").into()),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert!(made["id"].is_string() && made["graphql_id"].is_string());
    let got = hosted.manage("GET", &at("my-tools"), Value::Null).await;
    assert_eq!(got.json(), made);
    let list = hosted.manage("GET", REGISTRIES, Value::Null).await;
    assert_eq!(list.json(), json!([made]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verb_updates_what_is_sent_and_null_clears() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let change = json!({"description": "One", "emoji": ":hammer:"});
    for (verb, body, description, emoji) in [
        ("PATCH", change, json!("One"), json!(":hammer:")),
        ("PUT", json!({"emoji": null}), json!("One"), Value::Null),
        (
            "POST",
            json!({"description": null}),
            Value::Null,
            Value::Null,
        ),
    ] {
        let answer = hosted.manage(verb, &at("tools"), body).await;
        assert_eq!(answer.status, 200, "{verb}: {}", answer.text());
        let registry = answer.json();
        assert_eq!(registry["description"], description, "{verb}");
        assert_eq!(registry["emoji"], emoji, "{verb}");
    }
    let renamed = json!({"name": "Other tools", "public": true});
    let answer = hosted.manage("PATCH", &at("tools"), renamed).await;
    assert_eq!(answer.json()["slug"], "other-tools");
    assert_eq!(answer.json()["public"], true);
    let gone = hosted.manage("GET", &at("tools"), Value::Null).await;
    assert_eq!(gone.status, 404);
    assert_eq!(gone.json(), json!({"message": "No registry found"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_of_each_field() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for (body, fields) in [
        (json!({}), vec!["ecosystem", "name"]),
        (json!({"name": 1, "ecosystem": "files"}), vec!["name"]),
        (
            json!({"name": "a", "ecosystem": "cobol"}),
            vec!["ecosystem"],
        ),
        (json!({"name": "tools", "ecosystem": "files"}), vec!["name"]),
        (
            json!({"name": "a", "ecosystem": "files", "team_ids": ["x"], "oidc_policy": "- iss: x"}),
            vec!["team_ids", "oidc_policy"],
        ),
        (
            json!({"name": "a", "ecosystem": "files", "color": "red"}),
            vec!["color"],
        ),
        (
            json!({"name": "a", "ecosystem": "files", "public": "yes"}),
            vec!["public"],
        ),
    ] {
        let answer = hosted.manage("POST", REGISTRIES, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let answer = answer.json();
        assert_eq!(answer["message"], "Validation Failed", "{body}");
        let said: Vec<_> = answer["errors"].as_array().unwrap().iter().collect();
        let named: Vec<_> = said
            .iter()
            .map(|one| one["field"].as_str().unwrap())
            .collect();
        assert_eq!(named, fields, "{body}");
        assert!(said.iter().all(|one| one["message"].is_string()));
    }
    let fixed = json!({"ecosystem": "python"});
    let answer = hosted.manage("PATCH", &at("tools"), fixed).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    let only = hosted.manage("GET", REGISTRIES, Value::Null).await;
    assert_eq!(only.json().as_array().unwrap().len(), 1, "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_objects() {
    let hosted = Hosted::start().await;
    let kind = [("content-type", "application/json")];
    let path = format!("/api/v2{REGISTRIES}");
    for (body, status) in [
        (b"{".to_vec(), 400),
        (b"[]".to_vec(), 400),
        (b"\xff".to_vec(), 400),
        (vec![b'['; 60 * 1024], 400),
        (vec![b' '; 65 * 1024], 413),
    ] {
        let answer = hosted.ask("POST", &path, body, &kind).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.json()["message"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_registry_is_gone_with_its_packages_and_tokens() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "tool-1.0.0.zip", b"one").await;
    let new = json!({"description": "ci"});
    let tokens = format!("{}/tokens", at("tools"));
    let made = hosted.manage("POST", &tokens, new).await.json();
    let token = made["token"].as_str().unwrap();
    let deleted = hosted.manage("DELETE", &at("tools"), Value::Null).await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    let again = hosted.manage("DELETE", &at("tools"), Value::Null).await;
    assert_eq!(again.status, 404);
    hosted.registry(Ecosystem::Files, "tools").await;
    let file = "/local/tools/files/tool-1.0.0.zip";
    let bearer = format!("Bearer {token}");
    let old = [("authorization", bearer.as_str())];
    assert_eq!(hosted.ask_bare("GET", file, vec![], &old).await.status, 401);
    assert_eq!(hosted.ask("GET", file, vec![], &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_paths_and_methods_are_answered_in_json() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let method = hosted.manage("PUT", REGISTRIES, json!({})).await;
    assert_eq!(method.status, 405);
    assert!(method.json()["message"].is_string());
    let allowed = method.header("allow");
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
    for path in ["", "/", "/nothing", "/packages", "/organizations/other"] {
        let answer = hosted.manage("GET", path, Value::Null).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json()["message"].is_string(), "{path}");
    }
    let other = "/packages/organizations/other/registries";
    let reader = hosted.token_with(&[Scope::ReadRegistries]).await;
    for path in [other.to_owned(), format!("{other}/tools")] {
        let answer = hosted.manage_with(&reader, "GET", &path, Value::Null).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
