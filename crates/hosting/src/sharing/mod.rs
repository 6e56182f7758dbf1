//! Sharing on the network: the same registries, over TLS, at this computer's own addresses.
//!
//! Nothing is shared until somebody asks for it. Then a second door opens beside the one on
//! loopback: TLS only, with a certificate made for this computer by an authority of its own, or with
//! one that the person has. Certificates are renewed by themselves, and when addresses change, without
//! a connection noticing.

mod authority;
mod instructions;
mod names;
mod own;
mod share;

pub use authority::{AUTHORITY, Authority, fingerprint};
pub use instructions::instructions;
pub use names::{Names, is_name};
pub use own::{CertificateProblem, check};
pub use share::{Renewal, Shared, SharedState, port_is_free, share};

use std::path::PathBuf;

use crate::error::HostError;
use crate::server::ListenError;

/// The port at which registries are shared where nobody chose another.
pub const SHARE_PORT: u16 = 4748;

/// How to share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// At which port, on every address of this computer; 0 takes any that is free.
    pub port: u16,
    /// Further names by which others reach this computer.
    pub names: Vec<String>,
    /// With which certificate.
    pub identity: Identity,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            port: SHARE_PORT,
            names: Vec::new(),
            identity: Identity::Made,
        }
    }
}

/// What proves to others that they talk to this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A certificate that is made for it, by an authority of its own.
    Made,
    /// The person's own, in PEM. The files are read again when they have changed.
    Own {
        /// The certificate, then those that lead to its authority.
        chain: PathBuf,
        /// Its private key, not encrypted.
        key: PathBuf,
    },
}

/// Why registries are not shared.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The port cannot be had.
    #[error("{0}")]
    Listen(#[from] ListenError),
    /// The authority's key cannot be kept or read, or a file.
    #[error("{0}")]
    Host(#[from] HostError),
    /// The person's own certificate will not do.
    #[error("{0}")]
    Certificate(#[from] CertificateProblem),
    /// A certificate could not be made.
    #[error("The certificate for this computer could not be made: {0}")]
    Making(String),
}

impl From<rcgen::Error> for ShareError {
    fn from(error: rcgen::Error) -> Self {
        Self::Making(error.to_string())
    }
}

impl From<rustls::Error> for ShareError {
    fn from(error: rustls::Error) -> Self {
        Self::Making(error.to_string())
    }
}
