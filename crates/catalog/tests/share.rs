//! A file of registries for somebody else.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{fmt::Write as _, fs, path::PathBuf};

use jiff::Timestamp;
use registrar_catalog::{
    Address, CatalogError, ContainerOptions, Record, Shared, export, portable, read_shared,
};
use registrar_registry::{ClientCertificate, Provider, RegistryKind, TlsRules};
use support::record;
use tempfile::TempDir;

/// A container registry with everything that one can have.
fn full() -> Record {
    Record {
        kind: RegistryKind::Container,
        url: Address::Container("lab.example:5000".parse().unwrap()),
        user: Some("robot$team+ci \"ü\"".to_owned()),
        token: true,
        expires: Some("2027-01-31".parse().unwrap()),
        allow_http: true,
        tls: TlsRules {
            ca_file: Some("/home/jane/ca.pem".into()),
            trusted_certificate: Some("ab".repeat(32).parse().unwrap()),
        },
        container: ContainerOptions {
            provider: Some(Provider::Harbor),
            client_certificate: Some(ClientCertificate {
                certificate: "/home/jane/me.crt".into(),
                key: "/home/jane/me.key".into(),
            }),
            cloud: None,
            insecure: true,
            token_server: Some("https://login.example/jwt/auth".parse().unwrap()),
            added_by: Some("docker".to_owned()),
        },
        ..record("Lab")
    }
}

fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn read(text: impl AsRef<[u8]>) -> Result<Shared, CatalogError> {
    let (_folder, path) = file(text);
    read_shared(&path)
}

#[test]
fn an_export_comes_back_without_what_is_secret_or_of_this_computer() {
    let records = [record("Public"), full()];
    let at: Timestamp = "2026-03-04T05:06:07.123456Z".parse().unwrap();
    let text = export(&records, at);
    for absent in [
        "token =", "expires", "jane", "ca_file", "client_", "added_by",
    ] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
    assert!(text.contains("\nversion = 1\nexport = 1\n"), "{text}");
    let shared = read(text).unwrap();
    assert_eq!(shared.records, records.each_ref().map(portable));
    assert_eq!((shared.problems, shared.exported), (vec![], Some(at)));
    let lab = &shared.records[1];
    assert_eq!(lab.user, full().user);
    assert!(lab.container.insecure && lab.allow_http);
    assert_eq!(lab.container.token_server, full().container.token_server);
    assert_eq!(lab.container.provider, Some(Provider::Harbor));
}

#[test]
fn a_catalog_as_it_is_will_do_and_is_made_portable() {
    let text = "[[registry]]\nkind = \"devfile\"\nname = \"a\"\nurl = \"https://a.example\"\n\
                token = true\nca_file = \"/home/jane/ca.pem\"\nmine = 1\n";
    let shared = read(text).unwrap();
    assert!(!shared.records[0].token);
    assert_eq!(shared.records[0].tls, TlsRules::default());
    assert_eq!(shared.exported, None);
}

#[test]
fn an_entry_that_cannot_be_understood_is_told_with_its_place() {
    let text = "export = 1\n[[registry]]\nkind = \"devfile\"\nname = \"a\"\n\
                url = \"https://user:hunter2@a.example\"\n\
                [[registry]]\nkind = \"devfile\"\nname = \"b\"\nurl = \"https://b.example\"\n";
    let shared = read(text).unwrap();
    assert_eq!(shared.records.len(), 1);
    let problem = &shared.problems[0];
    assert_eq!((problem.line, problem.column), (5, 7));
    assert!(!problem.message.contains("hunter2"), "{}", problem.message);
}

#[test]
fn a_text_that_is_no_list_is_refused_with_line_and_column() {
    let place = |text: &[u8]| match read(text) {
        Err(CatalogError::Broken { line, column, .. }) => (line, column),
        other => panic!("{other:?}"),
    };
    assert_eq!(place(b"export = 1\nname = \"open\n"), (Some(2), Some(13)));
    assert_eq!(place(b"export = 1\nx = \"\xff\""), (Some(2), Some(6)));
    assert_eq!(place(b"export = true\n"), (Some(1), Some(10)));
    assert_eq!(place(b"[package]\nname = \"x\"\n"), (None, None));
    assert_eq!(place(b""), (None, None));
}

#[test]
fn what_a_later_version_wrote_is_not_guessed_at() {
    for text in ["export = 2\n", "version = 2\nexport = 1\n"] {
        let error = read(text).unwrap_err();
        assert!(
            matches!(error, CatalogError::Newer { version: 2, .. }),
            "{error}"
        );
    }
}

#[test]
fn a_file_too_big_or_with_too_many_or_none_at_all_is_refused() {
    let big = vec![b'#'; 16 * 1024 * 1024 + 1];
    assert!(matches!(read(big), Err(CatalogError::TooBig { .. })));
    let mut many = String::new();
    for number in 0..5001 {
        write!(
            many,
            "[[registry]]\nkind = \"devfile\"\nname = \"n{number}\"\nurl = \"https://a.example\"\n"
        )
        .unwrap();
    }
    assert!(matches!(
        read(many),
        Err(CatalogError::TooMany { most: 5000, .. })
    ));
    let (folder, _path) = file("");
    for path in [folder.path().to_owned(), folder.path().join("absent")] {
        assert!(matches!(read_shared(&path), Err(CatalogError::Read { .. })));
    }
}
