//! The shell: the only code that names `tauri`.
//!
//! It opens the one window, hands the window's commands to [`registrar_app`] and gives that
//! what only a desktop can: events to the window, the clipboard, dialogs for files,
//! notifications, the browser. Nothing here decides anything about registries.

mod clipboard;
mod commands;
#[cfg(target_os = "linux")]
mod graphics;
mod logging;
mod notification;
mod ports;
#[cfg(target_os = "linux")]
mod successor;
mod window;

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use registrar_app::wire::Theme;
use registrar_app::{App, Paths, ReadAhead, Stores};
use registrar_vault::{Keychain, PassphraseVault};
use tauri::async_runtime::{block_on, spawn};
use tauri::{AppHandle, Context, Manager, RunEvent};

/// How long the application may take to finish when its window is closed: longer than the server
/// lets uploads under way take.
const END_LIMIT: Duration = Duration::from_secs(12);
/// As many open files as a check of very many registries may need, with those of the window.
const OPEN_FILES: u64 = 4096;

/// Opens the application and returns when its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    let Some(paths) = Paths::from_environment() else {
        return fail(&"the system names no folder for configuration and data");
    };
    logging::start(&paths.data().join("logs"));
    if !has_display() {
        return fail(&"there is no display to open a window on");
    }
    allow_many_connections();
    match open(paths) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[cfg(target_os = "linux")]
            successor::succeed(&error);
            fail(&error)
        }
    }
}

/// Registries are checked all at once; where the system grants few open files, it is asked for more.
fn allow_many_connections() {
    if let Err(error) = rlimit::increase_nofile_limit(OPEN_FILES) {
        tracing::debug!(%error, "the limit of open files stays as it was");
    }
}

/// GTK ends the process with a panic where it finds no display.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn open(paths: Paths) -> tauri::Result<()> {
    let ahead = ReadAhead::begin(&paths);
    let app = tauri::Builder::default()
        // First: where there is an instance already, this one ends here and touches nothing.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| raise(app)))
        .plugin(window::remember(&paths))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(set_up(app.handle(), &paths, ahead)?))
        .build(context())?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            end(app);
        }
    });
    Ok(())
}

/// The configuration and the front end, as they were when this was compiled.
#[expect(
    clippy::exit,
    reason = "the macro's own, for a thread that cannot be started"
)]
fn context() -> Context {
    tauri::generate_context!()
}

/// The catalog is loaded while the window is being created: neither waits for the other.
fn set_up(handle: &AppHandle, paths: &Paths, ahead: ReadAhead) -> tauri::Result<()> {
    let stores = Stores {
        keychain: Arc::new(Keychain::new()),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    let app = App::new(paths.clone(), ports::of(handle), stores);
    app.take_ahead(ahead);
    handle.manage(app.clone());
    let theme = app.settings().theme;
    spawn(async move { app.begin().await });
    window::create(handle, paths)?;
    // The window begins with the system's, and to say so would have GTK read its styles again.
    if theme != Theme::System {
        window::set_theme(handle, theme);
    }
    Ok(())
}

/// A second start: brings the window of the first one to the front.
fn raise(app: &AppHandle) {
    if let Err(error) = window::raise(app) {
        tracing::warn!(%error, "the window could not be raised");
    }
}

fn end(app: &AppHandle) {
    let Some(app) = app.try_state::<App>() else {
        return;
    };
    let ended = block_on(async { tokio::time::timeout(END_LIMIT, app.end()).await });
    if ended.is_err() {
        tracing::warn!("Registrar ends before everything was finished");
    }
}

/// Where there is no window to say it in, the log and the terminal are left.
#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn fail(error: &dyn Display) -> ExitCode {
    tracing::error!(%error, "Registrar could not start");
    eprintln!("Registrar could not start: {error}");
    ExitCode::FAILURE
}
