//! Every screen for those who do not see it, see it enlarged, or in a small window.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::window::{By, Keyring, Options, Window};
use serde_json::json;

use crate::{known, steps};

const LAB: (&str, &str) = ("Lab", "https://lab.example.com");

/// Whether nothing fades into another colour just now.
const STILL: &str = "
return document.getAnimations()
  .filter((animation) => animation instanceof CSSTransition)
  .every(({ playState }) => playState !== 'running');";

/// What a small window cuts off: the page itself, boxes wider than their frame, and controls that
/// cannot be scrolled to or lie under something else.
const CUT_OFF: &str = "
const scope = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body;
const shown = [...scope.querySelectorAll('*')].filter((element) => element.checkVisibility({ visibilityProperty: true }));
const name = (why, element) => `${why}: ${element.outerHTML.slice(0, 160)}`;
const found = [];
if (document.documentElement.scrollWidth > innerWidth) found.push('the page is too wide');
for (const element of shown) {
  // What is for screen readers only is one pixel wide.
  if (element.matches('.truncate, .visually-hidden, input, select, svg *') || element.clientWidth <= 1) continue;
  const hides = getComputedStyle(element).overflowX === 'hidden';
  if (hides && element.scrollWidth > element.clientWidth + 1) found.push(name('cut off', element));
}
for (const control of shown.filter((element) => element.matches('button, input, select, summary'))) {
  if (control.matches('[type=radio]') || control.clientWidth <= 1) continue;
  control.scrollIntoView({ block: 'nearest' });
  const { left, right, top, bottom } = control.getBoundingClientRect();
  if (left < -1 || right > innerWidth + 1) found.push(name('beyond the edge', control));
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!control.contains(there)) found.push(name('out of reach', control));
}
return found;";

/// Looks at the screen as it stands in both themes, and keeps a picture of each.
#[track_caller]
pub(crate) fn audit(window: &Window, screen: &str) {
    for (dark, theme) in [(true, "dark"), (false, "light")] {
        window.theme(dark);
        window.wait_until("colours that stand still", || {
            window.execute(STILL, &json!([])) == json!(true)
        });
        window.screenshot(&format!("{screen} {theme}"));
        let violations = window.axe();
        assert!(violations.is_empty(), "{screen}, {theme}: {violations:#?}");
    }
    assert_eq!(window.csp_violations(), Vec::<String>::new(), "{screen}");
}

#[track_caller]
pub(crate) fn assert_nothing_cut_off(window: &Window, screen: &str) {
    window.screenshot(screen);
    let found = window.execute(CUT_OFF, &json!([]));
    assert_eq!(found, json!([]), "{screen}");
}

#[test]
fn the_welcome_page() {
    let window = Window::open(Options::default());
    window.button("Continue").wait();
    audit(&window, "welcome");
}

#[test]
fn the_list_and_what_lies_over_it() {
    let registry = DevfileRegistry::start();
    let window = Window::open(known::with(&[("Local", &registry.url()), LAB]));
    known::row(&window, 0).wait();
    window.button("Check now").click();
    steps::wait_for_row(&window, "Local", |row| row.health == "31 stacks");
    audit(&window, "list");

    window.press("Control+k");
    window
        .find_by_role("combobox", "Search commands and registries")
        .wait();
    audit(&window, "palette");
    window.press("Escape");
    window.press("?");
    window.find_by_role("heading", "Keyboard shortcuts").wait();
    audit(&window, "shortcuts");
    window.press("Escape");

    window.button("Delete…").click();
    window.find_by_role("heading", "Delete “Local”?").wait();
    audit(&window, "delete");
    window.button("Delete").click();
    window.wait_for_text("Deleted “Local”");
    audit(&window, "undo");
}

#[test]
fn empty_and_broken_lists() {
    let window = Window::open(steps::options().catalog("version = 1\n"));
    window.wait_for_text("No registries yet");
    audit(&window, "empty");

    let entry = steps::catalog(&[LAB, ("Broken", "no address at all")]);
    std::fs::write(known::file(&window), entry).expect("writing");
    window.wait_for_text("1 entry of the file is left out");
    audit(&window, "entry problem");

    std::fs::write(known::file(&window), "version = 1\n[[registry\n").expect("writing");
    window.wait_for_text("The list of registries cannot be read");
    audit(&window, "broken");
}

#[test]
fn the_form_and_its_tests() {
    let registry = DevfileRegistry::builder()
        .tls(&Authority::new(), Quality::SelfSigned)
        .start();
    let window = Window::open(known::with(&[LAB]));
    known::row(&window, 0).wait();
    window.button("Add registry").click();
    window.button("Devfile registry").wait();
    audit(&window, "what to add");
    window.button("Devfile registry").click();
    window.find_by_label("Address").wait();
    audit(&window, "form");

    window
        .find_by_label("Address")
        .fill("https://github.com/odo/registry");
    window.find_by_label("Name").fill("lab");
    window.button("Test and save").click();
    window.wait_for_text("already");
    audit(&window, "form with errors");

    window.find_by_label("Address").fill("http://127.0.0.1:9");
    window.find_by_label("Name").fill("Nobody");
    window
        .find_by_role("switch", "Allow unencrypted http")
        .click();
    window.button("Test").click();
    window.wait_for_text("refused the connection");
    audit(&window, "failed test");

    window.find_by_label("Address").fill(&registry.url());
    window.button("Test").click();
    window.wait_for_text("is not trusted");
    audit(&window, "untrusted certificate");

    window.press("Escape");
    window
        .find_by_role("heading", "Discard your changes?")
        .wait();
    audit(&window, "discard");
}

#[test]
fn activity_and_settings() {
    let window = Window::open(known::with(&[LAB]));
    known::row(&window, 0).wait();
    steps::go(&window, "Activity");
    audit(&window, "no activity");
    steps::go(&window, "Registries");
    steps::delete(&window, "Lab");
    steps::go(&window, "Activity");
    window.find_by_role("table", "").wait();
    audit(&window, "activity");

    steps::go(&window, "Settings");
    window.find_by_label("Manual").click();
    window.find_by_label("Proxy address").fill("ftp://proxy");
    window.button("Save").click();
    window.wait_for_text("Write it as http://host:port");
    audit(&window, "settings");
}

#[test]
fn the_vault_and_its_dialogs() {
    let window = Window::open(Options::default().keyring(Keyring::Missing));
    window.wait_for_text("This computer has no keychain that answers.");
    audit(&window, "no keychain");
    window.button("Continue").click();
    steps::go(&window, "Settings");
    audit(&window, "settings without a keychain");

    window.button("Create a passphrase vault…").click();
    window
        .find_by_label("Passphrase")
        .fill("four unrelated words");
    window.button("Create vault").click();
    window.wait_for_text("The two do not match.");
    audit(&window, "create a vault");
    window
        .find_by_label("The same again")
        .fill("four unrelated words");
    window.button("Create vault").click();
    window.wait_for_text("The passphrase vault is ready.");
    audit(&window, "settings with a vault");

    window.button("Change passphrase…").click();
    window.find_by_label("Passphrase so far").wait();
    audit(&window, "change the passphrase");
    window.press("Escape");
    window.button("Lock now").click();
    window.button("Unlock…").click();
    window.find_by_label("Passphrase").wait();
    audit(&window, "unlock");
}

#[test]
fn a_locked_keychain_and_its_dialog() {
    let window = Window::open(steps::options().keyring(Keyring::Locked));
    window.wait_for_text("Tokens are locked away");
    audit(&window, "locked");
    steps::begin_adding(&window, LAB.0, LAB.1);
    steps::token_field(&window).fill("dfr_token");
    window.button("Save without testing").click();
    window
        .find_by_role("heading", "A token is needed for this")
        .wait();
    audit(&window, "trouble");
}

/// Every screen whose layout differs, without opening a window for each.
#[track_caller]
fn walk(window: &Window, size: &str) {
    known::row(window, 0).wait();
    assert_nothing_cut_off(window, &format!("list {size}"));
    known::row(window, 0).click();
    window.button("Check now").wait();
    assert_nothing_cut_off(window, &format!("details {size}"));
    window.button("Delete…").click();
    window.button("Cancel").wait();
    assert_nothing_cut_off(window, &format!("delete {size}"));
    window.press("Escape");

    window.press("Control+n");
    window.button("Devfile registry").click();
    window.find_by_label("Address").fill("https://127.0.0.1:9");
    window.button("Test").click();
    window.wait_for_text("refused the connection");
    assert_nothing_cut_off(window, &format!("form {size}"));
    window.press("Escape");
    window.button("Discard changes").click();

    for page in ["Activity", "Settings"] {
        steps::go(window, page);
        assert_nothing_cut_off(window, &format!("{page} {size}"));
    }
    window.press("Control+k");
    window
        .find_by_role("combobox", "Search commands and registries")
        .wait();
    assert_nothing_cut_off(window, &format!("palette {size}"));
    window.press("Escape");
}

const LONG: (&str, &str) = (
    "The registry of the department of long names in the annex",
    "https://devfile-registry.department-of-long-names.example.com/devfiles/v2/stable",
);

#[test]
fn a_small_window_cuts_nothing_off() {
    let window = Window::open(known::with(&[LONG, LAB]));
    known::row(&window, 0).wait();
    window.resize(640, 700);
    walk(&window, "640");
}

#[test]
fn text_twice_as_large_is_not_cut_off() {
    let window = Window::open(known::with(&[LONG, LAB]));
    known::row(&window, 0).wait();
    window.wait_until("twice the size", || {
        window.press("Control+=");
        let size = "return getComputedStyle(document.documentElement).fontSize";
        window.execute(size, &json!([])) == json!("32px")
    });
    walk(&window, "200 %");
}

#[test]
fn the_welcome_page_is_not_cut_off_either() {
    let window = Window::open(Options::default());
    window.button("Continue").wait();
    window.resize(640, 700);
    assert_nothing_cut_off(&window, "welcome 640");
}

#[test]
fn a_screen_reader_is_told_what_the_list_holds() {
    let window = Window::open(known::with(&[LAB, ("Home", "https://home.example.com")]));
    known::row(&window, 0).wait();
    let grid = window.find_by_role("grid", "Registries");
    assert_eq!(grid.attribute("aria-rowcount").as_deref(), Some("3"));
    for column in ["Name", "Secure", "Health", "Last seen"] {
        let heads = window.find(By::css("[role=columnheader]"));
        assert_eq!(heads.count(), 4);
        window.button(column).wait();
    }
    let row = known::row(&window, 0);
    assert_eq!(row.attribute("role").as_deref(), Some("row"));
    assert_eq!(row.attribute("aria-rowindex").as_deref(), Some("2"));
    let cells = format!("[data-row='{}'] > [role=gridcell]", steps::id(0));
    assert_eq!(window.find(By::css(&cells)).count(), 4);

    let said = || window.find(By::css("main [role=status]")).text();
    assert_eq!(said(), "2 registries shown");
    window.find_by_label("Search registries").fill("home");
    window.wait_until("the number to be said", || said() == "1 registry shown");
    window.find_by_role("button", "Add registry").wait();
    for landmark in ["aside[aria-label=Details]", "footer[aria-label=Status]"] {
        window.find(By::css(landmark)).wait();
    }
}
