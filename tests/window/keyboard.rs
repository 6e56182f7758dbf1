//! Everything without a mouse.

use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::window::{Options, Window};
use serde_json::json;

use crate::steps::command;
use crate::{known, steps};

/// More stops than any page has.
const MANY: usize = 80;

/// What has the focus: `row <id>`, or what its label or text says.
const FOCUSED: &str = "
const element = document.activeElement;
if (element === document.body) return '';
if (element.dataset.row) return `row ${element.dataset.row}`;
return (element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.innerText).trim();";

/// Remembers the stop that Tab has come to, and says whether it is a new one and whether a
/// person sees where the focus is. Fields show it by their box, radio buttons by their words.
const NOTE_STOP: &str = "
const stops = (window.stops ??= new Set());
const stop = document.activeElement;
if (stop === document.body || stops.has(stop)) return null;
stops.add(stop);
const outlined = (element) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
};
const lit = (element) => getComputedStyle(element).boxShadow !== 'none';
const box = stop.closest('.field-box') ?? stop;
const seen = outlined(stop)
  || (stop.matches('input, select, textarea') && (lit(box) || outlined(box)))
  || (stop.matches('[type=radio]') && outlined(stop.nextElementSibling));
return { seen, what: stop.outerHTML.slice(0, 200) };";

/// The controls that Tab has not come to. Of radio buttons one stands for all.
const MISSED: &str = "
const controls = 'button, input, select, textarea, summary, a[href], [tabindex=\"0\"]';
return [...document.querySelectorAll(controls)]
  .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.disabled)
  .filter((control) => control.tabIndex >= 0 && !window.stops.has(control))
  .filter((control) => control.type !== 'radio' || control.checked)
  .map((control) => control.outerHTML.slice(0, 200));";

fn focused(window: &Window) -> String {
    let focused = window.execute(FOCUSED, &json!([]));
    focused.as_str().unwrap_or_default().to_owned()
}

#[track_caller]
pub(crate) fn wait_for_focus(window: &Window, wanted: &str) {
    let what = format!("the focus on {wanted:?}");
    window.wait_until(&what, || focused(window).starts_with(wanted));
}

/// Presses Tab until `wanted` has the focus.
#[track_caller]
pub(crate) fn tab_to(window: &Window, wanted: &str) {
    let mut passed = Vec::new();
    for _ in 0..MANY {
        window.press("Tab");
        let now = focused(window);
        if now.starts_with(wanted) {
            return;
        }
        passed.push(now);
    }
    unreachable!("Tab does not lead to {wanted:?} but to {passed:?}");
}

#[track_caller]
fn wait_for_heading(window: &Window, heading: &str) {
    window.find_by_role("heading", heading).wait();
}

fn row(number: usize) -> String {
    format!("row {}", steps::id(number))
}

#[test]
fn a_registry_is_added_changed_deleted_and_brought_back_without_a_mouse() {
    let registry = DevfileRegistry::start();
    let window = Window::open(Options::default());
    wait_for_focus(&window, "Welcome to Registrar");
    tab_to(&window, "Continue");
    window.press("Enter");
    wait_for_heading(&window, "Registries");

    window.press("Control+n");
    wait_for_focus(&window, "Devfile registry");
    window.press("Enter");
    wait_for_focus(&window, "Address");
    window.type_text(&registry.url());
    window
        .find_by_role("switch", "Allow unencrypted http")
        .wait();
    tab_to(&window, "Allow unencrypted http");
    window.press("Space");
    tab_to(&window, "Name");
    window.press("Control+a");
    window.type_text("Lab");
    window.press("Enter");
    window.wait_for_text("Added “Lab”");
    let lab = format!("row {}", steps::row(&window, "Lab").id);
    wait_for_focus(&window, &lab);

    window.press("F2");
    wait_for_heading(&window, "Edit Lab");
    tab_to(&window, "Name");
    window.press("Control+a");
    window.type_text("Laboratory");
    window.press("Enter");
    window.wait_for_text("Saved “Laboratory”");
    wait_for_focus(&window, &lab);

    window.press("Delete");
    wait_for_focus(&window, "Cancel");
    tab_to(&window, "Delete");
    window.press("Enter");
    window.wait_for_text("Deleted “Laboratory”");
    steps::wait_for_names(&window, &["DefaultDevfileRegistry"]);
    wait_for_focus(&window, "row ");
    window.press("Control+z");
    steps::wait_for_names(&window, &["DefaultDevfileRegistry", "Laboratory"]);
    window.wait_for_text("“Laboratory” is back");
}

#[test]
fn the_palette_and_the_shortcuts_open_and_give_the_focus_back() {
    let window = Window::open(known::with(&[
        ("Lab", "https://lab.example.com"),
        ("Home", "https://home.example.com"),
    ]));
    known::row(&window, 0).wait();
    tab_to(&window, &row(0));

    window.press("Control+k");
    wait_for_focus(&window, "Search commands and registries");
    window.press("Escape");
    wait_for_focus(&window, &row(0));

    window.press("?");
    wait_for_heading(&window, "Keyboard shortcuts");
    window.press("Escape");
    wait_for_focus(&window, &row(0));

    window.press("Control+k");
    wait_for_focus(&window, "Search commands and registries");
    window.type_text("home");
    window
        .find_by_role("option", "Home https://home.example.com")
        .wait();
    window.press("Enter");
    window.wait_until("the chosen registry", || {
        steps::details(&window).text().contains("Home")
    });

    command(&window, "open settings");
    wait_for_heading(&window, "Settings");
    window.press("?");
    wait_for_heading(&window, "Keyboard shortcuts");
    window.press("Escape");
    window.press("Escape");
    wait_for_heading(&window, "Registries");
    wait_for_focus(&window, &row(1));
}

#[test]
fn a_refused_dialog_gives_the_focus_back() {
    let window = Window::open(known::with(&[("Lab", "https://lab.example.com")]));
    known::row(&window, 0).wait();
    tab_to(&window, "Delete…");
    window.press("Enter");
    wait_for_focus(&window, "Cancel");
    window.press("Escape");
    wait_for_focus(&window, "Delete…");
    assert!(known::row(&window, 0).is_visible());

    // What was typed is not lost by a slip on Escape.
    window.press("Control+n");
    wait_for_focus(&window, "Devfile registry");
    window.press("Enter");
    wait_for_focus(&window, "Address");
    window.type_text("https://home.example.com");
    window.press("Escape");
    wait_for_heading(&window, "Discard your changes?");
    window.press("Escape");
    wait_for_focus(&window, "Address");
    assert_eq!(
        window.find_by_label("Address").value(),
        "https://home.example.com"
    );
}

#[test]
fn the_arrows_and_their_kin_move_through_the_list() {
    let named: Vec<(String, String)> = (0..60)
        .map(|n| (format!("R{n}"), format!("https://r{n}.example.com")))
        .collect();
    let window = Window::open(steps::options().catalog(steps::catalog(&named)));
    known::row(&window, 0).wait();
    tab_to(&window, &row(0));
    for (key, wanted) in [
        ("ArrowDown", 1),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
        ("End", 59),
    ] {
        window.press(key);
        wait_for_focus(&window, &row(wanted));
        assert_seen(&window, wanted);
    }
    window.press("ArrowDown");
    wait_for_focus(&window, &row(59));
    window.press("PageUp");
    window.wait_until("another row", || focused(&window) != row(59));
    window.press("Home");
    wait_for_focus(&window, &row(0));
    window.press("PageDown");
    window.wait_until("another row", || focused(&window) != row(0));
    window.press("Home");
    wait_for_focus(&window, &row(0));
    // Enter opens the details, Tab from the row does not pass sixty rows.
    tab_to(&window, "Check now");
}

/// The row is within the list's visible part, selected, and named by what it says.
#[track_caller]
fn assert_seen(window: &Window, number: usize) {
    let script = "
    const row = document.querySelector(`[data-row='${arguments[0]}']`).getBoundingClientRect();
    const list = document.querySelector('[role=grid]').getBoundingClientRect();
    return row.top >= list.top && row.bottom <= list.bottom + 1;";
    window.wait_until("the row to be in sight", || {
        window.execute(script, &json!([steps::id(number)])) == json!(true)
    });
    let row = known::row(window, number);
    assert_eq!(row.attribute("aria-selected").as_deref(), Some("true"));
}

/// Goes through the page by Tab, once around.
#[track_caller]
pub(crate) fn assert_no_trap(window: &Window) {
    window.execute(
        "window.stops = new Set(); document.activeElement.blur(); getSelection().removeAllRanges()",
        &json!([]),
    );
    for _ in 0..MANY {
        window.press("Tab");
        let stop = window.execute(NOTE_STOP, &json!([]));
        if stop.is_null() {
            break;
        }
        assert_eq!(
            stop["seen"], true,
            "no focus is to be seen on {}",
            stop["what"]
        );
    }
    let missed = window.execute(MISSED, &json!([]));
    assert_eq!(missed, json!([]), "Tab does not lead to these");
}

#[test]
fn tab_leads_to_every_control_and_shows_where_it_is() {
    let window = Window::open(known::with(&[("Lab", "https://lab.example.com")]));
    known::row(&window, 0).wait();
    assert_no_trap(&window);

    window.press("Control+n");
    wait_for_focus(&window, "Devfile registry");
    window.press("Enter");
    wait_for_focus(&window, "Address");
    window.type_text("https://home.example.com");
    steps::token_field(&window).fill("dfr_token");
    assert_no_trap(&window);
    window.press("Escape");
    window.button("Discard changes").click();

    steps::go(&window, "Activity");
    // What exports the record can be pressed once there is one.
    window.wait_for_text("Hosting started");
    assert_no_trap(&window);
    steps::go(&window, "Settings");
    assert_no_trap(&window);
}
