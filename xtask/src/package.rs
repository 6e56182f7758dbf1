//! `cargo xtask package`: what a person installs.

use crate::command::{Failure, Program};
use crate::frontend;
use crate::root::{target, tools};
use crate::system::{self, Need};

/// The bundler; the same release series as the `tauri` crate.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// Makes the packages of this system; on Linux those that need nothing from the network.
pub(crate) fn run() -> Result<(), Failure> {
    system::ensure(Need::Build)?;
    frontend::build()?;
    Program::new("npm")
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
        ])
        .args([tools()])
        .args([TAURI_CLI])
        .run()?;
    let tauri = Program::new("tauri").args(["build"]);
    let linux = ["--bundles", "deb,rpm"];
    tauri
        .args(if cfg!(target_os = "linux") {
            &linux[..]
        } else {
            &[]
        })
        .run()?;
    println!(
        "The packages lie in {}",
        target().join("release").join("bundle").display()
    );
    Ok(())
}
