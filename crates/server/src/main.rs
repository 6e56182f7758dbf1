//! `registrar-server`: source registries hosted without a window.
fn main() {}
