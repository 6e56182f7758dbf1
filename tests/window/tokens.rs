//! Tokens: in the keyring and nowhere else, changed, shown and copied only when asked for.

use std::path::{Path, PathBuf};
use std::process::Command;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::Window;

use crate::steps::{
    agree, at_example, begin_adding, begin_editing, catalog, delete, go, id, options, select,
    token_field, wait_for_detail, wait_for_remark, wait_for_row,
};

/// Everything that a token may hold and a file format or URL may stumble over.
pub(crate) const TOKEN: &str = "dvf_9f2c Grüße%41'\"7b";

#[test]
fn a_token_goes_to_the_keyring_and_nowhere_else() {
    let authority = Authority::new();
    let registry = tls(
        &authority,
        Mode::RequiresToken("dvf_9f2c_secret".to_owned()),
    );
    let window = Window::open(options().env("SSL_CERT_FILE", &path(&authority.file())));
    begin_adding(&window, "Team", &registry.url());
    token_field(&window).fill("dvf_9f2c_secret");
    window.button("Test and save").click();
    let team = wait_for_row(&window, "Team", |row| row.health == "31 stacks");
    assert_eq!(team.address, registry.url());
    assert_eq!(team.secure, "Keychain · TLS verified");
    let sent = registry.authorizations();
    assert!(!sent.is_empty());
    assert!(sent.iter().all(|sent| sent == "Bearer dvf_9f2c_secret"));

    assert_eq!(
        stored(&window, &team.id).as_deref(),
        Some("dvf_9f2c_secret")
    );
    go(&window, "Activity");
    window.wait_for_text("Added");
    window.wait_for_text("Team");
    assert_nowhere(&window, "dvf_9f2c_secret");
}

#[test]
fn a_stored_token_is_kept_replaced_or_removed() {
    let registry = DevfileRegistry::start();
    let file = catalog(&[("Team", registry.url())]);
    let window = Window::open(options().catalog(file));
    let token = || stored(&window, &id(0));

    begin_editing(&window, "Team");
    token_field(&window).fill(TOKEN);
    wait_for_remark(&window, "token", "The token is kept but not sent");
    window.button("Save without testing").click();
    agree(&window, "A token is stored for it.");
    wait_for_row(&window, "Team", |row| {
        row.secure == "Keychain · not encrypted"
    });
    assert_eq!(token().as_deref(), Some(TOKEN));

    begin_editing(&window, "Team");
    window.find_by_label("Name").fill("Team A");
    window.button("Save without testing").click();
    wait_for_row(&window, "Team A", |row| {
        row.secure == "Keychain · not encrypted"
    });
    assert_eq!(token().as_deref(), Some(TOKEN));

    begin_editing(&window, "Team A");
    window.button("Replace").click();
    token_field(&window).fill("the new one");
    wait_for_remark(&window, "token", "The token is kept but not sent");
    window.button("Save without testing").click();
    agree(
        &window,
        "The stored token is replaced by the one you entered.",
    );
    assert_eq!(token().as_deref(), Some("the new one"));

    begin_editing(&window, "Team A");
    window.button("Remove").click();
    window.wait_for_text("The token will be removed when you save.");
    window.button("Save without testing").click();
    agree(&window, "The stored token is removed.");
    wait_for_row(&window, "Team A", |row| {
        row.secure == "No token · not encrypted"
    });
    assert_eq!(token(), None);
}

#[test]
fn a_stored_token_goes_to_another_server_only_after_a_question() {
    let authority = Authority::new();
    let (old, new) = (tls(&authority, Mode::Normal), tls(&authority, Mode::Normal));
    let trusting = options().env("SSL_CERT_FILE", &path(&authority.file()));
    let window = Window::open(trusting.catalog(catalog(&[("Team", old.url())])));
    begin_editing(&window, "Team");
    token_field(&window).fill("dvf_9f2c");
    window.button("Save without testing").click();
    agree(&window, "A token is stored for it.");

    begin_editing(&window, "Team");
    window.find_by_label("Address").fill(&new.url());
    window.button("Test").click();
    window.wait_for_text(&format!("The test sends it to {}.", new.url()));
    window.button("Cancel").click();
    window.button("Test and save").click();
    assert_eq!(new.requests(), []);
    window.button("Send it").click();
    agree(&window, "The stored token will be sent to the new address.");
    wait_for_row(&window, "Team", |row| row.address == new.url());
    let sent = new.authorizations();
    assert!(!sent.is_empty() && sent.iter().all(|sent| sent == "Bearer dvf_9f2c"));
    assert_eq!(old.authorizations(), [""; 0]);
}

#[test]
fn after_ten_seconds_the_token_of_a_deleted_registry_is_gone() {
    let file = catalog(&at_example(&["First", "Second"]));
    let window = Window::open(options().catalog(file));
    give_token(&window, "First");
    delete(&window, "First");
    let deleted = std::time::Instant::now();
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(TOKEN));
    window.wait_until("half of the time to pass", || {
        let text = window.text();
        (1..=5).any(|left| text.contains(&format!("{left} s")))
    });
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(TOKEN));
    window.button("Undo").wait_gone();
    window.wait_until("the token to leave the keyring", || {
        stored(&window, &id(0)).is_none()
    });
    assert!(deleted.elapsed().as_secs() >= 8, "{:?}", deleted.elapsed());
    assert_eq!(
        window.keyring().accounts("registrar").expect("accounts"),
        [""; 0]
    );
}

#[test]
fn a_token_is_shown_only_when_asked_for_and_copied_without_being_shown() {
    let file = catalog(&at_example(&["Team"]));
    let window = Window::open(options().catalog(file));
    give_token(&window, "Team");
    select(&window, "Team");
    wait_for_detail(&window, "In your keychain");
    assert!(!window.source().contains("dvf_9f2c"));

    window.button("Copy").click();
    window.wait_for_text("Token copied. It leaves the clipboard in 45 seconds.");
    assert_eq!(clipboard(&window), TOKEN);
    assert!(!window.source().contains("dvf_9f2c"));

    window.button("Show").click();
    window.wait_until("the token", || {
        window.find_by_test_id("token").text() == TOKEN
    });
    window.button("Hide").click();
    window.find_by_test_id("token").wait_gone();
    assert!(!window.source().contains("dvf_9f2c"));
    assert!(!window.log().contains("dvf_9f2c"));
    go(&window, "Activity");
    window.wait_for_text("Token shown");
    window.wait_for_text("Token copied");
}

/// A registry on loopback with a certificate of this authority.
fn tls(authority: &Authority, mode: Mode) -> DevfileRegistry {
    DevfileRegistry::builder()
        .tls(authority, Quality::Good)
        .mode(mode)
        .start()
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// Stores [`TOKEN`] for a registry, through the form.
#[track_caller]
pub(crate) fn give_token(window: &Window, name: &str) {
    begin_editing(window, name);
    token_field(window).fill(TOKEN);
    window.button("Save without testing").click();
    agree(window, "A token is stored for it.");
    wait_for_row(window, name, |row| row.secure.starts_with("Keychain"));
}

/// The token of a registry, as any other program finds it.
pub(crate) fn stored(window: &Window, id: &str) -> Option<String> {
    let found = window
        .keyring()
        .lookup("registrar", id)
        .expect("the keyring");
    found.map(|token| String::from_utf8(token).expect("text"))
}

/// What lies on the clipboard, as any other program finds it.
pub(crate) fn clipboard(window: &Window) -> String {
    let output = Command::new("xclip")
        .args(["-selection", "clipboard", "-out"])
        .env_clear()
        .envs(window.env())
        .output()
        .expect("xclip");
    String::from_utf8(output.stdout).expect("text")
}

/// The page, and every file that the application has written, are free of the token.
#[track_caller]
pub(crate) fn assert_nowhere(window: &Window, token: &str) {
    assert!(!window.source().contains(token), "it is in the page");
    let folders = [
        window.config_dir(),
        window.data_dir(),
        window.home().to_owned(),
    ];
    for folder in folders {
        // The keyring's own file is sealed, but lies in the home folder: it is searched too.
        for file in files(&folder) {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let found = bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes());
            assert!(!found, "it is in {}", file.display());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .flat_map(|path| match path.symlink_metadata() {
            Ok(kind) if kind.is_dir() => files(&path),
            Ok(kind) if kind.is_file() => vec![path],
            _ => Vec::new(),
        })
        .collect()
}
