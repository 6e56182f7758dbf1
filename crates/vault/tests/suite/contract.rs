//! What every store promises.

use std::path::Path;

use registrar_registry::Secret;
use registrar_vault::{Chunked, Costs, MemoryStore, PassphraseVault, SecretStore, VaultError};

/// Costs that no person should choose: the tests are not about them.
pub(crate) const CHEAP: Costs = Costs {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};

/// Checks all promises on an empty store, and leaves it empty.
pub(crate) fn check(store: &dyn SecretStore) {
    store.probe().unwrap();
    every_secret_comes_back_unchanged(store);
    a_second_secret_replaces_the_first(store);
    what_is_not_there_is_neither_found_nor_deleted(store);
    accounts_are_kept_apart_and_listed(store);
    what_cannot_be_kept_is_refused(store);
    assert!(
        store.accounts().unwrap().is_empty(),
        "something was left behind"
    );
}

/// Secrets that have broken other programs.
fn awkward() -> Vec<Vec<u8>> {
    let texts = [
        "t",
        " leading and trailing ",
        "two\nlines\r\n",
        "tab\there",
        "quote\" and ' and `",
        "100 % %20 %s",
        "back\\slash",
        "emoji 🔑👩‍💻",
        "nul\0inside",
        "\0",
        "registrar-base64:AAAA",
        "registrar-chunks:1:a:1:5:00",
    ];
    let mut secrets: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    secrets.push((0..=255).collect());
    secrets.push(vec![0xFF, 0xFE, 0x80]);
    secrets.push(vec![b'x'; Secret::MAX_BYTES]);
    secrets.push((0..=250).cycle().take(Secret::MAX_BYTES).collect());
    secrets
}

fn every_secret_comes_back_unchanged(store: &dyn SecretStore) {
    for bytes in awkward() {
        store.set("account", &Secret::new(bytes.clone())).unwrap();
        let read = store.get("account").unwrap().unwrap();
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
        assert!(
            read.expose() == bytes,
            "{start:?} of {} bytes came back changed",
            bytes.len()
        );
    }
    assert!(store.delete("account").unwrap());
}

fn a_second_secret_replaces_the_first(store: &dyn SecretStore) {
    store
        .set("account", &Secret::new("a long first secret"))
        .unwrap();
    store.set("account", &Secret::new("short")).unwrap();
    let read = store.get("account").unwrap().unwrap();
    assert_eq!(read.expose_text(), Some("short"));
    assert!(store.delete("account").unwrap());
}

fn what_is_not_there_is_neither_found_nor_deleted(store: &dyn SecretStore) {
    assert!(store.get("missing").unwrap().is_none());
    assert!(!store.delete("missing").unwrap());
}

fn accounts_are_kept_apart_and_listed(store: &dyn SecretStore) {
    let id = "018f2f6e-7c1a-7cc3-8a57-0b8f3a5d9e11";
    let accounts = [id.to_owned(), format!("{id}.next"), "other".to_owned()];
    let entries = accounts
        .clone()
        .map(|account| (account.clone(), Secret::new(account)));
    store.set_all(&entries).unwrap();
    assert_eq!(store.accounts().unwrap(), accounts);
    for account in &accounts {
        let read = store.get(account).unwrap().unwrap();
        assert_eq!(read.expose_text(), Some(account.as_str()));
    }
    assert!(
        accounts
            .iter()
            .all(|account| store.delete(account).unwrap())
    );
}

fn what_cannot_be_kept_is_refused(store: &dyn SecretStore) {
    let (empty, huge) = (
        Secret::new(""),
        Secret::new(vec![b'x'; Secret::MAX_BYTES + 1]),
    );
    assert!(matches!(
        store.set("account", &empty),
        Err(VaultError::Empty)
    ));
    assert!(matches!(
        store.set("account", &huge),
        Err(VaultError::TooLarge { .. })
    ));
    assert!(store.get("account").unwrap().is_none());
}

#[test]
fn memory_keeps_the_contract() {
    check(&MemoryStore::new());
}

#[test]
fn a_store_with_a_limit_keeps_the_contract_in_chunks() {
    check(&Chunked::new(MemoryStore::with_limit(2560), 2560));
}

#[test]
fn the_passphrase_vault_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let vault = PassphraseVault::with_costs(dir.path(), CHEAP);
    vault.create(&Secret::new("a passphrase")).unwrap();
    check(&vault);
}

/// Whether any file under `dir` contains `needle`.
pub(crate) fn found_under(dir: &Path, needle: &[u8]) -> bool {
    let contains = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    std::fs::read_dir(dir)
        .unwrap()
        .flatten()
        .any(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => found_under(&entry.path(), needle),
            Ok(kind) if kind.is_file() => contains(&std::fs::read(entry.path()).unwrap()),
            _ => false,
        })
}
