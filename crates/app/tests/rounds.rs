//! What the clock does: checks that nobody asked for, and telling of credentials in trouble.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Registry, USER};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use jiff::{ToSpan as _, Zoned};
use registrar_app::wire::*;
use registrar_registry::Secret;
use registrar_vault::{Failure, SecretStore as _};
use support::{TestApp, container, draft_with_token, signed_in};

fn known(name: &str, registry: &ContainerRegistry) -> RegistryDraft {
    RegistryDraft {
        allow_http: true,
        ..signed_in(name, &registry.host(), USER, PASSWORD)
    }
}

fn troubles(app: &TestApp) -> Vec<Vec<CredentialTrouble>> {
    let events = app.world.events.lock().unwrap();
    let told = events.iter().filter_map(|event| match event {
        AppEvent::CredentialTrouble { troubles } => Some(troubles.clone()),
        _ => None,
    });
    told.collect()
}

fn notified(app: &TestApp) -> Vec<(String, String)> {
    app.world.notified.lock().unwrap().clone()
}

async fn actions(app: &TestApp) -> Vec<String> {
    let request = ListActivity {
        search: "credential.".to_owned(),
        offset: 0,
        limit: 100,
    };
    let page = app.app.list_activity(request).await.unwrap();
    page.rows.into_iter().map(|row| row.action).collect()
}

/// Makes the keychain hold another token than the registry wants, as a revoked one would be.
fn revoke(app: &TestApp, id: &str) {
    app.keychain.set(id, &Secret::new("revoked")).unwrap();
}

#[tokio::test]
async fn a_credential_that_worked_and_is_refused_is_told_once() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let registry = ContainerRegistry::bearer().start();
    let lab = app.add(known("Lab", &registry)).await.unwrap();
    app.app.check_in_background().await;
    assert!(matches!(
        app.details("Lab").await.row.health,
        Health::Ok { .. }
    ));
    assert_eq!((troubles(&app), notified(&app)), (vec![], vec![]));

    revoke(&app, &lab.row.id);
    app.app.check_in_background().await;
    let expected = CredentialTrouble {
        id: lab.row.id.clone(),
        name: "Lab".to_owned(),
        kind: TroubleKind::Refused,
    };
    assert_eq!(troubles(&app), [[expected]]);
    assert!(notified(&app)[0].1.contains("Lab"));
    assert_eq!(actions(&app).await, ["credential.refused"]);

    app.app.check_in_background().await;
    let app = app.restarted().await;
    app.app.check_in_background().await;
    assert_eq!(
        (troubles(&app), notified(&app)),
        (vec![], vec![]),
        "once is enough"
    );
}

#[tokio::test]
async fn a_devfile_registrys_token_is_watched_over_as_well() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .mode(Mode::RequiresToken("right".to_owned()))
        .start();
    let draft = RegistryDraft {
        ca_file: Some(authority.file().display().to_string()),
        ..draft_with_token("Stacks", &registry.url(), "right")
    };
    let added = app.add(draft).await.unwrap();
    app.app.check_in_background().await;
    revoke(&app, &added.row.id);
    app.app.check_in_background().await;
    assert_eq!(troubles(&app)[0][0].name, "Stacks");
}

#[tokio::test]
async fn a_credential_that_never_worked_is_no_news() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let guarded = ContainerRegistry::basic().start();
    let wrong = RegistryDraft {
        allow_http: true,
        ..signed_in("Wrong", &guarded.host(), USER, "wrong")
    };
    app.add(wrong).await.unwrap();
    // An open registry proves nothing, so nothing stops working there.
    let open = ContainerRegistry::builder()
        .registry(Registry::Open)
        .start();
    app.add(known("Open", &open)).await.unwrap();
    app.app.check_in_background().await;
    app.app.check_in_background().await;
    assert_eq!((troubles(&app), notified(&app)), (vec![], vec![]));
}

#[tokio::test]
async fn an_outage_between_does_not_hide_that_it_is_refused() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let registry = ContainerRegistry::basic().start();
    let lab = app.add(known("Lab", &registry)).await.unwrap();
    app.app.check_in_background().await;
    // A check that could not even begin.
    app.keychain.fail(Some(Failure::Locked));
    let request = CheckRegistries {
        ids: None,
        operation: "by hand".to_owned(),
    };
    app.app.check_registries(request).await.unwrap();
    assert!(matches!(
        app.details("Lab").await.row.health,
        Health::Failed { .. }
    ));
    assert_eq!(troubles(&app), Vec::<Vec<_>>::new());
    app.keychain.fail(None);
    revoke(&app, &lab.row.id);
    app.app.check_in_background().await;
    assert_eq!(troubles(&app).len(), 1);
}

#[tokio::test]
async fn what_is_locked_is_left_as_it_was_and_nobody_is_asked() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let guarded = ContainerRegistry::basic().start();
    let open = ContainerRegistry::builder()
        .registry(Registry::Open)
        .start();
    app.add(known("Guarded", &guarded)).await.unwrap();
    let anonymous = RegistryDraft {
        allow_http: true,
        ..container("Open", &open.host())
    };
    app.add(anonymous).await.unwrap();
    app.keychain.fail(Some(Failure::Locked));
    app.app.check_in_background().await;
    assert!(guarded.requests().is_empty());
    assert_eq!(app.details("Guarded").await.row.health, Health::Unchecked);
    assert!(matches!(
        app.details("Open").await.row.health,
        Health::Ok { .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_never_runs_beside_a_check_of_all() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let dead = DevfileRegistry::builder().mode(Mode::Hangs).start();
    let draft = RegistryDraft {
        allow_http: true,
        ..support::draft("Dead", &dead.url())
    };
    app.add(draft).await.unwrap();
    let running = tokio::spawn({
        let app = app.app.clone();
        async move {
            let request = CheckRegistries {
                ids: None,
                operation: "all".to_owned(),
            };
            app.check_registries(request).await.unwrap()
        }
    });
    assert!(dead.wait_for_connections(1, Duration::from_secs(5)));
    app.app.check_in_background().await;
    assert_eq!(dead.open_connections(), 1, "a second check was begun");

    let operation = "all".to_owned();
    app.app
        .cancel_operation(CancelOperation { operation })
        .await
        .unwrap();
    assert!(running.await.unwrap().cancelled);
    // The other way round, what the person asks for takes the place of the round.
    assert!(dead.wait_for_connections(0, Duration::from_secs(5)));
    let round = tokio::spawn({
        let app = app.app.clone();
        async move { app.check_in_background().await }
    });
    assert!(dead.wait_for_connections(1, Duration::from_secs(5)));
    let settings = Settings {
        timeout_seconds: 2,
        ..app.app.settings()
    };
    app.app.save_settings(settings).await.unwrap();
    let request = CheckRegistries {
        ids: None,
        operation: "again".to_owned(),
    };
    let summary = app.app.check_registries(request).await.unwrap();
    assert_eq!((summary.failed, summary.cancelled), (1, false));
    round.await.unwrap();
}

#[tokio::test]
async fn many_troubles_are_one_notification_that_counts_them() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let registry = ContainerRegistry::bearer().start();
    let soon = (Zoned::now().date() + 3.days()).to_string();
    let mut ids = Vec::new();
    for number in 0..3 {
        let draft = RegistryDraft {
            expires: soon.clone(),
            ..known(&format!("Lab {number}"), &registry)
        };
        ids.push(app.add(draft).await.unwrap().row.id);
    }
    app.app.check_in_background().await;
    assert_eq!(troubles(&app)[0].len(), 3, "all three end soon");
    assert_eq!(notified(&app).len(), 1);
    assert!(
        notified(&app)[0].0.starts_with("3 "),
        "{:?}",
        notified(&app)
    );
    for id in &ids {
        revoke(&app, id);
    }
    app.app.check_in_background().await;
    let refused = &troubles(&app)[1];
    assert_eq!(refused.len(), 3);
    assert!(
        refused
            .iter()
            .all(|trouble| trouble.kind == TroubleKind::Refused),
        "{refused:?}"
    );
    assert_eq!(notified(&app).len(), 2);
}

#[tokio::test]
async fn the_end_of_a_token_is_told_once_a_day() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let today = Zoned::now().date();
    let ends = |name: &str, days: i64| RegistryDraft {
        expires: (today + days.days()).to_string(),
        ..signed_in(name, "registry.invalid", "me", "secret")
    };
    app.add(ends("Gone", -2)).await.unwrap();
    app.add(ends("Far", 40)).await.unwrap();
    let without = RegistryDraft {
        token: TokenChange::Remove,
        ..ends("Without a token", 1)
    };
    app.add(without).await.unwrap();
    app.keychain.fail(Some(Failure::Locked));
    app.app.check_in_background().await;
    let last_day = (today - 2.days()).to_string();
    let told = troubles(&app);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].len(), 1, "{told:?}");
    assert_eq!(told[0][0].kind, TroubleKind::Expired { last_day });
    assert_eq!(actions(&app).await, ["credential.expired"]);
    app.app.check_in_background().await;
    let again = app.restarted().await;
    again.app.check_in_background().await;
    assert_eq!((troubles(&app).len(), troubles(&again).len()), (1, 0));
}

#[tokio::test]
async fn the_interval_is_kept_within_its_bounds_and_never_means_never() {
    let app = TestApp::new().await;
    for (wanted, kept) in [(1, 5), (0, 0), (30, 30), (1_000_000, 1440)] {
        let settings = Settings {
            check_every_minutes: wanted,
            ..app.app.settings()
        };
        let saved = app.app.save_settings(settings).await.unwrap();
        assert_eq!(saved.check_every_minutes, kept);
        assert_eq!(
            app.restarted().await.app.settings().check_every_minutes,
            kept
        );
    }
}

#[tokio::test]
async fn a_round_does_not_keep_an_idle_vault_open() {
    let app = TestApp::with_catalog("version = 1\n").await;
    let registry = ContainerRegistry::basic().start();
    app.add(known("Lab", &registry)).await.unwrap();
    let passphrase = Secret::new("correct horse");
    app.app
        .create_vault(Passphrase { passphrase })
        .await
        .unwrap();
    let used = registrar_vault::Moment::now();
    app.app.check_in_background().await;
    assert!(matches!(
        app.details("Lab").await.row.health,
        Health::Ok { .. }
    ));
    let after = Duration::from_mins(1);
    let sealed = Arc::clone(&app.sealed);
    assert!(
        sealed.lock_if_idle(used.later(after), after),
        "reading it counted as a use"
    );
    let asked = registry.requests().len();
    app.app.check_in_background().await;
    assert_eq!(
        registry.requests().len(),
        asked,
        "what is locked is not checked"
    );
}
