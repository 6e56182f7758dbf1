//! The authority that signs this computer's certificates: made once, trusted by those who are told to.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType, SerialNumber,
    date_time_ymd,
};
use registrar_registry::Secret;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Names, ShareError};
use crate::host::Host;
use crate::tokens::Safe;

/// Under this id the safe keeps the authority, its key and its certificate in one piece.
pub const AUTHORITY: Uuid = Uuid::from_u128(0x0194_c000_0000_7000_8000_6361_2e70_656d);
const YEARS: i16 = 10;
/// In its last days it would outlive none of its certificates, so another one is made.
const LAST_DAYS: i64 = 120;
/// How long a certificate is good.
const LEAF_DAYS: i32 = 90;
const NAME: &str = "Registrar on ";
/// How much of the computer's name there is room for.
const HOST_CHARS: usize = 42;

/// What others need to trust this computer. It holds nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The certificate in PEM.
    pub pem: String,
    /// The SHA-256 of the certificate, as `AB:CD:…`, to be compared by eye.
    pub fingerprint: String,
    /// When it ends.
    pub not_after: Timestamp,
}

/// The authority with its key.
pub(super) struct Signer {
    pub(super) authority: Authority,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
pub(super) struct Leaf {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Host {
    /// The authority, made where there is none yet. It is in the safe before anybody sees it.
    pub(super) async fn signer(&self) -> Result<Signer, ShareError> {
        let safe = &self.0.safe;
        let kept = safe.reveal(AUTHORITY).await;
        if let Some(kept) = kept.map_err(crate::HostError::from)? {
            let signer = Signer::read(&kept)?;
            let left = signer.authority.not_after.duration_since(Timestamp::now());
            if left.as_hours() > LAST_DAYS * 24 {
                return Ok(signer);
            }
        }
        let made = make()?;
        let signer = Signer::read(&made)?;
        keep(&**safe, made).await?;
        Ok(signer)
    }
}

async fn keep(safe: &dyn Safe, made: Secret) -> Result<(), ShareError> {
    let kept = safe.keep(AUTHORITY, made).await;
    Ok(kept.map_err(crate::HostError::from)?)
}

/// A new authority: its key, then its certificate, in PEM.
fn make() -> Result<Secret, ShareError> {
    let mut params = CertificateParams::default();
    let key = KeyPair::generate()?;
    params.distinguished_name = called(&name_of(&key));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, today().saturating_add(YEARS.years()));
    params.serial_number = Some(serial()?);
    let secret = zeroize::Zeroizing::new(key.serialize_pem());
    let issuer = CertifiedIssuer::self_signed(params, key)?;
    Ok(Secret::new(format!("{}{}", *secret, issuer.pem())))
}

/// Says which computer, and which of its authorities: of two with one name, clients would try the
/// wrong one and call the signature bad.
fn name_of(key: &KeyPair) -> String {
    let host = gethostname::gethostname();
    let host: String = host.to_string_lossy().chars().take(HOST_CHARS).collect();
    let mark = Sha256::digest(key.public_key_raw());
    format!("{NAME}{host} ({})", crate::hex(&mark[..3]))
}

impl Signer {
    fn read(kept: &Secret) -> Result<Self, ShareError> {
        let broken = || ShareError::Making("the authority that is kept is damaged".to_owned());
        let der = CertificateDer::from_pem_slice(kept.expose()).map_err(|_| broken())?;
        let text = kept.expose_text().ok_or_else(broken)?;
        let at = text.find("-----BEGIN CERTIFICATE").ok_or_else(broken)?;
        let (key, pem) = text.split_at(at);
        let key = KeyPair::from_pem(key)?;
        Ok(Self {
            authority: Authority {
                pem: pem.to_owned(),
                fingerprint: fingerprint(&der),
                not_after: super::own::facts(&der).ok_or_else(broken)?.not_after,
            },
            issuer: Issuer::from_ca_cert_der(&der, key)?,
        })
    }

    /// A certificate for these names, with a new key.
    pub(super) fn issue(&self, names: &Names) -> Result<Leaf, ShareError> {
        let mut params = CertificateParams::new(names.hosts.clone())?;
        let addresses = names.addresses.iter().copied();
        params
            .subject_alt_names
            .extend(addresses.map(SanType::IpAddress));
        params.distinguished_name = called(names.hosts.first().map_or("registrar", String::as_str));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, today().saturating_add(LEAF_DAYS.days()));
        params.serial_number = Some(serial()?);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::try_from(key.serialize_der());
        Ok(Leaf {
            chain: vec![certificate.der().clone()],
            key: key.map_err(|said| ShareError::Making(said.to_owned()))?,
        })
    }
}

/// The SHA-256 of a certificate in DER, as `AB:CD:…`.
pub fn fingerprint(der: &CertificateDer<'_>) -> String {
    let pairs = Sha256::digest(der);
    let pairs = pairs.iter().map(|byte| format!("{byte:02X}"));
    pairs.collect::<Vec<_>>().join(":")
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    called.push(
        DnType::CommonName,
        name.chars().take(64).collect::<String>(),
    );
    called
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// From yesterday, for clocks that are a little behind.
fn set_validity(params: &mut CertificateParams, until: Date) {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let day = |date: Date| date_time_ymd(date.year().into(), part(date.month()), part(date.day()));
    params.not_before = day(today().saturating_sub(1.day()));
    params.not_after = day(until);
}

/// Random, so that no two certificates of an authority have the same; positive.
fn serial() -> Result<SerialNumber, ShareError> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| ShareError::Making(error.to_string()))?;
    bytes[0] &= 0x7f;
    Ok(SerialNumber::from_slice(&bytes))
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};
    use x509_parser::prelude::{FromDer as _, X509Certificate};

    use super::{Signer, make};

    #[test]
    fn two_authorities_of_one_computer_have_two_names() {
        let name = || {
            let signer = Signer::read(&make().unwrap()).unwrap();
            let der = CertificateDer::from_pem_slice(signer.authority.pem.as_bytes()).unwrap();
            let (_, certificate) = X509Certificate::from_der(&der).unwrap();
            certificate.subject().to_string()
        };
        let (one, other) = (name(), name());
        assert!(one.starts_with("CN=Registrar on "), "{one}");
        assert_ne!(one, other);
    }
}
