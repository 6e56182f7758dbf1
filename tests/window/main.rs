//! The real window, driven by `WebDriver`.

#![expect(clippy::expect_used, reason = "what cannot be set up fails its test")]

mod accessibility;
mod api_tokens;
mod checks;
mod cluster;
mod containers;
mod containers_adding;
mod containers_checks;
mod containers_clouds;
mod containers_docker;
mod containers_keyboard;
mod containers_list;
mod containers_screens;
mod containers_tls;
mod containers_troubles;
mod failures;
mod first_run;
mod hosting;
#[expect(clippy::unwrap_used, reason = "a test says so by panicking")]
#[path = "../clients/image.rs"]
mod image;
mod images;
mod import;
mod keyboard;
mod known;
mod network;
mod odo;
mod opening;
mod outside;
mod registries;
mod settings;
mod sharing;
mod source_settings;
mod sources;
mod sources_images;
mod sources_packages;
mod stacks;
mod stacks_saving;
mod stacks_screens;
mod steps;
mod tokens;
mod tooling;
mod tools;
mod tools_pull;
mod tools_screens;
mod transfers;
mod vault;
