//! The keychain on a real gnome-keyring. The environment of a process says which bus it is on, so
//! every call is made by this test program in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::time::{Duration, Instant};

use acceptance_support::keyring::{BusSession, KeyringSession, PASSWORD, Prompter, Reply};
use registrar_registry::Secret;
use registrar_vault::{ForeignItem, Keychain, SERVICE, SecretStore, VaultError};

use crate::child;
use crate::contract::{check, found_under};

const CALL: &str = "REGISTRAR_VAULT_TEST_CALL";
const ACCOUNT: &str = "018f2f6e-7c1a-7cc3-8a57-0b8f3a5d9e11";
const TOKEN: &str = "ghp_ two words \"quoted\" 100 % 🔑\n";
const PROMPT_LIMIT: Duration = Duration::from_millis(1500);

/// What came of one call in a session with the environment `env`, in one word or two.
fn outcome(env: Vec<(String, String)>, call: &str) -> String {
    let mut command = child::command("keychain::child_that_calls");
    command
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .envs(env)
        .env(CALL, call);
    let said = child::run(command);
    let line = said.lines().find_map(|line| line.split_once("outcome: "));
    line.unwrap().1.to_owned()
}

#[test]
#[ignore = "run by other tests in a process of its own"]
fn child_that_calls() {
    let keychain = Keychain::with_prompt_limit(PROMPT_LIMIT);
    let call = std::env::var(CALL).unwrap();
    let (call, account) = call.split_once(' ').unwrap_or((&call, ACCOUNT));
    let outcome = match call {
        "get" => keychain
            .get(account)
            .map(|found| if found.is_some() { "found" } else { "none" }.to_owned()),
        "set" => keychain
            .set(account, &Secret::new(TOKEN))
            .map(|()| "done".to_owned()),
        "delete" => keychain.delete(account).map(|deleted| deleted.to_string()),
        "get-twice" => {
            assert!(matches!(
                keychain.get(account),
                Err(VaultError::TimedOut { .. })
            ));
            keychain.get(account).map(|_| "found".to_owned())
        }
        "foreign" => keychain
            .foreign(&ForeignItem::of_odo(account))
            .map(|found| match found.as_ref().map(Secret::expose_text) {
                Some(text) => format!("{text:?}"),
                None => "none".to_owned(),
            }),
        "set-foreign" => keychain
            .set_foreign(&ForeignItem::of_odo(account), &Secret::new(TOKEN))
            .map(|()| "done".to_owned()),
        "delete-foreign" => keychain
            .delete_foreign(&ForeignItem::of_odo(account))
            .map(|deleted| deleted.to_string()),
        "probe" => keychain.probe().map(|()| "ready".to_owned()),
        "accounts" => keychain.accounts().map(|accounts| accounts.join(",")),
        "name" => keychain.probe().map(|()| keychain.name()),
        _ => panic!("no such call: {call}"),
    };
    println!("outcome: {}", outcome.unwrap_or_else(|error| said(&error)));
}

/// The kind of an error, after checking that it explains itself.
fn said(error: &VaultError) -> String {
    assert!(error.to_string().ends_with('.'), "not a sentence: {error}");
    assert!(error.hint().is_some(), "no next step for {error:?}");
    match error {
        VaultError::Missing { what, .. } => format!("missing {what:?}"),
        VaultError::Locked { store, .. } => format!("locked {store}"),
        VaultError::Dismissed { store } => format!("dismissed {store}"),
        VaultError::TimedOut { .. } => "timed out".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_keyring_keeps_the_contract() {
    let session = KeyringSession::start().unwrap();
    let mut command = child::command("keychain::child_with_the_contract");
    command.envs(session.env());
    child::run(command);
    assert!(session.items().unwrap().is_empty());
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_with_the_contract() {
    check(&Keychain::new());
}

#[test]
fn other_tools_find_a_token_as_it_is_and_the_keychain_finds_theirs() {
    let session = KeyringSession::start().unwrap();
    assert_eq!(outcome(session.env(), "set"), "done");
    assert_eq!(
        session.lookup(SERVICE, ACCOUNT).unwrap().unwrap(),
        TOKEN.as_bytes()
    );
    session.store(SERVICE, "theirs", b"x").unwrap();
    session.store("another service", "not ours", b"x").unwrap();
    assert_eq!(outcome(session.env(), "get theirs"), "found");
    assert_eq!(
        outcome(session.env(), "accounts"),
        format!("{ACCOUNT},theirs")
    );
    assert_eq!(outcome(session.env(), "name"), "GNOME Keyring");
    assert_eq!(outcome(session.env(), "delete"), "true");
    assert!(session.lookup(SERVICE, ACCOUNT).unwrap().is_none());
    assert!(!found_under(&session.bus().home(), TOKEN.as_bytes()));
}

#[test]
fn odo_finds_a_token_where_it_keeps_its_own_and_the_keychain_finds_odos() {
    let session = KeyringSession::start().unwrap();
    assert_eq!(outcome(session.env(), "foreign Lab"), "none");
    assert_eq!(outcome(session.env(), "set-foreign Lab"), "done");
    // `secret-tool lookup service odo-Lab username default`
    let found = session.lookup("odo-Lab", "default").unwrap().unwrap();
    assert_eq!(found, TOKEN.as_bytes());
    let items = session.items().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].label, "Password for 'default' on 'odo-Lab'");
    let mut attributes = items[0].attributes.clone();
    // The keyring's own, which every item has.
    attributes.remove("xdg:schema");
    let exactly = [("service", "odo-Lab"), ("username", "default")];
    let exactly = exactly.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(attributes, exactly.into());

    // Once more, and it is still one.
    assert_eq!(outcome(session.env(), "set-foreign Lab"), "done");
    assert_eq!(session.items().unwrap().len(), 1);

    session.store("odo-Theirs", "default", b"tok").unwrap();
    assert_eq!(outcome(session.env(), "foreign Theirs"), "Some(\"tok\")");
    assert_eq!(outcome(session.env(), "delete-foreign Lab"), "true");
    assert_eq!(outcome(session.env(), "delete-foreign Lab"), "false");
    assert!(session.lookup("odo-Lab", "default").unwrap().is_none());
    assert!(session.lookup("odo-Theirs", "default").unwrap().is_some());

    session.lock().unwrap();
    for call in ["foreign Theirs", "set-foreign Lab", "delete-foreign Theirs"] {
        assert_eq!(
            outcome(session.env(), call),
            "locked GNOME Keyring",
            "{call}"
        );
    }
}

#[test]
fn a_locked_keyring_is_locked_and_not_empty() {
    let session = KeyringSession::start().unwrap();
    assert_eq!(outcome(session.env(), "set"), "done");
    session.lock().unwrap();
    for call in [
        "probe",
        "get",
        "get missing",
        "set",
        "set another",
        "delete",
        "delete missing",
        "accounts",
    ] {
        assert_eq!(
            outcome(session.env(), call),
            "locked GNOME Keyring",
            "{call}"
        );
    }
    session.unlock(PASSWORD).unwrap();
    assert_eq!(outcome(session.env(), "probe"), "ready");
    assert_eq!(outcome(session.env(), "get"), "found");
    assert_eq!(session.accounts(SERVICE).unwrap(), [ACCOUNT]);
}

#[test]
fn a_dismissed_question_is_told_from_a_locked_keyring() {
    let session = KeyringSession::start().unwrap();
    session.lock().unwrap();
    let prompter = Prompter::start(session.bus(), Reply::Dismiss).unwrap();
    assert_eq!(outcome(session.env(), "probe"), "locked GNOME Keyring");
    assert_eq!(outcome(session.env(), "accounts"), "locked GNOME Keyring");
    assert_eq!(prompter.asked(), 0, "looking raised a question");
    assert_eq!(outcome(session.env(), "get"), "dismissed GNOME Keyring");
    assert_eq!(outcome(session.env(), "set"), "dismissed GNOME Keyring");
    assert_eq!(prompter.asked(), 2);
}

#[test]
fn a_question_that_nobody_answers_times_out_and_is_not_asked_twice() {
    let mut session = KeyringSession::start().unwrap();
    session.lock().unwrap();
    let prompter = Prompter::start(session.bus(), Reply::Nothing).unwrap();
    let start = Instant::now();
    assert_eq!(outcome(session.env(), "get-twice"), "timed out");
    assert!(start.elapsed() >= PROMPT_LIMIT * 2);
    assert!(start.elapsed() < PROMPT_LIMIT * 6);
    assert_eq!(prompter.asked(), 1);
    assert!(
        session.is_running().unwrap(),
        "the keyring did not survive it"
    );
    drop(prompter);
    session.unlock(PASSWORD).unwrap();
    assert_eq!(outcome(session.env(), "get"), "none");
}

#[test]
fn no_bus_no_service_and_no_collection_are_told_apart() {
    let bare = BusSession::without_keyring().unwrap();
    let fresh = BusSession::start().unwrap();
    let dead: Vec<_> = bare
        .env()
        .into_iter()
        .filter(|(name, _)| name != "DBUS_SESSION_BUS_ADDRESS")
        .collect();
    for call in ["probe", "get", "set", "accounts"] {
        assert_eq!(outcome(dead.clone(), call), "missing Bus", "{call}");
        assert_eq!(outcome(bare.env(), call), "missing Service", "{call}");
        assert_eq!(outcome(fresh.env(), call), "missing Collection", "{call}");
    }
}

#[test]
fn a_keyring_that_was_restarted_is_found_again() {
    let mut session = KeyringSession::start().unwrap();
    session.store(SERVICE, ACCOUNT, b"kept").unwrap();
    let mut child = child::command("keychain::child_that_reads_twice")
        .envs(session.env())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    assert!(lines.any(|line| line.contains("read once")));
    session.restart().unwrap();
    child.stdin.take().unwrap().write_all(b"go on\n").unwrap();
    assert!(lines.any(|line| line.contains("read twice")));
    assert!(child.wait().unwrap().success());
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_that_reads_twice() {
    let keychain = Keychain::new();
    for time in ["once", "twice"] {
        let read = keychain.get(ACCOUNT).unwrap().unwrap();
        assert_eq!(read.expose_text(), Some("kept"));
        println!("read {time}");
        std::io::stdin().read_line(&mut String::new()).unwrap();
    }
}
