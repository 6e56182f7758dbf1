use registrar_registry::Secret;

use super::Chunked;
use crate::{MemoryStore, SecretStore};

const LIMIT: usize = 128;
const ACCOUNT: &str = "account";

fn chunked() -> Chunked<MemoryStore> {
    Chunked::new(MemoryStore::with_limit(LIMIT), LIMIT)
}

/// A secret of `len` bytes that depends on `seed` everywhere.
fn secret(seed: u8, len: usize) -> Vec<u8> {
    (0..len)
        .map(|at| seed.wrapping_add(u8::try_from(at % 251).unwrap()))
        .collect()
}

fn read(store: &Chunked<MemoryStore>) -> Option<Vec<u8>> {
    let secret = store.get(ACCOUNT).unwrap();
    secret.map(|secret| secret.expose().to_vec())
}

/// How many entries the store underneath should hold for a secret of `len` bytes.
fn entries(len: usize) -> usize {
    if len <= LIMIT {
        1
    } else {
        1 + len.div_ceil(LIMIT)
    }
}

#[test]
fn secrets_around_the_limit_come_back() {
    for len in [
        1,
        LIMIT - 1,
        LIMIT,
        LIMIT + 1,
        2 * LIMIT,
        2 * LIMIT + 1,
        Secret::MAX_BYTES,
    ] {
        let store = chunked();
        store.set(ACCOUNT, &Secret::new(secret(1, len))).unwrap();
        assert_eq!(read(&store), Some(secret(1, len)), "{len} bytes");
        assert_eq!(store.inner().accounts().unwrap().len(), entries(len));
        assert_eq!(store.accounts().unwrap(), [ACCOUNT]);
    }
}

#[test]
fn a_secret_that_looks_like_a_header_comes_back() {
    let text = "registrar-chunks:1:a:1:5:00";
    let store = chunked();
    store.set(ACCOUNT, &Secret::new(text)).unwrap();
    assert_eq!(read(&store).unwrap(), text.as_bytes());
}

/// Every change between no secret, short and long ones, stopped before every single write.
#[test]
fn a_crash_at_any_write_leaves_the_old_secret_or_the_new_one() {
    let lengths = [0, 5, 2 * LIMIT, 6 * LIMIT + 3];
    for (old, new) in lengths
        .iter()
        .flat_map(|old| lengths.map(|new| (*old, new)))
    {
        for write in 1..=writes_of_change(old, new) {
            crash_and_look(old, new, write);
        }
    }
}

/// How many writes it takes to change a secret of `old` bytes to one of `new` bytes; 0 is none.
fn writes_of_change(old: usize, new: usize) -> usize {
    let store = chunked();
    change(&store, &secret(1, old)).unwrap();
    let before = store.inner().writes();
    change(&store, &secret(100, new)).unwrap();
    store.inner().writes() - before
}

fn crash_and_look(old: usize, new: usize, write: usize) {
    let case = format!("{old} to {new} bytes, crash at write {write}");
    let (before, after) = (secret(1, old), secret(100, new));
    let store = chunked();
    change(&store, &before).unwrap();
    store.inner().crash_at_write(write);
    let changed = change(&store, &after);
    store.inner().fail(None);
    let left = read(&store).unwrap_or_default();
    assert!(
        left == before || left == after,
        "{case}: neither the old nor the new secret"
    );
    assert!(
        changed.is_err() || left == after,
        "{case}: reported as done"
    );
    assert_repaired(&store, &case);
}

fn change(store: &Chunked<MemoryStore>, to: &[u8]) -> Result<(), crate::VaultError> {
    match to {
        [] => store.delete(ACCOUNT).map(drop),
        bytes => store.set(ACCOUNT, &Secret::new(bytes)),
    }
}

/// The next changes work, and leave nothing of what a crash left behind.
fn assert_repaired(store: &Chunked<MemoryStore>, case: &str) {
    for len in [3 * LIMIT, 4 * LIMIT + 1, 7] {
        change(store, &secret(50, len)).unwrap();
        assert_eq!(
            read(store).unwrap(),
            secret(50, len),
            "{case}: set afterwards"
        );
        assert_eq!(
            store.inner().accounts().unwrap().len(),
            entries(len),
            "{case}: leftovers"
        );
    }
    store.delete(ACCOUNT).unwrap();
    assert_eq!(
        store.inner().accounts().unwrap().len(),
        0,
        "{case}: left after delete"
    );
}

#[test]
fn pieces_without_a_header_are_listed_and_deleted() {
    let store = chunked();
    store
        .set(ACCOUNT, &Secret::new(secret(1, 5 * LIMIT)))
        .unwrap();
    store.inner().delete(ACCOUNT).unwrap();
    assert!(store.get(ACCOUNT).unwrap().is_none());
    assert_eq!(store.accounts().unwrap(), [ACCOUNT]);
    assert!(!store.delete(ACCOUNT).unwrap());
    assert!(store.accounts().unwrap().is_empty());
}

#[test]
fn pieces_that_were_changed_are_noticed() {
    let store = chunked();
    store
        .set(ACCOUNT, &Secret::new(secret(1, 3 * LIMIT)))
        .unwrap();
    let piece = format!("{ACCOUNT}#a2");
    store
        .inner()
        .set(&piece, &Secret::new(secret(9, LIMIT)))
        .unwrap();
    assert!(matches!(
        store.get(ACCOUNT),
        Err(crate::VaultError::Damaged { .. })
    ));
    store.inner().delete(&piece).unwrap();
    assert!(matches!(
        store.get(ACCOUNT),
        Err(crate::VaultError::Damaged { .. })
    ));
}
