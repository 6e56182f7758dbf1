//! `cargo xtask test`: every test.

use crate::command::{Failure, Program, steps};
use crate::frontend;
use crate::root::target;
use crate::system::{self, Need};

/// Runs every test; or one part, `ui`, `clients` or `window`; or the tests whose name holds `filter`.
pub(crate) fn run(filter: Option<&str>) -> Result<(), Failure> {
    match filter {
        None => steps(&[
            ("set-up", &set_up),
            ("tests of the front end", &|| front_end(&[])),
            ("compile", &|| cargo(&["--no-run"])),
            ("tests of the crates and of the window", &|| {
                cargo(&["--no-fail-fast"])
            }),
        ]),
        Some("ui") => steps(&[("tests of the front end", &|| front_end(&[]))]),
        Some("clients") => steps(&[
            ("set-up", &set_up),
            ("tests with real clients", &|| {
                // The helper is compiled along, for its own test.
                cargo(&["--test", "clients", "--test", "protocol"])
            }),
        ]),
        Some("window") => steps(&[
            ("set-up", &set_up),
            ("tests of the window", &|| cargo(&["--test", "window"])),
        ]),
        Some(name) => steps(&[
            ("set-up", &set_up),
            ("tests of the front end", &|| {
                front_end(&["--testNamePattern", name, "--passWithNoTests"])
            }),
            ("tests of the crates and of the window", &|| {
                cargo(&["--no-fail-fast", "--", name])
            }),
        ]),
    }
}

fn set_up() -> Result<(), Failure> {
    system::ensure(Need::Tests)?;
    frontend::build()
}

fn front_end(options: &[&str]) -> Result<(), Failure> {
    frontend::script("test", options)
}

/// Always the whole workspace, whatever is run of it: cargo would otherwise compile the crates
/// from elsewhere again, with only the features that a part of it needs. The application is
/// compiled along, for its own tests; the window's tests use it. So is the helper, which the tests
/// with real clients use.
fn cargo(options: &[&str]) -> Result<(), Failure> {
    let debug = target().join("debug");
    Program::cargo()
        .args(["test", "--workspace"])
        .args(options)
        .env("REGISTRAR_BIN", debug.join("registrar"))
        .env("HELPER_BIN", debug.join("docker-credential-registrar"))
        .run()
}
