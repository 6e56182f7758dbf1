//! The TLS handshake, and what its failure means.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use registrar_registry::TlsRules;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig};
use tokio_rustls::TlsConnector;

use crate::certificate::CertificateFacts;
use crate::connect::{Io, Stream};
use crate::failure::{Failure, FailureKind, find};
use crate::identity::{ClientIdentity, Presenter};
use crate::route::Endpoint;
use crate::trust::{Recorder, Trust, TrustStore};

/// What to trust at a server, and who to be there.
#[derive(Debug, Clone, Copy)]
pub struct Tls<'a> {
    /// What to trust. The pinned certificate counts for the origin of the request only, the CA
    /// file for redirects as well.
    pub rules: &'a TlsRules,
    /// The certificate to present where the origin of the request asks for one.
    pub identity: Option<&'a ClientIdentity>,
    /// Whether any certificate will do at the origin of the request. Whoever is on the way can
    /// read and change everything then.
    pub insecure: bool,
}

impl<'a> From<&'a TlsRules> for Tls<'a> {
    fn from(rules: &'a TlsRules) -> Self {
        Self {
            rules,
            identity: None,
            insecure: false,
        }
    }
}

/// What a handshake brought.
pub(crate) struct Handshake {
    /// The encrypted stream and whether HTTP/2 was agreed on.
    pub(crate) outcome: Result<(Stream, bool), Failure>,
    /// The certificate, also where it was refused.
    pub(crate) certificate: Option<CertificateFacts>,
    /// Whether the server asked for a client certificate.
    pub(crate) asked: bool,
}

/// Which protocols to offer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocols {
    /// HTTP/2, else HTTP/1.1.
    Http2,
    /// HTTP/1.1 only: what a proxy's CONNECT is spoken in.
    Http1,
}

/// Shakes hands with `server` over `stream`, as `identity` where the server asks who we are.
pub(crate) async fn handshake(
    store: &TrustStore,
    trust: Trust,
    identity: Option<&ClientIdentity>,
    server: &Endpoint,
    stream: Stream,
    protocols: Protocols,
) -> Handshake {
    let recorder = Arc::new(Recorder::new(trust, Arc::clone(store.provider())));
    let presenter = Arc::new(Presenter::new(identity));
    let outcome = match config(store, &recorder, &presenter, protocols) {
        Ok(config) => connect(config, server, stream).await,
        Err(error) => Err(io::Error::other(error)),
    };
    let certificate = recorder
        .presented()
        .and_then(|der| CertificateFacts::read(&der));
    Handshake {
        outcome: outcome.map_err(|error| failure(&error, &recorder)),
        certificate,
        asked: presenter.was_asked(),
    }
}

async fn connect(
    config: ClientConfig,
    server: &Endpoint,
    stream: Stream,
) -> io::Result<(Stream, bool)> {
    let name = server_name(server).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Ok((Box::new(stream) as Box<dyn Io>, http2))
}

/// One configuration per connection: cheap, because what costs time (the roots) is shared,
/// and it guarantees that no session of another trust is resumed.
fn config(
    store: &TrustStore,
    recorder: &Arc<Recorder>,
    presenter: &Arc<Presenter>,
    protocols: Protocols,
) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::clone(store.provider()))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(recorder) as _)
        .with_client_cert_resolver(Arc::clone(presenter) as _);
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if protocols == Protocols::Http2 {
        config.alpn_protocols.insert(0, b"h2".to_vec());
    }
    Ok(config)
}

fn server_name(
    server: &Endpoint,
) -> Result<ServerName<'static>, rustls::pki_types::InvalidDnsNameError> {
    match server.host.parse::<IpAddr>() {
        Ok(address) => Ok(ServerName::IpAddress(address.into())),
        Err(_) => ServerName::try_from(server.host.trim_end_matches('.').to_owned()),
    }
}

fn failure(error: &io::Error, recorder: &Recorder) -> Failure {
    Failure::from_error(kind(error, recorder.is_pinned()), error)
}

/// What a failed handshake means, by rustls' error codes.
fn kind(error: &io::Error, pinned: bool) -> FailureKind {
    match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        )) if pinned => FailureKind::CertificateChanged,
        Some(rustls::Error::InvalidCertificate(_)) if pinned => FailureKind::TlsFailed,
        Some(rustls::Error::InvalidCertificate(objection)) => certificate_kind(objection),
        Some(_) => FailureKind::TlsFailed,
        None if find::<rustls::pki_types::InvalidDnsNameError>(error).is_some() => {
            FailureKind::TlsFailed
        }
        None => FailureKind::ConnectionClosed,
    }
}

fn certificate_kind(objection: &CertificateError) -> FailureKind {
    match objection {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => FailureKind::CertificateExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            FailureKind::CertificateWrongHost
        }
        // Unknown issuer, and the many ways in which a chain does not hold: a certificate that
        // is its own authority is reported by some of them.
        _ => FailureKind::CertificateNotTrusted,
    }
}
