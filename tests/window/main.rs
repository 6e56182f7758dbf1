//! The real window, driven by `WebDriver`.

#![expect(clippy::expect_used, reason = "what cannot be set up fails its test")]

mod accessibility;
mod checks;
mod failures;
mod first_run;
mod keyboard;
mod known;
mod opening;
mod outside;
mod registries;
mod settings;
mod steps;
mod tokens;
mod vault;
