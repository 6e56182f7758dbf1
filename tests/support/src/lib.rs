//! What tests need around them: loopback registries, a keyring of their own, a window under `WebDriver`.

pub mod keyring;
