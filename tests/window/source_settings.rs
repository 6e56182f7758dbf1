//! The settings of a source registry that the window hosts: who may read it, its tokens, its end.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use acceptance_support::window::{By, Window};
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::steps::{go, options};
use crate::tokens::{assert_nowhere, clipboard, stored};

/// How long the server may take for an answer.
const ANSWER: Duration = Duration::from_secs(10);
const SIMPLE: &str = "/local/tools/pypi/simple/";

#[test]
fn a_registry_token_lies_in_the_keyring_and_nowhere_else() {
    let window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Tokens");
    create_token(&window, "Build server");
    let (id, secret) = only_secret(&window);
    assert_eq!(status(&window, SIMPLE, Some(&secret)), 200);
    assert_eq!(status(&window, SIMPLE, None), 401);

    window.button("Copy Build server").click();
    window.wait_for_text("Token copied. It leaves the clipboard in 45 seconds.");
    assert_eq!(clipboard(&window), secret);
    assert_nowhere(&window, &secret);

    window.button("Show Build server").click();
    window.wait_until("the token", || {
        window.find_by_test_id("token").text() == secret
    });
    window.button("Hide Build server").click();
    window.find_by_test_id("token").wait_gone();
    assert_nowhere(&window, &secret);
    assert!(!window.log().contains(&secret));

    window.button("Delete Build server…").click();
    window.button("Delete token").click();
    window.wait_for_text("Deleted the token “Build server”");
    assert_eq!(stored(&window, &id), None);
    assert_eq!(status(&window, SIMPLE, Some(&secret)), 401);
    go(&window, "Activity");
    for action in ["created", "copied", "shown", "deleted"] {
        window.wait_for_text(&format!("Registry token {action}"));
    }
    assert_nowhere(&window, &secret);
}

#[test]
fn a_token_keeps_its_secret_when_its_description_changes() {
    let mut window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Tokens");
    create_token(&window, "Laptop");
    let before = only_secret(&window);
    window.button("Edit the description of Laptop").click();
    window.find_by_label("What is it for?").fill("Old laptop");
    window.button("Save").click();
    window.button("Show Old laptop").wait();
    assert_eq!(only_secret(&window), before);

    window.restart();
    open(&window);
    section(&window, "Tokens");
    window.button("Show Old laptop").click();
    window.wait_until("the token", || {
        window.find_by_test_id("token").text() == before.1
    });
}

#[test]
fn a_public_registry_is_read_without_a_token_until_it_is_private_again() {
    let window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Tokens");
    create_token(&window, "Build server");
    let (_, secret) = only_secret(&window);
    assert_eq!(status(&window, SIMPLE, None), 401);

    window.button("General").click();
    window.button("Make public…").click();
    window.wait_for_text("Publishing still needs a token.");
    window.wait_for_text("1 registry token is of no use then.");
    window.button("Make public").click();
    window.wait_for_text("“Tools” is public");
    assert_eq!(status(&window, SIMPLE, None), 200);

    window.button("Tokens").click();
    window.wait_for_text("No tokens while it is public");
    assert!(!window.button("Show Build server").is_visible());
    assert_eq!(only_secret(&window).1, secret);

    window.button("Make private…").click();
    window.button("Make private").click();
    window.button("Show Build server").wait();
    assert_eq!(status(&window, SIMPLE, None), 401);
    assert_eq!(status(&window, SIMPLE, Some(&secret)), 200);
    go(&window, "Activity");
    window.wait_for_text("Made public");
    window.wait_for_text("Made private");
}

#[test]
fn a_new_name_moves_the_registry_after_its_consequences_were_told() {
    let window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Tokens");
    create_token(&window, "Build server");
    let (_, secret) = only_secret(&window);
    window.button("General").click();
    window.find_by_label("Name").fill("Data tools");
    window.wait_for_text("becomes");
    window.press("Enter");
    window.wait_for_text("Rename “Tools” to “Data tools”?");
    window.wait_for_text("The old address answers 404 from then on");
    window.button("Cancel").click();
    assert_eq!(status(&window, SIMPLE, Some(&secret)), 200);

    window.find_by_label("Name").click();
    window.press("Enter");
    window.button("Rename").click();
    window.find_by_role("heading", "Data tools").wait();
    let moved = "/local/data-tools/pypi/simple/";
    assert_eq!(status(&window, moved, Some(&secret)), 200);
    let unknown = status(&window, "/local/never-there/pypi/simple/", Some(&secret));
    assert_eq!(status(&window, SIMPLE, Some(&secret)), unknown);
    assert_ne!(unknown, 200);
}

#[test]
fn a_registry_goes_with_its_tokens_when_its_exact_name_is_typed() {
    let window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Tokens");
    create_token(&window, "Build server");
    let (_, secret) = only_secret(&window);
    window.button("General").click();
    window.button("Delete registry…").click();
    window.wait_for_text("This cannot be undone.");
    assert_eq!(lost(&window), json!(["0", "0", "0", "0 B", "1"]));
    let confirm = window.button("Delete registry");
    let name = window.find_by_label("Type Tools to delete it");
    for close in ["tools", "Tool"] {
        name.fill(close);
        assert_eq!(confirm.property("disabled"), true, "{close}");
    }
    name.fill("Tools");
    window.wait_until("the button", || confirm.property("disabled") == false);
    confirm.click();
    window.wait_for_text("Deleted “Tools” and all its packages");
    assert_eq!(secrets(&window), [""; 0]);
    assert_eq!(status(&window, SIMPLE, Some(&secret)), 401);
    go(&window, "Activity");
    window.wait_for_text("Registry deleted");
}

#[test]
fn publishing_is_explained_and_copied_with_a_token_that_works_for_a_while() {
    let window = Window::open(options());
    create(&window, "Tools");
    window.find_by_role("tab", "Publish").click();
    window.wait_for_text("uv publish");
    window.wait_for_text("bkpt_••••••••");
    let copies = "[...document.querySelectorAll('button')].find((button) =>
      button.ariaLabel?.startsWith('Copy with token')).click()";
    window.execute(copies, &json!([]));
    window.wait_for_text("Copied with a token that is good for 5 minutes.");
    let copied = clipboard(&window);
    let secret = copied
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
        .find(|word| word.starts_with("bkpt_"))
        .expect("a token");
    assert_eq!(status(&window, SIMPLE, Some(secret)), 200);
    assert_nowhere(&window, secret);
    assert_eq!(secrets(&window), [""; 0]);
}

#[test]
fn verifying_an_empty_store_says_that_there_is_nothing_to_verify() {
    let window = Window::open(options());
    create(&window, "Tools");
    section(&window, "Storage");
    window.button("Verify this registry").click();
    window.wait_for_text("There is nothing to verify yet");
    window.button("Remove unneeded files").click();
    window.wait_for_text("Nothing to remove");
}

#[test]
fn the_storage_of_all_registries_is_one_page_and_what_is_kept_is_a_rule() {
    let window = Window::open(options());
    create(&window, "Old kit");
    section(&window, "Storage");
    window.find_by_label("Keep the newest").fill("3");
    window.button("Show what would go").click();
    window.wait_for_text("Nothing would go");
    window.button("Save rule").click();
    window.wait_for_text("Saved. It is followed within an hour");
    window.button("Keep everything").wait();
    go(&window, "Settings");
    window.button("Open storage").click();
    window.find_by_role("heading", "Storage").wait();
    window.wait_for_text("Freed if deleted");
    audit(&window, "storage of all registries");
    window.button("Old kit").click();
    window.button("Keep everything").click();
    window.wait_for_text("Saved: everything is kept");
}

#[test]
fn packages_whose_disk_is_gone_are_told_and_begun_anew_only_when_somebody_says_so() {
    let mut window = Window::open(options());
    create(&window, "Old kit");
    let (data, disk) = (window.data_dir(), window.home().join("disk"));
    let said = json!({"folder": disk});
    // As when it was moved there, and the disk is not connected.
    fs::rename(data.join("hosting"), data.join("unplugged")).expect("the disk");
    fs::write(data.join("hosting.json"), said.to_string()).expect("where they lie");
    window.restart();
    go(&window, "Packages");
    window.wait_for_text("or the packages are not in it");
    go(&window, "Settings");
    window.button("Open storage").click();
    window.wait_for_text("The packages are not there");
    audit(&window, "packages that are not there");
    window.button("Begin without them…").click();
    window.button("Begin anew").click();
    window.wait_for_text("No registry has anything yet");
    assert!(!disk.exists(), "nothing is made where they should be");
}

#[test]
fn every_part_can_be_read_by_everybody_and_fits_a_small_window() {
    let window = Window::open(options());
    create(&window, "Tools");
    window.find_by_role("tab", "Publish").click();
    window.wait_for_text("uv publish");
    audit(&window, "publish");
    section(&window, "Tokens");
    create_token(&window, "Build server");
    window.wait_for_no_text("Created the token");
    audit(&window, "registry tokens");
    window.button("Storage").click();
    window.button("Verify this registry").wait();
    audit(&window, "storage of a registry");
    window.button("General").click();
    window.button("Delete registry…").wait();
    audit(&window, "settings of a registry");
    window.button("Delete registry…").click();
    window.find_by_label("Type Tools to delete it").wait();
    audit(&window, "registry to delete");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small registry to delete");
    window.button("Cancel").click();
    assert_nothing_cut_off(&window, "small settings of a registry");
}

/// Makes a source registry for Python packages, and waits for its page.
#[track_caller]
pub(crate) fn create(window: &Window, name: &str) {
    create_of(window, "Python (PyPI)", name);
}

/// The same for packages of another kind.
#[track_caller]
pub(crate) fn create_of(window: &Window, ecosystem: &str, name: &str) {
    go(window, "Packages");
    window.button("New registry").click();
    window.find_by_role("heading", "New registry").wait();
    fill_new(window, ecosystem, name);
}

/// Fills the form for a new registry, which is open.
#[track_caller]
pub(crate) fn fill_new(window: &Window, ecosystem: &str, name: &str) {
    window.find_by_label("Name").fill(name);
    window.find_by_label(ecosystem).click();
    window.button("Create registry").click();
    window.find_by_role("heading", name).wait();
}

/// Opens the page of the only source registry from the list.
#[track_caller]
pub(crate) fn open(window: &Window) {
    go(window, "Packages");
    window.find(By::css("main [data-row] .title")).click();
    window.press("Enter");
    window.find_by_role("tab", "Settings").wait();
}

/// Goes to a part of the settings of the registry whose page is open.
#[track_caller]
pub(crate) fn section(window: &Window, name: &str) {
    window.find_by_role("tab", "Settings").click();
    window
        .find(By::css("nav[aria-label='Settings of this registry']"))
        .wait();
    window.button(name).click();
}

#[track_caller]
fn create_token(window: &Window, description: &str) {
    window.button("Create token…").click();
    window.find_by_label("What is it for?").fill(description);
    window.button("Create token").click();
    window.button(&format!("Show {description}")).wait();
}

/// The accounts that the application has in the keyring.
pub(crate) fn secrets(window: &Window) -> Vec<String> {
    window.keyring().accounts("registrar").expect("accounts")
}

/// The one secret that the keyring has, with its account.
#[track_caller]
fn only_secret(window: &Window) -> (String, String) {
    let [id]: [String; 1] = secrets(window).try_into().expect("one account");
    let secret = stored(window, &id).expect("a secret");
    assert!(secret.starts_with("bkpt_"), "it is no registry token");
    (id, secret)
}

/// The figures in the open dialog.
fn lost(window: &Window) -> serde_json::Value {
    let figures = "return [...document.querySelectorAll('dialog dd')].map((figure) => figure.innerText.trim())";
    window.execute(figures, &json!([]))
}

/// The status with which the window's server answers a request for `path`, with a token or none.
#[track_caller]
pub(crate) fn status(window: &Window, path: &str, token: Option<&str>) -> u16 {
    let host = format!("127.0.0.1:{}", window.hosting_port());
    let mut stream = TcpStream::connect(&host).expect("the server");
    stream.set_read_timeout(Some(ANSWER)).expect("a limit");
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let token = token.unwrap_or_default();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{token}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut line = String::new();
    BufReader::new(stream)
        .read_line(&mut line)
        .expect("an answer");
    let status = line.split_whitespace().nth(1).map(str::parse);
    status.expect("a status").expect("a number")
}
