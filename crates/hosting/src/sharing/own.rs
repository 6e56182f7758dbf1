//! The person's own certificate, read and checked before it is used.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use zeroize::Zeroizing;

use super::Names;

/// Larger files hold something else.
const MAX_BYTES: u64 = 256 * 1024;

/// What is wrong with a certificate, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// A file cannot be read.
    #[error("{file} cannot be read: {said}. Choose another file, or change its permissions.")]
    Unreadable {
        /// Its path.
        file: String,
        /// What the system says.
        said: String,
    },
    /// No certificate is in the file.
    #[error(
        "There is no certificate in {0}. Choose a file in PEM, with -----BEGIN CERTIFICATE-----."
    )]
    NoCertificate(String),
    /// No key is in the file.
    #[error(
        "There is no private key in {0}. Choose a file in PEM, with -----BEGIN PRIVATE KEY-----."
    )]
    NoKey(String),
    /// The key is encrypted.
    #[error(
        "The private key in {0} is encrypted. Decrypt it first, for example with \u{201c}openssl pkey\u{201d}."
    )]
    Encrypted(String),
    /// The key is another one's.
    #[error(
        "The private key does not belong to the certificate. Choose the two that were made together."
    )]
    OtherKey,
    /// It has ended.
    #[error("The certificate ended on {0}. Renew it, or let Registrar make one.")]
    Expired(String),
    /// It has not begun.
    #[error("The certificate is good from {0} only. Check this computer\u{2019}s clock.")]
    NotYet(String),
    /// It names nobody.
    #[error(
        "The certificate names no host or address of its own, so no client accepts it. Use one with subject alternative names that are no patterns."
    )]
    NoNames,
}

/// Whether a certificate and its key can be used, before anything depends on them: its names, and
/// when it ends. Blocks for a moment.
///
/// # Errors
/// What is wrong with them.
pub fn check(chain: &Path, key: &Path) -> Result<(Names, Timestamp), CertificateProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let (_, facts) = read(chain, key, &provider)?;
    Ok((facts.names, facts.not_after))
}

/// What a certificate says.
pub(super) struct Facts {
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) names: Names,
}

/// Takes a certificate apart; `None` where it is none.
pub(super) fn facts(der: &CertificateDer<'_>) -> Option<Facts> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let at = |second: i64| Timestamp::from_second(second).ok();
    let mut names = Names::default();
    if let Ok(Some(alternatives)) = certificate.subject_alternative_name() {
        for name in &alternatives.value.general_names {
            match name {
                GeneralName::DNSName(name) if !name.contains('*') => {
                    names.hosts.push(name.to_ascii_lowercase());
                }
                GeneralName::IPAddress(bytes) => names.addresses.extend(ip(bytes)),
                _ => {}
            }
        }
    }
    Some(Facts {
        not_before: at(validity.not_before.timestamp())?,
        not_after: at(validity.not_after.timestamp())?,
        names,
    })
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Reads a certificate and its key, and says what is wrong with them. Blocks for a moment.
pub(super) fn read(
    chain: &Path,
    key: &Path,
    provider: &Arc<CryptoProvider>,
) -> Result<(CertifiedKey, Facts), CertificateProblem> {
    let (chain_name, key_name) = (chain.display().to_string(), key.display().to_string());
    let chain = read_file(chain)?;
    let certificates = CertificateDer::pem_slice_iter(&chain).collect::<Result<Vec<_>, _>>();
    let no_certificate = || CertificateProblem::NoCertificate(chain_name.clone());
    let certificates = certificates.map_err(|_| no_certificate())?;
    let leaf = certificates.first().ok_or_else(no_certificate)?;
    let found = facts(leaf).ok_or_else(no_certificate)?;
    let text = read_file(key)?;
    let encrypted = text.windows(9).any(|part| part == b"ENCRYPTED");
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        if encrypted {
            CertificateProblem::Encrypted(key_name.clone())
        } else {
            CertificateProblem::NoKey(key_name.clone())
        }
    })?;
    judge(&found)?;
    let pair = CertifiedKey::from_der(certificates, key, provider);
    let pair = pair.map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => CertificateProblem::OtherKey,
        _ => CertificateProblem::NoKey(key_name),
    })?;
    Ok((pair, found))
}

fn judge(found: &Facts) -> Result<(), CertificateProblem> {
    let (now, day) = (Timestamp::now(), |at: Timestamp| {
        at.strftime("%F").to_string()
    });
    if found.not_after <= now {
        return Err(CertificateProblem::Expired(day(found.not_after)));
    }
    if found.not_before > now {
        return Err(CertificateProblem::NotYet(day(found.not_before)));
    }
    if found.names.all().is_empty() {
        return Err(CertificateProblem::NoNames);
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, CertificateProblem> {
    use std::io::Read as _;
    let mut bytes = Zeroizing::new(Vec::new());
    let read = fs_err::File::open(path).and_then(|file| {
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(())
    });
    read.map_err(|error| CertificateProblem::Unreadable {
        file: path.display().to_string(),
        said: error.kind().to_string(),
    })?;
    Ok(bytes)
}
