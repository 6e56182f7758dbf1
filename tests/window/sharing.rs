//! Registries as a file for a colleague, in the real window: written by one, taken in by another.

use std::fs;
use std::path::Path;

use acceptance_support::window::{By, Window};

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::known;
use crate::steps::{self, catalog, go, id, options, row, wait_for_names};
use crate::tokens::stored;

/// Registries with tokens, of which the second is on this computer.
fn mine() -> String {
    let text = catalog(&[
        ("Lab", "https://lab.example"),
        ("Here", "http://127.0.0.1:9"),
        ("Public", "https://public.example"),
    ]);
    text.replacen(
        "url = \"https://lab.example\"\n",
        "url = \"https://lab.example\" # ours\ntoken = true\nca_file = \"/etc/lab.pem\"\n",
        1,
    )
}

/// What a colleague's file says: another address of Lab, the same Public, and a new one.
const THEIRS: &str = "version = 1\nexport = 1\n\
    [[registry]]\nkind = \"devfile\"\nname = \"Lab\"\nurl = \"https://lab2.example\"\n\
    [[registry]]\nkind = \"devfile\"\nname = \"Public\"\nurl = \"https://public.example\"\n\
    [[registry]]\nkind = \"container\"\nname = \"Images\"\nurl = \"images.example/team\"\n\
    user = \"robot\"\ninsecure = true\n";

fn window() -> Window {
    let window = Window::open(options().catalog(mine()));
    window
        .keyring()
        .store("registrar", &id(0), b"s3cret-of-the-lab")
        .expect("a stored secret");
    row(&window, "Lab");
    window
}

/// Opens the page of the import and reads the file at `path`.
#[track_caller]
fn read(window: &Window, path: &Path) {
    window.button("Import…").click();
    window.find_by_role("heading", "Import registries").wait();
    window
        .find_by_label("File")
        .fill(&path.display().to_string());
    window.button("Read the file").click();
}

/// A file of a colleague's with this text.
fn theirs(window: &Window, text: &str) -> std::path::PathBuf {
    let path = window.home().join("theirs.toml");
    fs::write(&path, text).expect("a file");
    path
}

/// Chooses what to do with the registry of the catalog that differs.
#[track_caller]
fn choose(window: &Window, value: &str) {
    window
        .find(By::css(&format!("fieldset input[value='{value}']")))
        .click();
}

#[test]
fn a_colleague_gets_the_list_without_secrets() {
    let mine = window();
    let path = mine.home().join("shared/registries.toml");
    mine.button("Export…").click();
    let file = mine.find_by_label("File");
    file.fill("shared.toml");
    mine.button("Export 2 registries").click();
    mine.wait_for_text("Enter the whole path of a file");
    file.fill(&path.display().to_string());
    mine.button("Export 2 registries").click();
    mine.wait_for_text("Wrote 2 registries to");
    let text = fs::read_to_string(&path).expect("an export");
    for absent in ["s3cret", "token =", "lab.pem", "127.0.0.1"] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }

    // A second one does not replace it unasked.
    mine.button("Export…").click();
    mine.button("Export 2 registries").click();
    mine.find_by_role("heading", "A file is there already")
        .wait();
    mine.press("Enter");
    mine.find_by_label("File").wait();
    mine.press("Escape");
    assert_eq!(fs::read_to_string(&path).expect("an export"), text);
    go(&mine, "Activity");
    mine.wait_for_text("Exported");

    let theirs = Window::open(options().catalog("version = 1\n"));
    theirs.button("Import from a file…").click();
    theirs
        .find_by_label("File")
        .fill(&path.display().to_string());
    theirs.button("Read the file").click();
    theirs.wait_for_text("2 new, 0 different, 0 the same.");
    theirs.button("Import 2 registries").click();
    theirs.wait_for_text("2 registries imported");
    theirs.button("To Registries").click();
    wait_for_names(&theirs, &["Lab", "Public"]);
    assert_eq!(row(&theirs, "Lab").secure, "No token · TLS verified");
}

#[test]
fn what_differs_is_kept_unless_the_person_says_otherwise() {
    let window = window();
    let before = known::content(&window);
    read(&window, &theirs(&window, THEIRS));
    window.wait_for_text("1 new, 1 different, 1 the same.");
    for words in [
        "https://lab2.example",
        "Accepts any certificate",
        "your token is removed",
    ] {
        window.wait_for_text(words);
    }
    assert_eq!(known::content(&window), before);
    window.button("Import 1 registry").click();
    window.wait_for_text("1 registry imported");
    let content = known::content(&window);
    assert!(content.starts_with(&before), "{content}");
    assert!(content.contains("user = \"robot\""), "{content}");
    window
        .button("Enter it: the password or token of Images")
        .click();
    window.find_by_role("heading", "Edit Images").wait();
    assert_eq!(
        stored(&window, &id(0)).as_deref(),
        Some("s3cret-of-the-lab")
    );
}

#[test]
fn theirs_takes_the_place_and_the_token_does_not_go_along() {
    let window = window();
    read(&window, &theirs(&window, THEIRS));
    window.wait_for_text("1 new, 1 different, 1 the same.");
    choose(&window, "theirs");
    window.wait_for_text("Adds 1, replaces 1, leaves 1 out");
    window.button("Import 2 registries").click();
    window.wait_for_text("2 registries imported");
    window.button("To Registries").click();
    wait_for_names(&window, &["Lab", "Here", "Public", "Images"]);
    let lab = row(&window, "Lab");
    assert_eq!(lab.address, "https://lab2.example");
    assert_eq!(lab.secure, "No token · own authority");
    assert_eq!(stored(&window, &id(0)), None);
    let content = known::content(&window);
    assert!(
        content.contains("url = \"https://lab2.example\" # ours"),
        "{content}"
    );
    go(&window, "Activity");
    window.wait_for_text("added: Images; replaced: Lab; left out: 1");
}

#[test]
fn both_are_kept_under_a_name_of_its_own() {
    let window = window();
    read(&window, &theirs(&window, THEIRS));
    window.wait_for_text("1 new, 1 different, 1 the same.");
    choose(&window, "both");
    let name = window.find_by_label("Name of theirs");
    assert_eq!(name.value(), "Lab 2");
    name.fill("public");
    window.button("Import 2 registries").click();
    window.wait_for_text("already");
    window.find_by_label("Name of theirs").fill("Their lab");
    window.button("Import 2 registries").click();
    window.wait_for_text("2 registries imported");
    window.button("To Registries").click();
    wait_for_names(&window, &["Lab", "Here", "Public", "Their lab", "Images"]);
    assert_eq!(
        stored(&window, &id(0)).as_deref(),
        Some("s3cret-of-the-lab")
    );
}

#[test]
fn a_file_that_is_wrong_is_said_to_be_with_line_and_column() {
    let window = window();
    let path = theirs(&window, "export = 1\nname = \"open\n");
    read(&window, &path);
    window.wait_for_text("Line 2, column 13:");
    fs::write(&path, "[package]\nname = \"x\"\n").expect("a file");
    window.button("Read the file").click();
    window.wait_for_text("it is no list of registries");
    let wrong = THEIRS.replacen("https://lab2.example", "lab2", 1);
    fs::write(&path, wrong).expect("a file");
    window.button("Read the file").click();
    window.wait_for_text("1 entry cannot be understood and will be left out");
    window.wait_for_text("Line 6, column 7:");
}

#[test]
fn the_screens_for_those_who_do_not_see_them_and_in_a_small_window() {
    let window = window();
    window.button("Export…").click();
    window.find_by_label("File").wait();
    audit(&window, "export");
    window.press("Escape");
    read(&window, &theirs(&window, THEIRS));
    window.wait_for_text("1 new, 1 different, 1 the same.");
    choose(&window, "both");
    window.find_by_label("Name of theirs").wait();
    audit(&window, "compare");
    window.resize(640, 700);
    assert_nothing_cut_off(&window, "compare 640");
    window.button("Import 2 registries").click();
    window.wait_for_text("2 registries imported");
    assert_nothing_cut_off(&window, "imported 640");
    window.resize(1280, 800);
    audit(&window, "imported");
    window.button("To Registries").click();
    steps::wait_for_list(&window);
}
