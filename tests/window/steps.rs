//! What a person does in the window and sees there, in the words of the tests.

use std::fmt::Write as _;

use acceptance_support::window::{By, Locator, Options, Window};
use serde::Deserialize;
use serde_json::json;

/// A row of the list as it is read, from left to right.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: String,
    /// Empty where no registry has one.
    pub(crate) user: String,
    pub(crate) secure: String,
    pub(crate) health: String,
}

/// The drawn rows in the order in which they stand.
const ROWS: &str = "
const text = (row, selector) => row.querySelector(selector)?.innerText.trim() ?? '';
return [...document.querySelectorAll('[data-row]')]
  .toSorted((a, b) => a.ariaRowIndex - b.ariaRowIndex)
  .map((row) => {
    const [secure, health] = [...row.querySelectorAll('.badge-cell')].map((cell) => cell.innerText.trim());
    return { id: row.dataset.row, name: text(row, '.title'), address: text(row, '.address .mono'), user: text(row, '.user'), secure, health };
  });";

/// After the first run, with the list in front.
pub(crate) fn options() -> Options {
    Options::default().settings("welcomed = true\n")
}

/// A catalog file with registries of these names and addresses, in this order.
pub(crate) fn catalog<N: AsRef<str>, U: AsRef<str>>(entries: &[(N, U)]) -> String {
    let mut file = "version = 1\n".to_owned();
    for (number, (name, url)) in entries.iter().enumerate() {
        let (name, url) = (name.as_ref(), url.as_ref());
        let time = "\"2026-01-02T03:04:05.000000Z\"";
        let http = if url.starts_with("http://") {
            "allow_http = true\n"
        } else {
            ""
        };
        write!(
            file,
            "\n[[registry]]\nid = \"{}\"\nkind = \"devfile\"\nname = \"{name}\"\nurl = \"{url}\"\n\
             created = {time}\nupdated = {time}\n{http}",
            id(number)
        )
        .expect("writing to memory");
    }
    file
}

/// The id of the entry at `number` in [`catalog`].
pub(crate) fn id(number: usize) -> String {
    format!("019b0000-0000-7000-8000-{number:012x}")
}

pub(crate) fn rows(window: &Window) -> Vec<Row> {
    serde_json::from_value(window.execute(ROWS, &json!([]))).expect("rows")
}

pub(crate) fn names(window: &Window) -> Vec<String> {
    rows(window).into_iter().map(|row| row.name).collect()
}

/// Waits until exactly these names stand in the list, in this order.
#[track_caller]
pub(crate) fn wait_for_names(window: &Window, wanted: &[&str]) {
    window.wait_until(&format!("the list {wanted:?}"), || names(window) == wanted);
}

/// Waits until the row of this name is as it should be, and gives it.
#[track_caller]
pub(crate) fn wait_for_row(window: &Window, name: &str, wanted: impl Fn(&Row) -> bool) -> Row {
    let mut found = None;
    let what = format!("the row {name:?} as it should be");
    window.wait_until(&what, || {
        found = rows(window).into_iter().find(|row| row.name == name);
        found.as_ref().is_some_and(&wanted)
    });
    found.expect("a row that was waited for")
}

/// Waits for the row of this name.
#[track_caller]
pub(crate) fn row(window: &Window, name: &str) -> Row {
    wait_for_row(window, name, |_| true)
}

/// Whether the details are of the registry `arguments[0]`, and have all come.
const LOADED: &str = "
const aside = document.querySelector('aside[aria-label=Details]');
const created = [...(aside?.querySelectorAll('dt') ?? [])].find((term) => term.innerText === 'Created');
const title = aside?.querySelector('h1, h2')?.innerText.trim();
return title === arguments[0] && created?.nextElementSibling?.innerText.trim() !== '';";

/// Clicks the row of this name, and waits until nothing moves in its details any more.
#[track_caller]
pub(crate) fn select(window: &Window, name: &str) {
    let id = row(window, name).id;
    window.find(By::css(&format!("[data-row='{id}']"))).click();
    window.wait_until(&format!("the details of {name:?}"), || {
        window.execute(LOADED, &json!([name])) == json!(true)
    });
}

pub(crate) fn details(window: &Window) -> Locator<'_> {
    window.find(By::css("aside[aria-label=Details]"))
}

/// Waits until the details say `text`.
#[track_caller]
pub(crate) fn wait_for_detail(window: &Window, text: &str) {
    window.wait_until(&format!("{text:?} in the details"), || {
        details(window).text().contains(text)
    });
}

/// Opens the form for a new registry and fills it in.
#[track_caller]
pub(crate) fn begin_adding(window: &Window, name: &str, url: &str) {
    window.button("Add registry").click();
    window.button("Devfile registry").click();
    window.find_by_label("Address").fill(url);
    window.find_by_label("Name").fill(name);
}

/// Opens the form of a stored registry.
#[track_caller]
pub(crate) fn begin_editing(window: &Window, name: &str) {
    select(window, name);
    window.button("Edit").click();
    window
        .find_by_role("heading", &format!("Edit {name}"))
        .wait();
}

pub(crate) fn token_field(window: &Window) -> Locator<'_> {
    window.find(By::css("input[name=token]"))
}

/// What is said about the field of this name in the form's code: `url`, `name`, `token`.
#[track_caller]
pub(crate) fn wait_for_remark(window: &Window, field: &str, words: &str) {
    let about = format!("[id=\"{}\"]", described_by(window, field));
    window.wait_until(&format!("{words:?} at {field}"), || {
        window.find(By::css(&about)).text().contains(words)
    });
}

#[track_caller]
fn described_by(window: &Window, field: &str) -> String {
    let input = window.find(By::css(&format!("input[name={field}]")));
    let mut described = None;
    window.wait_until(&format!("a remark at {field}"), || {
        described = input.attribute("aria-describedby");
        described.is_some()
    });
    described.expect("a remark that was waited for")
}

/// Waits for the list, after the form was left.
#[track_caller]
pub(crate) fn wait_for_list(window: &Window) {
    window.find_by_role("heading", "Registries").wait();
}

/// Goes to a page by its button at the left.
#[track_caller]
pub(crate) fn go(window: &Window, page: &str) {
    window
        .find(By::css(&format!("nav button[title='{page}']")))
        .click();
    window.find_by_role("heading", page).wait();
}

/// Deletes a registry and confirms it.
#[track_caller]
pub(crate) fn delete(window: &Window, name: &str) {
    select(window, name);
    window.button("Delete…").click();
    window
        .find_by_role("heading", &format!("Delete “{name}”?"))
        .wait();
    window.button("Delete").click();
    window.wait_for_text(&format!("Deleted “{name}”"));
}

/// Confirms the changes, of which `point` is one, and waits for the list.
#[track_caller]
pub(crate) fn agree(window: &Window, point: &str) {
    window.wait_for_text(point);
    window.button("Save changes").click();
    wait_for_list(window);
}

/// Registries of these names, for [`catalog`], at addresses that answer nowhere.
pub(crate) fn at_example<'n>(names: &[&'n str]) -> Vec<(&'n str, String)> {
    let url = |name: &str| format!("https://{}.example", name.to_lowercase());
    names.iter().map(|name| (*name, url(name))).collect()
}

/// Runs a command by the palette, which a person sees open before they type.
#[track_caller]
pub(crate) fn command(window: &Window, words: &str) {
    window.press("Control+k");
    window
        .find_by_role("combobox", "Search commands and registries")
        .wait();
    window.type_text(words);
    window.press("Enter");
}
