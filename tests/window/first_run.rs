//! The first start, and what is remembered of it.

use acceptance_support::window::{Options, Window};

use crate::steps::{delete, row, wait_for_list, wait_for_names};

#[test]
fn the_first_start_welcomes_once_and_lists_the_default_registry() {
    let mut window = Window::open(Options::default());
    let welcome = "Welcome to Registrar";
    window.find_by_role("heading", welcome).wait();
    window.wait_for_text("https://registry.devfile.io");
    window.wait_for_text("GNOME Keyring, unlocked");
    window.button("Continue").click();
    wait_for_list(&window);
    let default = row(&window, "DefaultDevfileRegistry");
    assert_eq!(default.address, "https://registry.devfile.io");
    assert_eq!(default.secure, "No token · TLS verified");
    assert_eq!(default.health, "Not checked");

    wait_until_remembered(&window);
    window.restart();
    wait_for_list(&window);
    wait_for_names(&window, &["DefaultDevfileRegistry"]);
    assert!(!window.text().contains(welcome));
}

#[test]
fn the_default_registry_may_be_deleted_for_good() {
    let mut window = Window::open(Options::default());
    window.button("Continue").click();
    wait_until_remembered(&window);
    delete(&window, "DefaultDevfileRegistry");
    window.find_by_text("No registries yet").wait();

    window.restart();
    window.find_by_text("No registries yet").wait();
    assert!(!window.text().contains("DefaultDevfileRegistry"));
}

#[test]
fn the_welcome_page_leads_straight_to_adding() {
    let mut window = Window::open(Options::default());
    window.button("Add a registry").click();
    window.button("Devfile registry").click();
    window
        .find_by_role("heading", "Add a devfile registry")
        .wait();
    assert!(window.find_by_label("Address").has_focus());
    // Leaving the welcome page this way counts too.
    window.button("Cancel").click();
    wait_for_list(&window);

    wait_until_remembered(&window);
    window.restart();
    wait_for_list(&window);
}

/// A restart in the tests is a crash: what is not on the disk by then is not remembered.
#[track_caller]
fn wait_until_remembered(window: &Window) {
    let settings = window.config_dir().join("settings.toml");
    window.wait_until("the settings", || {
        std::fs::read_to_string(&settings).is_ok_and(|text| text.contains("welcomed = true"))
    });
}
