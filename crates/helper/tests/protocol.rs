//! The program itself, as tools call it, over a real keyring.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use acceptance_support::clouds::{Clouds, KEY};
use acceptance_support::computer::Computer;
use acceptance_support::keyring::{BusSession, Prompter, Reply};
use serde_json::{Value, json};

const HELPER: &str = env!("CARGO_BIN_EXE_docker-credential-registrar");
const NOT_FOUND: &str = "credentials not found in native keychain\n";

fn computer() -> Computer {
    Computer::new(Path::new(HELPER))
}

fn store(computer: &Computer, server: &str, user: &str, secret: &str) {
    let input = json!({"ServerURL": server, "Username": user, "Secret": secret});
    let stored = computer.helper("store", &input.to_string());
    assert_eq!(stored.ok(), "", "{stored:?}");
}

fn got(computer: &Computer, server: &str) -> Value {
    serde_json::from_str(computer.helper("get", server).ok()).unwrap()
}

/// What the helper says where it fails: on standard output, as clients expect.
fn refused(computer: &Computer, verb: &str, input: &str) -> String {
    let ran = computer.helper(verb, input);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{ran:?}");
    ran.stdout
}

#[test]
fn what_is_stored_is_listed_got_replaced_and_erased() {
    let computer = computer();
    store(&computer, "ghcr.io", "ada", "first");
    assert_eq!(
        computer.helper("list", "unused").ok(),
        "{\"ghcr.io\":\"ada\"}\n"
    );
    store(&computer, "ghcr.io", "bob", "second");
    let expected = json!({"ServerURL": "ghcr.io", "Username": "bob", "Secret": "second"});
    assert_eq!(got(&computer, "ghcr.io"), expected);
    assert_eq!(computer.tokens().len(), 1);
    let found = computer.files_with(&["first", "second"]);
    assert!(found.is_empty(), "{found:?}");

    assert_eq!(computer.helper("erase", "ghcr.io").ok(), "");
    assert_eq!(computer.helper("list", "unused").ok(), "{}\n");
    assert_eq!(refused(&computer, "get", "ghcr.io"), NOT_FOUND);
    assert_eq!(
        computer.helper("erase", "ghcr.io").ok(),
        "",
        "nothing is no error"
    );
    assert!(computer.tokens().is_empty());
}

#[test]
fn a_clouds_registry_is_answered_with_a_fresh_token() {
    let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    let now = jiff::Timestamp::now().as_second();
    let apis = Clouds::start(host, now + 12 * 3600);
    let computer = computer()
        .with("AWS_ENDPOINT_URL_ECR", apis.url())
        .with("AWS_EC2_METADATA_DISABLED", "true");
    computer.write_catalog(&format!(
        "version = 1\n\n[[registry]]\nid = \"01935a00-0000-7000-8000-000000000001\"\n\
         kind = \"container\"\nname = \"ECR\"\nurl = \"{host}\"\n\
         created = \"2026-01-01T00:00:00Z\"\nupdated = \"2026-01-01T00:00:00Z\"\n\
         credentials = \"aws_machine\"\n"
    ));
    let said = refused(&computer, "get", host);
    assert!(said.contains("sign in with `aws sso login`"), "{said}");

    fs::create_dir_all(computer.home().join(".aws")).unwrap();
    let file = format!("[default]\naws_access_key_id = {KEY}\naws_secret_access_key = s\n");
    fs::write(computer.home().join(".aws/credentials"), file).unwrap();
    let expected = json!({"ServerURL": host, "Username": "AWS", "Secret": "ecr-token-1"});
    assert_eq!(got(&computer, host), expected);
    let listed = computer.helper("list", "unused");
    assert_eq!(listed.ok(), format!("{{\"{host}\":\"AWS\"}}\n"));
    assert!(computer.tokens().is_empty(), "nothing is kept");
}

#[test]
fn every_secret_survives() {
    let computer = computer();
    let (long, longest) = ("x".repeat(5000), "\u{e9}".repeat(32 * 1024));
    let secrets = [
        "a b",
        "50%",
        "\"quoted\" 'too'",
        "a&b<c>",
        "🦀",
        "line\nbreak",
        &long,
        &longest,
    ];
    for secret in secrets {
        store(&computer, "localhost:5000", "ada", secret);
        assert_eq!(got(&computer, "localhost:5000")["Secret"], secret);
    }
}

#[test]
fn wrong_calls_are_refused_in_the_words_that_clients_compare() {
    let computer = computer();
    let nobody = json!({"ServerURL": "h", "Secret": "s"}).to_string();
    let nowhere = json!({"Username": "u", "Secret": "s"}).to_string();
    for (verb, input, said) in [
        ("get", "", "no credentials server URL\n"),
        ("erase", "\n", "no credentials server URL\n"),
        ("store", &nowhere, "no credentials server URL\n"),
        ("store", &nobody, "no credentials username\n"),
        (
            "foo",
            "",
            "docker-credential-registrar: unknown action: foo\n",
        ),
    ] {
        assert_eq!(refused(&computer, verb, input), said, "{verb} {input}");
    }
    let huge = refused(&computer, "store", &"x".repeat(5 * 1024 * 1024));
    assert!(huge.contains("too long"), "{huge}");
    let more = json!({"ServerURL": "h", "Username": "u", "Secret": "s", "More": [1]});
    computer.helper("store", &more.to_string()).ok();
    assert_eq!(got(&computer, "h")["Secret"], "s");
    let version = computer.helper("version", "");
    assert!(
        version.ok().starts_with("docker-credential-registrar ("),
        "{version:?}"
    );
}

#[test]
fn a_locked_keyring_is_not_asked_for_strangers_nor_for_the_list() {
    let computer = computer();
    computer.register(1, "ghcr.io", "ada", "hunter2");
    computer.keyring().lock().unwrap();
    let prompter = Prompter::start(computer.keyring().bus(), Reply::Dismiss).unwrap();
    assert_eq!(refused(&computer, "get", "docker.io"), NOT_FOUND);
    assert_eq!(computer.helper("erase", "docker.io").ok(), "");
    assert_eq!(
        computer.helper("list", "unused").ok(),
        "{\"ghcr.io\":\"ada\"}\n"
    );
    assert_eq!(prompter.asked(), 0);

    let said = refused(&computer, "get", "ghcr.io");
    assert_eq!(prompter.asked(), 1);
    assert!(said.contains("dismissed: try again"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let login = json!({"ServerURL": "quay.io", "Username": "ada", "Secret": "hunter2"});
    let said = refused(&computer, "store", &login.to_string());
    assert!(said.contains("dismissed: try again"), "{said}");
    assert!(!computer.catalog().contains("quay.io"));
}

#[test]
fn where_nothing_can_ask_the_sentence_says_what_to_do() {
    let computer = computer();
    computer.register(1, "ghcr.io", "ada", "hunter2");
    computer.keyring().lock().unwrap();
    let said = refused(&computer, "get", "ghcr.io");
    let expected = "GNOME Keyring is locked: unlock the Login keyring in Passwords and Keys, then try again.\n";
    assert_eq!(said, expected);
}

#[test]
fn without_a_keyring_strangers_are_answered_and_others_get_a_sentence() {
    let bare = BusSession::without_keyring().unwrap();
    let bus = bare
        .env()
        .into_iter()
        .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
    let computer = computer();
    computer.register(1, "ghcr.io", "ada", "hunter2");
    let computer = computer.with("DBUS_SESSION_BUS_ADDRESS", bus.unwrap().1);
    assert_eq!(refused(&computer, "get", "quay.io"), NOT_FOUND);
    let said = refused(&computer, "get", "ghcr.io");
    assert!(
        said.contains("no keychain on this system") && said.contains(": install"),
        "{said}"
    );
}

#[test]
fn the_store_that_the_person_chose_is_the_only_one_asked() {
    let computer = computer();
    computer.register(1, "ghcr.io", "ada", "hunter2");
    let settings = computer.path("config/settings.toml");
    fs::write(settings, "vault = \"passphrase\"\n").unwrap();
    assert_eq!(refused(&computer, "get", "quay.io"), NOT_FOUND);
    let said = refused(&computer, "get", "ghcr.io");
    assert!(said.contains("passphrase vault"), "{said}");
}

#[test]
fn asking_writes_nothing() {
    let computer = computer();
    fs::remove_file(computer.path("config/registries.toml")).unwrap();
    assert_eq!(refused(&computer, "get", "ghcr.io"), NOT_FOUND);
    assert_eq!(computer.helper("list", "").ok(), "{}\n");
    let written = fs::read_dir(computer.path("config")).unwrap().count();
    assert_eq!((written, computer.path("data").exists()), (0, false));
}

#[test]
fn another_name_is_another_protocol() {
    let computer = computer();
    let other = computer.path("bin/cargo-credential-registrar");
    symlink(HELPER, &other).unwrap();
    let ran = computer.run(&other.display().to_string(), &["get"]);
    assert!(
        ran.failed()
            .contains("call it by the name docker-credential-registrar"),
        "{ran:?}"
    );
}
