//! What tools have stored moves into Registrar: found, chosen, checked, and its plaintext removed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{
    Builder, ContainerRegistry, IDENTITY_TOKEN, PASSWORD, Registry, USER,
};
use acceptance_support::window::{Options, Window};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::accessibility::audit;
use crate::steps::{go, id, names, options, wait_for_names, wait_for_row};
use crate::tokens::{assert_nowhere, stored};
use crate::tooling::{
    containers, docker_config, podman_config, read, refuse, wait_for_words, write,
};

const HUB: &str = "https://index.docker.io/v1/";

/// What the row about a registry says, in the list of this name.
const ROW: &str = "
const list = document.querySelector(`main ul[aria-label='${arguments[0]}']`);
const rows = [...(list?.children ?? [])];
return rows.find((row) => row.innerText.includes(arguments[1]))?.innerText ?? '';";

/// A user and a password as tools store them: readable by whoever can decode base64.
fn plain(user: &str, password: &str) -> Value {
    json!({"auth": STANDARD.encode(format!("{user}:{password}"))})
}

/// A window that trusts `authority`.
fn trusting(authority: &Authority) -> Options {
    options().env("SSL_CERT_FILE", &authority.file().display().to_string())
}

fn started(builder: Builder, authority: &Authority) -> ContainerRegistry {
    builder.tls(authority, Quality::Good).start()
}

/// Puts a helper called `lab` where tools find it. No other is sure to be on a developer's machine.
fn install_helper(window: &Window, host: &str) {
    let program = window.home().join(".local/bin/docker-credential-lab");
    let list = json!({host: USER});
    let get = json!({"ServerURL": host, "Username": USER, "Secret": PASSWORD});
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = list ]; then cat <<'END'\n{list}\nEND\nelse cat <<'END'\n{get}\nEND\nfi\n"
    );
    write(&program, &script);
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("a mode");
}

/// Opens the import and waits for what it finds.
#[track_caller]
fn search(window: &Window, found: &str) {
    go(window, "Tools");
    window.button("Import credentials…").click();
    window.find_by_role("heading", "Import credentials").wait();
    window.wait_for_text(found);
}

/// Waits until the row about a registry says all of `words`.
#[track_caller]
fn wait_for_words_of(window: &Window, list: &str, registry: &str, words: &[&str]) {
    window.wait_until(&format!("{registry} with {words:?}"), || {
        let row = window.execute(ROW, &json!([list, registry]));
        let row = row.as_str().unwrap_or_default();
        words.iter().all(|words| row.contains(words))
    });
}

/// Ticks or unticks what was found for a registry.
#[track_caller]
fn toggle(window: &Window, registry: &str, user: &str) {
    window
        .find_by_role("checkbox", &format!("{registry} {user}"))
        .click();
}

#[test]
fn what_tools_have_stored_moves_into_the_keyring() {
    let authority = Authority::new();
    let basic = || started(ContainerRegistry::basic(), &authority);
    let (docker, podman, helper, wrong) = (basic(), basic(), basic(), basic());
    let identity = started(ContainerRegistry::bearer(), &authority);
    let existing = containers(&[(&wrong.host(), "old")]);
    let window = Window::open(trusting(&authority).catalog(existing));
    let keyring = window.keyring();
    keyring
        .store("registrar", &id(0), b"the old one")
        .expect("the keyring");
    let auths = json!({
        docker.host(): plain(USER, PASSWORD),
        identity.host(): {"identitytoken": IDENTITY_TOKEN},
        HUB: plain("ada", "hub-secret"),
        wrong.host(): plain("new", "wrong-9f2c"),
    });
    let config = json!({"auths": auths, "credHelpers": {helper.host(): "lab"}, "mine": 1});
    let pretty = serde_json::to_string_pretty(&config).expect("JSON");
    write(&docker_config(&window), &pretty);
    let auth = json!({"auths": {podman.host(): plain(USER, PASSWORD)}});
    write(&podman_config(&window), &auth.to_string());
    install_helper(&window, &helper.host());

    search(&window, "6 credentials found, 5 of them in plain text");
    let found = |registry: &str, words: &[&str]| {
        wait_for_words_of(&window, "Credentials found", registry, words);
    };
    for (registry, user) in [
        (docker.host(), USER),
        (podman.host(), USER),
        (identity.host(), "<token>"),
        ("docker.io".to_owned(), "ada"),
    ] {
        found(&registry, &[user, "Readable by any program"]);
    }
    found(&helper.host(), &[USER, "With helper lab"]);
    let replaces = format!("Replaces the credential of “{}” (user old)", wrong.host());
    found(&wrong.host(), &["new", &replaces]);
    // What replaces nothing is chosen already.
    window.button("Move 4 credentials").wait();
    toggle(&window, "docker.io", "ada");
    toggle(&window, &wrong.host(), "new");
    toggle(&window, &helper.host(), USER);
    assert_eq!(read(&docker_config(&window)), pretty);
    window.button("Move 5 credentials").click();

    window.wait_for_text("All 5 moved into Registrar.");
    let came = |registry: &str, words: &[&str]| {
        wait_for_words_of(&window, "Results", registry, words);
    };
    for registry in [&docker, &podman, &identity, &helper] {
        came(&registry.host(), &["Signed in"]);
    }
    came(
        &wrong.host(),
        &["Its plaintext stays until a check has passed."],
    );
    let tokens = keyring.accounts("registrar").expect("the keyring");
    assert_eq!(tokens.len(), 5, "{tokens:?}");
    assert_eq!(stored(&window, &id(0)).as_deref(), Some("wrong-9f2c"));

    window.button("Remove the plaintext copies…").click();
    window
        .find_by_role("heading", "Remove 3 plaintext copies?")
        .wait();
    for file in [docker_config(&window), podman_config(&window)] {
        let changes = format!("Changes of {}", file.display());
        window.find_by_role("group", &changes).wait();
    }
    refuse(&window);
    assert_eq!(read(&docker_config(&window)), pretty);
    window.button("Remove the plaintext copies…").click();
    window.button("Remove for good").click();
    window.wait_for_text("3 plaintext copies are gone.");
    for registry in [&docker, &podman, &identity] {
        came(&registry.host(), &["Plaintext removed"]);
    }
    let left: Value = serde_json::from_str(&read(&docker_config(&window))).expect("JSON");
    let mut wanted = config;
    for registry in [&docker, &identity] {
        // Docker's own mark that it is signed in.
        wanted["auths"][registry.host()] = json!({});
    }
    assert_eq!(left, wanted);
    assert!(!read(&podman_config(&window)).contains("\"auth\""));

    go(&window, "Registries");
    for registry in [&docker, &podman, &identity, &helper] {
        wait_for_row(&window, &registry.host(), |row| {
            row.secure.starts_with("Keychain")
        });
    }
    assert_eq!(names(&window).len(), 5);
    for secret in [PASSWORD, IDENTITY_TOKEN] {
        // The program that stands for another's keychain lies in the home, and knows it.
        fs::remove_file(window.home().join(".local/bin/docker-credential-lab")).ok();
        assert_nowhere(&window, secret);
    }
}

#[test]
fn an_import_can_be_left_and_stopped() {
    let authority = Authority::new();
    let slow = ContainerRegistry::basic().registry(Registry::DripsRefusal);
    let slow = started(slow, &authority);
    let window = Window::open(trusting(&authority).catalog("version = 1\n"));
    search(&window, "Nothing to import");
    let auths = json!({"auths": {slow.host(): plain("ada", "secret-9f2c")}}).to_string();
    write(&docker_config(&window), &auths);

    search(&window, "1 credential found, one of them in plain text");
    window.button("Cancel").click();
    window.find_by_role("heading", "The helper").wait();
    assert!(keyring_is_empty(&window));
    assert_eq!(read(&docker_config(&window)), auths);

    search(&window, "1 credential found");
    window.button("Move 1 credential").click();
    window.wait_for_text("What has been moved stays, also if you stop now.");
    window.wait_until("the check to begin", || !slow.requests().is_empty());
    audit(&window, "import move");
    window.button("Stop").click();
    window.wait_for_text("You stopped the import");
    wait_for_words_of(&window, "Results", &slow.host(), &["Moved, not checked"]);
    assert!(!keyring_is_empty(&window));
    assert_eq!(window.button("Remove the plaintext copies…").count(), 0);
    assert_eq!(read(&docker_config(&window)), auths);
    window.button("Go to Registries").click();
    wait_for_names(&window, &[&slow.host()]);
}

fn keyring_is_empty(window: &Window) -> bool {
    let tokens = window.keyring().accounts("registrar");
    tokens.expect("the keyring").is_empty()
}

#[test]
fn the_steps_of_the_import_for_everybody() {
    let authority = Authority::new();
    let right = started(ContainerRegistry::basic(), &authority);
    let wrong = started(ContainerRegistry::basic(), &authority);
    let existing = containers(&[(&wrong.host(), "old")]);
    let window = Window::open(trusting(&authority).catalog(existing));
    search(&window, "Nothing to import");
    audit(&window, "import nothing");

    let auths = json!({
        right.host(): plain(USER, PASSWORD),
        wrong.host(): plain("new", "wrong-9f2c"),
        "not an address": plain("ada", "secret"),
    });
    let config = json!({"auths": auths, "credHelpers": {"ghcr.io": "absent"}});
    write(&docker_config(&window), &config.to_string());
    search(&window, "3 credentials found");
    window.wait_for_text("One place could not be searched");
    toggle(&window, &wrong.host(), "new");
    audit(&window, "import choose");

    window.button("Move 2 credentials").click();
    window.wait_for_text("All 2 moved into Registrar.");
    wait_for_words(&window, "Let Docker ask Registrar", "Link it in");
    audit(&window, "import tidy up");
    window.button("Remove the plaintext copies…").click();
    window
        .find_by_role("heading", "Remove the plaintext copy?")
        .wait();
    audit(&window, "import review");
    window.button("Remove for good").click();
    window.wait_for_text("The plaintext copy is gone.");
    audit(&window, "import done");
}
