//! Container registries in the file on a real disk.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;

use registrar_catalog::{Address, CatalogFile, ContainerOptions, Record};
use registrar_registry::{ClientCertificate, Provider, RegistryKind, RegistryName, TlsRules};
use support::record;

/// A container registry with everything that one can have.
fn full() -> Record {
    Record {
        kind: RegistryKind::Container,
        url: Address::Container("ghcr.io/org/*".parse().unwrap()),
        user: Some("robot$team+ci \"ü\"".to_owned()),
        token: true,
        expires: Some("2027-01-31".parse().unwrap()),
        allow_http: true,
        tls: TlsRules {
            ca_file: Some("/etc/ssl/ca.pem".into()),
            trusted_certificate: Some("ab".repeat(32).parse().unwrap()),
        },
        container: ContainerOptions {
            provider: Some(Provider::Harbor),
            client_certificate: Some(ClientCertificate {
                certificate: "/etc/pki/me.crt".into(),
                key: "/etc/pki/me \"key\".pem".into(),
            }),
            cloud: None,
            insecure: true,
            token_server: Some("https://login.example/jwt/auth".parse().unwrap()),
            added_by: Some("docker".to_owned()),
        },
        ..record("everything")
    }
}

/// Makes `change` to the only record of `text` and gives the new text.
fn changed(text: &str, change: impl FnOnce(&mut Record)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), text).unwrap();
    let mut edit = file.edit().unwrap();
    assert_eq!(edit.catalog().problems, []);
    let mut record = edit.catalog().records[0].clone();
    change(&mut record);
    edit.replace(&record).unwrap();
    let catalog = edit.commit().unwrap();
    assert_eq!(catalog.records, [record]);
    fs::read_to_string(file.path()).unwrap()
}

#[test]
fn everything_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), "").unwrap();
    let mut edit = file.edit().unwrap();
    edit.insert(&full()).unwrap();
    edit.commit().unwrap();
    assert_eq!(file.open().unwrap().records, [full_as_read(&file)]);
    let text = fs::read_to_string(file.path()).unwrap();
    for line in [
        "url = \"ghcr.io/org/*\"",
        "type = \"harbor\"",
        "expires = \"2027-01-31\"",
        "insecure = true",
        "client_certificate = \"/etc/pki/me.crt\"",
        "token_server = \"https://login.example/jwt/auth\"",
        "added_by = \"docker\"",
    ] {
        assert!(
            text.lines().any(|written| written == line),
            "{line} in {text}"
        );
    }
}

/// The full record with the id and times that stand in `file`.
fn full_as_read(file: &CatalogFile) -> Record {
    let read = file.open().unwrap().records.remove(0);
    Record {
        id: read.id,
        created: read.created,
        updated: read.updated,
        ..full()
    }
}

#[test]
fn a_record_that_could_not_be_read_again_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), "").unwrap();
    let mut edit = file.edit().unwrap();
    let mut relative = full();
    relative.container.client_certificate = Some(ClientCertificate {
        certificate: "me.crt".into(),
        key: "/me.key".into(),
    });
    let mut with_query = full();
    with_query.container.token_server = Some("https://login.example/?secret=x".parse().unwrap());
    let of_another_kind = Record {
        kind: RegistryKind::Source,
        url: Address::Other("x".to_owned()),
        ..full()
    };
    for record in [relative, with_query, of_another_kind] {
        assert!(edit.insert(&record).is_err(), "{record:?}");
    }
    edit.commit().unwrap();
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "");
}

#[test]
fn an_entry_by_hand_gets_an_id_and_times_and_nothing_else() {
    let by_hand = "[[registry]]\nkind = \"container\"\nname = \"a\"\nurl = \"https://H.io/v2/\"\n";
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), by_hand).unwrap();
    let record = file.open().unwrap().records.remove(0);
    assert_eq!(record.url.text(), "h.io");
    let text = fs::read_to_string(file.path()).unwrap();
    let added = text.strip_prefix(by_hand).unwrap();
    let keys = added.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(keys.collect::<Vec<_>>(), ["id", "created", "updated"]);
}

/// An entry as a person writes it, with keys that nobody knows.
const BY_HAND: &str = "# pull only\r\n[[registry]] # work\r\n\
    \tname = 'Work' # mine\r\n\tkind = 'container'\r\n\tmirror_of = \"x\"\r\n\
    \turl   = \"https://GHCR.io/Org/\"\r\n\
    \tid = '01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55'\r\n\
    \tcreated = 2025-03-09T17:00:00Z\r\n\tupdated = 2025-03-09T17:00:00Z\r\n\
    \texpires = 2027-01-31 # renew!\r\n\ttype = 'ghcr'\r\n\tinsecure = false\r\n";

#[test]
fn what_is_not_changed_keeps_every_byte() {
    assert_eq!(changed(BY_HAND, |_| {}), BY_HAND);
}

#[test]
fn each_key_changes_its_own_line_only() {
    let day = changed(BY_HAND, |record| {
        record.expires = Some("2028-02-29".parse().unwrap());
    });
    assert_eq!(day, BY_HAND.replace("2027-01-31 #", "\"2028-02-29\" #"));
    let none = changed(BY_HAND, |record| record.expires = None);
    assert_eq!(
        none,
        BY_HAND.replace("\texpires = 2027-01-31 # renew!\r\n", "")
    );
    let other = changed(BY_HAND, |record| {
        record.container.provider = Some(Provider::Quay);
    });
    assert_eq!(other, BY_HAND.replace("'ghcr'", "\"quay\""));
    let guessed = changed(BY_HAND, |record| record.container.provider = None);
    assert_eq!(guessed, BY_HAND.replace("\ttype = 'ghcr'\r\n", ""));
    let insecure = changed(BY_HAND, |record| record.container.insecure = true);
    assert_eq!(
        insecure,
        BY_HAND.replace("insecure = false", "insecure = true")
    );
    let moved = changed(BY_HAND, |record| {
        record.url = Address::Container("quay.io/org".parse().unwrap());
    });
    assert_eq!(
        moved,
        BY_HAND.replace("\"https://GHCR.io/Org/\"", "\"quay.io/org\"")
    );
}

#[test]
fn new_keys_go_to_the_end_of_the_entry() {
    let more = changed(BY_HAND, |record| {
        record.container.token_server = Some("https://login.example/token".parse().unwrap());
        record.container.client_certificate = Some(ClientCertificate {
            certificate: "/me.crt".into(),
            key: "/me.key".into(),
        });
        record.user = Some("ann".to_owned());
    });
    let expected = "\tuser = \"ann\"\r\n\tclient_certificate = \"/me.crt\"\r\n\
                    \tclient_key = \"/me.key\"\r\n\ttoken_server = \"https://login.example/token\"\r\n";
    assert_eq!(more, format!("{BY_HAND}{expected}"));
}

#[test]
fn words_of_other_kinds_survive_a_change() {
    let text = "[[registry]]\nkind = \"devfile\"\nname = \"a\"\nurl = \"https://h\"\n\
                id = \"01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55\"\n\
                created = \"2025-03-09T17:00:00Z\"\nupdated = \"2025-03-09T17:00:00Z\"\n\
                type = 1\ninsecure = \"x\"\nclient_key = []\ntoken_server = 5\nadded_by = {}\n";
    let renamed = changed(text, |record| {
        record.name = RegistryName::parse("b").unwrap();
    });
    assert_eq!(renamed, text.replace("\"a\"", "\"b\""));
}
