//! `cargo xtask check`: what must hold before a commit, beyond the tests.

use crate::bindings;
use crate::command::{Failure, Program, independent_steps, steps};
use crate::frontend;
use crate::root::tools;
use crate::system::{self, Need};

const DENY_VERSION: &str = "0.20.2";

/// Checks everything.
pub(crate) fn run() -> Result<(), Failure> {
    steps(&[("set-up", &set_up)])?;
    independent_steps(&[
        ("rustfmt", &|| {
            Program::cargo().args(["fmt", "--all", "--check"]).run()
        }),
        ("prettier and eslint", &|| frontend::script("lint", &[])),
        ("svelte-check", &|| frontend::script("check", &[])),
        ("clippy", &clippy),
        ("bindings", &bindings::check),
        ("licences, bans, sources", &|| {
            deny(&["bans", "licenses", "sources"])
        }),
        ("advisories", &advisories),
    ])
}

fn set_up() -> Result<(), Failure> {
    system::ensure(Need::Build)?;
    frontend::build()
}

fn clippy() -> Result<(), Failure> {
    Program::cargo()
        .args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])
        .run()
}

fn deny(checks: &[&str]) -> Result<(), Failure> {
    install_deny()?;
    Program::new("cargo-deny")
        .args(["--workspace", "check", "--hide-inclusion-graph"])
        .args(checks)
        .run()
}

/// Known vulnerabilities, where the database can be had: it lies on GitHub only.
fn advisories() -> Result<(), Failure> {
    install_deny()?;
    if Program::new("cargo-deny")
        .args(["fetch", "db"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .is_none()
    {
        println!(
            "NOT CHECKED: the advisory database could not be fetched. Everything else goes on."
        );
        return Ok(());
    }
    deny(&["advisories"])
}

fn install_deny() -> Result<(), Failure> {
    let version = Program::new("cargo-deny").args(["--version"]).output();
    if version.is_some_and(|version| version.ends_with(DENY_VERSION)) {
        return Ok(());
    }
    println!(
        "Installing cargo-deny {DENY_VERSION} from crates.io into target/tools; this takes some minutes"
    );
    Program::cargo()
        .args([
            "install",
            "--locked",
            "--no-default-features",
            "--version",
            DENY_VERSION,
            "--root",
        ])
        .args([tools()])
        .args(["cargo-deny"])
        .run()
}
