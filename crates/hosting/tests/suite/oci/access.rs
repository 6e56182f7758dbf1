//! Who may do what, how they say who they are, and what strangers can learn.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_hosting::{Ecosystem, Scope, TemporaryToken};

use super::{Repository, hosted, refused, sha256};
use crate::support::{Answer, Hosted};

fn basic(secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("buildkite:{secret}")))
}

/// A request with this header, or none.
async fn ask_as(hosted: &Hosted, authorization: &str, method: &str, path: &str) -> Answer {
    let header = [("authorization", authorization)];
    let headers = if authorization.is_empty() {
        &[][..]
    } else {
        &header[..]
    };
    hosted.ask_bare(method, path, vec![], headers).await
}

/// A pass for a token, or for nobody.
async fn pass(hosted: &Hosted, authorization: &str) -> String {
    let answer = ask_as(hosted, authorization, "GET", "/v2/token?service=x&scope=y").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["token"], body["access_token"]);
    assert!(body["expires_in"].as_u64().unwrap() >= 60);
    format!("Bearer {}", body["token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_told_and_works() {
    let hosted = hosted().await;
    let ping = ask_as(&hosted, "", "GET", "/v2/").await;
    refused(&ping, 401, "UNAUTHORIZED");
    let address = hosted.address;
    let challenge = format!("Bearer realm=\"http://{address}/v2/token\",service=\"{address}\"");
    assert_eq!(ping.header("www-authenticate"), challenge);
    assert_eq!(
        ping.header("docker-distribution-api-version"),
        "registry/2.0"
    );
    for authorization in [basic(&hosted.token), format!("Bearer {}", hosted.token)] {
        assert_eq!(
            ask_as(&hosted, &authorization, "GET", "/v2/").await.status,
            200
        );
        let pass = pass(&hosted, &authorization).await;
        assert_eq!(ask_as(&hosted, &pass, "GET", "/v2/").await.status, 200);
        assert!(!pass.contains(&hosted.token));
    }
    for wrong in [
        basic("bkua_wrong"),
        "Bearer wrong".to_owned(),
        "Basic !".to_owned(),
    ] {
        let token = ask_as(&hosted, &wrong, "GET", "/v2/token").await;
        refused(&token, 401, "UNAUTHORIZED");
        assert!(token.header("www-authenticate").starts_with("Basic "));
        assert_eq!(ask_as(&hosted, &wrong, "GET", "/v2/").await.status, 401);
    }
    let form = |fields: String| {
        let hosted = &hosted;
        async move {
            let kind = [("content-type", "application/x-www-form-urlencoded")];
            hosted
                .ask_bare("POST", "/v2/token", fields.into_bytes(), &kind)
                .await
        }
    };
    let secret = &hosted.token;
    let password = form(format!("grant_type=password&username=x&password={secret}")).await;
    assert_eq!(password.status, 200);
    let refresh = form(format!("grant_type=refresh_token&refresh_token={secret}")).await;
    assert_eq!(refresh.status, 200);
    let wrong = form("grant_type=password&password=x".to_owned()).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(form("grant_type=x".to_owned()).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_can_do_what_its_token_can() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    app.push("v1", b"{}", b"x").await;
    let secret = hosted.token_with(&[Scope::ReadPackages]).await;
    let pass = pass(&hosted, &basic(&secret)).await;
    let path = app.path("manifests/v1");
    assert_eq!(ask_as(&hosted, &pass, "GET", &path).await.status, 200);
    let push = ask_as(&hosted, &pass, "POST", &app.path("blobs/uploads/")).await;
    refused(&push, 403, "DENIED");
    let delete = ask_as(&hosted, &pass, "DELETE", &path).await;
    refused(&delete, 403, "DENIED");
    // It is no token, and opens nothing else.
    let other = ask_as(&hosted, &pass, "GET", "/api/v2/access-token").await;
    assert_eq!(other.status, 401);
    let me = hosted.host.api_tokens();
    let token = me.iter().find(|token| token.description == "some").unwrap();
    let owner = registrar_hosting::Caller::owner();
    hosted
        .host
        .delete_token(None, token.id, &owner)
        .await
        .unwrap();
    let gone = ask_as(&hosted, &pass, "GET", &path).await;
    refused(&gone, 401, "UNAUTHORIZED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_looks_like_what_is_not_there() {
    let hosted = hosted().await;
    hosted.registry(Ecosystem::Javascript, "web").await;
    let digest = Repository(&hosted, "images/app").blob(b"x").await;
    let other = hosted.registry(Ecosystem::Container, "others").await;
    let owner = registrar_hosting::Caller::owner();
    let narrow = hosted
        .host
        .create_registry_token(&other, "one", &owner)
        .await
        .unwrap();
    let narrow = basic(narrow.1.expose_text().unwrap());
    let nobody = pass(&hosted, "").await;
    for rest in [
        "app/manifests/v1".to_owned(),
        format!("app/blobs/{digest}"),
        "app/tags/list".to_owned(),
        format!("app/referrers/{digest}"),
        "app/nothing".to_owned(),
    ] {
        for (who, status, code) in [
            ("", 401, "UNAUTHORIZED"),
            (&nobody, 401, "UNAUTHORIZED"),
            (&narrow, 404, "NAME_UNKNOWN"),
        ] {
            let mut answers = Vec::new();
            for registry in ["images", "none", "web"] {
                let path = format!("/v2/local/{registry}/{rest}");
                let answer = ask_as(&hosted, who, "GET", &path).await;
                refused(&answer, status, code);
                let challenge = answer.header("www-authenticate").replace(registry, "…");
                answers.push((answer.text(), challenge));
            }
            answers.dedup();
            assert_eq!(answers.len(), 1, "{answers:?}");
        }
    }
    let begun = ask_as(&hosted, "", "POST", "/v2/local/images/app/blobs/uploads/").await;
    let scope = "scope=\"repository:local/images/app:pull,push\"";
    assert!(begun.header("www-authenticate").ends_with(scope));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_is_read_by_everybody_and_written_by_none() {
    let hosted = hosted().await;
    hosted.public_registry(Ecosystem::Container, "open").await;
    let app = Repository(&hosted, "open/app");
    app.push("v1", b"{}", b"x").await;
    let nobody = pass(&hosted, "").await;
    for who in ["", &nobody, &basic("")] {
        let path = app.path("manifests/v1");
        assert_eq!(ask_as(&hosted, who, "GET", &path).await.status, 200);
        let path = app.path(&format!("blobs/{}", sha256(b"x")));
        assert_eq!(ask_as(&hosted, who, "GET", &path).await.status, 200);
        for (method, rest) in [
            ("POST", "blobs/uploads/"),
            ("PUT", "manifests/v1"),
            ("DELETE", "manifests/v1"),
        ] {
            let answer = ask_as(&hosted, who, method, &app.path(rest)).await;
            refused(&answer, 401, "UNAUTHORIZED");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_not_mounted_from_where_the_caller_may_not_look() {
    let hosted = hosted().await;
    let digest = Repository(&hosted, "images/secret").blob(b"secret").await;
    let other = hosted.registry(Ecosystem::Container, "others").await;
    let scopes = [Scope::ReadPackages, Scope::WritePackages];
    let secret = hosted
        .host
        .temporary_token(
            &other,
            TemporaryToken {
                description: "temporary token",
                scopes: scopes.into_iter().collect(),
                lifetime: Duration::from_mins(5),
            },
        )
        .unwrap();
    let who = basic(secret.expose_text().unwrap());
    for from in ["&from=local/images/secret", ""] {
        let path = format!("/v2/local/others/app/blobs/uploads/?mount={digest}{from}");
        let answer = ask_as(&hosted, &who, "POST", &path).await;
        assert_eq!(answer.status, 202, "an upload was begun instead");
    }
    let path = format!("/v2/local/others/app/blobs/{digest}");
    refused(
        &ask_as(&hosted, &who, "GET", &path).await,
        404,
        "BLOB_UNKNOWN",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_names_and_methods_are_refused() {
    let hosted = hosted().await;
    for name in ["App", "a..b", "-a", "a/%20", "_a", &"a".repeat(300)] {
        let path = format!("/v2/local/images/{name}/tags/list");
        let answer = hosted.ask("GET", &path, vec![], &[]).await;
        refused(&answer, 400, "NAME_INVALID");
    }
    for (method, path, status, code) in [
        ("GET", "/v2/local/images/manifests/v1", 400, "NAME_INVALID"),
        ("GET", "/v2/local/images/app", 404, "NAME_UNKNOWN"),
        ("GET", "/v2/local", 404, "NAME_UNKNOWN"),
        (
            "GET",
            "/v2/local/images/app/blobs/uploads/",
            405,
            "UNSUPPORTED",
        ),
        (
            "POST",
            "/v2/local/images/app/manifests/v1",
            405,
            "UNSUPPORTED",
        ),
        ("PUT", "/v2/local/images/app/tags/list", 405, "UNSUPPORTED"),
        ("POST", "/v2/", 405, "UNSUPPORTED"),
        ("PUT", "/v2/token", 405, "UNSUPPORTED"),
    ] {
        let answer = hosted.ask(method, path, vec![], &[]).await;
        refused(&answer, status, code);
    }
    let plain = hosted
        .ask("GET", "/local/images/app/manifests/v1", vec![], &[])
        .await;
    assert_eq!(plain.status, 404);
    let climbing = hosted
        .ask("GET", "/v2/local/images/%2e%2e/x/tags/list", vec![], &[])
        .await;
    assert_eq!(climbing.status, 400);
}
