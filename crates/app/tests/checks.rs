//! Testing and checking against a real server on loopback.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode, SAMPLES, STACKS};
use registrar_app::wire::*;
use registrar_registry::Secret;
use support::{TestApp, draft, reference};

fn plain(name: &str, registry: &DevfileRegistry) -> RegistryDraft {
    RegistryDraft {
        allow_http: true,
        ..draft(name, &registry.url())
    }
}

async fn test(app: &TestApp, draft: RegistryDraft) -> TestResult {
    let request = TestRegistry {
        draft,
        id: None,
        operation: "test".to_owned(),
    };
    app.app.test_registry(request).await.unwrap()
}

async fn check(app: &TestApp, ids: Option<Vec<String>>) -> CheckSummary {
    let request = CheckRegistries {
        ids,
        operation: "check".to_owned(),
    };
    app.app.check_registries(request).await.unwrap()
}

#[tokio::test]
async fn a_passed_test_is_the_first_report_of_what_is_saved() {
    let app = TestApp::new().await;
    let registry = DevfileRegistry::start();
    let tested = test(&app, plain("Lab", &registry)).await;
    assert_eq!(tested.report.failure, None);
    let request = AddRegistry {
        draft: plain("Lab", &registry),
        test: Some(tested.test),
    };
    let added = app.app.add_registry(request).await.unwrap();
    assert!(matches!(
        added.row.health,
        Health::Ok {
            stacks: STACKS,
            samples: SAMPLES,
            ..
        }
    ));
    assert!(added.row.last_seen.is_some());
    assert!(
        added
            .last_check
            .unwrap()
            .stack_names
            .contains(&"nodejs".to_owned())
    );
}

#[tokio::test]
async fn a_test_of_something_else_does_not_count() {
    let app = TestApp::new().await;
    let registry = DevfileRegistry::start();
    let tested = test(&app, plain("Lab", &registry)).await;
    let other = RegistryDraft {
        url: format!("{}/other", registry.url()),
        ..plain("Lab", &registry)
    };
    let request = AddRegistry {
        draft: other,
        test: Some(tested.test.clone()),
    };
    assert_eq!(
        app.app.add_registry(request).await.unwrap().row.health,
        Health::Unchecked
    );
    let token = TokenChange::Set {
        token: Secret::new("t"),
    };
    let with_token = RegistryDraft {
        token,
        ..plain("Lab 2", &registry)
    };
    let request = AddRegistry {
        draft: with_token,
        test: Some(tested.test),
    };
    assert_eq!(
        app.app.add_registry(request).await.unwrap().row.health,
        Health::Unchecked
    );
}

#[tokio::test]
async fn a_failed_test_says_why_and_how_far_it_came() {
    let app = TestApp::new().await;
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let report = test(&app, draft("Lab", &registry.url())).await.report;
    assert_eq!(
        report.failure.unwrap().kind,
        FailureKind::CertificateNotTrusted
    );
    let steps: Vec<_> = report.steps.iter().map(|step| step.state).collect();
    let (passed, failed, not) = (StepState::Passed, StepState::Failed, StepState::NotTried);
    assert_eq!(steps, [passed, passed, failed, not, not]);
    assert_eq!(report.certificate.unwrap().sha256.len(), 95);
}

#[tokio::test]
async fn trusting_the_certificate_makes_the_test_pass() {
    let app = TestApp::new().await;
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let untrusted = test(&app, draft("Lab", &registry.url())).await.report;
    let sha256 = untrusted.certificate.unwrap().sha256;
    let pinned = RegistryDraft {
        trusted_certificate: Some(sha256),
        ..draft("Lab", &registry.url())
    };
    assert_eq!(test(&app, pinned.clone()).await.report.failure, None);
    let added = app.add(pinned).await.unwrap();
    assert_eq!(added.row.tls, Tls::Pinned);
    let ca_file = Some(authority.file().display().to_string());
    let own_ca = RegistryDraft {
        ca_file,
        ..draft("Own", &registry.url())
    };
    assert_eq!(test(&app, own_ca).await.report.failure, None);
}

#[tokio::test]
async fn the_stored_token_is_sent_and_a_new_one_instead_of_it() {
    let app = TestApp::new().await;
    let authority = Authority::new();
    let builder = DevfileRegistry::builder().tls(&authority, Quality::Good);
    let registry = builder
        .mode(Mode::RequiresToken("right".to_owned()))
        .start();
    let ca_file = Some(authority.file().display().to_string());
    let base = RegistryDraft {
        ca_file,
        ..draft("Lab", &registry.url())
    };
    let token = |text: &str| TokenChange::Set {
        token: Secret::new(text),
    };
    let wrong = RegistryDraft {
        token: token("wrong"),
        ..base.clone()
    };
    let report = test(&app, wrong.clone()).await.report;
    assert_eq!(report.failure.unwrap().kind, FailureKind::Unauthorized);
    let added = app.add(wrong).await.unwrap();
    let (draft, id) = (
        RegistryDraft {
            token: token("right"),
            ..base.clone()
        },
        added.row.id.clone(),
    );
    app.update(&added, draft).await.unwrap();
    let request = TestRegistry {
        draft: base,
        id: Some(id),
        operation: "t".to_owned(),
    };
    let report = app.app.test_registry(request).await.unwrap().report;
    assert_eq!((report.failure, report.token_sent), (None, true));
    assert!(!format!("{:?}", app.world.events.lock().unwrap()).contains("right"));
}

#[tokio::test]
async fn a_locked_keychain_is_a_result_and_nothing_is_sent() {
    let app = TestApp::new().await;
    let registry = DevfileRegistry::start();
    let token = TokenChange::Set {
        token: Secret::new("t"),
    };
    let added = app
        .add(RegistryDraft {
            token,
            ..plain("Lab", &registry)
        })
        .await
        .unwrap();
    app.keychain.fail(Some(registrar_vault::Failure::Locked));
    let summary = check(&app, Some(vec![added.row.id.clone()])).await;
    assert_eq!((summary.passed, summary.failed), (0, 1));
    let kind = FailureKind::TokenUnavailable;
    assert_eq!(app.details("Lab").await.row.health, Health::Failed { kind });
    assert!(registry.requests().is_empty());
}

#[tokio::test]
async fn one_dead_registry_delays_no_other() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let dead = DevfileRegistry::builder().mode(Mode::Hangs).start();
    let alive = DevfileRegistry::start();
    app.add(plain("Dead", &dead)).await.unwrap();
    for number in 0..9 {
        app.add(plain(&format!("Alive {number}"), &alive))
            .await
            .unwrap();
    }
    let settings = Settings {
        timeout_seconds: 2,
        ..app.app.settings()
    };
    app.app.save_settings(settings).await.unwrap();
    let summary = check(&app, None).await;
    assert_eq!(
        (summary.passed, summary.failed, summary.cancelled),
        (9, 1, false)
    );
    // Those that answer were told of before the dead one had run out of time.
    let told = app.world.events.lock().unwrap().clone();
    let rows = told.iter().filter_map(|event| match event {
        AppEvent::RowsChanged { rows } => Some(rows),
        _ => None,
    });
    let names = |rows: &Vec<RegistryRow>| -> Vec<String> {
        let known = rows.iter().filter(|row| row.health != Health::Checking);
        known.map(|row| row.name.clone()).collect()
    };
    let told: Vec<_> = rows.map(names).filter(|names| !names.is_empty()).collect();
    assert_eq!(told.last(), Some(&vec!["Dead".to_owned()]), "{told:?}");
    let kind = FailureKind::TimedOut;
    assert_eq!(
        app.details("Dead").await.row.health,
        Health::Failed { kind }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_check_stops_and_says_so() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let dead = DevfileRegistry::builder().mode(Mode::Hangs).start();
    app.add(plain("Dead", &dead)).await.unwrap();
    let running = tokio::spawn({
        let app = app.app.clone();
        async move {
            let request = CheckRegistries {
                ids: None,
                operation: "c".to_owned(),
            };
            app.check_registries(request).await.unwrap()
        }
    });
    assert!(dead.wait_for_connections(1, Duration::from_secs(5)));
    app.app
        .cancel_operation(CancelOperation {
            operation: "c".to_owned(),
        })
        .await
        .unwrap();
    assert!(running.await.unwrap().cancelled);
    assert!(
        dead.wait_for_connections(0, Duration::from_secs(5)),
        "the connection stays open"
    );
    assert_eq!(app.details("Dead").await.row.health, Health::Unchecked);
}

#[tokio::test]
async fn results_survive_a_restart_and_end_with_the_address() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let registry = DevfileRegistry::start();
    let added = app.add(plain("Lab", &registry)).await.unwrap();
    check(&app, None).await;
    let app = app.restarted().await;
    let found = app
        .app
        .get_registry(reference(&added.row.id))
        .await
        .unwrap();
    assert!(matches!(found.row.health, Health::Ok { .. }));
    let renamed = app
        .update(&found, plain("Renamed", &registry))
        .await
        .unwrap();
    assert!(
        matches!(renamed.row.health, Health::Ok { .. }),
        "a name changes nothing"
    );
    let moved = RegistryDraft {
        url: format!("{}/x", registry.url()),
        ..plain("Renamed", &registry)
    };
    let moved = app.update(&renamed, moved).await.unwrap();
    assert_eq!(moved.row.health, Health::Unchecked);
    assert!(moved.last_check.is_none());
    assert!(moved.row.last_seen.is_some());
}
