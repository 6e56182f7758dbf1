//! One registry as the catalog knows it.

use jiff::Timestamp;
use registrar_registry::{DevfileUrl, RegistryId, RegistryKind, RegistryName, TlsRules};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who it is, whatever it is called.
    pub id: RegistryId,
    /// What it keeps.
    pub kind: RegistryKind,
    /// What the person calls it.
    pub name: RegistryName,
    /// Where it is.
    pub url: Address,
    /// The user name, where the kind has one.
    pub user: Option<String>,
    /// When it was added; the file keeps whole microseconds.
    pub created: Timestamp,
    /// When it was last changed by the program; the file keeps whole microseconds.
    pub updated: Timestamp,
    /// Whether a token is in the vault, under the id.
    pub token: bool,
    /// Whether the person chose plain http.
    pub allow_http: bool,
    /// How its server proves who it is.
    pub tls: TlsRules,
}

/// Where a registry is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// Of a devfile registry.
    Devfile(DevfileUrl),
    /// Of the other kinds: any text on one line, at most 2,048 characters.
    Other(String),
}

impl Address {
    /// The address as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Devfile(url) => url.as_str(),
            Self::Other(text) => text,
        }
    }
}
