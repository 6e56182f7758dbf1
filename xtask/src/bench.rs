//! `cargo xtask bench`: measures with what a person would install, the release profile.

use crate::command::{Failure, Program};
use crate::frontend;
use crate::root::target;
use crate::system::{self, Need};

/// Runs the benches whose name begins with one of `names`; all of them without.
pub(crate) fn run(names: &[&str]) -> Result<(), Failure> {
    system::ensure(Need::Bench)?;
    frontend::build()?;
    let packages = [
        "--package",
        "registrar",
        "--package",
        "registrar-helper",
        "--package",
        "registrar-server",
        "--package",
        "acceptance",
    ];
    Program::cargo()
        .args(["build", "--release", "--bins", "--example", "blank"])
        .args(packages)
        .run()?;
    let release = target().join("release");
    Program::new(release.join("bench"))
        .args(names)
        .env("REGISTRAR_BIN", release.join("registrar"))
        .env("BLANK_BIN", release.join("examples").join("blank"))
        .run()
}
