//! What others do to the configuration of tools is seen.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::symlink,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use registrar_handover::{Replace, Watch};
use support::{Machine, keys};

/// Far longer than it takes.
const LIMIT: Duration = Duration::from_secs(10);
/// Long enough for a report that should not come; longer than the watch waits for quiet.
const QUIET: Duration = Duration::from_millis(900);

fn watch(machine: &Machine) -> (Watch, Receiver<()>) {
    let (tell, told) = channel();
    let tell = move || {
        // The test may have ended.
        let _ = tell.send(());
    };
    let watch = machine.handover.watch(tell).unwrap();
    (watch, told)
}

fn assert_told(told: &Receiver<()>, what: &str) {
    assert!(told.recv_timeout(LIMIT).is_ok(), "{what}");
    while told.recv_timeout(QUIET).is_ok() {}
}

#[test]
fn files_are_seen_that_were_not_there() {
    let machine = Machine::new();
    let (_watch, told) = watch(&machine);
    machine.write("home/.bash_history", "ls");
    machine.write("home/.docker/contexts/meta.json", "{}");
    machine.write("home/.docker/other.json", "{}");
    assert!(
        told.recv_timeout(QUIET).is_err(),
        "that is nobody's business"
    );
    let docker = machine.docker_config("{}");
    assert_told(&told, "docker's file has come");
    fs::write(&docker, "{\"x\":1}").unwrap();
    assert_told(&told, "docker's file was written");
    machine.write("home/.config/containers/auth.json", "{}");
    assert_told(&told, "podman's file has come");
    machine.write("home/.config/containers/registries.conf.d/90-x.conf", "");
    assert_told(&told, "a file beside registries.conf has come");
    fs::remove_dir_all(machine.home(".docker")).unwrap();
    assert_told(&told, "docker's folder has gone");
    machine.docker_config("{}");
    assert_told(&told, "docker's folder has come again");
}

#[test]
fn the_file_behind_a_link_is_seen() {
    let machine = Machine::new();
    let real = machine.write("dotfiles/docker.json", "{}");
    fs::create_dir(machine.home(".docker")).unwrap();
    symlink(&real, machine.home(".docker/config.json")).unwrap();
    let (_watch, told) = watch(&machine);
    fs::write(&real, "{\"credHelpers\":{}}").unwrap();
    assert_told(&told, "the file that the link leads to was written");
}

#[test]
fn our_own_changes_and_the_helper_s_link_are_seen() {
    let machine = Machine::new();
    let (watch, told) = watch(&machine);
    let docker = machine.handover.docker();
    machine.apply(docker.plan_enable(&keys(["h"]), Replace::Never).unwrap());
    assert_told(&told, "a registry was handed over");
    let helper = machine.program("the-helper", "exit 0");
    machine.apply(machine.handover.helper_link().plan(&helper).unwrap());
    assert_told(&told, "the helper was linked");
    drop(watch);
    machine.docker_config("{}");
    assert!(told.recv_timeout(LIMIT).is_err(), "the watch is over");
}

#[test]
fn what_comes_while_the_watch_begins_is_followed() {
    for _ in 0..40 {
        let machine = Machine::new();
        let (tell, told) = channel();
        let handover = machine.handover.clone();
        let tell = move || {
            // The test may have ended.
            let _ = tell.send(());
        };
        let begins = std::thread::spawn(move || handover.watch(tell));
        fs::create_dir(machine.home(".docker")).unwrap();
        let watch = begins.join().unwrap().unwrap();
        machine.docker_config("{}");
        assert!(told.recv_timeout(LIMIT).is_ok(), "docker's file has come");
        drop(watch);
    }
}
