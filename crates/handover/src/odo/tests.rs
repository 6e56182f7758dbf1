use proptest::prelude::*;

use super::{edit, preference::OdoEntry, preference::Preference};
use crate::json::{Editor, undo};

fn entry(name: &str, url: &str, secure: bool) -> OdoEntry {
    OdoEntry {
        name: name.to_owned(),
        url: url.to_owned(),
        secure,
    }
}

fn lab() -> OdoEntry {
    entry("Lab", "https://lab.example", true)
}

fn appended(text: &str, new: &OdoEntry) -> String {
    let mut editor = Editor::new(text);
    edit::append(&mut editor, new).unwrap();
    let back = undo(&editor.text, &editor.splices).unwrap();
    assert_eq!(*back, text, "it cannot be taken back");
    (*editor.text).clone()
}

fn removed(text: &str, index: usize) -> String {
    let mut editor = Editor::new(text);
    edit::remove(&mut editor, index).unwrap();
    (*editor.text).clone()
}

/// The file as odo itself writes it.
const AS_ODO: &str = "kind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  RegistryList:\n  - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n  ConsentTelemetry: false\n";

#[test]
fn a_registry_comes_last_so_that_odo_looks_there_first() {
    let new = "  - Name: Lab\n    URL: https://lab.example\n    secure: true\n";
    let expected = AS_ODO.replace("    secure: false\n", &format!("    secure: false\n{new}"));
    assert_eq!(appended(AS_ODO, &lab()), expected);
    assert_eq!(removed(&expected, 1), AS_ODO);
}

#[test]
fn where_there_is_no_file_odos_default_is_written_down_too() {
    let expected = "kind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  RegistryList:\n  - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n  - Name: Lab\n    URL: https://lab.example\n    secure: true\n";
    assert_eq!(appended("", &lab()), expected);
}

#[test]
fn every_shape_of_the_file_is_kept_and_read_by_another_reader() {
    let shapes = [
        "# mine\nkind: Preference\n",
        "kind: Preference\nOdoSettings:\n",
        "kind: Preference\nOdoSettings: # empty\nother: 1\n",
        "OdoSettings: ~\nother: {a: [1, 2]}\n",
        "OdoSettings: {}\n",
        "OdoSettings:\n  # first\n  Timeout: 5s # quick\n  Ephemeral: true\n",
        "OdoSettings: {Timeout: 5s, Ephemeral: true}\nmore: yes\n",
        "OdoSettings:\n  RegistryList:\n  Timeout: 5s\n",
        "OdoSettings:\n  RegistryList: []\n  Timeout: 5s\n",
        "OdoSettings: {RegistryList: [], Timeout: 5s}\n",
        "OdoSettings:\n  RegistryList: [{Name: A, URL: \"http://a\"}]\n",
        "OdoSettings:\n    RegistryList:\n        - {Name: A, URL: 'http://a', secure: no, extra: 1}\n        -   Name: B\n            URL: http://b\n            # why\n            note: |\n              two\n              lines\n    Timeout: 5s\n",
        "OdoSettings:\r\n  RegistryList:\r\n  - Name: A\r\n    URL: http://a\r\n    secure: false\r\n",
        "OdoSettings:\n  RegistryList:\n  - Name: A\n    URL: http://a\n    secure: false",
        "OdoSettings:\n  RegistryList:\n  -\n    Name: A\n    URL: http://a\n    secure:\nlast: 1\n",
        "---\nOdoSettings:\n  Unknown:\n  - deep:\n    - x\n",
    ];
    for shape in shapes {
        let before = Preference::parse(shape).unwrap();
        let default = before.list().unwrap().is_none();
        let mut expected = before.entries().unwrap();
        if default {
            expected.push(OdoEntry::of_default());
        }
        expected.push(lab());
        let text = appended(shape, &lab());
        assert_eq!(read_by_another(&text), expected, "{text}");
        for line in shape.lines().filter(|line| line.contains('#')) {
            let comment = line.split_once('#').unwrap().1;
            assert!(text.contains(comment), "{comment} is gone from\n{text}");
        }
        let last = expected.len() - 1;
        expected.pop();
        assert_eq!(read_by_another(&removed(&text, last)), expected, "{text}");
    }
}

/// What a reader that comes from libyaml, as odo's does, finds.
fn read_by_another(text: &str) -> Vec<OdoEntry> {
    let value: serde_norway::Value = serde_norway::from_str(text).unwrap_or_else(|error| {
        panic!("{error}\n{text}");
    });
    let list = &value["OdoSettings"]["RegistryList"];
    let items = list.as_sequence().cloned().unwrap_or_default();
    let text = |value: &serde_norway::Value| value.as_str().unwrap_or_default().to_owned();
    items
        .iter()
        .map(|item| OdoEntry {
            name: text(&item["Name"]),
            url: text(&item["URL"]),
            secure: item["secure"].as_bool().unwrap_or_default(),
        })
        .collect()
}

#[test]
fn the_last_one_leaves_a_list_that_is_empty_and_not_odos_default() {
    let text = "OdoSettings:\n  RegistryList:\n  - Name: A\n    URL: http://a\n  Timeout: 5s\n";
    let expected = "OdoSettings:\n  RegistryList: []\n  Timeout: 5s\n";
    assert_eq!(removed(text, 0), expected);
    assert_eq!(read_by_another(&appended(expected, &lab())), [lab()]);
}

#[test]
fn keys_count_in_exactly_their_case() {
    let text = "OdoSettings:\n  RegistryList:\n  - name: A\n    Url: http://a\n    Secure: true\n";
    let entries = Preference::parse(text).unwrap().entries().unwrap();
    assert_eq!(entries, [entry("", "", false)]);
}

#[test]
fn what_cannot_be_understood_is_refused_with_its_place() {
    let broken = [
        "a: b: c\n",
        "[1, 2]\n",
        "OdoSettings: 5\n",
        "OdoSettings:\n  RegistryList: nothing\n",
        "OdoSettings:\n  RegistryList:\n  - just text\n",
        "OdoSettings:\n  RegistryList:\n  - Name: A\n    Name: B\n",
        "OdoSettings: {}\nOdoSettings: {}\n",
        "a: 1\n---\nb: 2\n",
        "OdoSettings:\n  RegistryList:\n  - Name: [A]\n",
        "x: &a {Name: A}\nOdoSettings:\n  RegistryList:\n  - *a\n",
        "{{{{",
        "\t- x",
    ];
    for text in broken {
        assert!(Preference::parse(text).is_err(), "{text:?}");
    }
    let deep = "[".repeat(10_000);
    assert!(Preference::parse(&deep).is_err());
}

proptest! {
    #[test]
    fn any_name_and_address_comes_back_and_goes_again(
        name in "\\PC{1,24}",
        url in "https?://[a-z0-9.:/?#&=%@+ '\"{}\\[\\]-]{1,40}",
        secure: bool,
        shape in 0..4_usize,
    ) {
        let shapes = ["", AS_ODO, "OdoSettings: {RegistryList: []}\n", "OdoSettings:\n  T: 1\n"];
        let new = entry(&name, &url, secure);
        let text = appended(shapes[shape], &new);
        let found = read_by_another(&text);
        prop_assert_eq!(found.last(), Some(&new), "{}", text);
        let left = read_by_another(&removed(&text, found.len() - 1));
        prop_assert_eq!(&left[..], &found[..found.len() - 1]);
    }

    #[test]
    fn no_text_makes_it_fall_over(text in "\\PC{0,200}|[-:{}\\[\\]\n \t#|>&*!?a\"']{0,60}") {
        if let Ok(preference) = Preference::parse(&text) {
            let _ = preference.entries();
            let mut editor = Editor::new(&text);
            let _ = edit::append(&mut editor, &lab());
            let _ = edit::remove(&mut editor, 0);
        }
    }
}
