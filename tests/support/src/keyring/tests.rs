use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::{BusSession, KeyringSession, PASSWORD, SECRETS};

#[test]
fn a_session_keeps_secrets_locks_and_unlocks() {
    let session = KeyringSession::start().unwrap();
    assert!(session.items().unwrap().is_empty());
    session
        .store("registrar", "one", b"tok \xF0\x9F\x94\x91")
        .unwrap();
    assert_eq!(
        session.lookup("registrar", "one").unwrap().unwrap(),
        "tok 🔑".as_bytes()
    );
    assert_eq!(session.accounts("registrar").unwrap(), ["one"]);
    assert!(session.accounts("other").unwrap().is_empty());
    session.lock().unwrap();
    assert!(session.lookup("registrar", "one").unwrap().is_none());
    assert!(session.store("registrar", "two", b"x").is_err());
    assert!(session.unlock("wrong").is_err());
    session.unlock(PASSWORD).unwrap();
    assert!(session.lookup("registrar", "one").unwrap().is_some());
}

#[test]
fn a_bus_without_services_has_no_keyring() {
    let bus = BusSession::without_keyring().unwrap();
    let output = Command::new("secret-tool")
        .args(["lookup", "service", "a", "username", "b"])
        .envs(bus.env())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(!bus.has_owner(SECRETS));
}

#[test]
fn nothing_is_left_of_a_session() {
    let bus = BusSession::start().unwrap();
    let home = bus.home();
    // The bus starts a keyring, which goes on by itself.
    let start = (SECRETS, 0_u32);
    let (name, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
    bus.connect()
        .unwrap()
        .call_method(Some(name), path, Some(name), "StartServiceByName", &start)
        .unwrap();
    let mark = home.parent().unwrap().display().to_string();
    assert!(
        processes_that_mention(&mark)
            .iter()
            .any(|args| args.contains("gnome-keyring"))
    );
    drop(bus);
    assert!(!home.exists());
    // A process that was killed is listed until it has ended.
    let start = Instant::now();
    while !processes_that_mention(&mark).is_empty() && start.elapsed() < Duration::from_secs(5) {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(processes_that_mention(&mark), Vec::<String>::new());
}

/// The command lines of processes whose environment or arguments contain `mark`.
fn processes_that_mention(mark: &str) -> Vec<String> {
    let read = |path: std::path::PathBuf| fs::read(path).unwrap_or_default();
    let contains = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(mark);
    let process = |entry: fs::DirEntry| {
        let (env, args) = (
            read(entry.path().join("environ")),
            read(entry.path().join("cmdline")),
        );
        (contains(&env) || contains(&args)).then(|| String::from_utf8_lossy(&args).into_owned())
    };
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(process)
        .collect()
}
