//! `cargo xtask package`: what a person installs.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use crate::command::{Failure, Program};
use crate::frontend;
use crate::root::{target, tools};
use crate::system::{self, Need};

/// The bundler; the same release series as the `tauri` crate.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// The program that tools call. It is packed beside the application, on every system.
const HELPER: &str = "docker-credential-registrar";

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
    let tauri = Program::new("tauri")
        .args(["build", "--config"])
        .args([with_helper()?]);
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

/// Builds the helper, and gives the configuration that packs it. It stands here and not in
/// `tauri.conf.json`, because the application could otherwise not be built without it.
fn with_helper() -> Result<String, Failure> {
    Program::cargo()
        .args(["build", "--release", "--package", "registrar-helper"])
        .run()?;
    let folder = target().join("xtask").join("beside");
    let built = target()
        .join("release")
        .join(format!("{HELPER}{EXE_SUFFIX}"));
    // Tauri finds a program by its name and the system that it is for.
    let named = folder.join(format!("{HELPER}-{}{EXE_SUFFIX}", system()?));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(&built, &named))
        .map_err(|error| Failure::Io(named.display().to_string(), error))?;
    let path = folder.join(HELPER).display().to_string();
    let path = path.replace('\\', "/");
    Ok(format!(r#"{{"bundle":{{"externalBin":["{path}"]}}}}"#))
}

/// The system that is compiled for, such as `x86_64-unknown-linux-gnu`.
fn system() -> Result<String, Failure> {
    let said = Program::new("rustc").args(["-vV"]).output();
    let said = said.unwrap_or_default();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::Wrong("rustc does not say which system this is".to_owned()))
}
