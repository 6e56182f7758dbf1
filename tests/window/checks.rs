//! Every way in which the test of a registry fails has its own words, and the list its mark.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::{By, PATIENCE, Window};
use registrar_registry::Fingerprint;

use crate::failures::{self, Failure};
use crate::steps::{
    begin_adding, catalog, options, row, rows, select, token_field, wait_for_detail, wait_for_list,
    wait_for_row,
};

#[test]
fn every_bad_answer_is_explained_and_can_be_saved_anyway() {
    let authority = Authority::new();
    let elsewhere = DevfileRegistry::start();
    let window = open(&authority);
    for (number, (mode, failure)) in bad_answers(&elsewhere).into_iter().enumerate() {
        // Each has its own address, so that no remark on equal ones moves the buttons.
        let registry = DevfileRegistry::builder().tls(&authority, Quality::Good);
        let registry = registry.mode(mode).start();
        fails(
            &window,
            &format!("Answer {number}"),
            &registry.url(),
            &failure,
        );
    }
    assert_eq!(elsewhere.requests(), []);
}

fn bad_answers(elsewhere: &DevfileRegistry) -> Vec<(Mode, Failure)> {
    vec![
        (Mode::RequiresToken("t".to_owned()), failures::WANTS_TOKEN),
        (Mode::Forbidden, failures::FORBIDDEN),
        (Mode::NotFound, failures::NO_REGISTRY),
        (Mode::HtmlPage, failures::NO_REGISTRY),
        (Mode::OtherJson, failures::NO_REGISTRY),
        (Mode::BadJson, failures::BROKEN_INDEX),
        (Mode::RedirectsTo(elsewhere.url()), failures::BAD_REDIRECT),
        (Mode::RedirectLoop, failures::BAD_REDIRECT),
        (Mode::RateLimited(30), failures::TOO_MANY_REQUESTS),
        (Mode::Fails(503), failures::SERVER_ERROR),
        (Mode::Truncated, failures::CUT_OFF),
        (Mode::Endless, failures::TOO_LARGE),
        (Mode::PromisesTooMuch, failures::TOO_LARGE),
        (Mode::Hangs, failures::TIMED_OUT),
    ]
}

#[test]
fn every_failed_connection_is_explained() {
    let authority = Authority::new();
    let window = open(&authority);
    let plain = DevfileRegistry::start();
    let secure = |quality| DevfileRegistry::builder().tls(&authority, quality).start();
    let expired = secure(Quality::Expired);
    let early = secure(Quality::NotYetValid);
    let other = secure(Quality::WrongHost);
    let stopped = secure(Quality::Good).url();
    let cases = [
        (
            "https://no-such-host.invalid".to_owned(),
            failures::NAME_NOT_FOUND,
        ),
        (stopped, failures::REFUSED),
        (expired.url(), failures::EXPIRED),
        (early.url(), failures::NOT_YET_VALID),
        (other.url(), failures::WRONG_HOST),
        (
            plain.url().replace("http:", "https:"),
            failures::SPEAKS_HTTP,
        ),
    ];
    for (number, (url, failure)) in cases.iter().enumerate() {
        fails(&window, &format!("Connection {number}"), url, failure);
    }
    wants_https(&window, &secure(Quality::Good));
}

/// Plain http at a port for https, which must be allowed before it is tried.
#[track_caller]
fn wants_https(window: &Window, registry: &DevfileRegistry) {
    begin_adding(window, "Plain", &registry.url().replace("https:", "http:"));
    window
        .find_by_role("switch", "Allow unencrypted http")
        .click();
    window.button("Test").click();
    explained(window, &failures::WANTS_HTTPS);
}

#[test]
fn an_unknown_certificate_is_shown_and_trusted_for_one_registry() {
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::SelfSigned)
        .mode(Mode::RequiresToken("dvf_9f2c".to_owned()))
        .start();
    let window = Window::open(options().catalog("version = 1\n"));
    begin_adding(&window, "Team", &registry.url());
    token_field(&window).fill("dvf_9f2c");
    window.button("Test and save").click();
    explained(&window, &failures::NOT_TRUSTED);
    window.wait_for_text("itself (self-signed)");
    window.wait_for_text("1 Jan 2019 to 1 Jan 2099");
    window.wait_for_text("Your token was not sent.");
    assert_eq!(shown_fingerprint(&window), fingerprint(&registry));
    assert_eq!(registry.authorizations(), [""; 0]);

    window.button("Trust this certificate for “Team”").click();
    window.wait_for_text("The token was sent and accepted.");
    window.button("Save").click();
    let team = wait_for_row(&window, "Team", |row| row.health == "31 stacks");
    assert_eq!(team.secure, "Keychain · pinned certificate");

    // Another certificate is not the one that was trusted.
    registry.set_certificate(&authority, Quality::SelfSigned);
    select(&window, "Team");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Certificate changed");
    wait_for_detail(&window, "another certificate than the one you trusted");
}

#[test]
fn the_authority_of_an_unknown_certificate_is_named() {
    let registry = DevfileRegistry::builder()
        .tls(&Authority::new(), Quality::Good)
        .start();
    let window = Window::open(options().catalog("version = 1\n"));
    begin_adding(&window, "Team", &registry.url());
    window.button("Test").click();
    window.wait_for_text("It is signed by an authority that this computer does not know.");
    window.wait_for_text("Registrar Test Authority");
    window.button("Choose an authority’s file…").wait();
}

#[test]
fn a_wrong_token_is_told_from_none_and_an_empty_registry_passes() {
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .mode(Mode::RequiresToken("right".to_owned()))
        .start();
    let window = open(&authority);
    begin_adding(&window, "Team", &registry.url());
    token_field(&window).fill("wrong");
    window.button("Test and save").click();
    explained(&window, &failures::TOKEN_REFUSED);
    token_field(&window).fill("right");
    window
        .find_by_text("The form has changed since the test")
        .wait();
    registry.set_mode(Mode::EmptyStatus);
    window.button("Test and save").click();
    wait_for_row(&window, "Team", |row| row.health == "Empty");
}

#[test]
fn what_was_saved_without_a_test_is_marked() {
    let window = Window::open(options().catalog("version = 1\n"));
    begin_adding(&window, "Team", "https://registry.example");
    window.button("Save without testing").click();
    let team = row(&window, "Team");
    assert_eq!(team.health, "Not checked");
    wait_for_detail(&window, "Not as it stands now");
}

#[test]
fn a_test_can_be_cancelled() {
    let registry = DevfileRegistry::builder().mode(Mode::Hangs).start();
    let window = Window::open(options().catalog("version = 1\n"));
    begin_adding(&window, "Team", &registry.url());
    window
        .find_by_role("switch", "Allow unencrypted http")
        .click();
    window.button("Test and save").click();
    window.wait_for_text("Waiting for the answer");
    window.button("Cancel test").click();
    window.wait_for_text("The test was cancelled. Nothing was saved.");
    assert!(registry.wait_for_connections(0, PATIENCE));
}

#[test]
fn a_dead_registry_delays_no_other_and_recovers() {
    let hanging = DevfileRegistry::builder().mode(Mode::Hangs).start();
    let failing = DevfileRegistry::builder().mode(Mode::Fails(500)).start();
    let healthy = DevfileRegistry::start();
    let file = catalog(&[
        ("Hanging", hanging.url()),
        ("Failing", failing.url()),
        ("Healthy", healthy.url()),
    ]);
    let window = Window::open(options().catalog(file));
    row(&window, "Healthy");
    window.button("Check all").click();
    wait_for_row(&window, "Healthy", |row| row.health == "31 stacks");
    wait_for_row(&window, "Failing", |row| row.health == "Server error");
    window.wait_for_text("Checking 2 of 3");
    window.wait_for_text("1 failed");
    assert_eq!(row(&window, "Hanging").health, "Checking…");
    window.button("Cancel").click();
    window.wait_for_text("Stopped after 2 registries.");
    assert!(hanging.wait_for_connections(0, PATIENCE));
    wait_for_row(&window, "Hanging", |row| row.health == "Not checked");

    for registry in [&hanging, &failing] {
        registry.set_mode(Mode::Normal);
    }
    select(&window, "Failing");
    window.button("Check now").click();
    wait_for_row(&window, "Failing", |row| row.health == "31 stacks");
    wait_for_detail(&window, "java-maven");
    window.button("Check all").click();
    window.wait_for_text("All 3 registries answered.");
    window.wait_until("all to be healthy", || {
        rows(&window).iter().all(|row| row.health == "31 stacks")
    });
    window.wait_for_text("All checked just now");
}

/// The fingerprint of its certificate, as whoever runs the registry would tell it.
fn fingerprint(registry: &DevfileRegistry) -> String {
    let certificate = registry.certificate().expect("a certificate");
    Fingerprint::of_der(&certificate).to_string()
}

/// The fingerprint on the page, whose rows are read as one.
#[track_caller]
fn shown_fingerprint(window: &Window) -> String {
    let shown = window.find(By::css("dd.print code")).text();
    shown.split_whitespace().collect()
}

/// An empty list, where the authority is known to the computer, and patience is short.
fn open(authority: &Authority) -> Window {
    let settings = "welcomed = true\ntimeout_seconds = 2\n";
    let options = options().settings(settings).catalog("version = 1\n");
    Window::open(options.env("SSL_CERT_FILE", &authority.file().display().to_string()))
}

/// Tests a new registry, reads why that failed, and saves it anyway.
#[track_caller]
fn fails(window: &Window, name: &str, url: &str, failure: &Failure) {
    begin_adding(window, name, url);
    window.button("Test and save").click();
    explained(window, failure);
    window.button("Save anyway").click();
    wait_for_list(window);
    wait_for_row(window, name, |row| row.health == failure.mark);
}

/// Waits for the words about a failed test, and for the raw error that is one click away.
#[track_caller]
fn explained(window: &Window, failure: &Failure) {
    window.find_by_role("heading", failure.title).wait();
    let words = window.find_by_role("alert", "").text();
    assert!(words.contains(failure.next), "{words}");
    window.button("Show the raw error").click();
    let raw = window.find(By::css("code.select")).text();
    assert!(!raw.trim().is_empty());
}
