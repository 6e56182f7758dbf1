//! Container registries without a mouse.

use acceptance_support::certificates::Authority;
use acceptance_support::window::{By, Window};

use crate::containers::{SECRET, address_field, empty, guarded, knowing};
use crate::keyboard::{assert_no_trap, tab_to, wait_for_focus};
use crate::steps::{command, row, wait_for_row};
use crate::tokens::stored;

#[test]
fn a_container_registry_is_added_tested_and_asked_about_without_a_mouse() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let host = registry.host();
    let window = Window::open(knowing(&authority));
    window.wait_for_text("No registries yet");
    window.press("Control+n");
    wait_for_focus(&window, "Devfile registry");
    tab_to(&window, "Other registry");
    window.press("Enter");
    wait_for_focus(&window, "Registry");
    window.type_text(&host);
    tab_to(&window, "Name");
    window.type_text("Team");
    tab_to(&window, "User");
    window.type_text("team");
    tab_to(&window, "Password or token");
    window.type_text("wrong");
    window.press("Enter");
    window
        .find_by_role("heading", "The credentials were refused")
        .wait();
    // The focus has stayed where the mistake is.
    wait_for_focus(&window, "Password or token");
    window.press("Control+a");
    window.type_text(SECRET);
    window.press("Enter");
    window.wait_for_text("Added “Team”");
    let team = wait_for_row(&window, "Team", |row| row.health == "Signed in");
    wait_for_focus(&window, &format!("row {}", team.id));
    assert_eq!(stored(&window, &team.id).as_deref(), Some(SECRET));

    command(&window, "which credential");
    wait_for_focus(&window, "Image");
    window.type_text(&format!("{host}/app:1"));
    window.wait_for_text("Its address is the image’s registry.");
    window.press("Escape");
    wait_for_focus(&window, &format!("row {}", team.id));
    assert_eq!(row(&window, "Team").user, "team");
}

#[test]
fn tab_leads_to_every_control_of_the_new_screens() {
    let window = Window::open(empty());
    window.wait_for_text("No registries yet");
    window.press("Control+n");
    wait_for_focus(&window, "Devfile registry");
    assert_no_trap(&window);
    window.button("Google Artifact Registry").click();
    address_field(&window).fill("europe-docker.pkg.dev/acme");
    window.find(By::css("summary")).click();
    window.find_by_role("radio", "http only").wait();
    assert_no_trap(&window);
}
