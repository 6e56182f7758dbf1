//! What each tool needs in its own configuration, written and undone.
//!
//! So far the helper's side of the protocol that docker, podman and their kin speak
//! ([`docker_protocol`]).

pub mod docker_protocol;
