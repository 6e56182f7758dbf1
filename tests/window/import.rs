//! What tools have stored moves into Registrar: found, chosen, checked, and its plaintext removed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{
    Builder, ContainerRegistry, IDENTITY_TOKEN, PASSWORD, USER,
};
use acceptance_support::window::{Options, Window};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::accessibility::audit;
use crate::steps::{Row, go, id, names, options, wait_for_names, wait_for_row};
use crate::tokens::{assert_nowhere, stored};
use crate::tooling::{
    apply, containers, docker_config, podman_config, read, refuse, wait_for_words, write,
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

/// Puts a helper called `lab` where tools find it, which knows one registry and does `get` when it
/// is asked for the credential. No other helper is sure to be on a developer's machine.
fn install_helper(window: &Window, host: &str, get: &str) -> PathBuf {
    let program = window.home().join(".local/bin/docker-credential-lab");
    let list = json!({host: USER});
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = list ]; then\ncat <<'END'\n{list}\nEND\nelse\n{get}\nfi\n"
    );
    write(&program, &script);
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("a mode");
    program
}

/// How a helper gives the credential of a registry.
fn giving(host: &str) -> String {
    let answer = json!({"ServerURL": host, "Username": USER, "Secret": PASSWORD});
    format!("cat <<'END'\n{answer}\nEND")
}

/// How a helper waits for a person who does not answer.
const ASKING: &str = "exec sleep 60";

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

/// Registries that let [`USER`] in, in a window whose tools know their credentials: docker's in
/// plain text, one as an identity token; podman's; a helper's; and a wrong one of docker's for a
/// registry that Registrar knows already.
struct Scene {
    docker: ContainerRegistry,
    identity: ContainerRegistry,
    podman: ContainerRegistry,
    helper: ContainerRegistry,
    wrong: ContainerRegistry,
    /// What docker has.
    config: Value,
    /// The helper, which holds a secret.
    program: PathBuf,
    window: Window,
    /// Its file is there as long as this is.
    _authority: Authority,
}

impl Scene {
    fn open() -> Self {
        let authority = Authority::new();
        let basic = || started(ContainerRegistry::basic(), &authority);
        let (docker, podman, helper, wrong) = (basic(), basic(), basic(), basic());
        let identity = started(ContainerRegistry::bearer(), &authority);
        let existing = containers(&[(&wrong.host(), "old")]);
        let window = Window::open(trusting(&authority).catalog(existing));
        let old = window.keyring().store("registrar", &id(0), b"the old one");
        old.expect("the keyring");
        let auths = json!({
            docker.host(): plain(USER, PASSWORD),
            identity.host(): {"identitytoken": IDENTITY_TOKEN},
            HUB: plain("ada", "hub-secret"),
            wrong.host(): plain("new", "wrong-9f2c"),
        });
        let config = json!({"auths": auths, "credHelpers": {helper.host(): "lab"}, "mine": 1});
        write(&docker_config(&window), &config.to_string());
        let auth = json!({"auths": {podman.host(): plain(USER, PASSWORD)}});
        write(&podman_config(&window), &auth.to_string());
        let program = install_helper(&window, &helper.host(), &giving(&helper.host()));
        Self {
            docker,
            identity,
            podman,
            helper,
            wrong,
            config,
            program,
            window,
            _authority: authority,
        }
    }

    /// Those whose credentials are right.
    fn right(&self) -> [&ContainerRegistry; 4] {
        [&self.docker, &self.podman, &self.identity, &self.helper]
    }

    /// Those of them whose credentials are in plain text.
    fn plaintext(&self) -> [&ContainerRegistry; 3] {
        [&self.docker, &self.podman, &self.identity]
    }

    /// Waits for what the search found.
    #[track_caller]
    fn assert_found(&self) {
        let found = |registry: &str, words: &[&str]| {
            wait_for_words_of(&self.window, "Credentials found", registry, words);
        };
        for (registry, user) in [
            (self.docker.host().as_str(), USER),
            (&self.podman.host(), USER),
            (&self.identity.host(), "<token>"),
            ("docker.io", "ada"),
        ] {
            found(registry, &[user, "Readable by any program"]);
        }
        found(&self.helper.host(), &[USER, "With helper lab"]);
        let wrong = self.wrong.host();
        let replaces = format!("Replaces the credential of “{wrong}” (user old)");
        found(&wrong, &["new", &replaces]);
    }

    /// Removes the plaintext of what was proved, after having refused it once.
    #[track_caller]
    fn remove_plaintext(&self) {
        let window = &self.window;
        window.button("Remove the plaintext copies…").click();
        let question = window.find_by_role("heading", "Remove 3 plaintext copies?");
        question.wait();
        for file in [docker_config(window), podman_config(window)] {
            let changes = format!("Changes of {}", file.display());
            window.find_by_role("group", &changes).wait();
        }
        refuse(window);
        assert_eq!(read(&docker_config(window)), self.config.to_string());
        window.button("Remove the plaintext copies…").click();
        window.button("Remove for good").click();
        window.wait_for_text("3 plaintext copies are gone.");
        for registry in self.plaintext() {
            wait_for_words_of(window, "Results", &registry.host(), &["Plaintext removed"]);
        }
    }

    /// Docker and podman have nothing left of what was removed, and everything else.
    #[track_caller]
    fn assert_removed(&self) {
        let mut left = self.config.clone();
        for registry in [&self.docker, &self.identity] {
            // Docker's own mark that it is signed in.
            left["auths"][registry.host()] = json!({});
        }
        let docker = read(&docker_config(&self.window));
        assert_eq!(docker.parse::<Value>().expect("JSON"), left);
        let podman = read(&podman_config(&self.window));
        assert_eq!(podman.parse::<Value>().expect("JSON"), json!({"auths": {}}));
    }
}

#[test]
fn what_tools_have_stored_moves_into_the_keyring() {
    let scene = Scene::open();
    let window = &scene.window;
    search(window, "6 credentials found, 5 of them in plain text");
    scene.assert_found();
    // What replaces nothing is chosen already.
    window.button("Move 4 credentials").wait();
    toggle(window, "docker.io", "ada");
    toggle(window, &scene.wrong.host(), "new");
    toggle(window, &scene.helper.host(), USER);
    window.button("Move 5 credentials").click();

    window.wait_for_text("All 5 moved into Registrar.");
    for registry in scene.right() {
        wait_for_words_of(window, "Results", &registry.host(), &["Signed in"]);
    }
    let stays = "Its plaintext stays until a check has passed.";
    wait_for_words_of(window, "Results", &scene.wrong.host(), &[stays]);
    let tokens = window.keyring().accounts("registrar");
    assert_eq!(tokens.expect("the keyring").len(), 5);
    assert_eq!(stored(window, &id(0)).as_deref(), Some("wrong-9f2c"));
    assert_eq!(read(&docker_config(window)), scene.config.to_string());
    scene.remove_plaintext();
    scene.assert_removed();

    go(window, "Registries");
    for registry in scene.right() {
        let kept = |row: &Row| row.secure.starts_with("Keychain");
        wait_for_row(window, &registry.host(), kept);
    }
    assert_eq!(names(window).len(), 5);
    fs::remove_file(&scene.program).expect("the helper");
    let encoded = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    for secret in [PASSWORD, IDENTITY_TOKEN, &encoded] {
        assert_nowhere(window, secret);
    }
}

#[test]
fn an_import_can_be_left_and_stopped() {
    let window = Window::open(options().catalog("version = 1\n"));
    search(&window, "Nothing to import");
    let (first, second) = ("registry.example", "team.example:5000");
    let auths = json!({first: plain("ada", "secret-9f2c")});
    let config = json!({"auths": auths, "credHelpers": {second: "lab"}}).to_string();
    write(&docker_config(&window), &config);
    install_helper(&window, second, ASKING);

    search(&window, "2 credentials found, one of them in plain text");
    window.button("Cancel").click();
    window.find_by_role("heading", "The helper").wait();
    assert_eq!(tokens(&window), 0);
    assert_eq!(read(&docker_config(&window)), config);

    search(&window, "2 credentials found");
    window.button("Select all").click();
    window.button("Move 2 credentials").click();
    window.wait_until("the first to be moved", || tokens(&window) == 1);
    window.wait_for_text("Moving 2 credentials…");
    window.wait_for_text("A helper may take a moment, or ask you to unlock something.");
    audit(&window, "import move");
    window.button("Stop").click();
    window.wait_for_text("You stopped the import");
    wait_for_words_of(&window, "Results", first, &["Moved, not checked"]);
    let not_moved = "You stopped before it came to this one.";
    wait_for_words_of(&window, "Results", second, &[not_moved]);
    assert_eq!(tokens(&window), 1);
    assert_eq!(window.button("Remove the plaintext copy…").count(), 0);
    assert_eq!(read(&docker_config(&window)), config);
    window.button("Go to Registries").click();
    wait_for_names(&window, &[first]);
}

/// How many tokens the keyring has.
fn tokens(window: &Window) -> usize {
    let tokens = window.keyring().accounts("registrar");
    tokens.expect("the keyring").len()
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
    wait_for_words(&window, "Let tools find Registrar", "would fail");
    audit(&window, "import tidy up");
    window.button("Link it in…").click();
    apply(&window, "The helper is linked in.");
    window
        .find_by_role("heading", "Let tools find Registrar")
        .wait_gone();
    window.button("Remove the plaintext copy…").click();
    window
        .find_by_role("heading", "Remove the plaintext copy?")
        .wait();
    audit(&window, "import review");
    window.button("Remove for good").click();
    window.wait_for_text("The plaintext copy is gone.");
    audit(&window, "import done");
}
