//! What tests need around them: loopback registries, a keyring of their own, a window under `WebDriver`.

mod background;
pub mod certificates;
mod close;
pub mod clouds;
pub mod computer;
pub mod container_registry;
pub mod devfile_registry;
pub mod display;
pub mod docker_registry;
pub mod drag;
pub mod faulty_registry;
pub mod generated_registry;
mod installed;
pub mod installed_npm;
pub mod installed_oci;
pub mod installed_python;
pub mod keyring;
pub mod kubernetes;
pub mod oci_image;
pub mod picture;
pub mod port;
pub mod process;
pub mod proxy;
pub mod scripted_registry;
pub mod token_server;
pub mod webdriver;
pub mod window;
