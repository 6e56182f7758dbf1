//! `cargo xtask bindings`: the TypeScript side of the commands.

use std::fs;
use std::path::Path;

use crate::command::{Failure, Program};
use crate::root::{target, ui};

const FILES: [&str; 2] = ["commands.ts", "index.ts"];

/// Writes them anew.
pub(crate) fn write() -> Result<(), Failure> {
    write_to(&ui().join("src").join("bindings"))
}

/// Fails where the committed ones are not what would be written now.
pub(crate) fn check() -> Result<(), Failure> {
    let fresh = target().join("xtask").join("bindings");
    write_to(&fresh)?;
    let committed = ui().join("src").join("bindings");
    let same = |name: &&str| {
        read(&fresh.join(name)).is_some_and(|new| Some(new) == read(&committed.join(name)))
    };
    if FILES.iter().all(same) {
        return Ok(());
    }
    let advice = "the TypeScript bindings are not up to date: run `cargo xtask bindings`";
    Err(Failure::Wrong(advice.to_owned()))
}

fn write_to(folder: &Path) -> Result<(), Failure> {
    Program::cargo()
        .args([
            "run",
            "--quiet",
            "--package",
            "registrar-app",
            "--example",
            "bindings",
            "--",
        ])
        .args([folder])
        .run()
}

fn read(file: &Path) -> Option<String> {
    fs::read_to_string(file).ok()
}
