//! What comes of the check of a container registry: every way in which it fails has its own words
//! and its own next step.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Registry, Tokens, USER};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::window::{By, Options, Window};

use crate::containers::{SECRET, begin, guarded, knowing, name_field, sign_in};
use crate::failures::{self, Failure};
use crate::steps::{row, select, wait_for_detail, wait_for_list, wait_for_row};

/// An empty list, where the authority is known to the computer, and patience is short.
fn hasty(authority: &Authority) -> Options {
    knowing(authority).settings("welcomed = true\ntimeout_seconds = 2\n")
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

/// Tests a new registry as this user, reads why that failed, and saves it anyway.
#[track_caller]
fn fails(window: &Window, name: &str, host: &str, as_user: Option<(&str, &str)>, why: &Failure) {
    begin(window, host);
    name_field(window).fill(name);
    if let Some((user, secret)) = as_user {
        sign_in(window, user, secret);
    }
    window.button("Test and save").click();
    explained(window, why);
    window.button("Save anyway").click();
    wait_for_list(window);
    wait_for_row(window, name, |row| row.health == why.mark);
}

fn answers() -> Vec<(ContainerRegistryBuilder, Failure)> {
    let bearer = ContainerRegistry::bearer;
    let plain = |registry| ContainerRegistry::builder().registry(registry);
    let astray = "Bearer realm=\"https://169.254.169.254/token\",service=\"test\"";
    vec![
        (bearer().registry(Registry::Forbids), failures::MAY_NOT),
        (
            bearer().registry(Registry::NeverSatisfied),
            failures::SIGN_IN_REFUSED,
        ),
        (
            bearer().tokens(Tokens::RateLimited("30")),
            failures::TOO_MANY_REQUESTS,
        ),
        (bearer().tokens(Tokens::Fails(503)), failures::TOKENS_FAIL),
        (bearer().tokens(Tokens::NoToken), failures::NO_USABLE_TOKEN),
        (
            ContainerRegistry::builder().challenge(astray),
            failures::ASTRAY,
        ),
        (
            ContainerRegistry::builder().challenge("Negotiate"),
            failures::UNKNOWN_WAY,
        ),
        (plain(Registry::Html), failures::NO_IMAGES_THERE),
        (plain(Registry::Fails(404, "{}")), failures::NO_IMAGES_THERE),
        (plain(Registry::Fails(503, "{}")), failures::SERVER_ERROR),
        (
            plain(Registry::RateLimited("30")),
            failures::TOO_MANY_REQUESTS,
        ),
        (plain(Registry::Drips), failures::TIMED_OUT),
    ]
}

type ContainerRegistryBuilder = acceptance_support::container_registry::Builder;

#[test]
fn every_answer_is_explained_and_can_be_saved_anyway() {
    let authority = Authority::new();
    let window = Window::open(hasty(&authority));
    let known = Some((USER, PASSWORD));
    for (number, (builder, failure)) in answers().into_iter().enumerate() {
        let registry = builder.tls(&authority, Quality::Good).start();
        let name = format!("Answer {number}");
        fails(&window, &name, &registry.host(), known, &failure);
    }
    let registry = ContainerRegistry::bearer()
        .tls(&authority, Quality::Good)
        .start();
    let wrong = Some((USER, "wrong"));
    fails(
        &window,
        "Wrong",
        &registry.host(),
        wrong,
        &failures::SIGN_IN_REFUSED,
    );
    let basic = ContainerRegistry::basic()
        .tls(&authority, Quality::Good)
        .start();
    fails(
        &window,
        "Nobody",
        &basic.host(),
        None,
        &failures::SIGN_IN_NEEDED,
    );
}

#[test]
fn every_failed_connection_is_explained() {
    let authority = Authority::new();
    let window = Window::open(hasty(&authority));
    let secure = |quality| {
        let registry = DockerRegistry::builder().login("team", SECRET);
        registry.tls(&authority, quality).start()
    };
    let plain = DockerRegistry::builder().login("team", SECRET).start();
    let (expired, other) = (secure(Quality::Expired), secure(Quality::WrongHost));
    let stopped = secure(Quality::Good).host();
    let cases = [
        ("no-such-host.invalid".to_owned(), failures::NAME_NOT_FOUND),
        (stopped, failures::REFUSED),
        (expired.host(), failures::EXPIRED),
        (other.host(), failures::WRONG_HOST),
        (plain.host(), failures::NO_HTTPS),
    ];
    for (number, (host, failure)) in cases.iter().enumerate() {
        let name = format!("Connection {number}");
        fails(&window, &name, host, Some(("team", SECRET)), failure);
    }
}

#[test]
fn an_open_registry_does_not_prove_credentials() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    sign_in(&window, "team", SECRET);
    window.button("Test").click();
    window
        .find_by_role(
            "heading",
            "localhost works, but your credentials are not proved",
        )
        .wait();
    window.wait_for_text("The registry is open, so it did not check the password.");
    window.button("Save").click();
    wait_for_row(&window, &registry.host(), |row| {
        row.health == "Open, not checked"
    });
}

#[test]
fn a_token_server_on_another_site_is_approved_once() {
    let authority = Authority::new();
    let tokens = ContainerRegistry::bearer()
        .tls(&authority, Quality::Good)
        .start();
    let realm = format!("{}/token", tokens.url_as("127.0.0.1"));
    let registry = ContainerRegistry::builder()
        .challenge(format!("Bearer realm=\"{realm}\",service=\"test\""))
        .tls(&authority, Quality::Good)
        .start();
    let mut window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    name_field(&window).fill("Team");
    sign_in(&window, USER, PASSWORD);
    window.button("Test and save").click();
    explained(&window, &failures::NOT_APPROVED);
    assert!(!tokens.was_told_secrets(), "nothing is sent unasked");

    window.button("Approve 127.0.0.1").click();
    window.wait_for_text("It asked for the credentials and accepted them.");
    window.button("Save").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
    select(&window, "Team");
    wait_for_detail(&window, "approved by you");

    // It is asked once, not after every start.
    window.restart();
    row(&window, "Team");
    let before = tokens.requests().len();
    window.button("Check all").click();
    window.wait_for_text("All 1 registry answered.");
    assert!(tokens.requests().len() > before);
    assert_eq!(row(&window, "Team").health, "Signed in");
}

#[test]
fn what_was_saved_without_a_check_is_unchecked_until_one_passes() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    name_field(&window).fill("Team");
    sign_in(&window, "team", SECRET);
    window.button("Save without testing").click();
    assert_eq!(row(&window, "Team").health, "Not checked");
    select(&window, "Team");
    wait_for_detail(&window, "Not as it stands now");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
}

#[test]
fn a_test_of_a_silent_registry_can_be_cancelled() {
    let authority = Authority::new();
    let registry = ContainerRegistry::builder()
        .registry(Registry::Drips)
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    window.button("Test and save").click();
    window.wait_for_text("Waiting for the answer");
    window.button("Cancel test").click();
    window.wait_for_text("The test was cancelled. Nothing was saved.");
    window.wait_until("the connection to close", || {
        registry.open_connections() == 0
    });
}
