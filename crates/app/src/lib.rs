//! The use cases: one function per command, wire types, coded errors. Knows no tauri.

pub mod bindings;
pub mod commands;
pub mod wire;
