//! Both shapes of the index, real data, and whatever else may come.

use proptest::prelude::*;

use super::{EntryKind, Index, IndexError};

const REAL: &[u8] = include_bytes!("../../../../tests/fixtures/devfile-registry/v2index.json");

fn parse(text: &str) -> Result<Index, IndexError> {
    Index::parse(text.as_bytes())
}

#[test]
fn a_real_index_is_understood_down_to_its_versions() {
    let index = Index::parse(REAL).unwrap();
    assert_eq!((index.stacks().count(), index.samples().count()), (31, 5));

    let go = index.stacks().find(|stack| stack.name == "go").unwrap();
    assert_eq!((&*go.display_name, &*go.language), ("Go Runtime", "Go"));
    assert_eq!(go.provider, "Red Hat");
    assert!(go.icon.as_deref().unwrap().ends_with("golang.svg"));
    assert_eq!(go.versions.len(), 15);

    let version = go.default_version().unwrap();
    assert_eq!(version.version, "2.6.0");
    assert_eq!(version.schema_version, "2.2.2");
    assert_eq!(version.link.as_deref(), Some("devfile-catalog/go:2.6.0"));
    assert_eq!(version.starter_projects, ["go-starter"]);
    assert_eq!(version.resources, ["archive.tar", "devfile.yaml"]);
    let groups = version.command_groups;
    assert!(groups.build && groups.run && groups.debug && groups.deploy && !groups.test);
    assert!(version.deployment_scopes.innerloop);

    let liberty = index.stacks().find(|s| s.name == "java-openliberty");
    assert_eq!(
        liberty.unwrap().architectures,
        ["amd64", "ppc64le", "s390x"]
    );
}

#[test]
fn samples_say_where_their_source_is() {
    let index = Index::parse(REAL).unwrap();
    let sample = index.samples().next().unwrap();
    assert_eq!(sample.name, "nodejs-basic");
    let git = sample.versions[0].git.as_ref().unwrap();
    let url = "https://github.com/nodeshift-starters/devfile-sample.git";
    assert_eq!(git.remotes, [("origin".to_owned(), url.to_owned())]);
    assert_eq!(git.revision.as_deref(), Some("main"));
}

#[test]
fn an_entry_of_the_first_version_is_its_own_only_version() {
    let index = parse(
        r#"[{"name": "nodejs", "version": "2.1.1", "displayName": "Node.js", "type": "stack",
             "tags": ["Deprecated"], "links": {"self": "devfile-catalog/nodejs:2.1.1"},
             "starterProjects": ["nodejs-starter"], "projectType": "Node.js"}]"#,
    )
    .unwrap();
    let node = &index.entries()[0];
    assert_eq!(node.kind, EntryKind::Stack);
    let version = node.default_version().unwrap();
    assert_eq!((&*version.version, version.is_default), ("2.1.1", true));
    assert_eq!(version.starter_projects, ["nodejs-starter"]);
    assert!(node.is_deprecated());
}

#[test]
fn every_way_to_be_empty() {
    for text in [
        "[]",
        " null\n",
        "\u{FEFF}[]",
        r#"{"status":"No stacks or samples found in the registry"}"#,
    ] {
        assert_eq!(parse(text), Ok(Index::default()), "{text}");
    }
}

#[test]
fn absent_null_and_unknown_fields_are_no_errors() {
    let text = r#"[{"name": "a", "versions": null, "tags": null, "newIdea": [[{}]], "git": null},
                   {"name": "b", "type": "sample"}]"#;
    let index = parse(text).unwrap();
    assert_eq!(index.entries().len(), 2);
    assert_eq!(index.entries()[0].default_version(), None);
}

#[test]
fn entries_of_a_new_kind_or_without_a_name_are_left_out() {
    let text = r#"[{"name": "a", "type": "plugin"}, {"name": " \u0007 "}, {"name": "b"}]"#;
    let index = parse(text).unwrap();
    assert_eq!(index.entries().len(), 1);
}

#[test]
fn what_is_something_else_is_no_index() {
    for text in [
        "",
        "<!doctype html>",
        "hello",
        "true",
        "7",
        "{}",
        r#"{"status": "ok"}"#,
        r#"{"status": 7}"#,
        r#"{"repositories": []}"#,
        "[1, 2]",
        r#"[{"id": 1}]"#,
        r#"[{"name": 1}]"#,
    ] {
        assert_eq!(parse(text), Err(IndexError::NotAnIndex), "{text}");
    }
}

#[test]
fn broken_json_is_told_with_its_place() {
    let expected = |line, column| Err(IndexError::Syntax { line, column });
    assert_eq!(parse("[\n{]"), expected(2, 2));
    assert_eq!(parse("[{\"name\": \"a\""), expected(1, 13));
    assert_eq!(parse("{\"status\": }"), expected(1, 12));
    assert!(matches!(
        parse(&"[".repeat(1_000_000)),
        Err(IndexError::Syntax { .. })
    ));
}

#[test]
fn a_known_field_of_a_wrong_shape_is_an_error_that_repeats_nothing() {
    let text = r#"[{"name": "a", "versions": "s3cret"}]"#;
    let error = parse(text).unwrap_err();
    assert!(matches!(error, IndexError::Shape { line: 1, .. }));
    assert!(!error.to_string().contains("s3cret"));
}

#[test]
fn too_many_entries_are_refused() {
    let many = vec![r#"{"name":"a"}"#; 50_001].join(",");
    assert_eq!(parse(&format!("[{many}]")), Err(IndexError::TooLarge));
}

#[test]
fn an_icon_that_is_too_long_is_left_out_instead_of_cut() {
    let icon = format!("data:image/png;base64,{}", "A".repeat(5000));
    let text = format!(r#"[{{"name": "a", "icon": "{icon}"}}]"#);
    assert_eq!(parse(&text).unwrap().entries()[0].icon, None);
}

/// JSON of any shape, with the index's own keys more often than by chance.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let keys = prop::sample::select(vec![
        "name",
        "type",
        "versions",
        "version",
        "tags",
        "links",
        "git",
        "remotes",
        "icon",
        "commandGroups",
        "default",
        "self",
        "status",
        "other",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
        prop::sample::select(vec!["stack", "sample"]).prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        let object = prop::collection::btree_map(keys.clone(), inner.clone(), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(Into::into),
            object.prop_map(|map| map
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Index::parse(&bytes);
    }

    #[test]
    fn no_json_makes_it_panic_and_what_it_takes_can_be_shown(value in json()) {
        if let Ok(index) = Index::parse(value.to_string().as_bytes()) {
            for entry in index.entries() {
                prop_assert!(!entry.name.is_empty());
                prop_assert!(entry.name.chars().count() <= 200);
                prop_assert!(!entry.name.contains(char::is_control));
            }
        }
    }

    #[test]
    fn a_real_index_that_was_cut_anywhere_is_an_error(end in 0..REAL.len() - 2) {
        prop_assert!(Index::parse(&REAL[..end]).is_err());
    }

    #[test]
    fn a_real_index_with_one_wrong_byte_does_no_harm(at in 0..REAL.len(), byte: u8) {
        let mut bytes = REAL.to_vec();
        bytes[at] = byte;
        let _ = Index::parse(&bytes);
    }

    #[test]
    fn names_come_through_without_what_cannot_be_shown(name in "\\PC{0,300}") {
        let entry = serde_json::json!([{ "name": format!("n{name}\u{7}\u{202E}") }]);
        let index = Index::parse(entry.to_string().as_bytes()).unwrap();
        let shown = &index.entries()[0].name;
        prop_assert!(shown.starts_with('n') && shown.chars().count() <= 200);
        let deceiving = shown.contains(['\u{7}', '\u{202E}']);
        prop_assert!(!deceiving);
    }
}
