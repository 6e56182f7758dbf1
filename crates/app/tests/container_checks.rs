//! Testing and checking container registries: hostile ones on loopback, and Debian's.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{
    ContainerRegistry, IDENTITY_TOKEN, PASSWORD, Registry, Tokens, USER,
};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::docker_registry::DockerRegistry;
use registrar_app::wire::*;
use support::{TestApp, container, draft, reference, signed_in};

/// By http, which the person has allowed.
fn http(draft: RegistryDraft) -> RegistryDraft {
    RegistryDraft {
        allow_http: true,
        ..draft
    }
}

fn known(registry: &ContainerRegistry) -> RegistryDraft {
    http(signed_in("Lab", &registry.host(), USER, PASSWORD))
}

fn form(draft: RegistryDraft, change: impl FnOnce(&mut ContainerDraft)) -> RegistryDraft {
    let mut container = draft.container.clone().unwrap();
    change(&mut container);
    RegistryDraft {
        container: Some(container),
        ..draft
    }
}

/// An application without any registry, so that none is looked for elsewhere.
async fn empty() -> TestApp {
    TestApp::with_catalog("version = 1\n").await
}

async fn test(app: &TestApp, draft: RegistryDraft) -> CheckReport {
    test_of(app, draft, None).await.report
}

async fn test_of(app: &TestApp, draft: RegistryDraft, id: Option<String>) -> TestResult {
    let request = TestRegistry {
        draft,
        id,
        operation: "test".to_owned(),
    };
    app.app.test_registry(request).await.unwrap()
}

async fn check_all(app: &TestApp) -> CheckSummary {
    let request = CheckRegistries {
        ids: None,
        operation: "check".to_owned(),
    };
    app.app.check_registries(request).await.unwrap()
}

fn kind(report: &CheckReport) -> Option<FailureKind> {
    report.failure.as_ref().map(|failure| failure.kind)
}

fn steps(report: &CheckReport) -> Vec<(CheckStep, StepState)> {
    let steps = report.steps.iter();
    steps.map(|step| (step.step, step.state)).collect()
}

#[tokio::test]
async fn credentials_are_proved_and_the_test_becomes_the_first_report() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer().start();
    let tested = test_of(&app, known(&registry), None).await;
    let report = &tested.report;
    assert_eq!((kind(report), report.access), (None, Some(Access::Proved)));
    assert!(report.token_sent);
    let reached = [
        CheckStep::Resolve,
        CheckStep::Connect,
        CheckStep::Answer,
        CheckStep::Credentials,
    ];
    let passed = reached.map(|step| (step, StepState::Passed));
    assert_eq!(steps(report), passed, "no TLS over http");
    let request = AddRegistry {
        draft: known(&registry),
        test: Some(tested.test),
    };
    let added = app.app.add_registry(request).await.unwrap();
    let proved = Some(Access::Proved);
    assert!(matches!(added.row.health, Health::Ok { access, .. } if access == proved));
    assert_eq!(added.last_check.unwrap().access, proved);
    let told = format!("{:?}", app.world.events.lock().unwrap());
    assert!(
        told.contains("Credentials") && !told.contains(PASSWORD),
        "{told}"
    );
}

#[tokio::test]
async fn a_test_counts_only_for_what_was_tested() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer().start();
    let tested = test_of(&app, known(&registry), None).await;
    let add = async |draft: RegistryDraft| {
        let test = Some(tested.test.clone());
        let added = app.app.add_registry(AddRegistry { draft, test }).await;
        added.unwrap().row.health
    };
    let named = |name: &str| RegistryDraft {
        name: name.to_owned(),
        ..known(&registry)
    };
    let other_user = form(named("1"), |form| form.user = "other".to_owned());
    assert_eq!(add(other_user).await, Health::Unchecked);
    let insecure = form(named("2"), |form| form.insecure = true);
    assert_eq!(add(insecure).await, Health::Unchecked);
    let realm = Some("https://auth.example.org/token".to_owned());
    let realm = form(named("3"), |form| form.token_server = realm);
    assert_eq!(add(realm).await, Health::Unchecked);
    let provider = form(named("4"), |form| form.provider = Some(Provider::Harbor));
    assert!(
        matches!(add(provider).await, Health::Ok { .. }),
        "says nothing about the server"
    );
}

#[tokio::test]
async fn wrong_credentials_can_be_saved_and_show_as_failed() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer().start();
    let wrong = http(signed_in("Lab", &registry.host(), USER, "wrong"));
    let report = test(&app, wrong.clone()).await;
    assert_eq!(kind(&report), Some(FailureKind::CredentialsRefused));
    let failed = (CheckStep::Credentials, StepState::Failed);
    assert_eq!(steps(&report).last(), Some(&failed));
    let added = app.add(wrong).await.unwrap();
    assert_eq!(added.row.health, Health::Unchecked, "saved without a check");
    let summary = check_all(&app).await;
    assert_eq!(summary.failed, 1);
    let kind = FailureKind::CredentialsRefused;
    assert_eq!(app.details("Lab").await.row.health, Health::Failed { kind });
}

#[tokio::test]
async fn what_an_open_registry_says_about_credentials_is_told_apart() {
    let app = empty().await;
    let open = ContainerRegistry::builder()
        .registry(Registry::Open)
        .start();
    let report = test(&app, known(&open)).await;
    assert_eq!(report.access, Some(Access::OpenNotChecked));
    assert!(!report.token_sent && !open.was_told_secrets());
    let report = test(&app, http(container("Lab", &open.host()))).await;
    assert_eq!(report.access, Some(Access::Anonymous));
    let closed = ContainerRegistry::basic().start();
    let report = test(&app, http(container("Lab", &closed.host()))).await;
    assert_eq!(kind(&report), Some(FailureKind::CredentialsNeeded));
}

#[tokio::test]
async fn an_identity_token_is_exchanged() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer().start();
    let draft = http(signed_in(
        "Lab",
        &registry.host(),
        "<token>",
        IDENTITY_TOKEN,
    ));
    assert_eq!(test(&app, draft).await.access, Some(Access::Proved));
    assert!(registry.conversation().contains(&"/token form".to_owned()));
}

#[tokio::test]
async fn the_stored_token_is_tested_with_another_user() {
    let app = empty().await;
    let registry = ContainerRegistry::basic().start();
    let added = app
        .add(http(signed_in("Lab", &registry.host(), "me", PASSWORD)))
        .await
        .unwrap();
    let kept = RegistryDraft {
        token: TokenChange::Keep,
        ..known(&registry)
    };
    let id = added.row.id.clone();
    let report = test_of(&app, kept.clone(), Some(id)).await.report;
    assert_eq!(report.access, Some(Access::Proved));
    let gone = test_of(&app, kept, Some(added.row.id.replace('0', "1"))).await;
    assert_eq!(kind(&gone.report), Some(FailureKind::TokenUnavailable));
}

#[tokio::test]
async fn a_token_server_on_another_site_is_approved_once_and_remembered() {
    let app = empty().await;
    let tokens = ContainerRegistry::bearer().start();
    let realm = format!("{}/token", tokens.url_as("127.0.0.1"));
    let challenge = format!("Bearer realm=\"{realm}?x=1\",service=\"test\"");
    let registry = ContainerRegistry::builder().challenge(challenge).start();
    let report = test(&app, known(&registry)).await;
    let failure = report.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::RealmNotApproved);
    assert_eq!(failure.realm, Some(realm), "without its query");
    assert!(
        !tokens.was_told_secrets(),
        "nothing is sent before it is approved"
    );
    let approved = form(known(&registry), |form| form.token_server = failure.realm);
    assert_eq!(
        test(&app, approved.clone()).await.access,
        Some(Access::Proved)
    );
    app.add(approved).await.unwrap();
    let app = app.restarted().await;
    assert_eq!(check_all(&app).await.failed, 0);
    let health = app.details("Lab").await.row.health;
    assert!(matches!(health, Health::Ok { .. }), "{health:?}");
}

#[tokio::test]
async fn a_token_server_that_fails_is_not_taken_for_the_registry() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::Fails(503))
        .start();
    let failure = test(&app, known(&registry)).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::ServerError);
    assert!(failure.at_token_server);
    let registry = ContainerRegistry::bearer()
        .registry(Registry::Fails(503, "{}"))
        .start();
    let failure = test(&app, known(&registry)).await.failure.unwrap();
    assert!(!failure.at_token_server);
}

#[tokio::test]
async fn certificates_are_trusted_in_every_way_that_a_record_knows() {
    let app = empty().await;
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .login("me", "secret")
        .tls(&authority, Quality::Good)
        .start();
    let base = signed_in("Lab", &registry.host(), "me", "secret");
    let report = test(&app, base.clone()).await;
    assert_eq!(kind(&report), Some(FailureKind::CertificateNotTrusted));
    let sha256 = report.certificate.unwrap().sha256;
    let own_ca = RegistryDraft {
        ca_file: Some(authority.file().display().to_string()),
        ..base.clone()
    };
    let pinned = RegistryDraft {
        trusted_certificate: Some(sha256),
        ..base.clone()
    };
    let insecure = form(base.clone(), |form| form.insecure = true);
    for (draft, tls) in [
        (own_ca, Tls::OwnCa),
        (pinned, Tls::Pinned),
        (insecure, Tls::Insecure),
    ] {
        let report = test(&app, draft.clone()).await;
        assert_eq!(
            (kind(&report), report.access),
            (None, Some(Access::Proved)),
            "{tls:?}"
        );
        let name = format!("{tls:?}");
        let added = app.add(RegistryDraft { name, ..draft }).await.unwrap();
        assert_eq!(added.row.tls, tls);
    }
    let by_http = test(&app, http(base)).await;
    assert_eq!(kind(&by_http), Some(FailureKind::TlsOnPlainHttpPort));
}

#[tokio::test]
async fn both_kinds_are_checked_at_once_and_a_locked_keychain_is_a_result() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let (devfile, anonymous) = (DevfileRegistry::start(), ContainerRegistry::builder());
    let anonymous = anonymous.registry(Registry::Open).start();
    let guarded = ContainerRegistry::basic().start();
    app.add(http(draft("Devfile", &devfile.url())))
        .await
        .unwrap();
    app.add(http(container("Open", &anonymous.host())))
        .await
        .unwrap();
    app.add(known(&guarded)).await.unwrap();
    let summary = check_all(&app).await;
    assert_eq!((summary.passed, summary.failed), (3, 0));
    app.keychain.fail(Some(registrar_vault::Failure::Locked));
    let asked = guarded.requests().len();
    let summary = check_all(&app).await;
    assert_eq!((summary.passed, summary.failed), (2, 1));
    assert_eq!(guarded.requests().len(), asked, "nothing was sent");
    let lab = app.details("Lab").await;
    let kind = FailureKind::TokenUnavailable;
    assert_eq!(lab.row.health, Health::Failed { kind });
    let steps = lab.last_check.unwrap().steps;
    assert_eq!(steps.last().unwrap().step, CheckStep::Credentials);
}

#[tokio::test]
async fn a_token_that_another_process_replaced_is_unchecked() {
    let app = empty().await;
    let registry = ContainerRegistry::basic().start();
    let wrong = http(signed_in("Lab", &registry.host(), USER, "wrong"));
    app.add(wrong).await.unwrap();
    check_all(&app).await;
    let other = app.restarted().await;
    let old = other.details("Lab").await;
    assert!(matches!(old.row.health, Health::Failed { .. }));
    other.update(&old, known(&registry)).await.unwrap();
    app.event(|event| matches!(event, AppEvent::RegistriesChanged { outside: true, .. }))
        .await;
    assert_eq!(app.details("Lab").await.row.health, Health::Unchecked);
    assert_eq!(check_all(&app).await.passed, 1);
}

#[tokio::test]
async fn what_a_check_depends_on_ends_its_result_and_nothing_else_does() {
    let app = empty().await;
    let registry = ContainerRegistry::bearer().start();
    let added = app.add(known(&registry)).await.unwrap();
    check_all(&app).await;
    let keep = |draft: RegistryDraft| RegistryDraft {
        token: TokenChange::Keep,
        ..draft
    };
    let current = app
        .app
        .get_registry(reference(&added.row.id))
        .await
        .unwrap();
    assert!(matches!(current.row.health, Health::Ok { .. }));
    let day = RegistryDraft {
        expires: "2031-01-01".to_owned(),
        ..keep(known(&registry))
    };
    let current = app.update(&current, day).await.unwrap();
    assert!(
        matches!(current.row.health, Health::Ok { .. }),
        "a day changes nothing"
    );
    let some = |text: &str| Some(text.to_owned());
    let changes: [fn(&mut ContainerDraft); 3] = [
        |form| form.user = "other".to_owned(),
        |form| form.insecure = true,
        |form| form.token_server = Some("https://auth.example.org/".to_owned()),
    ];
    let mut current = current;
    for change in changes {
        let changed = form(keep(known(&registry)), change);
        let changed = app.update(&current, changed).await.unwrap();
        assert_eq!(changed.row.health, Health::Unchecked);
        current = app.update(&changed, keep(known(&registry))).await.unwrap();
        assert!(
            matches!(current.row.health, Health::Ok { .. }),
            "as it was checked"
        );
    }
    let certificate = form(keep(known(&registry)), |form| {
        (form.client_certificate, form.client_key) = (some("/c.pem"), some("/k.pem"));
    });
    let changed = app.update(&current, certificate).await.unwrap();
    assert_eq!(changed.row.health, Health::Unchecked);
    let by_https = RegistryDraft {
        allow_http: false,
        ..keep(known(&registry))
    };
    let changed = app.update(&changed, by_https).await.unwrap();
    assert_eq!(changed.row.health, Health::Unchecked);
}
