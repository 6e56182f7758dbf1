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
