//! What to check.

use registrar_registry::{ClientCertificate, ContainerHost, TlsRules};
use url::Url;

use crate::credentials::Credentials;

/// A registry to talk to.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its host.
    pub host: ContainerHost,
    /// Who to be there; nobody where `None`.
    pub credentials: Option<Credentials>,
    /// What to trust.
    pub tls: TlsRules,
    /// The certificate to present, where the registry asks for one.
    pub client_certificate: Option<ClientCertificate>,
    /// Whether any certificate will do. Whoever is on the way can read and change everything then.
    pub insecure: bool,
    /// Whether the registry speaks http only. Credentials go over it in the clear then.
    pub plain_http: bool,
    /// The token server on another site that the person has approved, without query.
    pub approved_realm: Option<Url>,
}

impl Target {
    /// An anonymous one at `host`, with the strictest rules.
    pub fn new(host: ContainerHost) -> Self {
        Self {
            host,
            credentials: None,
            tls: TlsRules::default(),
            client_certificate: None,
            insecure: false,
            plain_http: false,
            approved_realm: None,
        }
    }
}
