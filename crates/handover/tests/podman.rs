//! Podman's configuration, the helper's link, and which tools are there.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::symlink,
    time::{Duration, Instant},
};

use registrar_handover::{Discovery, HandoverError, Podman, Replace, Status};
use support::{Machine, json, keys, read};

const DROP_IN: &str = "home/.config/containers/registries.conf.d/50-registrar.conf";

fn every(machine: &Machine, every: bool) {
    machine.apply(machine.handover.podman().plan_every(every).unwrap());
}

fn helpers(machine: &Machine) -> String {
    let text = read(&machine.path(DROP_IN));
    text.lines().last().unwrap().to_owned()
}

#[test]
fn all_registries_are_one_file_that_goes_again() {
    let machine = Machine::new();
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "containers-auth.json"]"#
    );
    assert!(machine.handover.podman().state().unwrap().serves_every());
    every(&machine, false);
    assert!(
        !machine.home(".config").exists(),
        "the folders were made for it"
    );
    assert!(machine.handover.podman().state().unwrap().slots.is_empty());
}

#[test]
fn what_other_files_say_comes_after_us() {
    let system = "root/etc/containers/registries.conf";
    let machine = Machine::new();
    machine.write(
        system,
        "credential-helpers = [\"first\"]\n[[registry]]\nlocation = \"x\"\n",
    );
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "first"]"#
    );
    machine.write(
        &format!("{system}.d/10-a.conf"),
        "credential-helpers = [\"second\", \"registrar\"]\n",
    );
    machine.write(
        &format!("{system}.d/20-b.conf"),
        "short-name-mode = \"permissive\"\n",
    );
    machine.write(
        &format!("{system}.d/30.txt"),
        "credential-helpers = [\"no\"]\n",
    );
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "second"]"#
    );
    // A file of the person's own stands in for all of the system's.
    machine.write(
        "home/.config/containers/registries.conf",
        "credential-helpers = [\"mine\"]\n",
    );
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "mine"]"#
    );
}

#[test]
fn a_later_file_that_overrules_ours_is_noticed() {
    let machine = Machine::new();
    every(&machine, true);
    let later = machine.write(
        &DROP_IN.replace("50-registrar", "60-other"),
        "credential-helpers = [\"x\"]\n",
    );
    let state = machine.handover.podman().state().unwrap();
    assert_eq!(
        state.slots[0].status,
        Status::Taken(later.display().to_string())
    );
    fs::remove_file(later).unwrap();
    fs::remove_file(machine.path(DROP_IN)).unwrap();
    assert_eq!(
        machine.handover.podman().state().unwrap().slots[0].status,
        Status::Missing
    );
    machine.apply(machine.handover.podman().plan_repair().unwrap());
    assert!(!machine.handover.podman().state().unwrap().needs_repair());
    fs::remove_file(machine.path(DROP_IN)).unwrap();
    every(&machine, false);
    assert!(machine.handover.podman().state().unwrap().slots.is_empty());
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    let machine = Machine::new();
    let broken = machine.write("root/etc/containers/registries.conf", "a = 1\nb = = 2\n");
    let error = machine.handover.podman().plan_every(true).unwrap_err();
    assert!(
        matches!(&error, HandoverError::Broken { path, line: 2, .. } if *path == broken),
        "{error}"
    );
    assert!(!machine.path(DROP_IN).exists());
}

#[test]
fn single_registries_go_where_they_last() {
    let machine = Machine::new();
    let key = Podman::key("https://index.docker.io/v1/").unwrap();
    assert_eq!(key, "docker.io");
    assert_eq!(Podman::key("quay.io/org/repo").unwrap(), "quay.io");
    let podman = machine.handover.podman();
    machine.apply(podman.plan_enable(&[key], Replace::Never).unwrap());
    let file = machine.home(".config/containers/auth.json");
    assert_eq!(json(&file)["credHelpers"]["docker.io"], "registrar");
    machine.apply(podman.plan_every(true).unwrap());
    machine.apply(podman.plan_remove().unwrap());
    assert!(!machine.home(".config").exists());

    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().join("auth.json");
    let machine = Machine::with(|environment| environment.with("REGISTRY_AUTH_FILE", &chosen));
    machine.apply(
        machine
            .handover
            .podman()
            .plan_enable(&keys(["h"]), Replace::Never)
            .unwrap(),
    );
    assert_eq!(json(&chosen)["credHelpers"]["h"], "registrar");
}

#[test]
fn the_helper_is_linked_and_unlinked() {
    let machine = Machine::with(|environment| {
        let bin = environment.home().join(".local/bin");
        environment.with("PATH", bin)
    });
    let helper = machine.program("the-helper", "exit 0");
    let link = machine.handover.helper_link();
    assert!(link.is_on_path() && link.found().is_none());
    machine.apply(link.plan(&helper).unwrap());
    assert_eq!(link.found(), Some(link.path()));
    assert_eq!(fs::read_link(link.path()).unwrap(), helper);
    assert!(link.plan(&helper).unwrap().changes.is_empty());
    assert!(matches!(
        link.plan(&machine.path("other")),
        Err(HandoverError::InTheWay { .. })
    ));
    machine.apply(link.plan_remove(&helper).unwrap());
    assert!(fs::symlink_metadata(link.path()).is_err());
}

#[test]
fn only_a_link_that_leads_nowhere_is_replaced() {
    let machine = Machine::new();
    let helper = machine.program("the-helper", "exit 0");
    let link = machine.handover.helper_link();
    assert!(!link.is_on_path());
    fs::create_dir_all(link.path().parent().unwrap()).unwrap();
    symlink("/nowhere/old-registrar", link.path()).unwrap();
    machine.apply(link.plan(&helper).unwrap());
    assert_eq!(fs::read_link(link.path()).unwrap(), helper);
    fs::remove_file(link.path()).unwrap();
    fs::write(link.path(), "somebody's").unwrap();
    assert!(matches!(
        link.plan(&helper),
        Err(HandoverError::InTheWay { .. })
    ));
    assert!(link.plan_remove(&helper).unwrap().changes.is_empty());
}

#[tokio::test]
async fn tools_say_their_version_within_two_seconds() {
    let machine = Machine::new();
    let docker = machine.program(
        "docker",
        "[ \"$1\" = --version ] && echo Docker version 28.2.2, build x",
    );
    machine.program("podman", "exec sleep 60");
    let begun = Instant::now();
    let tools = Discovery::default()
        .tools(machine.handover.environment())
        .await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    let tool = |name: &str| tools.iter().find(|tool| tool.name == name).unwrap();
    assert_eq!(tool("docker").path.as_ref(), Some(&docker));
    assert_eq!(tool("docker").version.as_deref(), Some("28.2.2"));
    assert!(tool("podman").path.is_some() && tool("podman").version.is_none());
    assert!(tool("skopeo").path.is_none());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_that_hangs_ends_with_all_it_started() {
    let machine = Machine::new();
    machine.program("podman", "sleep 61 & echo $! > \"${0%/*}/../pid\"; wait");
    Discovery::default()
        .tools(machine.handover.environment())
        .await;
    let pid = read(&machine.path("pid")).trim().to_owned();
    let is_running = || {
        let status = fs::read_to_string(format!("/proc/{pid}/status"));
        status.is_ok_and(|status| !status.contains("State:\tZ"))
    };
    let begun = Instant::now();
    while is_running() {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{pid} is still there"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn a_file_that_the_environment_names_stands_in_for_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().join("registries.conf");
    fs::write(&chosen, "credential-helpers = [\"chosen\"]\n").unwrap();
    let machine =
        Machine::with(|environment| environment.with("CONTAINERS_REGISTRIES_CONF", &chosen));
    for main in [
        "home/.config/containers/registries.conf",
        "root/etc/containers/registries.conf",
    ] {
        machine.write(main, "credential-helpers = [\"other\"]\n");
    }
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "chosen"]"#
    );
    assert!(machine.handover.podman().state().unwrap().serves_every());
    machine.write(
        "root/etc/containers/registries.conf.d/1.conf",
        "credential-helpers = [\"beside\"]\n",
    );
    every(&machine, true);
    assert_eq!(
        helpers(&machine),
        r#"credential-helpers = ["registrar", "beside"]"#
    );
}

#[tokio::test]
async fn a_tool_is_asked_for_its_version_once_until_it_is_another() {
    let machine = Machine::new();
    let tool =
        |version: &str| format!("echo x >> \"${{0%/*}}/../calls\"; echo podman version {version}");
    let program = machine.program("podman", &tool("5.0.1"));
    let discovery = Discovery::default();
    let version = async || {
        let tools = discovery.tools(machine.handover.environment()).await;
        let podman = tools.into_iter().find(|tool| tool.name == "podman");
        podman.unwrap().version.unwrap()
    };
    assert_eq!(
        (version().await, version().await),
        ("5.0.1".to_owned(), "5.0.1".to_owned())
    );
    assert_eq!(read(&machine.path("calls")), "x\n");
    fs::remove_file(program).unwrap();
    machine.program("podman", &tool("5.0.2"));
    assert_eq!(version().await, "5.0.2");
}
