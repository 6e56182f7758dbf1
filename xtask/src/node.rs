//! Node.js for the front end: the system's where it is new enough, else one of our own.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::command::{Failure, Program, exists};
use crate::root::{root, tools};
use crate::system;

/// What Vite needs.
const OLDEST: (u32, u32) = (20, 19);

/// What is taken where the system has nothing that new; pinned, so that it changes when we say.
const NODE_VERSION: &str = "22.23.3";
const NPM_VERSION: &str = "10.9.9";

/// Makes sure that a Node.js which is new enough is in [`path`].
pub(crate) fn ensure() -> Result<(), Failure> {
    if is_new_enough() && exists("npm") {
        return Ok(());
    }
    if !exists("npm") {
        install_npm()?;
    }
    if is_new_enough() {
        return Ok(());
    }
    println!("Installing Node.js {NODE_VERSION} from the npm registry into target/tools");
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
        .args([
            format!("{}@{NODE_VERSION}", package()),
            format!("npm@{NPM_VERSION}"),
        ])
        .run()?;
    if is_new_enough() {
        Ok(())
    } else {
        Err(too_old())
    }
}

/// `$PATH`, with our own tools before the system's.
pub(crate) fn path() -> OsString {
    let system = std::env::var_os("PATH").unwrap_or_default();
    let folders = [bin(), tools().join("bin")]
        .into_iter()
        .chain(std::env::split_paths(&system));
    std::env::join_paths(folders).unwrap_or(system)
}

fn bin() -> PathBuf {
    tools().join("node_modules").join(".bin")
}

fn install_npm() -> Result<(), Failure> {
    if system::is_debian() {
        system::install(&["nodejs", "npm"])
    } else {
        Err(too_old())
    }
}

fn too_old() -> Failure {
    let (major, minor) = OLDEST;
    Failure::Needed(format!(
        "please install Node.js {major}.{minor} or newer, with npm"
    ))
}

fn is_new_enough() -> bool {
    let version = Program::new("node")
        .args(["--version"])
        .folder(root())
        .output();
    version
        .as_deref()
        .and_then(parse)
        .is_some_and(|version| version >= OLDEST)
}

/// `v20.19.1` as `(20, 19)`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The package of the npm registry that holds the plain executable.
fn package() -> String {
    let architecture = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x64"
    };
    let system = if cfg!(target_os = "macos") {
        "darwin"
    } else {
        "linux"
    };
    format!("node-{system}-{architecture}")
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, parse};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parse("v22.9.0") > Some(OLDEST));
        assert!(parse("v20.19.0") == Some(OLDEST));
        assert!(parse("v20.9.1") < Some(OLDEST));
        assert!(parse("v18.20.4") < Some(OLDEST));
        assert_eq!(parse("nonsense"), None);
    }
}
