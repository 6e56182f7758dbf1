//! List, add, update and delete, as a person would notice them; among them odo's own cases.

mod support;

use std::time::Duration;

use registrar_app::wire::*;
use registrar_registry::Secret;
use registrar_vault::Failure;
use support::{TestApp, draft, draft_with_token, reference};

const STAGE: &str = "https://registry.stage.devfile.io";

#[tokio::test]
async fn the_first_start_lists_the_default_registry() {
    let test = TestApp::new().await;
    let page = test.list().await;
    let shown: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.url.as_str()))
        .collect();
    assert_eq!(
        shown,
        [("DefaultDevfileRegistry", "https://registry.devfile.io")]
    );
    assert!(!page.rows[0].has_token);
    assert_eq!(page.rows[0].health, Health::Unchecked);
}

#[tokio::test]
async fn the_default_registry_stays_deleted() {
    let test = TestApp::new().await;
    let id = test.details("DefaultDevfileRegistry").await.row.id;
    test.delete(&id).await.unwrap();
    assert!(test.names().await.is_empty());
    assert!(test.restarted().await.names().await.is_empty());
}

#[tokio::test]
async fn an_added_registry_is_listed_with_its_address() {
    let test = TestApp::new().await;
    let added = test
        .add(draft(
            "RegistryName",
            "HTTPS://Registry.Stage.devfile.io:443/",
        ))
        .await;
    assert_eq!(added.unwrap().row.url, STAGE);
    assert_eq!(
        test.names().await,
        ["DefaultDevfileRegistry", "RegistryName"]
    );
}

#[tokio::test]
async fn the_same_name_in_another_case_is_taken() {
    let test = TestApp::new().await;
    let error = test
        .add(draft("defaultdevfileREGISTRY", STAGE))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field),
        (Code::NameTaken, Some(Field::Name))
    );
    assert!(
        error.message.contains("DefaultDevfileRegistry"),
        "{}",
        error.message
    );
    assert_eq!(test.names().await.len(), 1);
}

#[tokio::test]
async fn a_github_address_is_refused_with_the_explanation() {
    let test = TestApp::new().await;
    let error = test
        .add(draft("Git", "https://github.com/odo-devfiles/registry"))
        .await
        .unwrap_err();
    assert_eq!((error.code, error.field), (Code::Invalid, Some(Field::Url)));
    let message = error.message.to_lowercase();
    assert!(
        message.contains("github") && message.contains("no longer supported"),
        "{message}"
    );
}

#[tokio::test]
async fn plain_http_needs_an_explicit_choice() {
    let test = TestApp::new().await;
    let plain = draft("Lab", "http://192.168.1.10:30741/");
    let error = test.add(plain.clone()).await.unwrap_err();
    assert_eq!((error.code, error.field), (Code::Invalid, Some(Field::Url)));
    let added = test
        .add(RegistryDraft {
            allow_http: true,
            ..plain
        })
        .await
        .unwrap();
    assert_eq!(added.row.tls, Tls::PlainHttp);
}

#[tokio::test]
async fn the_same_address_twice_is_a_warning() {
    let test = TestApp::new().await;
    let draft = draft("Again", "https://registry.devfile.io/");
    let review = ReviewDraft {
        draft: draft.clone(),
        id: None,
    };
    let review = test.app.review_draft(review).await.unwrap();
    assert!(review.errors.is_empty());
    assert!(
        review.warnings[0]
            .message
            .contains("DefaultDevfileRegistry")
    );
    assert!(test.add(draft).await.is_ok());
}

#[tokio::test]
async fn a_token_goes_to_the_keychain_and_nowhere_else() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret-t0ken"))
        .await
        .unwrap();
    assert!(added.row.has_token);
    assert_eq!(test.token(&added.row.id).as_deref(), Some("s3cret-t0ken"));
    assert_eq!(test.accounts(), std::slice::from_ref(&added.row.id));
    for (path, bytes) in test.files() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("s3cret"),
            "the token is in {}",
            path.display()
        );
    }
    let told = format!("{:?}", test.world.events.lock().unwrap());
    assert!(!told.contains("s3cret"));
}

#[tokio::test]
async fn updating_keeps_the_token_unless_told_otherwise() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "first"))
        .await
        .unwrap();
    let id = added.row.id.clone();
    let moved = test
        .update(&added, draft("Laboratory", "https://lab.example.com"))
        .await
        .unwrap();
    assert_eq!(
        (moved.row.name.as_str(), moved.row.has_token),
        ("Laboratory", true)
    );
    assert_eq!(test.token(&id).as_deref(), Some("first"));
    let replaced = draft_with_token("Laboratory", "https://lab.example.com", "second");
    let replaced = test.update(&moved, replaced).await.unwrap();
    assert_eq!(test.token(&id).as_deref(), Some("second"));
    let removed = RegistryDraft {
        token: TokenChange::Remove,
        ..draft("Laboratory", STAGE)
    };
    let removed = test.update(&replaced, removed).await.unwrap();
    assert!(!removed.row.has_token);
    assert!(test.accounts().is_empty());
}

#[tokio::test]
async fn updating_or_deleting_what_is_not_there_fails() {
    let test = TestApp::new().await;
    let default = test.details("DefaultDevfileRegistry").await;
    test.delete(&default.row.id).await.unwrap();
    let error = test.update(&default, draft("X", STAGE)).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert_eq!(
        test.delete(&default.row.id).await.unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(
        test.delete("nonsense").await.unwrap_err().code,
        Code::NotFound
    );
}

#[tokio::test]
async fn an_update_of_an_older_state_is_refused() {
    let test = TestApp::new().await;
    let opened = test.details("DefaultDevfileRegistry").await;
    test.update(&opened, draft("Theirs", STAGE)).await.unwrap();
    let error = test
        .update(&opened, draft("Mine", STAGE))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ChangedElsewhere);
    assert_eq!(test.names().await, ["Theirs"]);
}

#[tokio::test]
async fn an_update_over_an_edit_by_hand_is_refused() {
    let test = TestApp::new().await;
    let opened = test.details("DefaultDevfileRegistry").await;
    let text = test
        .catalog_text()
        .replace("https://registry.devfile.io", "https://other.example.com");
    std::fs::write(test.catalog_path(), text).unwrap();
    test.event(|event| matches!(event, AppEvent::RegistriesChanged { outside: true, .. }))
        .await;
    let error = test
        .update(&opened, draft("Mine", STAGE))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ChangedElsewhere);
    assert!(test.catalog_text().contains("https://other.example.com"));
}

#[tokio::test]
async fn a_vault_with_a_forgotten_passphrase_can_be_given_up() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    let passphrase = Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    test.app.create_vault(passphrase).await.unwrap();
    let test = test.restarted().await;
    let status = test.app.discard_vault(Nothing {}).await.unwrap();
    assert_eq!((status.kind, status.tokens), (VaultKind::Keychain, 0));
    assert!(!status.has_passphrase_vault);
    assert!(!test.details("Lab").await.row.has_token);
    let opened = test
        .app
        .get_registry(reference(&added.row.id))
        .await
        .unwrap();
    test.update(&opened, draft_with_token("Lab", STAGE, "again"))
        .await
        .unwrap();
    assert_eq!(test.token(&added.row.id).as_deref(), Some("again"));
    assert!(
        test.folder
            .path()
            .join("data/vault.sealed.set-aside")
            .exists()
    );
}

#[tokio::test]
async fn what_a_crash_left_in_the_keychain_goes_once_the_vault_is_open() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    let passphrase = || Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    test.app.create_vault(passphrase()).await.unwrap();
    registrar_vault::SecretStore::set(&*test.keychain, &added.row.id, &Secret::new("s3cret"))
        .unwrap();
    let test = test.restarted().await;
    test.app.unlock_vault(passphrase()).await.unwrap();
    assert!(test.accounts().is_empty());
}

#[tokio::test]
async fn undo_brings_a_deleted_registry_back_where_it_stood() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    test.add(draft("After", "https://after.example.com"))
        .await
        .unwrap();
    let before = test.catalog_text();
    test.delete(&added.row.id).await.unwrap();
    assert!(!test.catalog_text().contains("Lab"));
    test.app
        .undo_delete(reference(&added.row.id))
        .await
        .unwrap();
    assert_eq!(test.catalog_text(), before);
    assert_eq!(test.token(&added.row.id).as_deref(), Some("s3cret"));
}

#[tokio::test]
async fn a_deletion_is_final_at_the_end_of_the_program() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    test.delete(&added.row.id).await.unwrap();
    assert_eq!(test.accounts().len(), 1, "it can still be undone");
    test.app.end().await;
    assert!(test.accounts().is_empty());
    let error = test
        .app
        .undo_delete(reference(&added.row.id))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::NotFound);
}

#[tokio::test]
async fn a_locked_keychain_refuses_the_token_and_changes_nothing() {
    let test = TestApp::new().await;
    let before = test.catalog_text();
    test.keychain.fail(Some(Failure::Locked));
    let error = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::VaultLocked, true));
    assert_eq!(test.catalog_text(), before);
    test.keychain.fail(None);
    assert!(
        test.add(draft_with_token("Lab", STAGE, "s3cret"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_catalog_that_cannot_be_written_leaves_no_token() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "old"))
        .await
        .unwrap();
    // A broken file is never written, whatever the rights of the person who runs this.
    std::fs::write(test.catalog_path(), "version = [").unwrap();
    let error = test
        .add(draft_with_token("New", STAGE, "s3cret"))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::CatalogBroken);
    let error = test
        .update(&added, draft_with_token("Lab", STAGE, "new"))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::CatalogBroken);
    assert_eq!(test.accounts(), std::slice::from_ref(&added.row.id));
    assert_eq!(test.token(&added.row.id).as_deref(), Some("old"));
}

#[tokio::test]
async fn a_broken_catalog_is_shown_and_its_backup_restored() {
    let test = TestApp::new().await;
    test.add(draft("Lab", STAGE)).await.unwrap();
    test.add(draft("Second", STAGE)).await.unwrap();
    std::fs::write(test.catalog_path(), "version = 1\n\n[[registry]\n").unwrap();
    let test = test.restarted().await;
    let problem = test.list().await.problem.unwrap();
    assert_eq!(problem.line, Some(3));
    assert!(problem.backup.is_some());
    assert_eq!(
        test.catalog_text(),
        "version = 1\n\n[[registry]\n",
        "nothing was touched"
    );
    test.app.restore_backup(Nothing {}).await.unwrap();
    assert!(test.list().await.problem.is_none());
    assert!(test.names().await.contains(&"Lab".to_owned()));
}

#[tokio::test]
async fn a_change_from_outside_reaches_the_window() {
    let test = TestApp::new().await;
    let text = test
        .catalog_text()
        .replace("DefaultDevfileRegistry", "Renamed");
    std::fs::write(test.catalog_path(), text).unwrap();
    test.event(|event| matches!(event, AppEvent::RegistriesChanged { outside: true, .. }))
        .await;
    assert_eq!(test.names().await, ["Renamed"]);
}

#[tokio::test]
async fn show_and_copy_give_the_token() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    let shown = test
        .app
        .reveal_token(reference(&added.row.id))
        .await
        .unwrap();
    assert_eq!((shown.token.as_str(), shown.base64), ("s3cret", false));
    let copied = test.app.copy_token(reference(&added.row.id)).await.unwrap();
    assert_eq!(copied.clears_after_seconds, 45);
    assert_eq!(
        test.world.clipboard.lock().unwrap().as_deref(),
        Some(b"s3cret".as_slice())
    );
    test.app.end().await;
    assert_eq!(*test.world.clipboard.lock().unwrap(), None);
}

#[tokio::test]
async fn a_token_that_vanished_from_the_keychain_is_said_to_be_missing() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    registrar_vault::SecretStore::delete(&*test.keychain, &added.row.id).unwrap();
    let error = test
        .app
        .reveal_token(reference(&added.row.id))
        .await
        .err()
        .unwrap();
    assert_eq!(error.code, Code::NotFound);
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn every_change_is_noted_with_its_outcome() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    test.update(&added, draft("Lab 2", STAGE)).await.unwrap();
    test.add(draft("Lab 2", STAGE)).await.unwrap_err();
    test.delete(&added.row.id).await.unwrap();
    let request = ListActivity {
        search: String::new(),
        offset: 0,
        limit: 100,
    };
    let page = test.app.list_activity(request).await.unwrap();
    let noted: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row.action.as_str(), row.ok))
        .collect();
    assert_eq!(
        noted,
        [
            ("registry.deleted", true),
            ("registry.added", false),
            ("registry.updated", true),
            ("registry.added", true),
        ]
    );
    assert_eq!(page.rows[2].detail.as_deref(), Some("name: Lab → Lab 2"));
}

#[tokio::test]
async fn tokens_move_into_the_passphrase_vault_and_back() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    let passphrase = || Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    let weak = Passphrase {
        passphrase: Secret::new("short"),
    };
    assert_eq!(
        test.app.create_vault(weak).await.unwrap_err().code,
        Code::Invalid
    );
    let status = test.app.create_vault(passphrase()).await.unwrap();
    assert_eq!(
        (status.kind, status.state),
        (VaultKind::Passphrase, VaultState::Ready)
    );
    assert!(test.accounts().is_empty(), "the keychain keeps no copy");

    let test = test.restarted().await;
    let status = test.app.vault_status(Nothing {}).await.unwrap();
    assert_eq!(
        (status.kind, status.state),
        (VaultKind::Passphrase, VaultState::Locked)
    );
    let reveal = test.app.reveal_token(reference(&added.row.id)).await;
    assert_eq!(reveal.err().unwrap().code, Code::VaultLocked);
    let wrong = Passphrase {
        passphrase: Secret::new("wrong horse!"),
    };
    assert_eq!(
        test.app.unlock_vault(wrong).await.unwrap_err().code,
        Code::WrongPassphrase
    );
    test.app.unlock_vault(passphrase()).await.unwrap();
    let shown = test
        .app
        .reveal_token(reference(&added.row.id))
        .await
        .unwrap();
    assert_eq!(shown.token, "s3cret");

    let status = test.app.use_keychain(Nothing {}).await.unwrap();
    assert_eq!(status.kind, VaultKind::Keychain);
    assert_eq!(test.token(&added.row.id).as_deref(), Some("s3cret"));
}

/// Lets the time of the application's timers pass, and theirs alone.
async fn pass(seconds: u64) {
    // So that every timer has begun.
    tokio::time::sleep(Duration::from_millis(50)).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn a_second_copy_stays_on_the_clipboard_for_its_whole_time() {
    let test = TestApp::new().await;
    let added = test
        .add(draft_with_token("Lab", STAGE, "s3cret"))
        .await
        .unwrap();
    test.app.copy_token(reference(&added.row.id)).await.unwrap();
    pass(30).await;
    test.app.copy_token(reference(&added.row.id)).await.unwrap();
    pass(30).await;
    assert!(test.world.clipboard.lock().unwrap().is_some());
    pass(20).await;
    for _ in 0..100 {
        if test.world.clipboard.lock().unwrap().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the token is still on the clipboard");
}
