//! Clients that are installed once, into a folder beside the built programs.

#![expect(
    clippy::expect_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder `name` of tools, filled by `install` where it does not hold exactly what is `wanted`.
pub(crate) fn installed(name: &str, wanted: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let own = std::env::current_exe().expect("this program");
    // `target/debug/deps/{test}`
    let target = own.ancestors().nth(3).expect("a target folder");
    let home = target.join("tools").join(name);
    fs::create_dir_all(&home).expect("a folder for tools");
    let lock = File::create(home.join("lock")).expect("a lock");
    // Another program of ours may be at it.
    lock.lock().expect("the lock");
    let note = home.join("installed");
    let wanted = wanted.join("\n");
    if !fs::read_to_string(&note).is_ok_and(|there| there == wanted) {
        install(&home);
        fs::write(&note, wanted).expect("a note of what is installed");
    }
    home
}

/// Runs something that must succeed.
pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.expect("a program that installs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}
