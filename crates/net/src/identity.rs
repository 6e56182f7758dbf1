//! Client certificates: who we are to a server that asks in the handshake.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use registrar_registry::Secret;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use thiserror::Error;

use crate::trust::read_bounded;

/// A client certificate with its key. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct ClientIdentity(Arc<SingleCertAndKey>);

/// Why a client certificate cannot be used.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// A file cannot be read, or has more than 1 MiB.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// There is no certificate in the file.
    #[error("there is no certificate in {}", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in the file that could be used without a passphrase.
    #[error("there is no private key in {} that needs no passphrase", .0.display())]
    NoKey(PathBuf),
    /// The key is not the certificate's, or of an unknown kind.
    #[error("the key does not fit the certificate: {0}")]
    Unfit(#[source] rustls::Error),
}

impl ClientIdentity {
    /// Reads a certificate, perhaps with its issuers after it, and its key, both in PEM.
    ///
    /// # Errors
    /// Every [`IdentityError`].
    pub async fn load(certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        tokio::task::spawn_blocking(move || load(&certificate, &key))
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }

    /// Whether both were loaded as one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Presents a certificate where there is one, and remembers whether the server asked.
#[derive(Debug)]
pub(crate) struct Presenter {
    identity: Option<ClientIdentity>,
    asked: AtomicBool,
}

impl Presenter {
    pub(crate) fn new(identity: Option<&ClientIdentity>) -> Self {
        Self {
            identity: identity.cloned(),
            asked: AtomicBool::new(false),
        }
    }

    pub(crate) fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for Presenter {
    fn resolve(&self, issuers: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.identity.as_ref()?.0.resolve(issuers, schemes)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn load(certificate: &Path, key: &Path) -> Result<ClientIdentity, IdentityError> {
    let pem = read_bounded(certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .filter_map(Result::ok)
        .collect();
    if chain.is_empty() {
        return Err(IdentityError::NoCertificate(certificate.to_owned()));
    }
    let pem = Secret::new(read_bounded(key)?);
    let key = PrivateKeyDer::from_pem_slice(pem.expose())
        .map_err(|_| IdentityError::NoKey(key.to_owned()))?;
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider());
    let certified = certified.map_err(IdentityError::Unfit)?;
    Ok(ClientIdentity(Arc::new(certified.into())))
}
