//! Registries are listed, added, changed, deleted and brought back.
//!
//! odo's own cases for registries, and their counterparts ("app" is `crates/app/tests/registries.rs`):
//!
//! | odo's case | here or elsewhere |
//! |---|---|
//! | the default registry is listed; an empty list is said to be empty, and stays so | `first_run` |
//! | an added registry is listed with its name and address | `tokens` |
//! | adding the same name again fails | [`what_is_wrong_with_a_new_registry_is_said_at_its_field`] |
//! | a registry on GitHub is refused, with the link | [`what_is_wrong_with_a_new_registry_is_said_at_its_field`] |
//! | an address that is none is refused | [`what_is_wrong_with_a_new_registry_is_said_at_its_field`] |
//! | update changes the address; a missing one fails | [`name_and_address_change_after_a_question`]; app, `updating_or_deleting_what_is_not_there_fails` |
//! | delete removes it; a missing one fails | [`a_deletion_is_confirmed_and_can_be_undone`]; app, as above |
//! | "no" at the prompt changes nothing (it did in odo) | [`name_and_address_change_after_a_question`], [`a_deletion_is_confirmed_and_can_be_undone`] |
//! | update without a token keeps the token (it was lost in odo) | `tokens` |
//! | a registry with a token is marked as secure, and a plain one is not | `tokens`, `first_run` |

use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::{By, Window};

use crate::steps::{
    agree, at_example, begin_adding, begin_editing, catalog, delete, id, names, options, row, rows,
    select, wait_for_detail, wait_for_list, wait_for_names, wait_for_remark, wait_for_row,
};
use crate::tokens::{TOKEN, give_token, stored};

#[test]
fn name_and_address_change_after_a_question() {
    let (old, new) = (DevfileRegistry::start(), DevfileRegistry::start());
    let window = Window::open(options().catalog(catalog(&[("Team", old.url())])));

    begin_editing(&window, "Team");
    window.find_by_label("Name").fill("Platform");
    window.find_by_label("Address").fill(&new.url());
    window.button("Test and save").click();
    let question = format!("The address changes from {} to {}.", old.url(), new.url());
    window.wait_for_text(&question);
    window
        .find_by_role("heading", "Save the changes to “Team”?")
        .wait();
    window.button("Cancel").click();
    // "No" keeps the form as it is and the registry as it was.
    assert_eq!(window.find_by_label("Name").value(), "Platform");
    leave_the_form(&window);
    let before = row(&window, "Team");
    assert_eq!(before.address, old.url());

    begin_editing(&window, "Team");
    window.find_by_label("Name").fill("Platform");
    window.find_by_label("Address").fill(&new.url());
    window.button("Test and save").click();
    agree(&window, &question);
    let after = wait_for_row(&window, "Platform", |row| row.health == "31 stacks");
    assert_eq!((after.id, after.address), (before.id, new.url()));
    assert_eq!(names(&window).len(), 1);
}

#[test]
fn unsaved_changes_are_asked_about() {
    let registry = DevfileRegistry::start();
    let window = Window::open(options().catalog(catalog(&[("Team", registry.url())])));
    begin_editing(&window, "Team");
    // Nothing is typed yet, so nothing is asked.
    window.button("Cancel").click();
    wait_for_list(&window);

    begin_editing(&window, "Team");
    window.find_by_label("Name").fill("Platform");
    window.press("Escape");
    window
        .find_by_role("heading", "Discard your changes?")
        .wait();
    window.button("Keep editing").click();
    assert_eq!(window.find_by_label("Name").value(), "Platform");
    leave_the_form(&window);
    wait_for_names(&window, &["Team"]);
    begin_editing(&window, "Team");
    assert_eq!(window.find_by_label("Name").value(), "Team");
}

#[test]
fn pressing_save_twice_adds_once() {
    let window = Window::open(options().catalog("version = 1\n"));
    window.find_by_text("No registries yet").wait();
    begin_adding(&window, "Team", "https://registry.example");
    let twice = "
const button = [...document.querySelectorAll('button')].find((button) => button.innerText.trim() === 'Save without testing');
button.click();
button.click();";
    window.execute(twice, &serde_json::json!([]));
    wait_for_names(&window, &["Team"]);
    let file = std::fs::read_to_string(window.config_dir().join("registries.toml"));
    assert_eq!(
        file.expect("the catalog").matches("[[registry]]").count(),
        1
    );
}

#[test]
fn what_is_wrong_with_a_new_registry_is_said_at_its_field() {
    let file = catalog(&[("Team", "https://registry.example")]);
    let window = Window::open(options().catalog(file));
    window.button("Add registry").click();
    window.button("Devfile registry").click();
    let long = "n".repeat(64);
    let wrong_addresses = [
        ("", "The address is empty"),
        ("registry.example", "did you mean https://registry.example"),
        (
            "ftp://registry.example",
            "A devfile registry is reached by https://",
        ),
        ("https://", "The host is missing"),
        (
            "https://registry.example:99999",
            "The port must be a number from 1 to 65535",
        ),
        (
            "https://me:pass@registry.example",
            "put the token in the token field",
        ),
        (
            "https://github.com/devfile/registry",
            "Registries on GitHub are no longer supported",
        ),
        (
            "https://github.com/devfile/registry",
            "https://github.com/devfile/registry-support",
        ),
        ("https://registry.example/?a=b", "Remove the question mark"),
        ("https://registry.example/a b", "There is white space"),
    ];
    for (address, words) in wrong_addresses {
        refused(&window, ("url", address), "Address", words);
    }
    window
        .find_by_label("Address")
        .fill("https://other.example");
    let wrong_names = [
        ("", "The name is empty"),
        ("tEAM", "There is already a registry called “Team”"),
        (long.as_str(), "63"),
        ("a\u{202E}b", "character 2"),
    ];
    for (name, words) in wrong_names {
        refused(&window, ("name", name), "Name", words);
    }
    assert_eq!(names_in_file(&window), ["Team"]);
}

#[test]
fn what_deserves_a_second_look_is_said_and_allowed() {
    let registry = DevfileRegistry::start();
    let window = Window::open(options().catalog(catalog(&[("Team", registry.url())])));
    begin_adding(&window, "Again", &registry.url());
    wait_for_remark(
        &window,
        "url",
        "“Team” has the same address. Both can stay.",
    );
    // http is a choice, and is marked.
    window.button("Test and save").click();
    let choice = window.find_by_role("switch", "Allow unencrypted http");
    assert_eq!(choice.attribute("aria-checked").as_deref(), Some("false"));
    assert_eq!(names_in_file(&window), ["Team"]);
    assert_eq!(registry.requests(), []);
    choice.click();
    window.button("Test and save").click();
    let again = wait_for_row(&window, "Again", |row| row.health == "31 stacks");
    assert_eq!(again.secure, "No token · not encrypted");
}

#[test]
fn a_deletion_is_confirmed_and_can_be_undone() {
    let names = ["First", "Second", "Third"];
    let window = Window::open(options().catalog(catalog(&at_example(&names))));
    let file = window.config_dir().join("registries.toml");
    give_token(&window, "Second");
    let before = std::fs::read_to_string(&file).expect("the catalog");

    select(&window, "Second");
    window.button("Delete…").click();
    window.find_by_role("heading", "Delete “Second”?").wait();
    window.wait_for_text("its token leaves your keychain");
    window.button("Cancel").click();
    assert_eq!(std::fs::read_to_string(&file).expect("the catalog"), before);

    delete(&window, "Second");
    wait_for_names(&window, &["First", "Third"]);
    assert_eq!(names_in_file(&window), ["First", "Third"]);
    window.button("Undo").click();
    window.wait_for_text("“Second” is back");
    wait_for_names(&window, &names);
    assert_eq!(std::fs::read_to_string(&file).expect("the catalog"), before);
    assert_eq!(stored(&window, &id(1)).as_deref(), Some(TOKEN));
    assert_eq!(row(&window, "Second").secure, "Keychain · TLS verified");
}

#[test]
fn the_list_is_searched_filtered_and_sorted() {
    let broken = DevfileRegistry::builder().mode(Mode::Fails(503)).start();
    let healthy = DevfileRegistry::start();
    let file = catalog(&[
        ("Zebra", healthy.url()),
        ("apple", broken.url()),
        ("Mango 10", "https://mango.example".to_owned()),
        ("Mango 9", "https://registry.example/fruit".to_owned()),
    ]);
    let window = Window::open(options().catalog(file));
    let all = ["Zebra", "apple", "Mango 10", "Mango 9"];
    wait_for_names(&window, &all);

    let search = window.find_by_label("Search registries");
    search.fill("FRUIT mango");
    wait_for_names(&window, &["Mango 9"]);
    search.fill("kiwi");
    window.find_by_text("Nothing matches").wait();
    window.button("Show all registries").click();
    wait_for_names(&window, &all);

    window.button("Name").click();
    wait_for_names(&window, &["apple", "Mango 9", "Mango 10", "Zebra"]);
    window.button("Name").click();
    wait_for_names(&window, &["Zebra", "Mango 10", "Mango 9", "apple"]);

    for name in ["Zebra", "apple"] {
        select(&window, name);
        window.button("Check now").click();
    }
    wait_for_row(&window, "Zebra", |row| row.health == "31 stacks");
    wait_for_row(&window, "apple", |row| row.health == "Server error");
    window.button("Needs attention 1").click();
    wait_for_names(&window, &["apple"]);
    window.button("All 4").click();
    window.button("Health").click();
    window.wait_until("the healthy one first", || names(&window)[0] == "Zebra");
    wait_for_detail(&window, "status 503");
}

#[test]
fn ten_thousand_registries_are_scrolled_searched_and_chosen_from() {
    let entries: Vec<_> = (0..10_000)
        .map(|n| (format!("Registry {n:05}"), format!("https://r{n}.example")))
        .collect();
    let window = Window::open(options().catalog(catalog(&entries)));
    wait_for_row(&window, "Registry 00000", |_| true);
    assert!(rows(&window).len() < 100, "only what can be seen is drawn");
    // The first rows stand at once, the rest follows.
    window.button("All 10,000").wait();
    let whole = By::css("[role=grid]:not([aria-busy])");
    window.find(whole).wait();

    window.find(By::css("[data-row]")).click();
    window.press("End");
    row(&window, "Registry 09999");
    wait_for_detail(&window, "https://r9999.example");

    window.find_by_label("Search registries").fill("04321");
    wait_for_names(&window, &["Registry 04321"]);
    select(&window, "Registry 04321");
    wait_for_detail(&window, "https://r4321.example");
}

#[track_caller]
fn leave_the_form(window: &Window) {
    window.button("Cancel").click();
    window.button("Discard changes").click();
    wait_for_list(window);
}

/// Types one wrong thing, tries to save, and reads what is said about it.
#[track_caller]
fn refused(window: &Window, (field, typed): (&str, &str), label: &str, words: &str) {
    window.find_by_label(label).fill(typed);
    window.press("Enter");
    wait_for_remark(window, field, words);
    window.wait_until("the focus at the field", || {
        window.find_by_label(label).has_focus()
    });
}

fn names_in_file(window: &Window) -> Vec<String> {
    let file = std::fs::read_to_string(window.config_dir().join("registries.toml"));
    let name = |line: &str| Some(line.strip_prefix("name = ")?.trim_matches('"').to_owned());
    file.expect("the catalog")
        .lines()
        .filter_map(name)
        .collect()
}
