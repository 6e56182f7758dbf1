//! The use cases: one function per command, wire types, coded errors. Knows no tauri.
//!
//! [`App`] has one asynchronous method per command of [`with_commands!`], each taking that
//! command's request and giving its response or a [`wire::CommandError`].

mod app;
pub mod bindings;
mod checks;
mod clouds;
mod cluster;
pub mod commands;
mod credential;
mod deletions;
mod draft;
mod errors;
mod files;
mod from_tools;
mod health;
mod hosting;
mod images;
mod importing;
mod journal;
mod odo;
mod operations;
mod paths;
pub mod ports;
mod record;
mod recovery;
mod registries;
mod report;
mod reveal;
mod rounds;
mod saving;
mod session;
mod settings;
mod sharing;
mod shelf;
mod stacks;
mod tokens;
mod tools;
mod transfers;
mod troubles;
mod vaulting;
pub mod wire;

pub use app::App;
pub use from_tools::ToolCredentials;
pub use paths::Paths;
pub use ports::Ports;
pub use shelf::ReadAhead;
pub use vaulting::Stores;
