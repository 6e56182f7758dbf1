//! How a registry's server proves who it is.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Fingerprint;

/// What to trust besides the system's own store, which is the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TlsRules {
    /// A file of certificate authorities in PEM that are trusted as well.
    pub ca_file: Option<PathBuf>,
    /// The one certificate that is trusted whoever issued it.
    pub trusted_certificate: Option<Fingerprint>,
}

/// The files of a client certificate, in PEM, each with its whole path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientCertificate {
    /// The certificate, perhaps with its issuers after it.
    pub certificate: PathBuf,
    /// Its key, without a passphrase.
    pub key: PathBuf,
}
