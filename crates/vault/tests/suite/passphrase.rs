//! The passphrase vault on a real disk.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use registrar_registry::Secret;
use registrar_vault::{
    Absent, Moment, PassphraseVault, SecretStore, Vault, VaultError, lock_when_idle,
};
use tempfile::TempDir;

use crate::child;
use crate::contract::{CHEAP, found_under};

const DIR: &str = "REGISTRAR_VAULT_TEST_DIR";
const FILE: &str = "vault.sealed";

fn passphrase() -> Secret {
    Secret::new("first passphrase")
}

fn text(store: &dyn SecretStore, account: &str) -> Option<String> {
    let secret = store.get(account).unwrap();
    secret.map(|secret| secret.expose_text().unwrap().to_owned())
}

/// An unlocked vault with the secret `kept` under `account`.
fn vault() -> (TempDir, PassphraseVault) {
    let dir = tempfile::tempdir().unwrap();
    let vault = at(dir.path());
    vault.create(&passphrase()).unwrap();
    vault.set("account", &Secret::new("kept")).unwrap();
    (dir, vault)
}

fn at(dir: &Path) -> PassphraseVault {
    PassphraseVault::with_costs(dir, CHEAP)
}

#[test]
fn a_vault_is_created_locked_and_unlocked() {
    let dir = tempfile::tempdir().unwrap();
    let vault = at(&dir.path().join("made when needed"));
    let missing = VaultError::Missing {
        what: Absent::PassphraseVault,
        raw: None,
    };
    assert!(!vault.exists());
    assert_eq!(vault.probe().unwrap_err().to_string(), missing.to_string());
    assert!(matches!(
        vault.unlock(&passphrase()),
        Err(VaultError::Missing { .. })
    ));
    vault.create(&passphrase()).unwrap();
    vault.set("account", &Secret::new("kept")).unwrap();
    vault.lock();
    assert!(vault.exists() && !vault.is_unlocked());
    for error in [
        vault.probe().unwrap_err(),
        vault.get("account").unwrap_err(),
        vault.set("account", &Secret::new("x")).unwrap_err(),
        vault.accounts().unwrap_err(),
    ] {
        assert!(matches!(error, VaultError::Locked { .. }), "{error:?}");
    }
    assert!(matches!(
        vault.unlock(&Secret::new("not this one")),
        Err(VaultError::WrongPassphrase)
    ));
    assert!(!vault.is_unlocked());
    vault.unlock(&passphrase()).unwrap();
    assert_eq!(text(&vault, "account").as_deref(), Some("kept"));
}

#[test]
fn a_vault_opens_with_the_documented_costs() {
    let dir = tempfile::tempdir().unwrap();
    let vault = PassphraseVault::new(dir.path());
    vault.create(&passphrase()).unwrap();
    vault.lock();
    let start = Instant::now();
    vault.unlock(&passphrase()).unwrap();
    assert!(
        start.elapsed() > Duration::from_millis(10),
        "a passphrase is tried for next to nothing"
    );
}

#[test]
fn an_existing_vault_is_never_created_anew() {
    let (dir, vault) = vault();
    let before = fs::read(dir.path().join(FILE)).unwrap();
    assert!(matches!(
        vault.create(&Secret::new("second passphrase")),
        Err(VaultError::AlreadyExists)
    ));
    assert_eq!(fs::read(dir.path().join(FILE)).unwrap(), before);
    fs::write(dir.path().join(FILE), "not a vault").unwrap();
    assert!(matches!(
        at(dir.path()).create(&passphrase()),
        Err(VaultError::AlreadyExists)
    ));
}

#[test]
fn short_passphrases_are_refused_by_characters_not_bytes() {
    let dir = tempfile::tempdir().unwrap();
    for short in ["", "1234567", "🔑🔑🔑🔑🔑🔑🔑"] {
        let created = at(dir.path()).create(&Secret::new(short));
        assert!(matches!(
            created,
            Err(VaultError::WeakPassphrase { min_chars: 8 })
        ));
    }
    let (_dir, vault) = vault();
    let changed = vault.change_passphrase(&passphrase(), &Secret::new("1234567"));
    assert!(matches!(changed, Err(VaultError::WeakPassphrase { .. })));
}

#[test]
fn a_changed_passphrase_opens_the_same_secrets_and_the_old_one_none() {
    let (dir, vault) = vault();
    let second = Secret::new("second passphrase");
    let before = fs::read(dir.path().join(FILE)).unwrap();
    let wrong = vault.change_passphrase(&Secret::new("not this one"), &second);
    assert!(matches!(wrong, Err(VaultError::WrongPassphrase)));
    assert_eq!(fs::read(dir.path().join(FILE)).unwrap(), before);
    vault.change_passphrase(&passphrase(), &second).unwrap();
    assert_eq!(text(&vault, "account").as_deref(), Some("kept"));
    let fresh = at(dir.path());
    assert!(matches!(
        fresh.unlock(&passphrase()),
        Err(VaultError::WrongPassphrase)
    ));
    fresh.unlock(&second).unwrap();
    assert_eq!(text(&fresh, "account").as_deref(), Some("kept"));
}

#[test]
fn what_another_process_writes_is_seen_and_kept() {
    let (dir, first) = vault();
    let second = at(dir.path());
    second.unlock(&passphrase()).unwrap();
    first.set("from first", &Secret::new("1")).unwrap_err();
    first.set("from-first", &Secret::new("1")).unwrap();
    assert_eq!(text(&second, "from-first").as_deref(), Some("1"));
    second.set("from-second", &Secret::new("2")).unwrap();
    first.set("from-first", &Secret::new("3")).unwrap();
    assert_eq!(
        second.accounts().unwrap(),
        ["account", "from-first", "from-second"]
    );
    second
        .change_passphrase(&passphrase(), &Secret::new("second passphrase"))
        .unwrap();
    assert!(matches!(
        first.get("account"),
        Err(VaultError::Locked { .. })
    ));
    assert!(!first.is_unlocked());
}

#[test]
fn a_damaged_file_is_called_damaged_and_left_alone() {
    let (dir, vault) = vault();
    let path = dir.path().join(FILE);
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len() - 1;
    bytes[end] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        vault.set("account", &Secret::new("new")),
        Err(VaultError::Damaged { .. })
    ));
    assert!(matches!(
        at(dir.path()).unlock(&passphrase()),
        Err(VaultError::Damaged { .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_file_larger_than_any_vault_is_not_read() {
    let (dir, _vault) = vault();
    let file = OpenOptions::new()
        .write(true)
        .open(dir.path().join(FILE))
        .unwrap();
    file.set_len(1 << 40).unwrap();
    let start = Instant::now();
    assert!(matches!(
        at(dir.path()).unlock(&passphrase()),
        Err(VaultError::Damaged { .. })
    ));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_failed_write_leaves_the_old_secret_on_disk_and_in_memory() {
    let (dir, vault) = vault();
    fs::create_dir(dir.path().join("vault.sealed.new")).unwrap();
    let failed = vault.set("account", &Secret::new("new")).unwrap_err();
    assert!(matches!(failed, VaultError::Io { .. }), "{failed:?}");
    assert_eq!(text(&vault, "account").as_deref(), Some("kept"));
    assert!(matches!(
        vault.delete("account"),
        Err(VaultError::Io { .. })
    ));
    let fresh = at(dir.path());
    fresh.unlock(&passphrase()).unwrap();
    assert_eq!(text(&fresh, "account").as_deref(), Some("kept"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    at(&data).create(&passphrase()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join(FILE)), 0o600);
    assert_eq!(mode(&data.join("vault.sealed.lock")), 0o600);
}

#[test]
fn nothing_under_the_folder_holds_a_secret_in_clear() {
    let (dir, vault) = vault();
    for secret in ["ghp_0123456789abcdefghij", "ghp_another0another0anoth"] {
        vault.set("a-token", &Secret::new(secret)).unwrap();
        assert!(!found_under(dir.path(), secret.as_bytes()));
        assert!(!found_under(dir.path(), b"ghp_"));
    }
    assert!(
        !found_under(dir.path(), b"a-token"),
        "the accounts are not secret, but nobody's business"
    );
    assert!(!found_under(dir.path(), passphrase().expose()));
    fs::write(dir.path().join("control"), "x ghp_0123456789abcdefghij").unwrap();
    assert!(
        found_under(dir.path(), b"ghp_0123456789abcdefghij"),
        "the search itself does not work"
    );
}

#[test]
fn an_idle_vault_locks_and_a_used_one_does_not() {
    let (_dir, vault) = vault();
    let after = Duration::from_mins(10);
    assert!(!vault.lock_if_idle(Moment::now().later(Duration::from_secs(599)), after));
    vault.probe().unwrap();
    assert!(vault.lock_if_idle(Moment::now().later(after), after));
    assert!(!vault.is_unlocked());
    assert!(
        !vault.lock_if_idle(Moment::now().later(after), after),
        "locked twice"
    );
}

#[test]
fn a_glance_reads_and_is_no_use() {
    let (_dir, vault) = vault();
    vault.set("a", &Secret::new("token")).unwrap();
    let (after, used) = (Duration::from_secs(1), Moment::now());
    while Moment::now().since(used) < Duration::from_millis(20) {
        let found = vault.glance("a").unwrap().unwrap();
        assert_eq!(found.expose(), b"token");
    }
    assert!(vault.lock_if_idle(used.later(after), after));
    assert!(matches!(vault.glance("a"), Err(VaultError::Locked { .. })));
}

#[tokio::test]
async fn the_timer_locks_after_the_last_use() {
    let (_dir, vault) = vault();
    let vault = Arc::new(vault);
    let locked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&locked);
    let after = Duration::from_millis(400);
    let timer = lock_when_idle(Arc::downgrade(&vault), after, move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let timer = tokio::spawn(timer);
    for _ in 0..8 {
        tokio::time::sleep(after / 4).await;
        vault.get("account").unwrap();
    }
    assert_eq!(locked.load(Ordering::SeqCst), 0, "locked while in use");
    tokio::time::sleep(after * 3).await;
    assert_eq!(locked.load(Ordering::SeqCst), 1);
    assert!(!vault.is_unlocked());
    drop(vault);
    timer.await.unwrap();
}

#[tokio::test]
async fn secrets_move_from_one_store_to_another() {
    let (_dir, vault) = vault();
    let (vault, keychain) = (
        Arc::new(vault),
        Arc::new(registrar_vault::MemoryStore::new()),
    );
    let secrets = Vault::new(keychain.clone());
    secrets.set("moved", &Secret::new("token")).await.unwrap();
    let (from, to) = (keychain, Arc::clone(&vault));
    let moving = move || {
        let secret = from.get("moved")?.into_iter();
        to.set_all(
            &secret
                .map(|secret| ("moved".to_owned(), secret))
                .collect::<Vec<_>>(),
        )
    };
    secrets.run(moving).await.unwrap();
    secrets.switch(vault);
    let moved = secrets.get("moved").await.unwrap().unwrap();
    assert_eq!(moved.expose_text(), Some("token"));
}

/// A process that writes without a pause is killed at random moments. Both secrets of one write
/// must always be there, from the same write, and never older than the last that was reported.
#[test]
fn a_killed_process_leaves_the_vault_whole() {
    let (dir, vault) = vault();
    vault.set_all(&pair(0)).unwrap();
    for round in 0..25_u64 {
        let reported = write_until_killed(dir.path(), Duration::from_millis(20 + round * 37 % 90));
        let fresh = at(dir.path());
        fresh.unlock(&passphrase()).unwrap();
        let (one, two) = (text(&fresh, "one").unwrap(), text(&fresh, "two").unwrap());
        assert_eq!(one, two, "half of a write in round {round}");
        let number: u64 = one.trim_end_matches('x').parse().unwrap();
        assert!(
            number >= reported,
            "a write that was reported is lost in round {round}"
        );
        assert_eq!(text(&fresh, "account").as_deref(), Some("kept"));
    }
}

fn pair(number: u64) -> [(String, Secret); 2] {
    let secret = || Secret::new(format!("{number}{}", "x".repeat(20_000)));
    [("one".to_owned(), secret()), ("two".to_owned(), secret())]
}

/// The number of the last write that the process reported before it was killed.
fn write_until_killed(dir: &Path, after: Duration) -> u64 {
    let mut writer = child::command("passphrase::child_that_writes")
        .env(DIR, dir)
        .spawn()
        .unwrap();
    let said = BufReader::new(writer.stdout.take().unwrap());
    let mut lines = said.lines().map_while(Result::ok);
    let begun = lines
        .by_ref()
        .find_map(|line| line.strip_prefix("wrote ").map(str::to_owned));
    let killer = thread::spawn(move || {
        thread::sleep(after);
        writer.kill().unwrap();
        writer.wait().unwrap();
    });
    let last = lines
        .filter_map(|line| line.strip_prefix("wrote ").map(str::to_owned))
        .last();
    killer.join().unwrap();
    last.or(begun).unwrap().parse().unwrap()
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_that_writes() {
    let vault = at(Path::new(&std::env::var_os(DIR).unwrap()));
    vault.unlock(&passphrase()).unwrap();
    let start: u64 = text(&vault, "one")
        .unwrap()
        .trim_end_matches('x')
        .parse()
        .unwrap();
    // Bounded, should nobody come to kill it.
    for number in start + 1..start + 100_000 {
        vault.set_all(&pair(number)).unwrap();
        println!("wrote {number}");
    }
}
