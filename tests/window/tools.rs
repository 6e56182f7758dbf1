//! The Tools page: what docker, podman and the like ask Registrar for, shown before it is written,
//! and taken back without a trace.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use acceptance_support::window::{By, Window};

use crate::steps::{go, options};
use crate::tooling::{
    LAB, TEAM, TURN_ON, TURNED_ON, apply, containers, docker_config, every, read, refuse, run,
    section, switch, wait_for_plan, wait_for_switch, wait_for_words, write,
};

/// Every tool that Registrar knows.
const TOOLS: [&str; 8] = [
    "docker", "nerdctl", "helm", "oras", "crane", "podman", "skopeo", "buildah",
];

/// A configuration that somebody has written by hand.
const BY_HAND: &str = "{\n\t\"currentContext\": \"lab\",\n\t\"zeta\": [1,  2],\n\t\"credHelpers\": {\n\
                       \t\t\"ecr.example\": \"ecr-login\"\n\t},\n\t\"features\": { \"buildkit\": true }\n}";

const TURN_OFF: &str = "Stop Docker asking Registrar for registry.example?";
const TURNED_OFF: &str = "Docker no longer asks Registrar for registry.example.";

/// A window on the Tools page, with these registries.
#[track_caller]
fn open(entries: &[(&str, &str)]) -> Window {
    let window = Window::open(options().catalog(containers(entries)));
    go(&window, "Tools");
    window.find_by_role("heading", "The helper").wait();
    window
}

fn changes_of(file: &Path) -> String {
    format!("Changes of {}", file.display())
}

#[test]
fn tools_are_found_or_said_to_be_missing() {
    let window = open(&[]);
    window
        .find_by_role("heading", "No container registry with a credential yet")
        .wait();
    let folded = window.find(By::css("main button[aria-controls][aria-expanded=false]"));
    for _ in 0..folded.count() {
        folded.click();
    }
    let page = window.text();
    for tool in TOOLS {
        match found(&window, tool) {
            Some(path) => {
                let line = line_of(&window, tool);
                assert!(line.contains(&path.display().to_string()), "{line}");
            }
            None => assert!(page.contains(tool), "{tool} is not said to be missing"),
        }
    }
    // The clients of these tests are always here, and say which they are.
    for tool in ["docker", "skopeo", "buildah"] {
        let line = line_of(&window, tool);
        let version = line.split_whitespace().nth(1).expect("a version");
        let said = run(&window, tool, &["--version"]).expect(tool);
        assert!(said.contains(version), "{line:?}, but it says {said:?}");
    }
}

/// What the page says of an installed tool: name, version, path.
#[track_caller]
fn line_of(window: &Window, tool: &str) -> String {
    let script = "
return [...document.querySelectorAll('main li')]
  .find((item) => item.querySelector('b')?.innerText.trim() === arguments[0])?.innerText ?? '';";
    let line = window.execute(script, &serde_json::json!([tool]));
    line.as_str().unwrap_or_default().to_owned()
}

/// Where the window's own `PATH` leads to.
fn found(window: &Window, program: &str) -> Option<PathBuf> {
    let env = window.env();
    let (_, path) = env.iter().rfind(|(name, _)| name == "PATH")?;
    let mut places = std::env::split_paths(path).map(|folder| folder.join(program));
    places.find(|place| place.is_file())
}

#[test]
fn the_helper_is_linked_in_and_out_again() {
    let window = open(&[(LAB, "ada")]);
    let link = window.home().join(".local/bin/docker-credential-registrar");
    wait_for_words(&window, "The helper", "Not on the PATH");
    let (changes, target) = (changes_of(&link), helper());
    let arrow = format!("→ {}", target.display());
    let coming = format!("+{arrow}");

    switch(&window, "Docker", LAB).click();
    window.find_by_role("heading", TURN_ON).wait();
    window
        .find_by_text("Tools do not find Registrar’s helper yet")
        .wait();
    refuse(&window);
    window.button("Link it in…").click();
    wait_for_plan(&window, "Link the helper in?", &[&changes, &coming]);
    refuse(&window);
    assert!(fs::symlink_metadata(&link).is_err());

    window.button("Link it in…").click();
    wait_for_plan(&window, "Link the helper in?", &[&changes, &coming]);
    apply(&window, "The helper is linked in.");
    wait_for_words(&window, "The helper", "and they find it.");
    assert_eq!(fs::read_link(&link).expect("a link"), target);
    let said = run(&window, &link.display().to_string(), &["version"]).expect("the helper");
    assert!(said.contains("registrar"), "{said}");
    switch(&window, "Docker", LAB).click();
    window.find_by_role("heading", TURN_ON).wait();
    assert!(!window.text().contains("Tools do not find"));
    refuse(&window);

    window.button("Remove the link…").click();
    let going = format!("-{arrow}");
    wait_for_plan(&window, "Remove the helper’s link?", &[&changes, &going]);
    apply(&window, "The helper’s link is gone.");
    wait_for_words(&window, "The helper", "Not on the PATH");
    assert!(fs::symlink_metadata(&link).is_err());
}

/// The helper that was built beside the application.
fn helper() -> PathBuf {
    let test = std::env::current_exe().expect("this test");
    let built = test.ancestors().nth(2).expect("where it was built");
    let application = std::env::var_os("REGISTRAR_BIN").map(PathBuf::from);
    let beside = application.as_deref().and_then(Path::parent);
    beside.unwrap_or(built).join("docker-credential-registrar")
}

#[test]
fn a_registry_is_turned_on_and_off_without_a_trace() {
    let window = open(&[(LAB, "ada")]);
    // As people have it who keep their configuration in one place.
    let real = window.home().join("dotfiles/docker.json");
    let config = docker_config(&window);
    write(&real, BY_HAND);
    fs::set_permissions(&real, Permissions::from_mode(0o640)).expect("a mode");
    fs::create_dir(config.parent().expect("a folder")).expect("a folder");
    symlink(&real, &config).expect("a link");
    let unchanged = |text: &str| {
        assert_eq!(read(&config), text);
        assert_eq!(fs::read_link(&config).expect("a link"), real);
        let mode = real.metadata().expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    };

    let lab = switch(&window, "Docker", LAB);
    lab.click();
    let changes = changes_of(&config);
    let coming = [
        changes.as_str(),
        "~",
        " \t\"zeta\": [1,  2],",
        " \t\"credHelpers\": {",
        "-\t\t\"ecr.example\": \"ecr-login\"",
        "+\t\t\"ecr.example\": \"ecr-login\",",
        "+\t\t\"registry.example\": \"registrar\"",
        " \t},",
        " \t\"features\": { \"buildkit\": true }",
        "~",
    ];
    wait_for_plan(&window, TURN_ON, &coming);
    refuse(&window);
    unchanged(BY_HAND);
    wait_for_switch(&window, &lab, false);

    lab.click();
    wait_for_plan(&window, TURN_ON, &coming);
    apply(&window, TURNED_ON);
    wait_for_switch(&window, &lab, true);
    unchanged(&BY_HAND.replace(
        "\"ecr-login\"\n",
        "\"ecr-login\",\n\t\t\"registry.example\": \"registrar\"\n",
    ));

    lab.click();
    window.find_by_role("heading", TURN_OFF).wait();
    apply(&window, TURNED_OFF);
    wait_for_switch(&window, &lab, false);
    unchanged(BY_HAND);
}

#[test]
fn every_registry_is_turned_on_and_off_without_a_trace() {
    let window = open(&[(LAB, "ada"), (TEAM, "bob")]);
    let config = docker_config(&window);
    write(&config, BY_HAND);
    let docker = every(&window, "Docker");
    docker.click();
    let question = "Let Docker ask Registrar for every registry?";
    window.find_by_role("heading", question).wait();
    apply(&window, "Docker now asks Registrar for every registry.");
    wait_for_switch(&window, &docker, true);
    wait_for_words(&window, "Docker", "On for all");
    let ours = "\t\"features\": { \"buildkit\": true },\n\t\"credsStore\": \"registrar\"\n}";
    assert!(read(&config).ends_with(ours), "{}", read(&config));
    docker.click();
    apply(
        &window,
        "Docker no longer asks Registrar for every registry.",
    );
    wait_for_switch(&window, &docker, false);
    assert_eq!(read(&config), BY_HAND);

    let containers = window.home().join(".config/containers");
    let podman = every(&window, "Podman");
    podman.click();
    let question = "Let Podman ask Registrar for every registry?";
    let file = containers.join("registries.conf.d/50-registrar.conf");
    let changes = changes_of(&file);
    wait_for_plan(
        &window,
        question,
        &[
            &changes,
            "+# Written by Registrar: podman, skopeo and buildah ask it for credentials first.",
            "+# Delete this file to undo that.",
            "+credential-helpers = [\"registrar\", \"containers-auth.json\"]",
        ],
    );
    apply(&window, "Podman now asks Registrar for every registry.");
    wait_for_switch(&window, &podman, true);
    podman.click();
    apply(
        &window,
        "Podman no longer asks Registrar for every registry.",
    );
    wait_for_switch(&window, &podman, false);
    assert!(!containers.exists());
}

#[test]
fn another_helper_is_replaced_only_when_agreed_and_comes_back() {
    let window = open(&[(LAB, "ada")]);
    let config = docker_config(&window);
    let theirs = "{\n  \"credsStore\": \"desktop\"\n}\n";
    write(&config, theirs);
    wait_for_words(&window, "Docker", "Now “desktop” serves every registry.");
    let docker = every(&window, "Docker");
    docker.click();
    window.wait_for_text("“desktop” serves every registry now");
    window.wait_for_text("Nothing is written unless you replace it.");
    assert_eq!(window.button("Apply").property("disabled"), true);
    let question = "Let Docker ask Registrar for every registry?";
    window
        .find_by_role(
            "checkbox",
            "Replace it (it comes back when you turn this off)",
        )
        .click();
    let changes = changes_of(&config);
    let coming = [
        changes.as_str(),
        " {",
        "-  \"credsStore\": \"desktop\"",
        "+  \"credsStore\": \"registrar\"",
        " }",
    ];
    wait_for_plan(&window, question, &coming);
    assert_eq!(read(&config), theirs);
    apply(&window, "Docker now asks Registrar for every registry.");
    assert_eq!(read(&config), theirs.replace("desktop", "registrar"));

    docker.click();
    apply(
        &window,
        "Docker no longer asks Registrar for every registry.",
    );
    wait_for_words(&window, "Docker", "Now “desktop” serves every registry.");
    assert_eq!(read(&config), theirs);
}

#[test]
fn what_another_program_undoes_is_noticed_and_repaired() {
    let window = open(&[(LAB, "ada")]);
    let config = docker_config(&window);
    write(&config, "{}\n");
    switch(&window, "Docker", LAB).click();
    apply(&window, TURNED_ON);
    let ours = read(&config);

    // Elsewhere in the window it is said, too.
    go(&window, "Activity");
    let theirs = "{\"credHelpers\":{\"registry.example\":\"desktop\"},\"new\":1}";
    write(&config, theirs);
    window.wait_for_text("Another program has undone Registrar’s settings for Docker.");
    window.button("Look").click();
    wait_for_words(&window, "Docker", "Overwritten by desktop");
    window.button("Repair registry.example").click();
    let question = "Put Registrar’s settings for Docker back?";
    window.find_by_role("heading", question).wait();
    apply(&window, "Docker asks Registrar again.");
    assert_eq!(read(&config), theirs.replace("desktop", "registrar"));
    window.button("Repair registry.example").wait_gone();

    // Now while the page is open, and by a program that knows nothing of helpers.
    write(&config, "{}\n");
    wait_for_words(&window, "Docker", "Removed by another program");
    window.button("Repair…").click();
    window.find_by_role("heading", question).wait();
    apply(&window, "Docker asks Registrar again.");
    assert_eq!(read(&config), ours);
    window
        .find_by_text("Another program has undone Registrar’s settings for Docker")
        .wait_gone();
}

#[test]
fn a_broken_configuration_is_shown_and_left_alone() {
    let window = open(&[(LAB, "ada")]);
    let config = docker_config(&window);
    let broken = "{\n  \"auths\": {},\n  \"credHelpers\": oops\n}\n";
    write(&config, broken);
    wait_for_words(&window, "Docker", "Docker’s configuration cannot be used");
    let said = format!("{}, line 3, column", config.display());
    wait_for_words(&window, "Docker", &said);
    assert_eq!(switch(&window, "Docker", LAB).count(), 0);
    // Podman's is none the worse for it.
    wait_for_switch(&window, &switch(&window, "Podman", LAB), false);
    assert_eq!(read(&config), broken);

    write(&config, "{\n  \"auths\": {}\n}\n");
    wait_for_switch(&window, &switch(&window, "Docker", LAB), false);
    assert!(!section(&window, "Docker").contains("cannot be used"));
}

#[test]
fn a_file_that_changed_since_is_shown_anew() {
    let window = open(&[(LAB, "ada")]);
    let config = docker_config(&window);
    write(&config, "{\n  \"a\": 1\n}\n");
    switch(&window, "Docker", LAB).click();
    window.find_by_role("heading", TURN_ON).wait();
    write(&config, "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    window.button("Apply").click();
    window.wait_for_text("The file has changed since; here is the new plan");
    let changes = changes_of(&config);
    let coming = [
        changes.as_str(),
        " {",
        "   \"a\": 1,",
        "-  \"b\": 2",
        "+  \"b\": 2,",
        "+  \"credHelpers\": {",
        "+    \"registry.example\": \"registrar\"",
        "+  }",
        " }",
    ];
    wait_for_plan(&window, TURN_ON, &coming);
    assert_eq!(read(&config), "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    apply(&window, TURNED_ON);
    let lines: Vec<String> = read(&config).lines().map(str::to_owned).collect();
    let kept = coming[1..].iter().filter(|line| !line.starts_with('-'));
    assert_eq!(
        lines,
        kept.map(|line| line[1..].to_owned()).collect::<Vec<_>>()
    );
}

#[test]
fn everything_of_registrar_s_is_removed_at_once() {
    let window = open(&[(LAB, "ada"), (TEAM, "bob")]);
    let config = docker_config(&window);
    write(&config, BY_HAND);
    window.button("Turn all on…").click();
    let question = "Let Docker ask Registrar for 2 registries?";
    window.find_by_role("heading", question).wait();
    apply(&window, "Docker now asks Registrar for 2 registries.");
    wait_for_words(&window, "Docker", "Asks Registrar for 2 of 2");
    every(&window, "Docker").click();
    apply(&window, "Docker now asks Registrar for every registry.");

    window.button("Remove everything of Registrar’s…").click();
    let question = "Remove everything of Registrar’s from Docker’s configuration?";
    window.find_by_role("heading", question).wait();
    apply(
        &window,
        "Nothing of Registrar’s is left in Docker’s configuration.",
    );
    wait_for_words(&window, "Docker", "Asks Registrar for none");
    assert_eq!(read(&config), BY_HAND);
}
