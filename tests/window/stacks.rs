//! Browsing stacks in the real window: of all registries, as they come, offline, in any order.

use std::time::Duration;

use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::{By, Locator, Window};
use serde_json::json;

use crate::steps::{command, id, row, select, wait_for_names};
use crate::{known, steps};

/// The titles of the rows that are drawn, in their order.
const TITLES: &str = "
return [...document.querySelectorAll('[data-stack]')]
  .toSorted((a, b) => a.closest('li').ariaPosInSet - b.closest('li').ariaPosInSet)
  .map((row) => row.querySelector('b').innerText.trim());";

/// The registries of the page in their order.
const SOURCES: &str =
    "return [...document.querySelectorAll('main ol li b')].map((name) => name.innerText.trim());";

/// The middle of an element, in whole pixels.
const MIDDLE: &str = "
const { left, right, top, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
return [Math.round((left + right) / 2), Math.round((top + bottom) / 2)];";

pub(crate) fn titles(window: &Window) -> Vec<String> {
    serde_json::from_value(window.execute(TITLES, &json!([]))).expect("titles")
}

fn sources(window: &Window) -> Vec<String> {
    serde_json::from_value(window.execute(SOURCES, &json!([]))).expect("names")
}

#[track_caller]
fn wait_for_sources(window: &Window, wanted: &[&str]) {
    window.wait_until(&format!("the order {wanted:?}"), || {
        sources(window) == wanted
    });
}

/// The row of a stack, by its name in the registry.
pub(crate) fn stack<'w>(window: &'w Window, name: &str) -> Locator<'w> {
    window.find(By::css(&format!("[data-stack='stack:{name}']")))
}

/// Opens the page of all stacks.
#[track_caller]
pub(crate) fn browse(window: &Window) {
    window
        .find(By::css("header .tools button:first-of-type"))
        .wait();
    command(window, "browse stacks of all");
    window.find_by_role("heading", "Stacks").wait();
}

fn own(prefix: &str) -> DevfileRegistry {
    let mode = Mode::Own(prefix.to_owned());
    DevfileRegistry::builder().mode(mode).start()
}

#[test]
fn all_registries_are_one_list_that_is_searched_and_filtered() {
    let (ours, real) = (own("ours"), DevfileRegistry::start());
    let window = Window::open(known::with(&[
        ("Ours", &ours.url()),
        ("Public", &real.url()),
    ]));
    row(&window, "Ours");
    browse(&window);
    window.wait_for_text("39 stacks and samples");
    assert_eq!(
        titles(&window)[..4],
        ["ours 0", "ours 1", "ours 2", "Go Runtime"]
    );
    let go = stack(&window, "go").text();
    assert!(go.contains("Ours") && go.contains("Public"), "{go}");

    window.press("Control+f");
    window.type_text("quarkus");
    window.wait_until("the search", || {
        titles(&window) == ["Quarkus Java", "JHipster Online", "Kaoto", "Basic Quarkus"]
    });
    window.press("Escape");
    window.wait_for_text("39 stacks and samples");
    window.find_by_label("Python").click();
    window.wait_until("the language", || {
        titles(&window) == ["Python", "Django", "Basic Python"]
    });
    window.find_by_label("Test").click();
    window.wait_for_text("Nothing matches");
    window.button("Clear filters").click();
    window.wait_for_text("39 stacks and samples");
    window.find_by_role("radio", "Samples").click();
    window.wait_for_text("5 of 39 stacks and samples");

    // Of one registry alone, from its details.
    window.button("Registries").click();
    select(&window, "Ours");
    let of_one = "aside[aria-label=Details] .actions button:nth-of-type(2)";
    window.find(By::css(of_one)).click();
    window.wait_for_text("4 of 39 stacks and samples");
}

#[test]
fn one_that_hangs_and_one_that_is_dead_delay_nobody() {
    let (hanging, real) = (
        DevfileRegistry::builder().mode(Mode::Hangs).start(),
        DevfileRegistry::start(),
    );
    let dead = DevfileRegistry::builder().mode(Mode::Resets).start();
    let window = Window::open(known::with(&[
        ("Hanging", &hanging.url()),
        ("Dead", &dead.url()),
        ("Real", &real.url()),
    ]));
    row(&window, "Real");
    browse(&window);
    stack(&window, "go").wait();
    window.wait_for_text("Fetching 2 of 3");
    window.button("Try Dead again").wait();
    window.button("Cancel").click();
    window.button("Refresh").wait();
    assert!(hanging.wait_for_connections(0, Duration::from_secs(10)));

    dead.set_mode(Mode::Own("risen".to_owned()));
    window.button("Try Dead again").click();
    window.wait_for_text("risen 0");
}

#[test]
fn what_was_fetched_is_there_offline_after_a_restart() {
    let registry = DevfileRegistry::start();
    let mut window = Window::open(known::with(&[("Real", &registry.url())]));
    row(&window, "Real");
    browse(&window);
    stack(&window, "go").click();
    window.wait_for_text("What it will run");
    registry.set_mode(Mode::Resets);
    window.restart();
    row(&window, "Real");
    browse(&window);
    window.wait_for_text("36 stacks and samples");
    window.button("Refresh").click();
    window.wait_for_text("as of");
    window.wait_for_text("36 stacks and samples");
    stack(&window, "go").click();
    window.wait_for_text("What it will run");
    window.button("Fetch again").click();
    window.wait_for_text("The registry did not answer just now.");
    window.wait_for_text("A container made from the image");
}

#[test]
fn the_order_of_priority_follows_the_keys_and_the_mouse_and_is_kept() {
    let registries = [own("a"), own("b"), own("c")];
    let urls: Vec<String> = registries.iter().map(DevfileRegistry::url).collect();
    let window = Window::open(known::with(&[
        ("A", &urls[0]),
        ("B", &urls[1]),
        ("C", &urls[2]),
    ]));
    row(&window, "A");
    browse(&window);
    wait_for_sources(&window, &["A", "B", "C"]);
    window.wait_for_text("c 0");
    assert_eq!(titles(&window)[0], "a 0");

    let grip = |number| format!("[data-grip='{}']", id(number));
    window.execute(
        "document.querySelector(arguments[0]).focus()",
        &json!([grip(2)]),
    );
    window.press("ArrowUp");
    wait_for_sources(&window, &["A", "C", "B"]);
    window.find(By::css(&grip(2))).wait();
    window.press("Home");
    wait_for_sources(&window, &["C", "A", "B"]);
    window.wait_until("the list in the new order", || titles(&window)[0] == "c 0");

    let middle = |number| -> (i64, i64) {
        serde_json::from_value(window.execute(MIDDLE, &json!([grip(number)]))).expect("a point")
    };
    let (from, to) = (middle(2), middle(1));
    window.drag(from, (to.0, to.1 + 12));
    wait_for_sources(&window, &["A", "B", "C"]);
    window.wait_until("the file in the new order", || {
        let file = known::content(&window);
        let place = |name: &str| file.find(&format!("name = \"{name}\""));
        place("A") < place("B") && place("B") < place("C")
    });
    window.button("Registries").click();
    wait_for_names(&window, &["A", "B", "C"]);
}

#[test]
fn thousands_of_stacks_scroll_and_are_filtered() {
    let registry = DevfileRegistry::builder().mode(Mode::Huge).start();
    let window = Window::open(known::with(&[("Huge", &registry.url())]));
    row(&window, "Huge");
    browse(&window);
    window.wait_for_text("5,000 stacks and samples");
    assert!(titles(&window).len() < 60);
    window.press("Control+f");
    window.press("ArrowDown");
    window.wait_until("the focus in the list", || {
        stack(&window, "stack-00000").has_focus()
    });
    window.wait_until("the last row", || {
        window.press("End");
        stack(&window, "stack-04999").count() == 1
    });
    window.press("Control+f");
    window.type_text("stack-04321");
    window.wait_for_text("1 of 5,000 stacks and samples");
    assert_eq!(titles(&window).len(), 1);
}

#[test]
fn icons_come_as_pictures_that_the_window_did_not_load() {
    let registry = DevfileRegistry::builder()
        .mode(Mode::Icon("icons/red.svg".to_owned()))
        .start();
    let window = Window::open(known::with(&[("Real", &registry.url())]));
    row(&window, "Real");
    browse(&window);
    let picture = window.find(By::css("[data-stack] img"));
    picture.wait();
    let source = picture.attribute("src").unwrap_or_default();
    assert!(source.starts_with("data:image/png;base64,"), "{source}");
    assert_eq!(picture.property("naturalWidth"), json!(96));
    assert_eq!(window.csp_violations(), Vec::<String>::new());
    let asked = registry.requests();
    let icons: Vec<_> = asked
        .iter()
        .filter(|seen| seen.path == "/icons/red.svg")
        .collect();
    assert_eq!(icons.len(), 1);
    assert!(
        icons[0]
            .user_agent
            .as_deref()
            .is_some_and(|agent| agent.starts_with("Registrar/"))
    );
}

#[test]
fn without_a_devfile_registry_the_page_teaches() {
    let window = Window::open(steps::options().catalog("version = 1\n"));
    window.wait_for_text("No registries yet");
    browse(&window);
    window.button("Add a devfile registry").click();
    window.find_by_label("Address").wait();
}
