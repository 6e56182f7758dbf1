//! The front end: its packages, its build, its own checks.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::command::{Failure, Program};
use crate::node;
use crate::root::{target, ui};

/// Folders in `ui/` that are made, not written.
const MADE: [&str; 2] = ["node_modules", "dist"];

/// Installs the packages, unless exactly these are there already.
pub(crate) fn install() -> Result<(), Failure> {
    node::ensure()?;
    let wanted = read(&ui().join("package-lock.json"))?;
    let stamp = target().join("xtask").join("package-lock.json");
    let present = ui().join("node_modules").is_dir();
    if present && fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("Installing the front end's packages from the npm registry");
    // No package's scripts: none of ours needs them, and they are how packages attack.
    npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    write(&stamp, &wanted)
}

/// Builds the front end, unless nothing has changed.
pub(crate) fn build() -> Result<(), Failure> {
    install()?;
    let built = modified(&ui().join("dist").join("index.html"));
    if built.is_some() && newest(&ui()) <= built {
        return Ok(());
    }
    npm(&["run", "build"])
}

/// Runs one of the scripts of `package.json`, with further arguments for it.
pub(crate) fn script(name: &str, arguments: &[&str]) -> Result<(), Failure> {
    install()?;
    npm(&[&["run", name, "--"], arguments].concat())
}

fn npm(arguments: &[&str]) -> Result<(), Failure> {
    Program::new("npm").args(arguments).folder(ui()).run()
}

/// When anything that is built from was last changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let written = entries.filter(|entry| !MADE.iter().any(|made| entry.file_name() == *made));
    let time = |path: &Path| {
        if path.is_dir() {
            newest(path)
        } else {
            modified(path)
        }
    };
    written.filter_map(|entry| time(&entry.path())).max()
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::Io(file.display().to_string(), error))
}

fn write(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(file, content))
        .map_err(|error| Failure::Io(file.display().to_string(), error))
}
