//! Credentials that stop working or come to their end, and the checks that nobody asks for.

use std::fs;
use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::ContainerRegistry;
use acceptance_support::window::{By, Window};
use jiff::{ToSpan as _, Zoned};

use crate::containers::{SECRET, TEAM, entry, file, guarded, keep_secret, knowing, paste};
use crate::known;
use crate::steps::{agree, begin_editing, go, options, row, select, wait_for_detail, wait_for_row};

#[test]
fn a_credential_that_worked_and_is_refused_is_told() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let entries = [entry(0, "Team", &registry.host(), TEAM)];
    let window = Window::open(knowing(&authority).catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    select(&window, "Team");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");

    // Somebody has changed the password at the registry.
    keep_secret(&window, 0, "the old one");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Credentials refused");
    window.wait_for_text("The credentials of “Team” are refused now.");
    wait_for_detail(&window, "Its credentials worked, and are refused now");
    go(&window, "Activity");
    window.wait_for_text("worked before and are refused now");

    // From the notice straight to where the new one is entered.
    window.button("Edit credentials").click();
    window.find_by_role("heading", "Edit Team").wait();
    paste(&window, SECRET);
    window.button("Test and save").click();
    agree(
        &window,
        "The stored token is replaced by the one you entered.",
    );
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
}

#[test]
fn a_token_that_comes_to_its_end_is_marked() {
    let day = |days: i32| (Zoned::now().date() + days.days()).to_string();
    let ends = |days| format!("{TEAM}expires = \"{}\"\n", day(days));
    let entries = [
        entry(0, "Soon", "soon.example.com", &ends(5)),
        entry(1, "Late", "late.example.com", &ends(60)),
        entry(2, "Over", "over.example.com", &ends(-1)),
        entry(
            3,
            "Nobody",
            "open.example.com",
            "expires = \"2026-01-02\"\n",
        ),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    let health = |name: &str| row(&window, name).health;
    assert_eq!(health("Soon"), "Expires in 5 days");
    assert_eq!(health("Late"), "Not checked");
    assert_eq!(health("Over"), "Expired");
    assert_eq!(
        health("Nobody"),
        "Not checked",
        "there is nothing to expire"
    );
    select(&window, "Soon");
    wait_for_detail(&window, "Its password or token is good for 5 more days");
    select(&window, "Late");
    wait_for_detail(&window, "in 60 days");
    select(&window, "Over");
    wait_for_detail(&window, "Its password or token has expired");

    begin_editing(&window, "Over");
    let until = window.find(By::css("input[name=expires]"));
    until.fill("soon");
    window.button("Save without testing").click();
    window.wait_until("a refusal of that day", || {
        until.attribute("aria-invalid").as_deref() == Some("true")
    });
    until.fill(&day(30));
    window.button("Save without testing").click();
    wait_for_row(&window, "Over", |row| row.health == "Not checked");
    assert!(known::content(&window).contains(&format!("expires = \"{}\"", day(30))));
}

/// A program that has just started lets the window come first, and then looks at the clock.
const SETTLED: Duration = Duration::from_secs(30);

#[test]
fn a_first_start_tells_of_tokens_at_their_end_and_checks_nothing_unasked() {
    let authority = Authority::new();
    let registry = ContainerRegistry::basic()
        .tls(&authority, Quality::Good)
        .start();
    let over = format!("{TEAM}expires = \"2026-01-02\"\n");
    let entries = [
        entry(0, "Over", "over.example.com", &over),
        entry(1, "Team", &registry.host(), ""),
    ];
    let window = Window::open(knowing(&authority).catalog(file(&entries)));
    assert_eq!(row(&window, "Over").health, "Expired");
    let told = "The credentials of “Over” have expired.";
    window.wait_up_to(SETTLED, "what is told", || window.text().contains(told));
    assert_eq!(row(&window, "Team").health, "Not checked");
    assert_eq!(registry.requests(), []);
    window.button("Edit credentials").click();
    window.find_by_role("heading", "Edit Over").wait();
}

#[test]
fn registries_are_checked_in_the_background_as_often_as_is_set() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let entries = [entry(0, "Team", &registry.host(), TEAM)];
    let mut window = Window::open(knowing(&authority).catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    row(&window, "Team");
    go(&window, "Settings");
    let often = window.find_by_label("Check in the background");
    assert_eq!(often.value(), "60");
    often.type_text("\u{E013}"); // the arrow up
    window.wait_until("the setting to be kept", || {
        let settings = fs::read_to_string(window.config_dir().join("settings.toml"));
        settings.is_ok_and(|settings| settings.contains("check_every_minutes = 15"))
    });

    // As if the last round had been long ago.
    window.kill9();
    let rounds = window.data_dir().join("health/rounds.json");
    fs::create_dir_all(rounds.parent().expect("its folder")).expect("its folder");
    fs::write(rounds, "{\"last\":\"2026-01-01T00:00:00Z\"}").expect("the last round");
    window.reopen();
    assert_eq!(row(&window, "Team").health, "Not checked");
    window.wait_up_to(SETTLED, "a check that nobody asked for", || {
        row(&window, "Team").health == "Signed in"
    });
}
