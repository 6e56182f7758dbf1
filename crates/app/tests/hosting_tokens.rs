//! Tokens of source registries, and the instructions that they go into.

mod support;

use registrar_app::wire::*;
use registrar_vault::Failure;
use support::hosted::{Hosted, registry_token, source_ref};

const FILE: &str = "/local/tools/files/tool-1.0.0.zip";

async fn with_package() -> (Hosted, String) {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted.published(&id, "tool-1.0.0.zip", b"PK").await;
    (hosted, id)
}

fn new_token(source: &str, description: &str) -> CreateRegistryToken {
    CreateRegistryToken {
        source: source.to_owned(),
        description: description.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_token_reads_is_shown_again_and_stops_when_deleted() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    let made = app
        .create_registry_token(new_token(&id, "laptop"))
        .await
        .unwrap();
    let token = made.tokens[0].clone();
    assert_eq!(token.description, "laptop");
    let secret = hosted.secret(&id, &token.id).await;
    assert!(secret.starts_with("bkpt_"));
    assert_eq!(
        hosted.test.token(&token.id).as_ref(),
        Some(&secret),
        "it lies in the vault"
    );
    assert_eq!(hosted.get(FILE, Some(&secret)).await, (200, b"PK".to_vec()));
    assert_eq!(hosted.get(FILE, Some("bkpt_wrong")).await.0, 401);
    for (path, bytes) in hosted.test.files() {
        let found = bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "the secret lies in {}", path.display());
    }

    let copied = app
        .copy_registry_token(registry_token(&id, &token.id))
        .await
        .unwrap();
    assert_eq!(copied.clears_after_seconds, 45);
    assert_eq!(hosted.clipboard().as_ref(), Some(&secret));

    let update = UpdateRegistryToken {
        source: id.clone(),
        token: token.id.clone(),
        description: "build server".to_owned(),
    };
    let updated = app.update_registry_token(update).await.unwrap();
    assert_eq!(updated.tokens[0].description, "build server");
    let left = app
        .delete_registry_token(registry_token(&id, &token.id))
        .await
        .unwrap();
    assert!(left.tokens.is_empty());
    assert!(hosted.test.accounts().is_empty());
    assert_eq!(hosted.get(FILE, Some(&secret)).await.0, 401);

    let shown = hosted.activity("registry_token.shown").await;
    let said = "\u{201c}laptop\u{201d}, in this window".to_owned();
    assert_eq!(shown[0], (Some("Tools".to_owned()), true, said));
    for action in ["created", "updated", "copied", "deleted"] {
        hosted.activity(&format!("registry_token.{action}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_survives_a_restart_and_is_of_no_use_while_the_registry_is_public() {
    let (hosted, id) = with_package().await;
    let made = hosted
        .test
        .app
        .create_registry_token(new_token(&id, "laptop"))
        .await;
    let token = made.unwrap().tokens[0].id.clone();
    let secret = hosted.secret(&id, &token).await;
    hosted.test.app.end().await;
    let (folder, keychain) = (hosted.test.folder.clone(), hosted.test.keychain.clone());
    drop(hosted);
    let hosted = Hosted::over(folder, keychain, support::hosted::free_port()).await;
    hosted.running().await;
    assert_eq!(hosted.secret(&id, &token).await, secret);
    assert_eq!(hosted.get(FILE, Some(&secret)).await.0, 200);

    let visibility = |public| SetVisibility {
        id: id.clone(),
        public,
    };
    let app = &hosted.test.app;
    app.set_source_visibility(visibility(true)).await.unwrap();
    let refused = app.reveal_registry_token(registry_token(&id, &token)).await;
    assert_eq!(refused.err().unwrap().code, Code::Invalid);
    let refused = app.create_registry_token(new_token(&id, "other")).await;
    assert_eq!(refused.unwrap_err().code, Code::Invalid);
    app.set_source_visibility(visibility(false)).await.unwrap();
    assert_eq!(hosted.secret(&id, &token).await, secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_keychain_there_is_no_token_at_all() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    for (failure, code) in [
        (Failure::Locked, Code::VaultLocked),
        (Failure::Dismissed, Code::VaultDismissed),
        (Failure::Denied, Code::VaultDenied),
    ] {
        hosted.test.keychain.fail(Some(failure));
        let error = app
            .create_registry_token(new_token(&id, "laptop"))
            .await
            .unwrap_err();
        assert_eq!(error.code, code);
    }
    hosted.test.keychain.fail(None);
    assert!(
        app.get_source(source_ref(&id))
            .await
            .unwrap()
            .tokens
            .is_empty()
    );
    assert!(hosted.test.accounts().is_empty());
    let failures = hosted.activity("registry_token.created").await;
    assert!(failures.iter().all(|(_, ok, _)| !ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_move_with_all_others_when_the_vault_changes() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    let made = app
        .create_registry_token(new_token(&id, "laptop"))
        .await
        .unwrap();
    let token = &made.tokens[0].id;
    let secret = hosted.secret(&id, token).await;
    let passphrase = || Passphrase {
        passphrase: registrar_registry::Secret::new("correct horse"),
    };
    app.create_vault(passphrase()).await.unwrap();
    assert!(
        hosted.test.accounts().is_empty(),
        "the keychain holds nothing any more"
    );
    assert_eq!(hosted.secret(&id, token).await, secret);
    app.lock_vault(Nothing {}).await.unwrap();
    let locked = app.reveal_registry_token(registry_token(&id, token)).await;
    assert_eq!(locked.err().unwrap().code, Code::VaultLocked);
    app.unlock_vault(passphrase()).await.unwrap();
    app.use_keychain(Nothing {}).await.unwrap();
    assert_eq!(hosted.test.token(token), Some(secret));
}

fn wanted(source: &str, purpose: Purpose) -> InstructionsFor {
    InstructionsFor {
        source: source.to_owned(),
        purpose,
        package: None,
        version: None,
        reach: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instructions_are_shown_masked_and_copied_with_a_token_that_works() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    for purpose in [Purpose::Install, Purpose::Publish] {
        let shown = app.instructions(wanted(&id, purpose)).await.unwrap();
        assert_eq!(shown.token_seconds, 300);
        let snippet = &shown.snippets[0];
        assert!(snippet.needs_token && snippet.text.contains("bkpt_\u{2022}"));
        let address = format!("http://127.0.0.1:{}/", hosted.port);
        assert!(snippet.text.contains(&address), "{}", snippet.text);
        let request = CopySnippet {
            instructions: wanted(&id, purpose),
            snippet: snippet.id.clone(),
        };
        let copied = app.copy_snippet(request).await.unwrap();
        assert_eq!(copied.clears_after_seconds, 45);
        let text = hosted.clipboard().unwrap();
        assert!(!text.contains('\u{2022}'), "{text}");
        let token = text.split("bkpt_").nth(1).unwrap();
        let token = token
            .split(|letter: char| !letter.is_alphanumeric())
            .next()
            .unwrap();
        let token = format!("bkpt_{token}");
        assert_eq!(hosted.get(FILE, Some(&token)).await.0, 200);
    }
    let unknown = CopySnippet {
        instructions: wanted(&id, Purpose::Install),
        snippet: "curl-99".to_owned(),
    };
    assert_eq!(
        app.copy_snippet(unknown).await.unwrap_err().code,
        Code::NotFound
    );
    assert!(
        hosted.test.accounts().is_empty(),
        "temporary tokens are written nowhere"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn installing_from_a_public_registry_takes_no_token() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    let visibility = SetVisibility {
        id: id.clone(),
        public: true,
    };
    app.set_source_visibility(visibility).await.unwrap();
    let shown = app
        .instructions(wanted(&id, Purpose::Install))
        .await
        .unwrap();
    let snippet = &shown.snippets[0];
    assert!(!snippet.needs_token);
    let request = CopySnippet {
        instructions: wanted(&id, Purpose::Install),
        snippet: snippet.id.clone(),
    };
    let copied = app.copy_snippet(request).await.unwrap();
    assert_eq!(copied.clears_after_seconds, 0, "it is no secret");
    assert_eq!(hosted.clipboard().as_ref(), Some(&snippet.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn api_tokens_are_shown_once_and_may_what_they_are_said_to() {
    let (hosted, _) = with_package().await;
    let app = &hosted.test.app;
    let new = |description: &str, scopes: &[TokenScope], days| CreateApiToken {
        description: description.to_owned(),
        scopes: scopes.to_vec(),
        expires_in_days: days,
    };
    let refused = app
        .create_api_token(new("ci", &[], None))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.field),
        (Code::Invalid, Some(Field::Scopes))
    );
    let reads = [TokenScope::ReadPackages];
    let refused = app
        .create_api_token(new(" ", &reads, None))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.field),
        (Code::Invalid, Some(Field::Description))
    );
    for days in [0, 3651] {
        let refused = app.create_api_token(new("ci", &reads, Some(days))).await;
        assert_eq!(refused.err().unwrap().field, Some(Field::Expires), "{days}");
    }

    let made = app
        .create_api_token(new("ci", &reads, Some(30)))
        .await
        .unwrap();
    assert!(made.token.starts_with("bkua_") && made.token.ends_with(&made.row.ending));
    assert_eq!(made.row.scopes, reads);
    assert!(made.row.expires_at.is_some());
    assert_eq!(hosted.get(FILE, Some(&made.token)).await.0, 200);
    for (path, bytes) in hosted.test.files() {
        let found = bytes
            .windows(made.token.len())
            .any(|part| part == made.token.as_bytes());
        assert!(!found, "the secret lies in {}", path.display());
    }
    let lasting = app
        .create_api_token(new("home", &reads, None))
        .await
        .unwrap();
    let list = app.list_api_tokens(Nothing {}).await.unwrap().tokens;
    let names: Vec<_> = list.iter().map(|token| &*token.description).collect();
    assert_eq!(names, ["home", "ci"], "newest first");
    let delete = ApiTokenRef {
        id: lasting.row.id.clone(),
    };
    assert_eq!(app.delete_api_token(delete).await.unwrap().tokens.len(), 1);
    assert_eq!(hosted.get(FILE, Some(&lasting.token)).await.0, 401);
    assert_eq!(hosted.activities("api_token.created", 4).await.len(), 4);
    hosted.activity("api_token.deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_into_a_command_is_what_was_published() {
    let (hosted, id) = with_package().await;
    let app = &hosted.test.app;
    let about = |package: &str, version: Option<&str>| InstructionsFor {
        package: Some(package.to_owned()),
        version: version.map(str::to_owned),
        ..wanted(&id, Purpose::Install)
    };
    for version in [None, Some("1.0.0")] {
        let shown = app.instructions(about("Tool", version)).await.unwrap();
        let url = format!("{}{FILE}", hosted.status().await.url);
        assert!(shown.snippets[0].text.contains(&url), "{shown:?}");
    }
    for (package, version) in [("$(id)", None), ("tool", Some("; id"))] {
        let refused = app.instructions(about(package, version)).await;
        assert_eq!(refused.unwrap_err().code, Code::NotFound);
    }
}
