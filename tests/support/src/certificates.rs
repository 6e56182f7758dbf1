//! Certificates of every quality, signed by an authority of our own or by themselves.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The hosts that good certificates are for. The `.test` names resolve nowhere: they are for
/// requests through a [`crate::proxy::Proxy`], which connects every name to loopback.
pub const HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "registry.test", "other.test"];

/// What a server's certificate is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Signed by the authority, for [`HOSTS`], valid now.
    Good,
    /// Signed by itself, for [`HOSTS`], valid now.
    SelfSigned,
    /// Signed by itself and marked as an authority, as `openssl req -x509` makes it.
    SelfSignedAuthority,
    /// Good, but until 2020.
    Expired,
    /// Good, but from 2095.
    NotYetValid,
    /// Good, but for `elsewhere.test`.
    WrongHost,
}

impl Quality {
    /// All, with the names that the command line knows them by.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("good", Self::Good),
        ("self-signed", Self::SelfSigned),
        ("self-signed-authority", Self::SelfSignedAuthority),
        ("expired", Self::Expired),
        ("not-yet-valid", Self::NotYetValid),
        ("wrong-host", Self::WrongHost),
    ];
}

/// A certificate authority that nobody trusts unless told to. Its file is deleted with the
/// last clone.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    /// A new one, with a key of its own.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        name(&mut params, "Registrar Test Authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("the authority's file");
        Self(Arc::new(Inner { issuer, folder }))
    }

    /// The file with its certificate in PEM: for a registry's settings, or for `SSL_CERT_FILE`.
    pub fn file(&self) -> PathBuf {
        self.folder().join("ca.pem")
    }

    /// The temporary folder that holds its file.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// A server's certificate with its key.
    pub fn issue(&self, quality: Quality) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let params = params(quality);
        let certificate = match quality {
            Quality::SelfSigned | Quality::SelfSignedAuthority => params.self_signed(&key),
            _ => params.signed_by(&key, &self.0.issuer),
        };
        Issued {
            certificate: certificate.expect("a certificate"),
            key,
        }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// A server's certificate with its key, which is good for a client as well.
pub struct Issued {
    certificate: Certificate,
    key: KeyPair,
}

impl Issued {
    /// The certificate in DER, of which the fingerprint is made.
    pub fn der(&self) -> &CertificateDer<'static> {
        self.certificate.der()
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Writes the certificate and its key in PEM into `folder`; returns their files.
    pub fn write_to(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let files = (folder.join("certificate.pem"), folder.join("key.pem"));
        std::fs::write(&files.0, self.pem()).expect("the certificate's file");
        std::fs::write(&files.1, self.key.serialize_pem()).expect("the key's file");
        files
    }

    /// A server's TLS configuration with it, offering HTTP/2 and nothing else where `http2`.
    pub fn server_config(&self, http2: bool) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key in DER");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS versions")
            .with_no_client_auth()
            .with_single_cert(vec![self.der().clone()], key)
            .expect("a server's configuration");
        if http2 {
            config.alpn_protocols = vec![b"h2".to_vec()];
        }
        Arc::new(config)
    }
}

fn params(quality: Quality) -> CertificateParams {
    let hosts = match quality {
        Quality::WrongHost => vec!["elsewhere.test".to_owned()],
        _ => HOSTS.map(ToOwned::to_owned).to_vec(),
    };
    let mut params = CertificateParams::new(hosts).expect("host names");
    name(&mut params, "registry.test");
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2099, 1, 1);
    match quality {
        Quality::Expired => params.not_after = date_time_ymd(2020, 1, 1),
        Quality::NotYetValid => params.not_before = date_time_ymd(2095, 1, 1),
        Quality::SelfSignedAuthority => {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        Quality::Good | Quality::SelfSigned | Quality::WrongHost => {}
    }
    params
}

fn name(params: &mut CertificateParams, common: &str) {
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common);
}
