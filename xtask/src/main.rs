//! Registrar's developer commands.
fn main() {}
