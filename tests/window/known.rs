//! Windows that open on a catalog that is known, and its file.

use std::path::PathBuf;

use acceptance_support::window::{By, Locator, Options, Window};

use crate::steps;

/// Past the first run, with registries of these names and addresses.
pub(crate) fn with(registries: &[(&str, &str)]) -> Options {
    steps::options().catalog(steps::catalog(registries))
}

/// The window's `registries.toml`.
pub(crate) fn file(window: &Window) -> PathBuf {
    window.config_dir().join("registries.toml")
}

/// What stands in `registries.toml`.
pub(crate) fn content(window: &Window) -> String {
    std::fs::read_to_string(file(window)).expect("a catalog")
}

/// The row of the entry at `number` in [`steps::catalog`].
pub(crate) fn row(window: &Window, number: usize) -> Locator<'_> {
    window.find(By::css(&format!("[data-row='{}']", steps::id(number))))
}
