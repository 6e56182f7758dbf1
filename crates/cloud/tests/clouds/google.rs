//! Artifact Registry and gcr.io.

use acceptance_support::clouds::WRONG_SECRET;
use registrar_cloud::{Ask, FailureKind};
use registrar_registry::CloudWay;
use serde_json::json;

use crate::{NOW, World, ask, text};

const HOST: &str = "europe-west1-docker.pkg.dev";
const TOKENS: &str = "oauth2.googleapis.com";
const FILE: &str = ".config/gcloud/application_default_credentials.json";
const KEY: &str = include_str!("service-account.pem");

fn machine() -> Ask {
    ask(HOST, CloudWay::GoogleMachine)
}

fn user(refresh_token: &str) -> String {
    json!({
        "type": "authorized_user", "client_id": "id", "client_secret": "s&",
        "refresh_token": refresh_token,
    })
    .to_string()
}

fn account(token_uri: &str) -> String {
    json!({
        "type": "service_account", "client_email": "ci@p.iam.gserviceaccount.com",
        "private_key_id": "k1", "private_key": KEY, "token_uri": token_uri,
    })
    .to_string()
}

#[tokio::test]
async fn a_persons_sign_in_becomes_an_access_token() {
    let world = World::new(HOST);
    world.write(FILE, &user("1//r"));
    let token = world.clouds(&[TOKENS]).token(&machine()).await.unwrap();
    assert_eq!(
        (token.user, text(&token.secret)),
        ("oauth2accesstoken", "ya29.token-1")
    );
    assert_eq!(token.expires.as_second(), NOW + 3599);
    assert_eq!(
        world.apis.requests()[0].body,
        "grant_type=refresh_token&client_id=id&client_secret=s%26&refresh_token=1%2F%2Fr"
    );
}

#[tokio::test]
async fn a_sign_in_that_has_ended_says_what_to_run() {
    let world = World::new(HOST);
    world.write(FILE, &user(WRONG_SECRET));
    let failure = world.clouds(&[TOKENS]).token(&machine()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInEnded);
    let expected = "Run `gcloud auth application-default login`, then try again.";
    assert_eq!(failure.hint(), expected);
}

#[tokio::test]
async fn a_service_account_signs_for_itself() {
    let mut world = World::new(HOST);
    world.write("key.json", &account("https://oauth2.googleapis.com/token"));
    let path = world.home().join("key.json").display().to_string();
    world.set("GOOGLE_APPLICATION_CREDENTIALS", &path);
    world.clouds(&[TOKENS]).token(&machine()).await.unwrap();
    let body = &world.apis.requests()[0].body;
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ";
    assert!(body.starts_with(grant), "{body}");
    assert_eq!(body.matches('.').count(), 2);
}

#[tokio::test]
async fn an_assertion_goes_to_google_only() {
    let mut world = World::new(HOST);
    let path = world.home().join("key.json").display().to_string();
    world.set("GOOGLE_APPLICATION_CREDENTIALS", &path);
    for token_uri in [
        "https://evil.example/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com.evil.example/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://u:p@oauth2.googleapis.com/token",
        "nothing",
    ] {
        world.write("key.json", &account(token_uri));
        let clouds = world.clouds(&[TOKENS, "evil.example"]);
        let failure = clouds.token(&machine()).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::BadConfiguration, "{token_uri}");
    }
    assert!(world.apis.requests().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn googles_own_tool_and_an_instance_come_after_the_file() {
    let mut world = World::new(HOST);
    let host = world.apis.url().replace("http://", "");
    world.set("GCE_METADATA_HOST", host.trim_end_matches('/'));
    let clouds = world.clouds(&[]);
    assert_eq!(
        text(&clouds.token(&machine()).await.unwrap().secret),
        "ya29.token-1"
    );
    let path = world.path();
    world.set("PATH", &path);
    world.program("gcloud", r#"echo '{"credential":{"access_token":"ya29.tool","token_expiry":"2100-01-01T00:00:00Z"}}'"#);
    let clouds = world.clouds(&[]);
    assert_eq!(
        text(&clouds.new_token(&machine()).await.unwrap().secret),
        "ya29.tool"
    );
}
