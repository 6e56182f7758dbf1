//! The server that hosts source registries, and the tokens of programs that use it.

use std::net::{Ipv4Addr, TcpListener};

use acceptance_support::port;
use acceptance_support::window::Window;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::source_settings::{create, secrets, status};
use crate::steps::{go, options};
use crate::tokens::{assert_nowhere, clipboard};

const REGISTRIES: &str = "/api/v2/packages/organizations/local/registries";
const AUDIT: &str = "/api/v2/organizations/local/audit_events";

#[test]
fn an_api_token_is_shown_once_and_only_a_fingerprint_of_it_kept() {
    let window = Window::open(options());
    open(&window);
    begin(&window, "Build server");
    window.button("Create token").click();
    let secret = window.find_by_test_id("api-token").text();
    assert!(secret.starts_with("bkua_"), "it is no API token");
    window.button("Done").click();
    window.wait_for_text("You have not copied it yet, and it is not shown again.");
    window.button("Copy token").click();
    window.button("Copied").wait();
    assert_eq!(clipboard(&window), secret);
    window.button("Done").click();
    window.find_by_test_id("api-token").wait_gone();
    window.wait_for_text("Build server");
    assert_nowhere(&window, &secret);
    assert!(!window.log().contains(&secret));
    assert_eq!(secrets(&window), [""; 0]);

    assert_eq!(status(&window, REGISTRIES, Some(&secret)), 200);
    assert_eq!(status(&window, REGISTRIES, None), 401);
    window.button("Delete Build server…").click();
    window.button("Delete token").click();
    window.wait_for_text("No API tokens");
    assert_eq!(status(&window, REGISTRIES, Some(&secret)), 401);
    go(&window, "Activity");
    window.wait_for_text("API token created");
    window.wait_for_text("API token deleted");
    assert_nowhere(&window, &secret);
}

#[test]
fn an_api_token_may_do_what_was_ticked_and_no_more() {
    let window = Window::open(options());
    create(&window, "Tools");
    open(&window);
    let publishing = token(&window, "Publishing", "Publish");
    let everything = token(&window, "Everything", "Everything");
    assert_eq!(status(&window, REGISTRIES, Some(&publishing)), 200);
    assert_eq!(status(&window, AUDIT, Some(&publishing)), 403);
    assert_eq!(status(&window, AUDIT, Some(&everything)), 200);
}

#[test]
fn a_port_in_use_is_told_with_who_holds_it() {
    let window = Window::open(options());
    hosting(&window);
    window.wait_for_text("Running");
    let host = window.find_by_label("Host registries on this computer");
    host.click();
    window.wait_for_text("Hosting is off");
    let mut held = None;
    let place = (Ipv4Addr::LOCALHOST, window.hosting_port());
    window.wait_until("the port to be free", || {
        held = TcpListener::bind(place).ok();
        held.is_some()
    });

    host.click();
    window.wait_for_text("Hosting failed");
    window.wait_for_text("Another program is already using the address");
    window.wait_for_text("The port is held by");
    window.wait_for_text(&format!("(process {})", std::process::id()));
    window.screenshot("port in use");
    go(&window, "Packages");
    window.wait_for_text("Another program is already using the address");

    // It tries again by itself, as soon as it can.
    drop(held);
    hosting(&window);
    window.wait_for_text("Running");
    assert_eq!(status(&window, "/health", None), 200);
    go(&window, "Activity");
    window.wait_for_text("Hosting failed");
}

#[test]
fn another_port_is_used_at_once_and_after_a_restart() {
    let mut window = Window::open(options());
    let old = window.hosting_port();
    let new = port::free().expect("a port");
    hosting(&window);
    window.wait_for_text(&format!("Hosting on 127.0.0.1:{old}"));
    let port = window.find_by_label("Port");
    port.fill("80");
    window.press("Enter");
    window.wait_for_text("A whole number from 1,024 to 65,535.");
    port.fill(&new.to_string());
    window.press("Enter");
    window.wait_for_text(&format!("Hosting on 127.0.0.1:{new}"));
    window.restart();
    window.wait_for_text(&format!("Hosting on 127.0.0.1:{new}"));
}

#[test]
fn every_screen_can_be_read_by_everybody_and_fits_a_small_window() {
    let window = Window::open(options());
    hosting(&window);
    window.wait_for_text("Running");
    audit(&window, "hosting");
    open(&window);
    window.wait_for_text("No API tokens");
    audit(&window, "no API tokens");
    token(&window, "Build server", "Everything");
    audit(&window, "API tokens");
    begin(&window, "Nightly clean-up");
    audit(&window, "new API token");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small new API token");
    window.button("Cancel").click();
    assert_nothing_cut_off(&window, "small API tokens");
}

/// Opens the application's settings at the part about hosting.
#[track_caller]
fn hosting(window: &Window) {
    go(window, "Settings");
    window
        .find_by_label("Host registries on this computer")
        .wait();
}

/// Opens the page of the API tokens.
#[track_caller]
pub(crate) fn open(window: &Window) {
    hosting(window);
    window.button("API tokens…").click();
    window.find_by_role("heading", "API tokens").wait();
}

/// Opens the form for a token, and says what it is for.
#[track_caller]
fn begin(window: &Window, description: &str) {
    window.button("Create token…").click();
    window.find_by_label("What is it for?").fill(description);
}

/// Makes a token with one of the usual sets of scopes, and gives its secret.
#[track_caller]
pub(crate) fn token(window: &Window, description: &str, preset: &str) -> String {
    begin(window, description);
    window.find_by_label(preset).click();
    window.button("Create token").click();
    let secret = window.find_by_test_id("api-token").text();
    window.button("Copy token").click();
    window.button("Copied").wait();
    window.button("Done").click();
    window.find_by_test_id("api-token").wait_gone();
    secret
}
