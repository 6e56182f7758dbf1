//! Source registries that the window hosts: made, listed, found.

use acceptance_support::window::{By, Window};
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::source_settings::{create, fill_new};
use crate::steps::{go, options};

/// The names in the list, in the order in which they stand.
fn listed(window: &Window) -> serde_json::Value {
    let names = "return [...document.querySelectorAll('[data-row]')]
      .toSorted((a, b) => a.ariaRowIndex - b.ariaRowIndex)
      .map((row) => row.querySelector('.title').innerText.trim())";
    window.execute(names, &json!([]))
}

/// Waits until the list shows just these.
#[track_caller]
fn wait_for_list(window: &Window, names: &[&str]) {
    window.wait_until(&format!("the list to show {names:?}"), || {
        listed(window) == json!(names)
    });
}

#[test]
fn an_empty_list_leads_to_the_first_registry() {
    let window = Window::open(options());
    go(&window, "Packages");
    window.wait_for_text("Host your own packages");
    create(&window, "Data tools");
    window.wait_for_text("Python (PyPI) · Private · on this computer");
    assert_eq!(
        window
            .find_by_role("tab", "Publish")
            .attribute("aria-selected")
            .as_deref(),
        Some("true")
    );
    go(&window, "Packages");
    wait_for_list(&window, &["Data tools"]);
    go(&window, "Activity");
    window.wait_for_text("Registry created");
}

#[test]
fn the_address_is_shown_while_the_name_is_typed_and_must_be_free() {
    let window = Window::open(options());
    create(&window, "Data tools");
    go(&window, "Packages");
    window.button("New registry").click();
    let name = window.find_by_label("Name");
    name.fill("Mobile Apps");
    let port = window.hosting_port();
    window.wait_for_text(&format!("http://127.0.0.1:{port}/local/mobile-apps"));
    name.fill("data TOOLS");
    window
        .find(By::css("[name=name][aria-invalid=true]"))
        .wait();
    window.button("Create registry").click();
    window.find_by_role("heading", "New registry").wait();
}

#[test]
fn registries_are_found_by_words_and_by_ecosystem_and_stay_after_a_restart() {
    let mut window = Window::open(options());
    for name in ["Data tools", "Models"] {
        create(&window, name);
    }
    go(&window, "Packages");
    wait_for_list(&window, &["Data tools", "Models"]);
    window
        .find_by_label("Search source registries")
        .fill("model");
    wait_for_list(&window, &["Models"]);
    window.find_by_label("Search source registries").fill("");
    wait_for_list(&window, &["Data tools", "Models"]);

    window.restart();
    go(&window, "Packages");
    wait_for_list(&window, &["Data tools", "Models"]);
}

#[test]
fn every_screen_can_be_read_by_everybody_and_fits_a_small_window() {
    let window = Window::open(options());
    go(&window, "Packages");
    window.wait_for_text("Host your own packages");
    audit(&window, "no source registries");
    window.button("New registry").click();
    window.find_by_role("heading", "New registry").wait();
    audit(&window, "a new source registry");
    fill_new(&window, "Python (PyPI)", "Data tools");
    window.find_by_role("tab", "Packages").click();
    window.wait_for_text("Nothing published yet");
    window.wait_for_no_text("Created “Data tools”");
    audit(&window, "an empty source registry");
    go(&window, "Packages");
    wait_for_list(&window, &["Data tools"]);
    audit(&window, "source registries");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small source registries");
}
