//! The vocabulary: kinds, names, addresses, ids, fingerprints, secrets. Parse, don't validate; no I/O.
//!
//! A value of one of these types is right by construction: whoever holds one need not look again.
//! No error of this crate repeats what was typed, because that may hold a secret.

mod cloud;
mod container;
mod fingerprint;
mod id;
mod kind;
mod name;
mod provider;
mod secret;
mod tls;
mod url;

pub use cloud::{
    AwsRole, Cloud, CloudSignIn, CloudWay, CloudWayError, EcrHost, RoleError, TenantError,
};
pub use container::{
    ContainerAddress, ContainerHost, Digest, Fit, ImageReference, Pasted, ReferenceError,
    ReferenceProblem,
};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use id::{IdError, RegistryId};
pub use kind::{KindError, RegistryKind};
pub use name::{NameError, NameProblem, RegistryName};
pub use provider::{Provider, ProviderError};
pub use secret::Secret;
pub use tls::{ClientCertificate, TlsRules};
pub use url::{DevfileUrl, UrlError, UrlProblem};
