//! The screens about stacks for those who do not see them, see them enlarged, or in a small window.

use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::{By, Window};
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::known;
use crate::stacks::{browse, stack};
use crate::stacks_saving::open_go;
use crate::steps::row;

#[test]
fn the_list_a_stack_and_saving() {
    let (real, dead) = (
        DevfileRegistry::start(),
        DevfileRegistry::builder().mode(Mode::Resets).start(),
    );
    let window = Window::open(known::with(&[("Real", &real.url()), ("Dead", &dead.url())]));
    row(&window, "Real");
    browse(&window);
    stack(&window, "go").wait();
    window.button("Try Dead again").wait();
    audit(&window, "stacks");
    window.press("Control+f");
    window.type_text("no such thing");
    window.wait_for_text("Nothing matches");
    audit(&window, "nothing matches");
    window.press("Escape");
    stack(&window, "go").click();
    window.wait_for_text("What it will run");
    audit(&window, "stack");
    window.button("Save all files…").click();
    window.find_by_label("Folder").wait();
    audit(&window, "save");
    window.button("Save").click();
    window.wait_for_text("Saved 3 files in");
    window.button("Save all files…").click();
    window.button("Save").click();
    window.button("Save nothing").wait();
    audit(&window, "taken");
}

#[track_caller]
fn walk(window: &Window, size: &str) {
    browse(window);
    stack(window, "go").wait();
    assert_nothing_cut_off(window, &format!("stacks {size}"));
    window.button("Filters").click();
    window.find_by_label("PHP").wait();
    assert_nothing_cut_off(window, &format!("filters {size}"));
    window.button("Filters").click();
    stack(window, "go").click();
    window.wait_for_text("What it will run");
    assert_nothing_cut_off(window, &format!("stack {size}"));
    window.button("Save devfile…").click();
    window.find_by_label("Folder").wait();
    assert_nothing_cut_off(window, &format!("save {size}"));
}

#[test]
fn a_small_window_cuts_nothing_off() {
    let registry = DevfileRegistry::start();
    let window = Window::open(known::with(&[("Real", &registry.url())]));
    row(&window, "Real");
    window.resize(640, 700);
    walk(&window, "640");
}

#[test]
fn text_twice_as_large_is_not_cut_off() {
    let registry = DevfileRegistry::start();
    let window = Window::open(known::with(&[("Real", &registry.url())]));
    row(&window, "Real");
    window.wait_until("twice the size", || {
        window.press("Control+=");
        let size = "return getComputedStyle(document.documentElement).fontSize";
        window.execute(size, &json!([])) == json!("32px")
    });
    walk(&window, "200 %");
}

#[test]
fn nothing_of_a_page_is_loaded_from_a_network() {
    let registry = DevfileRegistry::start();
    let window = Window::open(known::with(&[("Real", &registry.url())]));
    open_go(&window);
    let loaded = "return performance.getEntriesByType('resource').map(({ name }) => name)
      .filter((name) => /^https?:/.test(name) && !/^https?:\\/\\/ipc\\.localhost/.test(name));";
    assert_eq!(window.execute(loaded, &json!([])), json!([]));
    window.find(By::css("main")).wait();
    assert_eq!(window.csp_violations(), Vec::<String>::new());
}
