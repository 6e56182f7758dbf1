//! A helper beside a window that has unlocked the passphrase vault.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use registrar_app::wire::{Nothing, Passphrase};
use registrar_app::{App, Paths, Ports, Stores, ToolCredentials};
use registrar_handover::docker_protocol::{Credential, Credentials, Key, Refusal};
use registrar_registry::Secret;
use registrar_vault::PassphraseVault;
use support::TestApp;

/// How long the window may take to listen.
const LIMIT: Duration = Duration::from_secs(20);
const PASSPHRASE: &str = "correct horse";

fn passphrase() -> Passphrase {
    Passphrase {
        passphrase: Secret::new(PASSPHRASE),
    }
}

fn key() -> Key {
    Key::parse("ghcr.io").unwrap()
}

/// What a helper does, in a process of its own that knows no passphrase.
fn as_helper<T: Send>(test: &TestApp, call: impl FnOnce(&mut ToolCredentials) -> T + Send) -> T {
    let folder = test.folder.path();
    let paths = Paths::new(folder.join("config"), folder.join("data"));
    let stores = Stores {
        keychain: test.keychain.clone(),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    let app = App::new(paths, Ports::silent(), stores);
    thread::scope(|scope| {
        let asking = scope.spawn(|| call(&mut ToolCredentials::beside_window(app, "podman")));
        asking.join().unwrap()
    })
}

fn store(test: &TestApp, secret: &str) -> Result<(), Refusal> {
    let credential = Credential {
        user: "ada".to_owned(),
        secret: Secret::new(secret),
    };
    as_helper(test, |tool| tool.store(&key(), credential))
}

fn got(test: &TestApp) -> Result<Option<String>, Refusal> {
    let found = as_helper(test, |tool| tool.get(&key()))?;
    Ok(found.map(|found| found.secret.expose_text().unwrap().to_owned()))
}

fn socket(test: &TestApp) -> PathBuf {
    test.folder.path().join("data/helper/socket")
}

/// A window that has unlocked its passphrase vault and listens.
async fn window() -> TestApp {
    let test = TestApp::with_catalog("version = 1\n").await;
    test.app.create_vault(passphrase()).await.unwrap();
    let began = Instant::now();
    while UnixStream::connect(socket(&test)).is_err() {
        assert!(began.elapsed() < LIMIT, "the window does not listen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_answers_while_its_vault_is_unlocked() {
    let test = window().await;
    store(&test, "hunter2 \"🔑\"").unwrap();
    assert_eq!(got(&test).unwrap().as_deref(), Some("hunter2 \"🔑\""));
    assert_eq!(
        test.names().await,
        ["ghcr.io"],
        "at once, and without the watch"
    );
    assert!(test.catalog_text().contains("added_by = \"podman\""));
    assert!(test.accounts().is_empty(), "nothing is in the keychain");

    test.app.lock_vault(Nothing {}).await.unwrap();
    let said = got(&test).unwrap_err().to_string();
    assert!(said.contains("open Registrar, unlock the vault"), "{said}");
    test.app.unlock_vault(passphrase()).await.unwrap();
    as_helper(&test, |tool| tool.erase(&key())).unwrap();
    assert_eq!(got(&test).unwrap(), None);
    assert!(test.names().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_person_can_ask() {
    let test = window().await;
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(socket(&test)), 0o600);
    assert_eq!(mode(test.folder.path().join("data/helper")), 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_not_answered_and_does_no_harm() {
    let test = window().await;
    store(&test, "hunter2").unwrap();
    for request in ["", "get", "../x get\nghcr.io", "DOCKER get\nghcr.io"] {
        let mut stream = UnixStream::connect(socket(&test)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.is_empty(), "{request}");
    }
    let _silent = UnixStream::connect(socket(&test)).unwrap();
    assert_eq!(got(&test).unwrap().as_deref(), Some("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_keychain_in_use_the_window_gives_nothing_away() {
    let test = window().await;
    store(&test, "hunter2").unwrap();
    test.app.use_keychain(Nothing {}).await.unwrap();
    let mut stream = UnixStream::connect(socket(&test)).unwrap();
    let _ = stream.write_all(b"docker get\nghcr.io");
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty());
    assert_eq!(got(&test).unwrap().as_deref(), Some("hunter2"), "by itself");
}
