use jiff::Timestamp;
use proptest::prelude::*;
use registrar_registry::RegistryKind;

use super::{Unreadable, parse, parse_apart, parse_marked};
use crate::{Address, Catalog};

fn read(text: &str) -> Catalog {
    parse(text, Timestamp::UNIX_EPOCH).unwrap()
}

/// The only problem of an entry with a name, a kind and these lines: its line and message.
fn problem(lines: &str) -> (u32, String) {
    let catalog = read(&format!(
        "[[registry]]\nname = \"a\"\nkind = \"devfile\"\n{lines}\n"
    ));
    assert_eq!(
        (catalog.records.len(), catalog.problems.len()),
        (0, 1),
        "{lines}"
    );
    (
        catalog.problems[0].line,
        catalog.problems[0].message.clone(),
    )
}

#[test]
fn a_full_entry_is_read() {
    let catalog = read(
        r#"
version = 1

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55"
kind = "devfile"
name = "Office"
url = "http://Registry.Office:8080/p/"
created = "2025-03-09T17:00:00.000001Z"
updated = 2025-03-10T18:00:00.5+01:00
token = true
allow_http = true
ca_file = "/etc/ssl/office.pem"
trusted_certificate = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55"
color = "blue"

[[registry]]
kind = "container"
name = "Images"
url = "localhost:5000/team"
user = "ann"
"#,
    );
    assert_eq!(catalog.problems, []);
    let [office, images] = &catalog.records[..] else {
        panic!("{catalog:?}")
    };
    assert_eq!(office.url.text(), "http://registry.office:8080/p");
    assert_eq!(office.created.to_string(), "2025-03-09T17:00:00.000001Z");
    assert_eq!(office.updated.to_string(), "2025-03-10T17:00:00.5Z");
    assert!(office.token && office.allow_http);
    assert_eq!(
        office.tls.ca_file.as_deref(),
        Some("/etc/ssl/office.pem".as_ref())
    );
    assert!(office.tls.trusted_certificate.is_some());
    assert_eq!(images.kind, RegistryKind::Container);
    assert_eq!(
        images.url,
        Address::Container("localhost:5000/team".parse().unwrap())
    );
    assert_eq!(images.user.as_deref(), Some("ann"));
    assert_eq!(catalog.by_name(&images.name), Some(images));
    assert_eq!(catalog.by_name_key("office"), Some(office));
    assert_eq!(catalog.by_id(office.id), Some(office));
    assert_eq!(catalog.incomplete, [images.id]);
}

#[test]
fn an_entry_that_cannot_be_understood_is_reported_with_its_line() {
    for (lines, line, needle) in [
        ("", 1, "no `url`"),
        ("url = 7", 4, "text in quotes"),
        ("url = \"x\"", 4, "https://x"),
        ("url = \"http://x\"", 4, "allow_http = true"),
        ("url = \"https://github.com/x\"", 4, "no longer supported"),
        ("url = \"https://h\"\nid = \"7\"", 5, "UUID"),
        ("url = \"https://h\"\ntoken = 1", 5, "true or false"),
        (
            "url = \"https://h\"\n\ncreated = \"yesterday\"",
            6,
            "moment",
        ),
        ("url = \"https://h\"\nupdated = 2025-01-01", 5, "moment"),
        ("url = \"https://h\"\nca_file = \"ca.pem\"", 5, "absolute"),
        (
            "url = \"https://h\"\ntrusted_certificate = \"AB\"",
            5,
            "64 hexadecimal",
        ),
        ("url = \"https://h\"\nuser = \"a\\nb\"", 5, "line break"),
    ] {
        let (found, message) = problem(lines);
        assert_eq!(found, line, "{lines}");
        assert!(message.contains(needle), "{lines}: {message}");
    }
    let catalog =
        read("[[registry]]\nkind = \"git\"\nname = \"a\"\n[[registry]]\nkind = \"source\"\n");
    let lines: Vec<_> = catalog
        .problems
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn the_second_of_two_with_the_same_name_or_id_is_left_out() {
    let entry = |id: &str, name: &str| {
        format!("[[registry]]\nkind = \"source\"\nurl = \"x\"\nid = \"{id}\"\nname = \"{name}\"\n")
    };
    let (one, two) = (
        "01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55",
        "01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e56",
    );
    let catalog = read(&[entry(one, "Straße"), entry(two, "STRASSE"), entry(one, "b")].concat());
    assert_eq!(catalog.records.len(), 1);
    let lines: Vec<_> = catalog
        .problems
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert_eq!(lines, [10, 14]);
    assert!(catalog.problems[0].message.contains("“Straße”"));
}

#[test]
fn a_file_that_is_no_catalog_is_refused_with_the_place() {
    for (text, at) in [
        ("version = 0", 10),
        ("version = \"1\"", 10),
        ("registry = []", 11),
        ("registry = [{ name = \"a\" }]", 11),
        ("registry = [[]]", 11),
        ("registry = 3", 11),
        ("[registry]", 0),
        ("\na b", 3),
        ("a = 1\na = 2", 6),
    ] {
        match parse(text, Timestamp::UNIX_EPOCH) {
            Err(Unreadable::Broken { at: found, .. }) => assert_eq!(found, Some(at), "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let newer = parse("version = 0x2\nregistry = 3", Timestamp::UNIX_EPOCH);
    assert_eq!(newer, Err(Unreadable::Newer { version: 2 }));
    assert_eq!(read("").records, []);
}

/// Text that is close to a catalog.
fn nearly_catalogs() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("[[registry]]".to_owned()),
        "(id|kind|name|url|token|version|registry) = (\"[a-z:/]{0,6}\"|true|1|\\[\\])",
        "\\[{1,2}( ?registry ?|[a-z.\"]{1,9})\\]{1,2}",
        "name = (\"\"\"|\'\'\'|\\[)|\"\"\"|\'\'\'|\\]",
        "\\PC{0,8}",
    ];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n")];
    let lines = proptest::collection::vec((line, end), 0..12);
    lines.prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

/// Text of entries that are read one by one, most of them.
fn catalogs() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just("# [[registry]]".to_owned()),
        "(id|url|token|version) = (\"[a-z:/]{0,6}\"|true|1)",
        "\\[(registry\\.[a-c]|[a-c])\\]",
    ];
    let entry = ("[a-d]{1,2}", proptest::collection::vec(line, 0..3)).prop_map(|(name, lines)| {
        let lines = lines.join("\n");
        format!("[[registry]]\nkind = \"devfile\"\nname = \"{name}\"\nurl = \"https://{name}\"\n{lines}\n")
    });
    proptest::collection::vec(entry, 0..5).prop_map(|entries| entries.concat())
}

#[test]
fn entries_are_read_one_by_one() {
    let text = "version = 1\n\n# Ours.\n[[registry]] # the first\nkind = \"devfile\"\nname = \"a\"\n\
                url = \"https://a\"\n[registry.notes]\nx = 1\n\n[[registry]]\nname = \"b\"\n";
    let catalog = parse_apart(text, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((catalog.records.len(), catalog.entry_count), (1, 2));
    assert_eq!(catalog.problems[0].line, 11);
    for whole in [
        "[[registry]]\n[[ registry ]]\n",
        "x = '''\n[[registry]]\n'''\n",
        "x = [\n[[registry]]\n]\n",
        "[registry]\n[[registry]]\n",
        "[[registry]]\n[other]\n[[registry]]\n[other]\n",
    ] {
        assert_eq!(parse_apart(whole, Timestamp::UNIX_EPOCH), None, "{whole}");
    }
}

proptest! {
    #[test]
    fn one_by_one_is_the_same_as_the_whole(text in prop_oneof![nearly_catalogs(), catalogs()]) {
        let time = Timestamp::UNIX_EPOCH;
        prop_assert_eq!(parse(&text, time), parse_marked(&text, time, |_| Ok(())));
    }

    #[test]
    fn nothing_makes_it_panic(text in nearly_catalogs()) {
        if let Ok(catalog) = parse(&text, Timestamp::UNIX_EPOCH) {
            prop_assert_eq!(
                catalog.records.len() + catalog.problems.len(),
                catalog.entry_count
            );
        }
    }
}
