//! The window opens, and stays what it is.

use std::path::Path;
use std::process::Command;

use acceptance_support::window::{Options, Window};
use serde_json::json;

#[test]
fn the_window_opens_with_its_sidebar_and_breaks_no_policy() {
    let window = Window::open(Options::default());
    assert_eq!(window.title(), "Registrar");
    window.find_by_role("navigation", "Main").wait();
    window.button("Continue").wait();
    window.screenshot("opened");
    assert_eq!(window.csp_violations(), Vec::<String>::new());
}

#[test]
fn what_the_policy_forbids_is_refused_and_reported() {
    let window = Window::open(Options::default());
    let elsewhere = "new Image().src = 'https://registry.example/pixel.png'";
    window.execute(elsewhere, &json!([]));
    window.wait_until("the policy's report", || {
        !window.csp_violations().is_empty()
    });
    let reports = window.csp_violations();
    assert!(
        reports[0].starts_with("img-src: https://registry.example"),
        "{reports:?}"
    );
}

/// A font that is known and not loaded costs WebKit a search for another, for every size and weight.
#[test]
fn the_fonts_of_all_scripts_come_with_the_application() {
    let window = Window::open(Options::default());
    window.button("Continue").wait();
    let missing = "return ['a', 'Ж', 'Ω', 'ő'].filter(
        (letter) => !document.fonts.check('14px \"Inter Variable\"', letter))";
    window.wait_until("the fonts of all scripts", || {
        let faces = window.execute("return document.fonts.size", &json!([]));
        faces == json!(6) && window.execute(missing, &json!([])) == json!([])
    });
    let waiting = "return [...document.fonts].filter((face) => face.status !== 'loaded').length";
    assert_eq!(window.execute(waiting, &json!([])), json!(0));
    assert_eq!(window.csp_violations(), Vec::<String>::new());
}

#[test]
fn the_window_cannot_be_led_to_another_page() {
    let window = Window::open(Options::default());
    window.execute("location.href = 'https://registry.example/'", &json!([]));
    window.execute("open('https://registry.example/')", &json!([]));
    window.find_by_role("navigation", "Main").wait();
    let address = window.execute("return location.origin", &json!([]));
    assert_eq!(address, json!("tauri://localhost"));
}

#[test]
fn tauri_is_not_to_be_had_as_a_global() {
    let window = Window::open(Options::default());
    let found = window.execute(
        "return [typeof window.__TAURI__, Object.isFrozen(Object.prototype)]",
        &json!([]),
    );
    assert_eq!(found, json!(["undefined", true]));
}

#[test]
fn a_second_start_ends_at_once_and_leaves_the_first_alone() {
    let window = Window::open(Options::default());
    let executable = format!("/proc/{}/exe", window.process_id());
    let second = Command::new(
        Path::new(&executable)
            .canonicalize()
            .expect("the application"),
    )
    .env_clear()
    .envs(window.env())
    .output()
    .expect("the second start");
    assert!(second.status.success(), "{second:?}");
    window.button("Continue").wait();
}

#[test]
fn the_window_opens_again_after_it_was_killed() {
    let mut window = Window::open(Options::default());
    let killed = window.process_id();
    window.kill9();
    window.wait_until("the process to end", || {
        !Path::new(&format!("/proc/{killed}")).exists()
    });
    window.restart();
    window.button("Continue").wait();
}

#[test]
fn the_window_has_the_size_again_that_it_was_closed_with() {
    let mut window = Window::open(Options::default());
    window.resize(1000, 700);
    window.close();
    window.reopen();
    let size = window.execute("return [innerWidth, innerHeight]", &json!([]));
    assert_eq!(size, json!([1000, 700]));
    let elsewhere = window.home().join(".config/app.registrar.desktop");
    let left: Vec<_> = std::fs::read_dir(elsewhere).into_iter().flatten().collect();
    assert!(
        left.is_empty(),
        "everything lies in Registrar's own folders: {left:?}"
    );
}
