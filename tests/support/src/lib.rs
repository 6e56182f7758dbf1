//! What tests need around them: loopback registries, a keyring of their own, a window under `WebDriver`.

mod background;
pub mod certificates;
pub mod container_registry;
mod close;
pub mod devfile_registry;
pub mod display;
pub mod docker_registry;
pub mod keyring;
pub mod process;
pub mod proxy;
pub mod webdriver;
pub mod window;
