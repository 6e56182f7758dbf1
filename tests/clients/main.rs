//! Real docker, skopeo and buildah sign in to real registries through Registrar's helper; real clients
//! of every ecosystem publish to registries of our own and install from them, on this computer and on the
//! network.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod buildah;
mod docker;
mod files;
mod hosted;
mod image;
mod network;
mod npm;
mod oci;
mod place;
mod python;
mod skopeo;
