//! What is in a container registry: from its details down to the layers, by mouse and keyboard.

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::oci_image::OciImage;
use acceptance_support::scripted_registry::{Answer, ScriptedRegistry};
use acceptance_support::window::Window;
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::containers::{SECRET, TEAM, empty, entry, file, keep_secret};
use crate::steps::{row, select};

const PLAIN: &str = "allow_http = true\n";

/// A registry in which skopeo has put two versions of an image.
fn filled() -> DockerRegistry {
    let registry = DockerRegistry::builder().login("team", SECRET).start();
    let login = format!("team:{SECRET}");
    for (tag, layer) in [("1.9", "old"), ("1.10", "app")] {
        let place = format!("{}/team/app:{tag}", registry.host());
        let image = OciImage::new(&["base", layer], tag, "2024-05-01T10:00:00Z");
        image.push_as(&place, &login);
    }
    registry
}

/// The window with that registry, whose secret only the keyring has.
fn open(registry: &DockerRegistry) -> Window {
    let more = format!("{TEAM}{PLAIN}");
    let catalog = file(&[entry(1, "Team", &registry.host(), &more)]);
    let window = Window::open(empty().catalog(catalog));
    keep_secret(&window, 1, SECRET);
    window
}

#[track_caller]
fn browse(window: &Window, name: &str) {
    row(window, name);
    select(window, name);
    window.button("Browse images").click();
}

#[test]
fn repositories_tags_an_image_and_two() {
    let registry = filled();
    let window = open(&registry);
    browse(&window, "Team");
    window.button("team/app").wait();
    audit(&window, "repositories");
    window.button("team/app").click();
    window.button("1.10").wait();
    audit(&window, "tags");
    window.button("1.10").click();
    window.wait_for_text("COPY app /srv");
    window.wait_for_text("linux/amd64");
    window.button("Show the manifest").click();
    window
        .find_by_role("region", "Manifest, as the registry has it")
        .wait();
    audit(&window, "image");
    let shown = window.execute("return document.documentElement.outerHTML", &json!([]));
    assert!(
        !shown.to_string().contains("7d1e"),
        "the secret is in the window"
    );
    window.button("Compare with\u{2026}").click();
    window.find_by_label("Tag or digest").fill("1.9");
    window.find_by_role("option", "1.9").wait();
    audit(&window, "another image being chosen");
    window.press("Escape");
    window.press("Enter");
    window.wait_for_text("Set differently");
    window.wait_for_text("Only left");
    audit(&window, "comparison");
    window.press("Escape");
    window.button("1.10").wait();
    window.press("Escape");
    window.button("team/app").wait();
}

#[test]
fn without_a_list_a_name_is_typed_and_remembered() {
    let registry = ScriptedRegistry::start(|line, _| match line {
        line if line.contains("/tags/list") => Answer::json(r#"{"tags":["stable"]}"#),
        _ => Answer::new(404, ""),
    });
    let catalog = file(&[entry(1, "Lab", &registry.host(), PLAIN)]);
    let window = Window::open(empty().catalog(catalog));
    browse(&window, "Lab");
    window.wait_for_text("This registry offers no list");
    audit(&window, "no list");
    window.find_by_label("Repository").fill("tools/app");
    window.press("Enter");
    window.button("stable").click();
    window.wait_for_text("does not have it");
    audit(&window, "failed");
    window.press("Escape");
    window.button("stable").wait();
    window.press("Escape");
    window.button("tools/app").wait();
}

#[test]
fn a_small_window_cuts_nothing_off() {
    let registry = filled();
    let window = open(&registry);
    window.resize(640, 700);
    walk(&window, "640");
}

#[test]
fn text_twice_as_large_is_not_cut_off() {
    let registry = filled();
    let window = open(&registry);
    row(&window, "Team");
    window.wait_until("twice the size", || {
        window.press("Control+=");
        let size = "return getComputedStyle(document.documentElement).fontSize";
        window.execute(size, &json!([])) == json!("32px")
    });
    walk(&window, "200 %");
}

#[track_caller]
fn walk(window: &Window, size: &str) {
    browse(window, "Team");
    window.button("team/app").wait();
    assert_nothing_cut_off(window, &format!("repositories {size}"));
    window.button("team/app").click();
    window.button("1.10").wait();
    assert_nothing_cut_off(window, &format!("tags {size}"));
    window.button("1.10").click();
    window.wait_for_text("COPY app /srv");
    assert_nothing_cut_off(window, &format!("image {size}"));
}
