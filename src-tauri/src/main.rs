//! The desktop application. Everything is in the library, so that it can be tested.

// A release build on Windows opens no console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    registrar_lib::run()
}
