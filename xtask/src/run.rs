//! `cargo xtask run`: opens the application.

use crate::command::{Failure, Program};
use crate::frontend;
use crate::root::target;
use crate::system::{self, Need};

/// Opens it. With `once`, and no display, ends as soon as the window has been seen.
pub(crate) fn run(once: bool) -> Result<(), Failure> {
    let display = has_display();
    system::ensure(if display { Need::Build } else { Need::Window })?;
    frontend::build()?;
    if display {
        open()
    } else {
        open_on_virtual_display(once)
    }
}

/// The debug profile: it compiles in half the time of the release profile, which takes long only
/// to run a little faster, and the tests use what it has compiled.
fn open() -> Result<(), Failure> {
    Program::cargo()
        .args([
            "build",
            "--package",
            "registrar",
            "--package",
            "registrar-helper",
        ])
        .run()?;
    println!("Opening Registrar");
    Program::new(target().join("debug").join("registrar")).run()
}

fn open_on_virtual_display(once: bool) -> Result<(), Failure> {
    println!("There is no display here, so the window opens on a virtual one.");
    Program::cargo()
        .args([
            "build",
            "--package",
            "registrar",
            "--package",
            "registrar-helper",
            "--package",
            "acceptance",
            "--bins",
        ])
        .run()?;
    let debug = target().join("debug");
    let picture = target().join("registrar.png");
    Program::new(debug.join("headless"))
        .args([debug.join("registrar"), picture])
        .args(once.then_some("--once"))
        .run()
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
