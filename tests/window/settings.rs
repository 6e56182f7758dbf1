//! Settings are kept and count at once; the record of what was done.

use std::fs;

use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::proxy::Proxy;
use acceptance_support::window::{By, Keyring, Options, Window};
use serde_json::json;

use crate::{known, steps};

const LAB: (&str, &str) = ("Lab", "https://lab.example.com");

fn theme(window: &Window) -> String {
    let root = window.find(By::css("html"));
    root.attribute("data-theme").unwrap_or_default()
}

/// The page's background as it is painted: red, green, blue.
fn background(window: &Window) -> String {
    let script = "return getComputedStyle(document.body).backgroundColor";
    let colour = window.execute(script, &json!([]));
    colour.as_str().unwrap_or_default().to_owned()
}

fn saved(window: &Window) -> String {
    fs::read_to_string(window.config_dir().join("settings.toml")).unwrap_or_default()
}

#[track_caller]
fn wait_for_saved(window: &Window, line: &str) {
    window.wait_until(&format!("{line} in the settings"), || {
        saved(window).lines().any(|saved| saved == line)
    });
}

#[test]
fn the_theme_changes_at_once_and_is_kept() {
    let mut window = Window::open(steps::options());
    steps::go(&window, "Settings");
    window.find_by_label("Light").click();
    window.wait_until("the light theme", || theme(&window) == "light");
    let light = background(&window);

    window.find_by_label("Dark").click();
    window.wait_until("the dark theme", || theme(&window) == "dark");
    let dark = background(&window);
    assert_ne!(light, dark);
    wait_for_saved(&window, "theme = \"dark\"");

    window.restart();
    window.find_by_role("heading", "Registries").wait();
    assert_eq!((theme(&window), background(&window)), ("dark".into(), dark));
    steps::go(&window, "Settings");
    assert_eq!(window.find_by_label("Dark").property("checked"), true);

    // No system here asks for darkness.
    window.find_by_label("System").click();
    window.wait_until("the system's theme", || theme(&window) == "light");
    assert_eq!(background(&window), light);
}

#[test]
fn a_manual_proxy_is_used_and_a_bad_one_refused_at_its_field() {
    let (registry, proxy) = (DevfileRegistry::start(), Proxy::start());
    let url = registry.url_as("registry.test");
    let window = Window::open(known::with(&[("Lab", &url)]));
    known::row(&window, 0).wait();
    steps::go(&window, "Settings");
    window.find_by_label("Manual").click();
    let address = window.find_by_label("Proxy address");
    for bad in [
        "ftp://proxy:1",
        "http://user:secret@proxy:1",
        "http://proxy:1/path",
    ] {
        address.fill(bad);
        window.button("Save").click();
        steps::wait_for_remark(&window, "proxy", "Write it as http://host:port");
    }
    assert!(!saved(&window).contains("proxy:1"), "{}", saved(&window));

    address.fill(&proxy.url());
    window.button("Save").click();
    window.wait_for_text("Saved");
    steps::go(&window, "Registries");
    steps::select(&window, "Lab");
    window.button("Check now").click();
    steps::wait_for_row(&window, "Lab", |row| row.health == "31 stacks");
    let asked = proxy.targets();
    assert!(asked.iter().any(|asked| asked.contains(&url)), "{asked:?}");
}

#[test]
fn time_limit_and_idle_lock_are_kept() {
    let mut window = Window::open(steps::options().keyring(Keyring::Missing));
    steps::go(&window, "Settings");
    let limit = window.find_by_label("Time limit");
    limit.fill("1");
    window.press("Tab");
    window.wait_for_text("A whole number from 2 to 120.");
    limit.fill("7");
    window.press("Tab");
    window.wait_for_no_text("A whole number from 2 to 120.");
    wait_for_saved(&window, "timeout_seconds = 7");

    window.button("Create a passphrase vault…").click();
    for label in ["Passphrase", "The same again"] {
        window.find_by_label(label).fill("four unrelated words");
    }
    window.button("Create vault").click();
    window.wait_for_text("The passphrase vault is ready.");
    window.find_by_label("Lock when idle for").type_text("5");
    wait_for_saved(&window, "lock_after_minutes = 5");

    window.restart();
    steps::go(&window, "Settings");
    assert_eq!(window.find_by_label("Time limit").value(), "7");
    assert_eq!(window.find_by_label("Lock when idle for").value(), "5");
}

#[test]
fn every_change_is_recorded_and_found_again() {
    let mut window = Window::open(known::with(&[LAB, ("Home", "https://home.example.com")]));
    known::row(&window, 0).wait();
    steps::go(&window, "Activity");
    window.wait_for_text("Hosting started");
    wait_for_record(&window, &[]);
    steps::go(&window, "Registries");
    steps::delete(&window, "Home");
    window.button("Undo").click();
    steps::wait_for_names(&window, &["Lab", "Home"]);
    steps::begin_editing(&window, "Lab");
    window.find_by_label("Name").fill("Laboratory");
    window.button("Save without testing").click();
    window.wait_for_text("Saved “Laboratory”");

    steps::go(&window, "Activity");
    // The newest first.
    wait_for_record(
        &window,
        &[
            ["Changed", "Laboratory"],
            ["Deletion undone", "Home"],
            ["Deleted", "Home"],
        ],
    );
    window.screenshot("activity");
    window.find_by_label("Search the record").fill("laboratory");
    wait_for_record(&window, &[["Changed", "Laboratory"]]);
    window
        .find_by_label("Search the record")
        .fill("nothing like it");
    window.wait_for_text("Nothing matches");

    window.restart();
    steps::go(&window, "Activity");
    wait_for_record(
        &window,
        &[
            ["Changed", "Laboratory"],
            ["Deletion undone", "Home"],
            ["Deleted", "Home"],
        ],
    );
}

/// Waits until the record says what was done to which registry, in this order. That the window
/// hosts packages is no matter here.
#[track_caller]
fn wait_for_record(window: &Window, wanted: &[[&str; 2]]) {
    let script = "return [...document.querySelectorAll('tbody tr')].map((row) =>
      [row.querySelector('.what').innerText, row.querySelector('.registry').innerText])
      .filter(([what]) => !what.startsWith('Hosting'))";
    window.wait_until(&format!("the record {wanted:?}"), || {
        window.execute(script, &json!([])) == json!(wanted)
    });
}

#[test]
fn the_window_is_as_large_as_it_was_left() {
    let mut window = Window::open(Options::default());
    window.button("Continue").wait();
    // Left so by an earlier run: without a window manager nobody can close a window here.
    window.kill9();
    let state = json!({ "main": {
        "width": 900, "height": 640, "x": 120, "y": 80, "prev_x": 120, "prev_y": 80,
        "maximized": false, "visible": true, "decorated": true, "fullscreen": false,
    } });
    fs::write(window.data_dir().join("window.json"), state.to_string()).expect("writing");
    window.restart();
    window.button("Continue").wait();
    let size = "return [innerWidth, innerHeight]";
    window.wait_until("the size it was left with", || {
        window.execute(size, &json!([])) == json!([900, 640])
    });
}
