use jiff::Timestamp;
use proptest::prelude::*;
use registrar_registry::RegistryKind;

use super::{Unreadable, parse};
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
        "\\[{1,2}[a-z.\"]{1,9}\\]{1,2}",
        "\\PC{0,8}",
    ];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
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
