//! odo: its list and its tokens, shown before they are written, taken back to the byte, and imported.
//! odo itself is not here; its file and the keyring are real.

use std::path::PathBuf;
use std::time::Duration;

use acceptance_support::window::{Locator, Window};

use crate::accessibility::audit;
use crate::keyboard::{assert_no_trap, tab_to, wait_for_focus};
use crate::steps::{at_example, catalog, command, go, id, options, row, select};
use crate::tokens::{TOKEN, assert_nowhere, give_token, stored};
use crate::tooling::{apply, read, refuse, wait_for_plan, wait_for_switch, wait_for_words, write};

/// odo's file as odo writes it, with what a person, and an odo of tomorrow, may have put there.
const THEIRS: &str = "# my settings
kind: Preference
apiversion: odo.dev/v1alpha1
OdoSettings:
  RegistryList:
  - Name: DefaultDevfileRegistry
    URL: https://registry.devfile.io
    secure: false
  - Name: Team # ask Jo
    URL: https://team.example
    secure: true
  Timeout: 5s
  Future:
    key: [1, 2]
";

/// What Registrar writes into it for Lab.
const OURS: &str = "  - Name: Lab\n    URL: https://lab.example\n    secure: true\n";

const USE: &str = "Use “Lab” in odo?";
const USED: &str = "odo has it now.";
const REMOVE: &str = "Remove “Lab” from odo?";
const REMOVED: &str = "odo no longer has it.";

fn list(window: &Window) -> PathBuf {
    window.home().join(".odo/preference.yaml")
}

/// [`THEIRS`] with what is ours at the end of the list, where odo looks first.
fn with_ours() -> String {
    THEIRS.replace("  Timeout", &format!("{OURS}  Timeout"))
}

/// A window on the Tools page, with Lab and its token, and odo's file.
#[track_caller]
fn open() -> Window {
    let window = Window::open(options().catalog(catalog(&at_example(&["Lab"]))));
    write(&list(&window), THEIRS);
    give_token(&window, "Lab");
    go(&window, "Tools");
    wait_for_words(&window, "odo", "Not in odo");
    window
}

fn switch(window: &Window) -> Locator<'_> {
    window.find_by_role("switch", "odo has Lab")
}

/// Agrees that something goes.
#[track_caller]
fn remove(window: &Window) {
    window.button("Remove").click();
    window.wait_for_text(REMOVED);
}

/// What odo itself finds in the keyring for its registry of this name.
fn odo_token(window: &Window, name: &str) -> Option<String> {
    let service = format!("odo-{name}");
    let found = window.keyring().lookup(&service, "default");
    let token = found.expect("the keyring")?;
    Some(String::from_utf8(token).expect("text"))
}

#[test]
fn a_registry_and_its_token_go_to_odo_and_come_back_to_the_byte() {
    let window = open();
    let file = list(&window);
    let lab = switch(&window);
    let changes = format!("Changes of {}", file.display());
    let coming = [
        changes.as_str(),
        "~",
        "     URL: https://team.example",
        "     secure: true",
        "+  - Name: Lab",
        "+    URL: https://lab.example",
        "+    secure: true",
        "   Timeout: 5s",
        "   Future:",
        "~",
    ];
    lab.click();
    wait_for_plan(&window, USE, &coming);
    window.wait_for_text("odo-Lab is put there");
    refuse(&window);
    wait_for_switch(&window, &lab, false);
    assert_eq!(read(&file), THEIRS);
    assert_eq!(odo_token(&window, "Lab"), None);

    lab.click();
    wait_for_plan(&window, USE, &coming);
    apply(&window, USED);
    wait_for_switch(&window, &lab, true);
    wait_for_words(&window, "odo", "In odo, with its token");
    assert_eq!(read(&file), with_ours());
    assert_eq!(odo_token(&window, "Lab").as_deref(), Some(TOKEN));
    assert_kept_as_odo_keeps_it(&window);
    let backup = window.data_dir().join("backups/odo-preference.yaml");
    assert_eq!(read(&backup), THEIRS);

    lab.click();
    window.find_by_role("heading", REMOVE).wait();
    window.wait_for_text("odo-Lab goes");
    remove(&window);
    wait_for_switch(&window, &lab, false);
    assert_eq!(read(&file), THEIRS);
    assert_eq!(odo_token(&window, "Lab"), None);
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(TOKEN));
    assert_nowhere(&window, TOKEN);
}

/// The attributes and the label are those that odo's own keyring library writes and looks for.
#[track_caller]
fn assert_kept_as_odo_keeps_it(window: &Window) {
    let items = window.keyring().items().expect("items");
    let of_odo = |service: &String| service == "odo-Lab";
    let mut items = items
        .into_iter()
        .filter(|item| item.attributes.get("service").is_some_and(of_odo));
    let mut item = items.next().expect("odo’s item");
    assert!(items.next().is_none(), "there are two of them");
    assert_eq!(item.label, "Password for 'default' on 'odo-Lab'");
    // The keyring adds what kind of item it is.
    item.attributes.remove("xdg:schema");
    let mut attributes: Vec<_> = item.attributes.into_iter().collect();
    attributes.sort();
    let wanted = [("service", "odo-Lab"), ("username", "default")];
    assert_eq!(
        attributes,
        wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn without_a_file_odo_gets_its_default_too_and_there_is_none_again() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("settings/odo.yaml");
    let window = Window::open(
        options()
            .catalog(catalog(&at_example(&["Lab"])))
            .env("GLOBALODOCONFIG", &file.display().to_string()),
    );
    go(&window, "Tools");
    wait_for_words(&window, "odo", "its list names none");
    assert!(!file.exists());
    switch(&window).click();
    window.find_by_role("heading", USE).wait();
    apply(&window, USED);
    let written = "kind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  RegistryList:\n  \
                   - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n";
    let ours = OURS.replace("true", "false");
    assert_eq!(read(&file), format!("{written}{ours}"));
    assert!(!list(&window).exists());

    switch(&window).click();
    window.find_by_role("heading", REMOVE).wait();
    remove(&window);
    wait_for_words(&window, "odo", "its list names none");
    assert!(!file.parent().expect("a folder").exists());
}

#[test]
fn what_odo_has_is_imported_with_its_token() {
    let known = catalog(&[("Public", "https://registry.devfile.io")]);
    let window = Window::open(options().catalog(known));
    let old = "  - Name: Old\n    URL: https://github.com/acme/registry\n    secure: false\n";
    let text = THEIRS.replace("  Timeout", &format!("{old}  Timeout"));
    write(&list(&window), &text);
    let keyring = window.keyring();
    keyring
        .store("odo-Team", "default", b"team-9f2c")
        .expect("a token of odo’s");

    row(&window, "Public");
    command(&window, "import registries from odo");
    window.find_by_role("heading", "Import from odo").wait();
    window.wait_for_text("Already here as “Public”");
    window.wait_for_text("no longer supported");
    window.button("Import 1 registry").click();
    window.wait_for_text("Added as “Team”");
    window.button("Close").click();
    let team = row(&window, "Team");
    assert_eq!(team.address, "https://team.example");
    assert_eq!(team.secure, "Keychain · TLS verified");
    assert_eq!(stored(&window, &team.id).as_deref(), Some("team-9f2c"));
    // odo keeps what it has.
    assert_eq!(read(&list(&window)), text);
    assert_eq!(odo_token(&window, "Team").as_deref(), Some("team-9f2c"));
    assert_nowhere(&window, "team-9f2c");
}

#[test]
fn deleting_a_registry_says_what_odo_loses_and_then_it_does() {
    let window = open();
    let file = list(&window);
    go(&window, "Registries");
    select(&window, "Lab");
    window.button("Use in odo…").click();
    window.find_by_role("heading", USE).wait();
    apply(&window, USED);
    window.button("Remove from odo…").wait();
    assert_eq!(read(&file), with_ours());

    delete(&window);
    // It can be undone, so odo has it still.
    assert_eq!(read(&file), with_ours());
    window.button("Undo").click();
    window.wait_for_text("“Lab” is back");
    assert_eq!(read(&file), with_ours());
    assert_eq!(odo_token(&window, "Lab").as_deref(), Some(TOKEN));

    delete(&window);
    window.wait_up_to(Duration::from_secs(30), "odo to lose it", || {
        read(&file) == THEIRS && odo_token(&window, "Lab").is_none()
    });
    assert_eq!(stored(&window, &id(0)), None);
}

/// Deletes Lab, after the question that names the file and odo's token.
#[track_caller]
fn delete(window: &Window) {
    select(window, "Lab");
    window.button("Delete…").click();
    window.find_by_role("heading", "Delete “Lab”?").wait();
    window.wait_for_text("odo loses it, too: its entry in ");
    let question = window.text();
    assert!(question.contains(".odo/preference.yaml, and its token in the keychain, odo-Lab."));
    window.button("Delete").click();
    window.wait_for_text("Deleted “Lab”");
}

#[test]
fn a_list_that_changed_since_is_shown_anew() {
    let window = open();
    let file = list(&window);
    switch(&window).click();
    window.find_by_role("heading", USE).wait();
    window.wait_for_text("odo-Lab is put there");
    let theirs = format!("{THEIRS}# one more line\n");
    write(&file, &theirs);
    window.button("Apply").click();
    window.wait_for_text("odo’s list has changed since; here is the new plan");
    assert_eq!(read(&file), theirs);
    assert_eq!(odo_token(&window, "Lab"), None);
    apply(&window, USED);
    assert_eq!(read(&file), format!("{}# one more line\n", with_ours()));
}

#[test]
fn a_broken_list_is_shown_with_its_place_and_left_alone() {
    let window = open();
    let broken = "OdoSettings:\n  RegistryList: {\n";
    write(&list(&window), broken);
    wait_for_words(&window, "odo", "odo’s configuration cannot be used");
    wait_for_words(&window, "odo", "preference.yaml, line");
    assert_eq!(switch(&window).count(), 0);
    audit(&window, "a broken list of odo's");
    assert_eq!(read(&list(&window)), broken);
    write(&list(&window), THEIRS);
    wait_for_switch(&window, &switch(&window), false);
}

#[test]
fn odo_is_given_a_registry_without_a_mouse_and_for_everybody() {
    let window = open();
    audit(&window, "odo");
    tab_to(&window, "odo has Lab");
    window.press("Space");
    wait_for_focus(&window, "Cancel");
    window.wait_for_text("odo-Lab is put there");
    audit(&window, "use in odo");
    window.press("Escape");
    wait_for_focus(&window, "odo has Lab");
    window.press("Space");
    window.wait_for_text("odo-Lab is put there");
    tab_to(&window, "Apply");
    window.press("Enter");
    window.wait_for_text(USED);
    wait_for_focus(&window, "odo has Lab");
    assert_no_trap(&window);
    assert_eq!(read(&list(&window)), with_ours());
    tab_to(&window, "Import from odo…");
    window.press("Enter");
    window.find_by_role("heading", "Import from odo").wait();
    audit(&window, "import from odo");
    window.press("Escape");
    wait_for_focus(&window, "Import from odo…");
}
