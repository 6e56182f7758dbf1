//! The Tools page without a mouse, for those who do not see it, and in a small window.

use std::os::unix::fs::symlink;

use acceptance_support::window::Window;
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::keyboard::{assert_no_trap, tab_to, wait_for_focus};
use crate::steps::{go, options};
use crate::tooling::{
    LAB, TEAM, TURN_ON, TURNED_ON, apply, containers, docker_config, every, podman_config, refuse,
    switch, wait_for_switch, wait_for_words, write,
};

/// A configuration that somebody has written by hand.
const BY_HAND: &str = "{\n\t\"credHelpers\": {\n\t\t\"ecr.example\": \"ecr-login\"\n\t}\n}";

#[test]
fn a_tool_is_set_up_and_let_go_without_a_mouse() {
    let window = Window::open(options().catalog(containers(&[(LAB, "ada")])));
    tab_to(&window, "Tools");
    window.press("Enter");
    window.find_by_role("heading", "The helper").wait();
    tab_to(&window, "Link it in…");
    window.press("Enter");
    wait_for_focus(&window, "Cancel");
    tab_to(&window, "Apply");
    window.press("Enter");
    window.wait_for_text("The helper is linked in.");

    let lab = "Docker asks Registrar for registry.example";
    tab_to(&window, lab);
    window.press("Space");
    // Pressing once more by mistake changes nothing.
    wait_for_focus(&window, "Cancel");
    window.press("Escape");
    wait_for_focus(&window, lab);
    window.press("Space");
    wait_for_focus(&window, "Cancel");
    tab_to(&window, "Apply");
    window.press("Enter");
    window.wait_for_text(TURNED_ON);
    wait_for_focus(&window, lab);
    wait_for_switch(&window, &switch(&window, "Docker", LAB), true);
    assert_no_trap(&window);
    tab_to(&window, "Remove everything of Registrar’s…");
    window.press("Enter");
    wait_for_focus(&window, "Cancel");
    tab_to(&window, "Apply");
    window.press("Enter");
    window.wait_for_text("Nothing of Registrar’s is left in Docker’s configuration.");
    assert!(!docker_config(&window).exists());
}

/// A folder with what driving the window takes, and no tool.
fn bare_path() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let inherited = std::env::var_os("PATH").expect("a PATH");
    for program in ["setpriv", "WebKitWebDriver"] {
        let mut places = std::env::split_paths(&inherited).map(|place| place.join(program));
        let real = places.find(|place| place.is_file()).expect(program);
        symlink(real, folder.path().join(program)).expect("a link");
    }
    folder
}

#[test]
fn a_computer_without_tools_can_be_set_up_all_the_same() {
    let bare = bare_path();
    let path = bare.path().display().to_string();
    let catalog = containers(&[(LAB, "ada")]);
    let window = Window::open(options().env("PATH", &path).catalog(catalog));
    go(&window, "Tools");
    window
        .find_by_role("heading", "No docker or podman on this computer")
        .wait();
    audit(&window, "no tools");

    window.button("Set up anyway").click();
    wait_for_words(&window, "The helper", "Put the folder on the PATH");
    audit(&window, "no tools, set up anyway");
    window.button("Link it in…").click();
    apply(&window, "The helper is linked in.");
    wait_for_words(&window, "The helper", "Linked, not found yet");
    let folder = window.home().join(".local/bin");
    let line = format!("export PATH=\"{}:$PATH\"", folder.display());
    wait_for_words(&window, "The helper", &line);
    audit(&window, "linked, not found");
    switch(&window, "Docker", LAB).click();
    window.find_by_role("heading", TURN_ON).wait();
    audit(&window, "review without the helper");
    apply(&window, TURNED_ON);
    assert!(docker_config(&window).is_file());
}

#[test]
fn the_page_and_its_question_for_everybody() {
    let window = Window::open(options().catalog(containers(&[
        (LAB, "ada"),
        (TEAM, "bob"),
        ("docker.io", "ada"),
        ("ghcr.io", "ada"),
    ])));
    write(&docker_config(&window), BY_HAND);
    go(&window, "Tools");
    wait_for_words(&window, "The helper", "Not on the PATH");
    audit(&window, "tools");
    window.button("Link it in…").click();
    window.find_by_role("heading", "Link the helper in?").wait();
    audit(&window, "link");
    apply(&window, "The helper is linked in.");
    switch(&window, "Docker", LAB).click();
    window.find_by_role("heading", TURN_ON).wait();
    audit(&window, "review");
    apply(&window, TURNED_ON);
    let theirs = "{\"credsStore\":\"desktop\",\"credHelpers\":{\"ghcr.io\":\"gh\"}}";
    write(&docker_config(&window), theirs);
    wait_for_words(&window, "Docker", "Removed by another program");
    write(&podman_config(&window), "{\n  \"auths\": oops\n}\n");
    wait_for_words(&window, "Podman", "cannot be used");
    audit(&window, "tools undone and broken");
    every(&window, "Docker").click();
    window.wait_for_text("“desktop” serves every registry now");
    audit(&window, "conflict");
}

/// Every screen of tools whose layout differs.
#[track_caller]
fn walk(window: &Window, size: &str) {
    let look = |screen: &str| {
        // What was done a moment ago lies over the page for a few seconds.
        window.execute(DISMISS, &json!([]));
        assert_nothing_cut_off(window, &format!("{screen} {size}"));
    };
    go(window, "Tools");
    wait_for_words(window, "The helper", "Not on the PATH");
    look("tools");
    window.button("Link it in…").click();
    window.find_by_role("heading", "Link the helper in?").wait();
    look("link");
    apply(window, "The helper is linked in.");
    every(window, "Docker").click();
    window.wait_for_text("“desktop” serves every registry now");
    look("conflict");
    refuse(window);
    switch(window, "Docker", LONG).click();
    let question = format!("Let Docker ask Registrar for {LONG}?");
    window.find_by_role("heading", &question).wait();
    look("review");
    apply(window, &format!("Docker now asks Registrar for {LONG}."));
    write(&docker_config(window), THEIRS);
    wait_for_words(window, "Docker", "Removed by another program");
    look("tools undone");

    window.button("Import credentials…").click();
    window.wait_for_text("1 credential found");
    look("import");
    window.button("Move 1 credential").click();
    window.wait_for_text("Moved into Registrar.");
    look("tidy up");
}

const DISMISS: &str =
    "document.querySelectorAll('[aria-label=Dismiss]').forEach((button) => button.click())";
const LONG: &str = "registry.department-of-long-names-in-the-annex.example:50443";
const THEIRS: &str =
    "{\"credsStore\":\"desktop\",\"auths\":{\"localhost:9\":{\"auth\":\"YWRhOm5vbmU=\"}}}";

#[track_caller]
fn open_with_others() -> Window {
    let window = Window::open(options().catalog(containers(&[(LAB, "ada"), (LONG, "bob")])));
    write(&docker_config(&window), THEIRS);
    window
}

#[test]
fn a_small_window_cuts_nothing_of_tools_off() {
    let window = open_with_others();
    window.resize(640, 700);
    walk(&window, "640");
}

#[test]
fn text_of_tools_twice_as_large_is_not_cut_off() {
    let window = open_with_others();
    window.wait_until("twice the size", || {
        window.press("Control+=");
        let size = "return getComputedStyle(document.documentElement).fontSize";
        window.execute(size, &json!([])) == json!("32px")
    });
    walk(&window, "200 %");
}
