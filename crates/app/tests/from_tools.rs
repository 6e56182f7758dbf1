//! What tools ask for, store and erase, over a keychain in memory.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::sync::Arc;
use std::thread;

use registrar_app::wire::*;
use registrar_app::{App, Paths, Ports, Stores, ToolCredentials};
use registrar_handover::docker_protocol::{Credential, Credentials, Key};
use registrar_registry::Secret;
use registrar_vault::{Failure, PassphraseVault, SecretStore};
use support::TestApp;

const ID: &str = "01935a00-0000-7000-8000-000000000001";

/// A catalog with one container registry that the person made.
fn catalog(address: &str, more: &str) -> String {
    format!(
        "version = 1\n\n# mine\n[[registry]]\nid = \"{ID}\"\nkind = \"container\"\nname = \"Mine\"\nurl = \"{address}\"\n\
         created = \"2026-01-01T00:00:00Z\"\nupdated = \"2026-01-01T00:00:00Z\"\n{more}"
    )
}

fn key(server: &str) -> Key {
    Key::parse(server).unwrap()
}

fn credential(user: &str, secret: &str) -> Credential {
    Credential {
        user: user.to_owned(),
        secret: Secret::new(secret),
    }
}

/// What a tool does in a process of its own, over the same folders and keychain.
fn as_tool<T: Send>(
    test: &TestApp,
    tool: &str,
    call: impl FnOnce(&mut ToolCredentials) -> T + Send,
) -> T {
    let paths = Paths::new(
        test.folder.path().join("config"),
        test.folder.path().join("data"),
    );
    let stores = Stores {
        keychain: test.keychain.clone(),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    let app = App::new(paths, Ports::silent(), stores);
    thread::scope(|scope| {
        scope
            .spawn(|| call(&mut ToolCredentials::new(app, tool)))
            .join()
            .unwrap()
    })
}

fn got(test: &TestApp, server: &str) -> Option<(String, String)> {
    let found = as_tool(test, "docker", |tool| tool.get(&key(server)).unwrap())?;
    let secret = found.secret.expose_text().unwrap().to_owned();
    Some((found.user, secret))
}

fn store(test: &TestApp, tool: &str, server: &str, user: &str, secret: &str) {
    as_tool(test, tool, |tool| {
        tool.store(&key(server), credential(user, secret))
    })
    .unwrap();
}

fn erase(test: &TestApp, server: &str) {
    as_tool(test, "docker", |tool| tool.erase(&key(server))).unwrap();
}

fn pair(user: &str, secret: &str) -> (String, String) {
    (user.to_owned(), secret.to_owned())
}

/// Waits until the open window has been told of a change from outside.
async fn told(test: &TestApp) {
    let outside =
        |event: &AppEvent| matches!(event, AppEvent::RegistriesChanged { outside: true, .. });
    test.event(outside).await;
}

async fn activity(test: &TestApp) -> Vec<(String, Option<String>)> {
    let request = ListActivity {
        search: String::new(),
        offset: 0,
        limit: 50,
    };
    let page = test.app.list_activity(request).await.unwrap();
    let rows = page.rows.into_iter();
    rows.map(|row| (row.action, row.detail)).collect()
}

#[tokio::test]
async fn a_login_adds_a_registry_that_a_logout_takes_away() {
    let test = TestApp::with_catalog("version = 1\n").await;
    store(&test, "podman", "localhost:5000", "ada", "hunter2");
    assert_eq!(
        got(&test, "http://localhost:5000"),
        Some(pair("ada", "hunter2"))
    );
    let text = test.catalog_text();
    assert!(text.contains("added_by = \"podman\""), "{text}");
    assert!(text.contains("name = \"localhost:5000\"") && text.contains("user = \"ada\""));
    assert!(!text.contains("hunter2"));
    told(&test).await;
    assert_eq!(test.names().await, ["localhost:5000"]);
    let said = (
        "registry.added".to_owned(),
        Some("localhost:5000, podman login".to_owned()),
    );
    assert_eq!(activity(&test).await, [said]);

    // As `docker logout` does it.
    for spelling in [
        "localhost:5000",
        "http://localhost:5000",
        "https://localhost:5000",
    ] {
        erase(&test, spelling);
    }
    assert_eq!(got(&test, "localhost:5000"), None);
    assert!(!test.catalog_text().contains("[[registry]]"));
    assert_eq!(test.keychain.accounts().unwrap(), Vec::<String>::new());
    assert_eq!(activity(&test).await.len(), 2);
}

#[tokio::test]
async fn a_login_to_a_registry_that_the_person_made_changes_its_credential_alone() {
    let more = "user = \"old\"\nca_file = \"/ca.pem\" # ours\nunknown = 1\n";
    let test = TestApp::with_catalog(&catalog("ghcr.io", more)).await;
    store(&test, "docker", "https://ghcr.io/v2/", "ada", "first");
    store(&test, "docker", "GHCR.io", "ada", "second");
    assert_eq!(got(&test, "ghcr.io"), Some(pair("ada", "second")));
    assert_eq!(test.keychain.accounts().unwrap(), [ID]);
    let text = test.catalog_text();
    for kept in [
        "# mine",
        "name = \"Mine\"",
        "ca_file = \"/ca.pem\" # ours",
        "unknown = 1",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("added_by"));

    erase(&test, "ghcr.io");
    assert_eq!(got(&test, "ghcr.io"), None);
    let text = test.catalog_text();
    assert!(
        text.contains("name = \"Mine\"") && text.contains("user = \"ada\""),
        "{text}"
    );
    assert_eq!(test.keychain.accounts().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn reading_writes_nothing_and_wakes_no_keychain_for_strangers() {
    let entry =
        "version = 1\n[[registry]]\nkind = \"container\"\nname = \"X\"\nurl = \"quay.io\"\n";
    let test = TestApp::new().await;
    let config = test.folder.path().join("elsewhere");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("registries.toml"), entry).unwrap();
    test.keychain.fail(Some(Failure::Locked));
    let stores = Stores {
        keychain: test.keychain.clone(),
        sealed: Arc::new(PassphraseVault::new(&config)),
    };
    let app = App::new(
        Paths::new(&config, config.join("data")),
        Ports::silent(),
        stores,
    );
    let mut tool = ToolCredentials::new(app, "docker");
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            assert!(tool.get(&key("docker.io")).unwrap().is_none());
            assert!(
                tool.get(&key("quay.io")).unwrap().is_none(),
                "it has no token"
            );
            assert!(tool.get(&key("not a host")).unwrap().is_none());
            assert!(tool.list().is_empty());
        });
        asking.join().unwrap();
    });
    let files: Vec<_> = std::fs::read_dir(&config).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let text = std::fs::read_to_string(config.join("registries.toml")).unwrap();
    assert_eq!(text, entry, "not even an id was written");
}

#[tokio::test]
async fn a_locked_keychain_is_one_sentence_and_the_list_asks_nobody() {
    let test = TestApp::with_catalog("version = 1\n").await;
    store(&test, "docker", "ghcr.io", "ada", "hunter2");
    test.keychain.fail(Some(Failure::Locked));
    let (get, list) = as_tool(&test, "docker", |tool| {
        (tool.get(&key("ghcr.io")).map(drop), tool.list())
    });
    let said = get.unwrap_err().to_string();
    assert!(said.contains(" is locked: unlock "), "{said}");
    assert!(
        said.ends_with("try again.") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(list, [(key("ghcr.io"), "ada".to_owned())]);
    let refused = as_tool(&test, "docker", |tool| {
        tool.store(&key("quay.io"), credential("ada", "x"))
            .unwrap_err()
    });
    assert!(refused.to_string().contains("is locked"), "{refused}");
    assert!(!test.catalog_text().contains("quay.io"));
}

#[tokio::test]
async fn a_token_that_the_keychain_lost_is_said() {
    let test = TestApp::with_catalog(&catalog("ghcr.io", "token = true\n")).await;
    let said = as_tool(&test, "docker", |tool| {
        tool.get(&key("ghcr.io")).unwrap_err().to_string()
    });
    assert!(
        said.contains("has no token for this registry: it was removed"),
        "{said}"
    );
}

#[tokio::test]
async fn a_login_that_a_crash_cut_short_is_put_right_first() {
    let test = TestApp::with_catalog(&catalog("ghcr.io", "user = \"ada\"\ntoken = true\n")).await;
    test.keychain.set(ID, &Secret::new("old")).unwrap();
    test.keychain
        .set(&format!("{ID}.next"), &Secret::new("new"))
        .unwrap();
    let pending = test.folder.path().join("data/pending");
    std::fs::create_dir_all(&pending).unwrap();
    let entry = format!(r#"{{"id":"{ID}","change":"replace","updated":"2026-01-01T00:00:00Z"}}"#);
    std::fs::write(pending.join(format!("{ID}.json")), entry).unwrap();
    assert_eq!(got(&test, "ghcr.io"), Some(pair("ada", "new")));
    assert_eq!(test.keychain.accounts().unwrap(), [ID]);
}

#[tokio::test]
async fn docker_hub_is_one_registry_and_docker_s_own_tokens_are_apart() {
    let test = TestApp::with_catalog("version = 1\n").await;
    store(&test, "docker", "https://index.docker.io/v1/", "ada", "pat");
    let token = "https://index.docker.io/v1/refresh-token";
    assert_eq!(got(&test, token), None);
    store(&test, "docker", token, "ada", "refresh");
    assert_eq!(got(&test, token), Some(pair("ada", "refresh")));
    for spelling in [
        "docker.io",
        "registry-1.docker.io",
        "https://index.docker.io/v2/",
    ] {
        assert_eq!(got(&test, spelling), Some(pair("ada", "pat")), "{spelling}");
    }
    let listed = as_tool(&test, "docker", Credentials::list);
    let spelled: Vec<_> = listed
        .iter()
        .map(|(key, _)| key.docker_spelling())
        .collect();
    assert_eq!(spelled, ["https://index.docker.io/v1/", token]);
    erase(&test, "https://index.docker.io/v1/");
    assert_eq!(
        got(&test, "docker.io"),
        None,
        "the token is not the Hub's password"
    );
    assert_eq!(got(&test, token), Some(pair("ada", "refresh")));
}

#[tokio::test]
async fn a_host_is_erased_without_the_accounts_of_its_parts() {
    let test = TestApp::with_catalog(&catalog("ghcr.io/team", "token = true\n")).await;
    test.keychain.set(ID, &Secret::new("part")).unwrap();
    assert_eq!(
        got(&test, "ghcr.io"),
        Some(pair("token", "part")),
        "nothing else is there"
    );
    let before = test.catalog_text();
    erase(&test, "ghcr.io");
    assert_eq!(test.catalog_text(), before);
    store(&test, "docker", "ghcr.io", "ada", "whole");
    assert_eq!(got(&test, "ghcr.io"), Some(pair("ada", "whole")));
    assert_eq!(got(&test, "ghcr.io/team/app"), Some(pair("token", "part")));
}

#[tokio::test]
async fn a_taken_name_gets_a_number() {
    let text = catalog("quay.io", "").replace("\"Mine\"", "\"ghcr.io\"");
    let test = TestApp::with_catalog(&text).await;
    store(&test, "docker", "ghcr.io", "ada", "x");
    assert!(test.catalog_text().contains("name = \"ghcr.io 2\""));
    let long = format!("{}.example.com/a/b", "a".repeat(60));
    store(&test, "docker", &long, "ada", "x");
    assert_eq!(got(&test, &long), Some(pair("ada", "x")));
}

#[tokio::test]
async fn two_logins_at_once_make_one_registry() {
    let test = TestApp::with_catalog("version = 1\n").await;
    thread::scope(|scope| {
        for user in ["one", "two", "three"] {
            let test = &test;
            scope.spawn(move || store(test, "docker", "ghcr.io", user, user));
        }
    });
    let text = test.catalog_text();
    assert_eq!(text.matches("[[registry]]").count(), 1, "{text}");
    let (user, secret) = got(&test, "ghcr.io").unwrap();
    assert_eq!(user, secret, "user and secret belong together");
}

#[tokio::test]
async fn while_the_file_is_being_edited_the_last_good_one_counts() {
    let test = TestApp::with_catalog("version = 1\n").await;
    store(&test, "docker", "ghcr.io", "ada", "x");
    // The window has read it, so there is a backup.
    told(&test).await;
    std::fs::write(test.catalog_path(), "version = 1\n[[regis").unwrap();
    assert_eq!(got(&test, "ghcr.io"), Some(pair("ada", "x")));
    let said = as_tool(&test, "docker", |tool| {
        tool.store(&key("quay.io"), credential("ada", "y"))
            .unwrap_err()
    });
    assert!(said.to_string().contains("registries.toml"), "{said}");
}

#[tokio::test]
async fn the_passphrase_vault_is_unlocked_in_the_window() {
    let test = TestApp::with_catalog("version = 1\n").await;
    store(&test, "docker", "ghcr.io", "ada", "x");
    told(&test).await;
    let passphrase = Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    test.app.create_vault(passphrase).await.unwrap();
    let said = as_tool(&test, "docker", |tool| {
        tool.get(&key("ghcr.io")).unwrap_err().to_string()
    });
    assert!(said.contains("open Registrar, unlock the vault"), "{said}");
}
