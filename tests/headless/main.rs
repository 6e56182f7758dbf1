//! Opens the application where there is no display, and saves a picture of its window.
//!
//! `headless <application> <picture.png> [--once]`. The display, the session bus and the keyring
//! are its own and go with it; so do the folders, unless `$REGISTRAR_CONFIG_DIR` and
//! `$REGISTRAR_DATA_DIR` name others.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks to its terminal"
)]

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use acceptance_support::display::Display;
use acceptance_support::keyring::KeyringSession;
use acceptance_support::picture::save;
use acceptance_support::process::OwnedProcess;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The size with which the window opens, in pixels.
const WINDOW: (usize, usize) = (1280, 800);

/// How long the window must not have changed to be taken for open; long enough for a computer
/// that is busy compiling.
const QUIET: Duration = Duration::from_secs(4);

/// How long it may take to open.
const OPEN_LIMIT: Duration = Duration::from_mins(1);

/// How often is looked whether it is time to end, and whether the window has changed.
const POLL: Duration = Duration::from_millis(250);

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let shown = match arguments.as_slice() {
        [application, picture] => show(application, picture, false),
        [application, picture, once] if once == Path::new("--once") => {
            show(application, picture, true)
        }
        _ => Err(io::Error::other(
            "usage: headless <application> <picture.png> [--once]",
        )),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("headless: {error}");
            ExitCode::FAILURE
        }
    }
}

fn show(application: &Path, picture: &Path, once: bool) -> io::Result<()> {
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let keyring = KeyringSession::start()?;
    let display = Display::start()?;
    let folders = tempfile::Builder::new().prefix("registrar-").tempdir()?;
    let mut window = open(application, &keyring, &display, folders.path())?;
    let mut shown = display
        .watch(QUIET, OPEN_LIMIT)?
        .pop()
        .map(|frame| frame.picture);
    if let Some(screen) = &shown {
        save(picture, screen, WINDOW.0, WINDOW.1)?;
    }
    println!(
        "The window is open on display {}; a picture of it is {}",
        display.name(),
        picture.display()
    );
    if once {
        return Ok(());
    }
    println!("It stays open until Ctrl-C, and the picture is kept up to date.");
    while window.is_running() && !ended.load(Ordering::Relaxed) {
        std::thread::sleep(POLL);
        let screen = display.picture()?;
        if shown.as_ref() != Some(&screen) {
            save(picture, &screen, WINDOW.0, WINDOW.1)?;
            shown = Some(screen);
        }
    }
    Ok(())
}

fn open(
    application: &Path,
    keyring: &KeyringSession,
    display: &Display,
    folders: &Path,
) -> io::Result<OwnedProcess> {
    let folder =
        |name: &str, own: &str| env::var_os(name).map_or_else(|| folders.join(own), PathBuf::from);
    OwnedProcess::spawn(&application.display().to_string(), |command| {
        command
            .envs(keyring.env())
            .env("DISPLAY", display.name())
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env(
                "REGISTRAR_CONFIG_DIR",
                folder("REGISTRAR_CONFIG_DIR", "config"),
            )
            .env("REGISTRAR_DATA_DIR", folder("REGISTRAR_DATA_DIR", "data"));
    })
}
