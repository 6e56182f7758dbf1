//! Where the tokens are kept when the keychain is locked, asks, or does not exist.

use std::fs;
use std::path::Path;

use acceptance_support::keyring::{PASSWORD, Prompter, Reply};
use acceptance_support::window::{By, Keyring, Locator, Options, Window};

use crate::{known, steps};

const URL: &str = "https://lab.example.com";
const TOKEN: &str = "dfr_only-for-the-laboratory";
const PASSPHRASE: &str = "four unrelated words";
const OTHER: &str = "quite another sentence";

fn begin_adding_with_token(window: &Window) {
    steps::begin_adding(window, "Lab", URL);
    steps::token_field(window).fill(TOKEN);
    window.button("Save without testing").click();
}

/// What was typed by [`begin_adding_with_token`] still stands there, and nothing was saved.
#[track_caller]
fn nothing_typed_is_lost(window: &Window) {
    assert_eq!(window.find_by_label("Address").value(), URL);
    assert_eq!(window.find_by_label("Name").value(), "Lab");
    assert_eq!(steps::token_field(window).value(), TOKEN);
    assert!(!known::content(window).contains("Lab"));
}

fn dialog<'w>(window: &'w Window, title: &str) -> Locator<'w> {
    window.find_by_role("dialog", title)
}

fn status_bar(window: &Window) -> String {
    window.find(By::css("footer")).text()
}

#[track_caller]
fn wait_for_status(window: &Window, words: &str) {
    let what = format!("the status {words:?}");
    window.wait_until(&what, || status_bar(window).contains(words));
}

#[track_caller]
fn assert_in_keyring(window: &Window, wanted: Option<&str>) {
    let id = steps::row(window, "Lab").id;
    let kept = window
        .keyring()
        .lookup("registrar", &id)
        .expect("secret-tool");
    assert_eq!(kept.as_deref(), wanted.map(str::as_bytes));
}

#[test]
fn a_locked_keychain_is_said_and_unlocking_it_is_enough() {
    let window = Window::open(steps::options().keyring(Keyring::Locked));
    window.wait_for_text("Tokens are locked away");
    wait_for_status(&window, "locked");
    window.screenshot("locked");

    begin_adding_with_token(&window);
    let asking = dialog(&window, "A token is needed for this");
    asking.wait();
    assert!(asking.text().contains("is locked"), "{}", asking.text());
    window.button("Cancel").click();
    asking.wait_gone();
    window.wait_for_text("is locked");
    nothing_typed_is_lost(&window);

    window.button("Save without testing").click();
    asking.wait();
    window.keyring().unlock(PASSWORD).expect("unlocking");
    window.button("Try again").click();
    window.wait_for_text("Added “Lab”");
    wait_for_status(&window, "unlocked");
    assert_in_keyring(&window, Some(TOKEN));
}

#[test]
fn a_dismissed_question_is_told_apart_and_loses_nothing() {
    let window = Window::open(steps::options().keyring(Keyring::Locked));
    let bus = window.keyring().bus();
    let person = Prompter::start(bus, Reply::Dismiss).expect("a prompter");
    begin_adding_with_token(&window);
    window.wait_for_text("dismissed");
    window.wait_for_text("Try again, and answer the keychain's question.");
    assert_eq!(person.asked(), 1);
    nothing_typed_is_lost(&window);
    window.screenshot("dismissed");

    window.keyring().unlock(PASSWORD).expect("unlocking");
    window.button("Save without testing").click();
    window.wait_for_text("Added “Lab”");
    assert_in_keyring(&window, Some(TOKEN));
}

#[test]
fn try_again_makes_a_locked_keychain_ask() {
    let window = Window::open(steps::options().keyring(Keyring::Locked));
    window.wait_for_text("Tokens are locked away");
    let bus = window.keyring().bus();
    let person = Prompter::start(bus, Reply::Dismiss).expect("a prompter");
    assert_eq!(person.asked(), 0, "starting asks nothing");
    window.button("Try again").click();
    window.wait_for_text("dismissed");
    assert_eq!(person.asked(), 1);
    window.button("Dismiss").click();

    window.keyring().unlock(PASSWORD).expect("unlocking");
    window.button("Try again").click();
    window.wait_for_no_text("Tokens are locked away");
    wait_for_status(&window, "unlocked");
}

/// Types into the fields of a dialog, from above to below.
#[track_caller]
fn fill_in(window: &Window, values: &[(&str, &str)]) {
    for (label, value) in values {
        window.find_by_label(label).fill(value);
    }
}

#[track_caller]
fn create_vault(window: &Window) {
    window.button("Create a passphrase vault…").click();
    dialog(window, "Create a passphrase vault").wait();
    fill_in(
        window,
        &[("Passphrase", PASSPHRASE), ("The same again", PASSPHRASE)],
    );
    window.button("Create vault").click();
    window.wait_for_text("The passphrase vault is ready.");
}

#[track_caller]
fn unlock(window: &Window, passphrase: &str) {
    dialog(window, "Unlock the passphrase vault").wait();
    window.find_by_label("Passphrase").fill(passphrase);
    window.button("Unlock").click();
}

/// Shows the token of the selected registry.
fn shown_token(window: &Window) -> String {
    window.find_by_test_id("token").text()
}

/// Whether any file below `folder` holds `bytes`.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        // Sockets and what has gone meanwhile hold nothing.
        let content = fs::read(path).unwrap_or_default();
        content.windows(bytes.len()).any(|part| part == bytes)
    })
}

#[test]
fn without_a_keychain_tokens_go_into_a_passphrase_vault() {
    let mut window = Window::open(Options::default().keyring(Keyring::Missing));
    window.wait_for_text("This computer has no keychain that answers.");
    wait_for_status(&window, "No keychain");
    window.screenshot("no keychain");

    window.button("Create a passphrase vault…").click();
    fill_in(
        &window,
        &[("Passphrase", "short"), ("The same again", "short")],
    );
    window.button("Create vault").click();
    window.wait_for_text("At least 8 characters.");
    fill_in(&window, &[("Passphrase", PASSPHRASE)]);
    window.button("Create vault").click();
    window.wait_for_text("The two do not match.");
    window.screenshot("two do not match");
    fill_in(&window, &[("The same again", PASSPHRASE)]);
    window.button("Create vault").click();
    window.wait_for_text("The passphrase vault is ready.");
    wait_for_status(&window, "Passphrase vault, unlocked");

    window.button("Continue").click();
    begin_adding_with_token(&window);
    window.wait_for_text("Added “Lab”");
    for folder in [window.config_dir(), window.data_dir()] {
        for secret in [TOKEN, PASSPHRASE] {
            let kept = holds(&folder, secret.as_bytes());
            assert!(!kept, "{} holds {secret}", folder.display());
        }
    }
    assert!(!window.source().contains(TOKEN) && !window.source().contains(PASSPHRASE));

    window.restart();
    wait_for_status(&window, "Passphrase vault, locked");
    window.wait_for_text("Tokens are locked away");
    steps::select(&window, "Lab");
    window.button("Show").click();
    unlock(&window, "not the passphrase");
    window.wait_for_text("This is not the vault's passphrase.");
    window.screenshot("wrong passphrase");
    unlock(&window, PASSPHRASE);
    assert_eq!(shown_token(&window), TOKEN);
    window.button("Hide").click();
    assert!(!window.source().contains(TOKEN));
}

#[test]
fn a_vault_is_locked_by_hand_and_its_passphrase_changed() {
    let window = Window::open(steps::options().keyring(Keyring::Missing));
    create_vault(&window);
    begin_adding_with_token(&window);
    window.wait_for_text("Added “Lab”");

    steps::go(&window, "Settings");
    window.button("Change passphrase…").click();
    dialog(&window, "Change the passphrase").wait();
    let passphrases = |old| {
        [
            ("Passphrase so far", old),
            ("New passphrase", OTHER),
            ("The same again", OTHER),
        ]
    };
    fill_in(&window, &passphrases("not the passphrase"));
    window.button("Change passphrase").click();
    window.wait_for_text("This is not the vault's passphrase.");
    fill_in(&window, &passphrases(PASSPHRASE));
    window.button("Change passphrase").click();
    window.wait_for_text("The passphrase is changed.");

    window.button("Lock now").click();
    wait_for_status(&window, "Passphrase vault, locked");
    steps::go(&window, "Registries");
    steps::select(&window, "Lab");
    window.button("Show").click();
    unlock(&window, PASSPHRASE);
    window.wait_for_text("This is not the vault's passphrase.");
    unlock(&window, OTHER);
    assert_eq!(shown_token(&window), TOKEN);
}

#[test]
fn tokens_move_into_a_vault_and_back_into_the_keychain() {
    let window = Window::open(steps::options());
    begin_adding_with_token(&window);
    window.wait_for_text("Added “Lab”");
    assert_in_keyring(&window, Some(TOKEN));

    steps::go(&window, "Settings");
    create_vault(&window);
    wait_for_status(&window, "Passphrase vault, unlocked");
    let left = window.keyring().accounts("registrar").expect("the keyring");
    assert!(left.is_empty(), "{left:?} remain in the keychain");

    window.button("Use the keychain again").click();
    window.wait_for_text("Tokens are kept in the keychain again.");
    wait_for_status(&window, "Keychain: ");
    steps::go(&window, "Registries");
    assert_in_keyring(&window, Some(TOKEN));
    steps::select(&window, "Lab");
    window.button("Show").click();
    assert_eq!(shown_token(&window), TOKEN);
}
