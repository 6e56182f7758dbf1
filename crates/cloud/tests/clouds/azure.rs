//! Azure Container Registry.

use acceptance_support::clouds::{Mode, WRONG_SECRET};
use registrar_cloud::{Ask, FailureKind};
use registrar_registry::CloudWay;

use crate::{HOUR, NOW, World, ask, text, with_secret};

const HOST: &str = "contoso.azurecr.io";
const ENTRA: &str = "login.microsoftonline.com";
const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

fn principal(host: &str, secret: &str) -> Ask {
    let mut ask = with_secret(ask(host, CloudWay::AzurePrincipal), "the app", secret);
    ask.sign_in.tenant = Some(TENANT.to_owned());
    ask
}

#[tokio::test]
async fn a_service_principal_becomes_a_refresh_token_of_the_registry() {
    let world = World::new(HOST);
    world.apis.set_end(NOW + 3 * HOUR);
    let clouds = world.clouds(&[HOST, ENTRA]);
    let token = clouds.token(&principal(HOST, "s&cret")).await.unwrap();
    assert_eq!(token.user, "00000000-0000-0000-0000-000000000000");
    assert!(text(&token.secret).ends_with("c2ln-1"));
    assert_eq!(token.expires.as_second(), NOW + 3 * HOUR);
    let requests = world.apis.requests();
    assert_eq!(requests[0].path, format!("/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(
        requests[0].body,
        "client_id=the+app&client_secret=s%26cret&grant_type=client_credentials\
         &scope=https%3A%2F%2Fcontainerregistry.azure.net%2F.default"
    );
    assert_eq!(
        requests[1].body,
        "grant_type=access_token&service=contoso.azurecr.io&access_token=entra-token"
    );
}

#[tokio::test]
async fn other_clouds_of_azure_have_their_own_addresses() {
    for (host, entra, resource) in [
        (
            "contoso.azurecr.cn",
            "login.chinacloudapi.cn",
            "containerregistry.azure.cn",
        ),
        (
            "contoso.azurecr.us",
            "login.microsoftonline.us",
            "containerregistry.azure.us",
        ),
    ] {
        let world = World::new(host);
        let clouds = world.clouds(&[host, entra]);
        clouds.token(&principal(host, "s")).await.unwrap();
        assert!(world.apis.requests()[0].body.contains(resource), "{host}");
    }
}

#[tokio::test]
async fn a_wrong_client_secret_and_a_missing_role_are_told_apart() {
    let world = World::new(HOST);
    let clouds = world.clouds(&[HOST, ENTRA]);
    let failure = clouds
        .token(&principal(HOST, WRONG_SECRET))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused);
    assert!(
        failure.raw.contains("Invalid client secret"),
        "{}",
        failure.raw
    );
    // Entra lets it in, and the registry does not.
    world
        .apis
        .set(Mode::FailsAt("/oauth2/exchange".to_owned(), 401));
    let failure = clouds.token(&principal(HOST, "s")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotAllowed);
    assert!(failure.hint().contains("AcrPull"));
}

#[cfg(unix)]
#[tokio::test]
async fn azures_own_tool_says_who_is_signed_in() {
    let mut world = World::new(HOST);
    let path = world.path();
    world.set("PATH", &path);
    let machine = ask(HOST, CloudWay::AzureMachine);
    let clouds = world.clouds(&[HOST]);
    world.program("az", "exit 1");
    let failure = clouds.token(&machine).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInEnded);
    assert_eq!(failure.hint(), "Run `az login`, then try again.");
    world.program("az", r#"[ "$6" = https://containerregistry.azure.net ] && echo '{"accessToken":"entra-token","expiresOn":"2026-01-01 00:00:00"}'"#);
    clouds.token(&machine).await.unwrap();
    assert_eq!(world.apis.conversation(), ["POST /oauth2/exchange"]);
}

#[tokio::test]
async fn an_instance_has_an_identity() {
    let world = World::new(HOST);
    let clouds = world.clouds(&[HOST, "169.254.169.254"]);
    clouds
        .token(&ask(HOST, CloudWay::AzureMachine))
        .await
        .unwrap();
    let line = "GET /metadata/identity/oauth2/token";
    assert_eq!(world.apis.conversation(), [line, "POST /oauth2/exchange"]);
}
