//! What a certificate says about itself.

use jiff::Timestamp;
use registrar_registry::Fingerprint;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};
use x509_parser::time::ASN1Time;

use crate::text::clean;

/// The most characters of a name in a certificate.
const MAX_NAME: usize = 200;
/// The most host names of a certificate.
const MAX_HOSTS: usize = 100;

/// A server's certificate as it was presented, trusted or not. Texts are fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Subject: common name, else the whole name.
    pub subject: String,
    /// The hosts it is for: DNS names and addresses; at most 100.
    pub hosts: Vec<String>,
    /// Issuer: common name, else the whole name.
    pub issuer: String,
    /// Whether it is signed by itself.
    pub self_signed: bool,
    /// Start of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// SHA-256 of the DER form.
    pub sha256: Fingerprint,
}

impl CertificateFacts {
    /// Reads the certificate `der`; `None` where it is not a certificate.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        Some(Self {
            subject: name(certificate.subject()),
            hosts: hosts(&certificate),
            issuer: name(certificate.issuer()),
            self_signed: certificate.verify_signature(None).is_ok(),
            not_before: time(certificate.validity().not_before)?,
            not_after: time(certificate.validity().not_after)?,
            sha256: Fingerprint::of_der(der),
        })
    }
}

fn name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().find_map(|cn| cn.as_str().ok());
    let text = common.map_or_else(|| name.to_string(), ToOwned::to_owned);
    clean(&text, MAX_NAME)
}

fn hosts(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = names.value.general_names.iter();
    names.filter_map(host).take(MAX_HOSTS).collect()
}

fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(host) => Some(clean(host, MAX_NAME)),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(v4).to_string());
    }
    let v6 = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(v6).to_string())
}

fn time(time: ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}
