//! Real docker, skopeo and buildah sign in to real registries through Registrar's helper.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod buildah;
mod docker;
mod image;
mod place;
mod python;
mod skopeo;
