//! Whose certificates are trusted, and what certificate was presented.

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use registrar_registry::{Fingerprint, TlsRules};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::cache::Cache;
use crate::failure::{Failure, FailureKind};
use crate::tls::Tls;

/// The most bytes that a file in PEM may have.
const MAX_PEM_FILE: u64 = 1024 * 1024;

type Verifier = Arc<dyn ServerCertVerifier>;

/// Builds the trust of one connection; keeps what the system trusts for all of them.
#[derive(Debug)]
pub(crate) struct TrustStore {
    provider: Arc<CryptoProvider>,
    system: Cache<Option<Verifier>>,
}

/// What a server's certificate must satisfy.
#[derive(Debug, Clone)]
pub(crate) enum Trust {
    /// One of these verifiers accepts the chain, the dates and the name.
    Chain(Vec<Verifier>),
    /// It is exactly this one: its chain, dates and names do not matter, and no other one
    /// is accepted, not even one that the system trusts.
    Pinned(Fingerprint),
    /// Any: where the person has turned the verification off, and for finding out whether a
    /// server speaks TLS, when nothing is ever sent.
    Anything,
}

impl TrustStore {
    pub(crate) fn new() -> Self {
        Self {
            provider: Arc::new(rustls::crypto::ring::default_provider()),
            system: Cache::new(),
        }
    }

    pub(crate) fn provider(&self) -> &Arc<CryptoProvider> {
        &self.provider
    }

    /// The trust that `tls` means. A pinned certificate makes a CA file irrelevant, and counts
    /// also where the verification is turned off.
    ///
    /// # Errors
    /// [`FailureKind::CaFileUnusable`].
    pub(crate) async fn of(&self, tls: Tls<'_>) -> Result<Trust, Failure> {
        let rules: &TlsRules = tls.rules;
        if let Some(pinned) = &rules.trusted_certificate {
            return Ok(Trust::Pinned(*pinned));
        }
        if tls.insecure {
            return Ok(Trust::Anything);
        }
        let mut verifiers = Vec::new();
        if let Some(file) = &rules.ca_file {
            verifiers.push(self.own_ca(file).await?);
        }
        verifiers.extend(self.system().await);
        Ok(Trust::Chain(verifiers))
    }

    /// What the operating system trusts. `None` on a system that has no certificate at all.
    async fn system(&self) -> Option<Verifier> {
        let provider = Arc::clone(&self.provider);
        let load = async {
            tokio::task::spawn_blocking(|| load_system(provider))
                .await
                .unwrap_or_default()
        };
        self.system.get(load).await
    }

    async fn own_ca(&self, file: &Path) -> Result<Verifier, Failure> {
        let unusable = |raw: String| Failure::new(FailureKind::CaFileUnusable, raw);
        let path = file.to_owned();
        let pem = tokio::task::spawn_blocking(move || read_bounded(&path))
            .await
            .unwrap_or_else(|e| Err(io::Error::other(e)))
            .map_err(|e| unusable(e.to_string()))?;
        let mut roots = RootCertStore::empty();
        let found = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok);
        roots.add_parsable_certificates(found);
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map(|verifier| verifier as Verifier)
            .map_err(|_| unusable(format!("no certificate in {}", file.display())))
    }
}

fn load_system(provider: Arc<CryptoProvider>) -> Option<Verifier> {
    match rustls_platform_verifier::Verifier::new(provider) {
        Ok(verifier) => Some(Arc::new(verifier)),
        Err(error) => {
            tracing::warn!(%error, "the system's certificates cannot be loaded");
            None
        }
    }
}

pub(crate) fn read_bounded(file: &Path) -> io::Result<Vec<u8>> {
    // Before opening it: opening a pipe would wait for whoever writes to it.
    if !fs_err::metadata(file)?.is_file() {
        return Err(io::Error::other(format!(
            "{} is not a file",
            file.display()
        )));
    }
    let mut bytes = Vec::new();
    let opened = fs_err::File::open(file)?;
    opened.take(MAX_PEM_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_PEM_FILE {
        let text = format!("{} is larger than 1 MiB", file.display());
        return Err(io::Error::other(text));
    }
    Ok(bytes)
}

/// Judges a certificate by a [`Trust`] and remembers it, whatever the verdict.
#[derive(Debug)]
pub(crate) struct Recorder {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    presented: Mutex<Option<CertificateDer<'static>>>,
}

impl Recorder {
    pub(crate) fn new(trust: Trust, provider: Arc<CryptoProvider>) -> Self {
        Self {
            trust,
            provider,
            presented: Mutex::new(None),
        }
    }

    /// The certificate that was presented, if it came that far.
    pub(crate) fn presented(&self) -> Option<CertificateDer<'static>> {
        let presented = self.presented.lock();
        presented.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether only one certificate is accepted.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self.trust, Trust::Pinned(_))
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self
            .presented
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(end_entity.clone().into_owned());
        match &self.trust {
            Trust::Anything => Ok(ServerCertVerified::assertion()),
            Trust::Pinned(pinned) if *pinned == Fingerprint::of_der(end_entity) => {
                Ok(ServerCertVerified::assertion())
            }
            Trust::Pinned(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
            Trust::Chain(verifiers) => any(verifiers, |verifier| {
                verifier.verify_server_cert(
                    end_entity,
                    intermediates,
                    server_name,
                    ocsp_response,
                    now,
                )
            }),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// The first acceptance, else the first objection that says more than "unknown issuer".
fn any(
    verifiers: &[Verifier],
    verify: impl Fn(&Verifier) -> Result<ServerCertVerified, rustls::Error>,
) -> Result<ServerCertVerified, rustls::Error> {
    let unknown = rustls::Error::from(CertificateError::UnknownIssuer);
    let mut objection = unknown.clone();
    for verifier in verifiers {
        match verify(verifier) {
            Ok(accepted) => return Ok(accepted),
            Err(error) if objection == unknown => objection = error,
            Err(_) => {}
        }
    }
    Err(objection)
}
