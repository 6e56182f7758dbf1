//! Registries whose passwords a cloud makes: drafts, checks, and what tools get.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use acceptance_support::clouds::{Clouds, KEY, KEY_SECRET, Mode, UNKNOWN_KEY};
use registrar_app::ports::Ports;
use registrar_app::wire::*;
use registrar_app::{App, Paths, Stores, ToolCredentials};
use registrar_cloud::Machine;
use registrar_handover::docker_protocol::{Credential, Credentials as _, Key};
use registrar_registry::Secret;
use registrar_vault::{MemoryStore, PassphraseVault};
use support::{TestApp, container, reference, signed_in};

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const API: &str = "api.ecr.eu-west-1.amazonaws.com";

/// An application on a computer that reaches the clouds' APIs.
struct World {
    test: TestApp,
    apis: Clouds,
    variables: HashMap<String, String>,
}

impl World {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With these variables in the environment.
    async fn with(variables: &[(&str, &str)]) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let apis = Clouds::start(HOST, i64::try_from(now).unwrap() + 12 * 3600);
        let always = [("AWS_EC2_METADATA_DISABLED", "true")];
        let variables = variables.iter().chain(&always);
        let variables: HashMap<String, String> = variables
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let paths = Paths::new(folder.path().join("config"), folder.path().join("data"));
        let machine = machine(&apis, &variables);
        let keychain = Arc::new(MemoryStore::new());
        Self {
            test: TestApp::on(machine, paths, folder, keychain).await,
            apis,
            variables,
        }
    }

    /// What a tool does in a process of its own.
    fn as_tool<T: Send>(&self, call: impl FnOnce(&mut ToolCredentials) -> T + Send) -> T {
        let folder = self.test.folder.path();
        let paths = Paths::new(folder.join("config"), folder.join("data"));
        let stores = Stores {
            keychain: self.test.keychain.clone(),
            sealed: Arc::new(PassphraseVault::new(paths.data())),
        };
        let ports = Ports {
            machine: machine(&self.apis, &self.variables),
            ..Ports::silent()
        };
        let app = App::new(paths, ports, stores);
        let run = || call(&mut ToolCredentials::new(app, "docker"));
        thread::scope(|scope| scope.spawn(run).join().unwrap())
    }

    async fn test(&self, draft: RegistryDraft) -> CheckReport {
        let request = TestRegistry {
            draft,
            id: None,
            operation: "test".to_owned(),
        };
        self.test.app.test_registry(request).await.unwrap().report
    }
}

fn machine(apis: &Clouds, variables: &HashMap<String, String>) -> Machine {
    let url = apis.url().parse().unwrap();
    Machine::of(variables.clone(), "/nowhere".into()).with_stand_in(API, url)
}

fn sign_in(way: CloudWay) -> CloudSignIn {
    CloudSignIn {
        way,
        profile: String::new(),
        role: String::new(),
        external_id: String::new(),
        tenant: String::new(),
    }
}

fn with(draft: RegistryDraft, cloud: CloudSignIn) -> RegistryDraft {
    let mut form = draft.container.clone().unwrap();
    form.cloud = Some(cloud);
    RegistryDraft {
        container: Some(form),
        ..draft
    }
}

fn keys(id: &str) -> RegistryDraft {
    with(
        signed_in("ECR", HOST, id, KEY_SECRET),
        sign_in(CloudWay::AwsKeys),
    )
}

/// The same without a new secret.
fn keep_keys() -> RegistryDraft {
    RegistryDraft {
        token: TokenChange::Keep,
        ..keys(KEY)
    }
}

fn machines() -> RegistryDraft {
    with(container("ECR", HOST), sign_in(CloudWay::AwsMachine))
}

fn key() -> Key {
    Key::parse(HOST).unwrap()
}

fn got(world: &World) -> Option<(String, String)> {
    let found = world.as_tool(|tool| tool.get(&key())).unwrap()?;
    let secret = found.secret.expose_text().unwrap().to_owned();
    Some((found.user, secret))
}

#[tokio::test]
async fn a_tool_gets_a_fresh_token_made_of_an_access_key() {
    let world = World::new().await;
    let saved = world.test.add(keys(KEY)).await.unwrap();
    assert_eq!(saved.row.cloud, Some(CloudWay::AwsKeys));
    let text = world.test.catalog_text();
    assert!(
        text.contains("credentials = \"aws_keys\"") && text.contains(KEY),
        "{text}"
    );
    assert!(!text.contains(KEY_SECRET));
    assert_eq!(
        got(&world),
        Some(("AWS".to_owned(), "ecr-token-1".to_owned()))
    );
    assert_eq!(
        got(&world),
        Some(("AWS".to_owned(), "ecr-token-2".to_owned()))
    );
    let listed = world.as_tool(ToolCredentials::list);
    assert_eq!(listed[0].1, "AWS");
}

#[tokio::test]
async fn this_computers_own_credentials_need_nothing_in_the_vault() {
    let world = World::with(&[("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", "s")]).await;
    let saved = world.test.add(machines()).await.unwrap();
    assert!(!saved.row.has_token && saved.row.user.is_none());
    assert_eq!(
        got(&world),
        Some(("AWS".to_owned(), "ecr-token-1".to_owned()))
    );
}

#[tokio::test]
async fn a_tool_is_told_what_to_do_where_there_is_no_token() {
    let world = World::new().await;
    world.test.add(machines()).await.unwrap();
    let refusal = world
        .as_tool(|tool| tool.get(&key()))
        .unwrap_err()
        .to_string();
    let said = "No AWS credentials are on this computer: sign in with `aws sso login`";
    assert!(refusal.starts_with(said), "{refusal}");
}

#[tokio::test]
async fn a_login_does_not_take_the_place_of_what_makes_tokens() {
    let world = World::new().await;
    world.test.add(keys(KEY)).await.unwrap();
    let credential = Credential {
        user: "AWS".to_owned(),
        secret: Secret::new("twelve hours"),
    };
    let refusal = world
        .as_tool(|tool| tool.store(&key(), credential))
        .unwrap_err();
    assert!(
        refusal.to_string().contains("credentials of AWS itself"),
        "{refusal}"
    );
    assert!(world.as_tool(|tool| tool.erase(&key())).is_err());
    assert_eq!(got(&world).unwrap().1, "ecr-token-1");
}

#[tokio::test]
async fn a_check_says_why_the_cloud_gave_no_token() {
    let world = World::new().await;
    let failure = world.test(keys(UNKNOWN_KEY)).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::NoCloudToken);
    assert_eq!(
        failure.said.unwrap(),
        "AWS does not accept these credentials."
    );
    assert!(failure.hint.unwrap().contains("access key"));
    world.apis.set(Mode::Fails(503, String::new()));
    let failure = world.test(keys(KEY)).await.failure.unwrap();
    assert_eq!(
        failure.said.unwrap(),
        "AWS could not be reached for a token."
    );
}

#[tokio::test]
async fn the_form_offers_a_clouds_credentials_for_its_hosts_only() {
    let app = TestApp::new().await;
    for (url, cloud) in [
        (HOST, Some(Cloud::Aws)),
        ("contoso.azurecr.io/team", Some(Cloud::Azure)),
        ("europe-docker.pkg.dev", Some(Cloud::Google)),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            None,
        ),
        ("ghcr.io", None),
    ] {
        let draft = container("x", url);
        let review = app
            .app
            .review_draft(ReviewDraft { draft, id: None })
            .await
            .unwrap();
        assert_eq!(review.cloud, cloud, "{url}");
    }
}

#[tokio::test]
async fn drafts_that_cannot_be_are_refused_at_their_field() {
    let app = TestApp::new().await;
    let elsewhere = with(container("x", "ghcr.io"), sign_in(CloudWay::AwsMachine));
    let http = RegistryDraft {
        allow_http: true,
        ..machines()
    };
    let no_secret = with(
        RegistryDraft {
            token: TokenChange::Keep,
            ..keys(KEY)
        },
        sign_in(CloudWay::AwsKeys),
    );
    let role = |role: &str, external_id: &str| CloudSignIn {
        role: role.to_owned(),
        external_id: external_id.to_owned(),
        ..sign_in(CloudWay::AwsMachine)
    };
    let arn = "arn:aws:iam::123456789012:role/x";
    let azure = signed_in("x", "contoso.azurecr.io", "app", "secret");
    for (draft, field) in [
        (elsewhere, Field::Url),
        (http, Field::Url),
        (no_secret, Field::Token),
        (keys(" "), Field::User),
        (with(machines(), role("ECR", "")), Field::Role),
        (with(machines(), role(arn, "a b")), Field::ExternalId),
        (
            with(azure, sign_in(CloudWay::AzurePrincipal)),
            Field::Tenant,
        ),
        (with(keys(KEY), sign_in(CloudWay::AwsMachine)), Field::Token),
    ] {
        let error = app.add(draft.clone()).await.unwrap_err();
        assert_eq!(error.field, Some(field), "{error:?}");
        let review = app
            .app
            .review_draft(ReviewDraft { draft, id: None })
            .await
            .unwrap();
        assert!(
            review.errors.iter().any(|remark| remark.field == field),
            "{review:?}"
        );
    }
}

#[tokio::test]
async fn a_role_with_its_external_id_is_kept_as_it_was_entered() {
    let app = TestApp::new().await;
    let cloud = CloudSignIn {
        profile: "work".to_owned(),
        role: "arn:aws:iam::123456789012:role/x;ext".to_owned(),
        ..sign_in(CloudWay::AwsMachine)
    };
    let saved = app.add(with(container("ECR", HOST), cloud)).await.unwrap();
    let kept = saved.container.unwrap().cloud.unwrap();
    assert_eq!(
        (kept.profile.as_str(), kept.external_id.as_str()),
        ("work", "ext")
    );
    let again = app.restarted().await;
    let details = again
        .app
        .get_registry(reference(&saved.row.id))
        .await
        .unwrap();
    assert_eq!(details.container.unwrap().cloud.unwrap(), kept);
}

#[tokio::test]
async fn the_secret_goes_with_the_way_in_which_it_was_used() {
    let app = TestApp::new().await;
    let saved = app.add(keys(KEY)).await.unwrap();
    assert!(saved.row.has_token);
    let changed = app.update(&saved, machines()).await.unwrap();
    assert!(!changed.row.has_token);
    let again = app.update(&changed, keep_keys()).await.unwrap_err();
    assert_eq!(again.field, Some(Field::Token), "the old secret is gone");
}

#[tokio::test]
async fn a_base64_key_of_google_has_its_own_user() {
    let app = TestApp::new().await;
    // {"type":"service_account"}
    let key = "eyJ0eXBlIjoic2VydmljZV9hY2NvdW50In0=";
    let saved = app.add(signed_in("G", "eu.gcr.io", "", key)).await.unwrap();
    assert_eq!(saved.row.user.as_deref(), Some("_json_key_base64"));
}
