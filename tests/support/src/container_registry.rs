//! A container registry on loopback with its token server: what registries ask for, and every way
//! in which they can be wrong or hostile.
//!
//! It listens on a free port in a thread of its own, notes every request, and stops when dropped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

mod body;
mod mode;
mod server;
mod tokens;

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use crate::background::Background;
use crate::certificates::{Authority, Quality};

pub use mode::{Registry, Tokens};

/// The user that is let in.
pub const USER: &str = "robot$team+ci";
/// The user's password, with everything that programs get wrong.
pub const PASSWORD: &str = "p ä%2F+&=\"'\\:😀";
/// The identity token that is let in.
pub const IDENTITY_TOKEN: &str = "identity/+token==";

/// A running registry.
pub struct ContainerRegistry {
    state: Arc<State>,
    certificate: Option<CertificateDer<'static>>,
    server: Background,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// GET or POST.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The body.
    pub body: String,
}

/// How a registry is to start.
#[derive(Default)]
pub struct Builder {
    registry: Registry,
    tokens: Tokens,
    challenges: Vec<String>,
    tls: Option<(Authority, Quality)>,
}

struct State {
    registry: Registry,
    tokens: Tokens,
    challenges: Vec<String>,
    scheme: &'static str,
    tls: Option<Arc<ServerConfig>>,
    seen: Mutex<Vec<Seen>>,
}

impl Builder {
    /// With this answer on `/v2/`.
    #[must_use]
    pub fn registry(self, registry: Registry) -> Self {
        Self { registry, ..self }
    }

    /// With this answer on `/token`.
    #[must_use]
    pub fn tokens(self, tokens: Tokens) -> Self {
        Self { tokens, ..self }
    }

    /// With this header `WWW-Authenticate`, and more of them where called again. `{here}` stands
    /// for its own address.
    #[must_use]
    pub fn challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenges.push(challenge.into());
        self
    }

    /// With https, by a certificate of `quality` from `authority`.
    #[must_use]
    pub fn tls(self, authority: &Authority, quality: Quality) -> Self {
        let tls = Some((authority.clone(), quality));
        Self { tls, ..self }
    }

    /// Starts it.
    pub fn start(self) -> ContainerRegistry {
        let issued = self
            .tls
            .map(|(authority, quality)| authority.issue(quality));
        let state = Arc::new(State {
            registry: self.registry,
            tokens: self.tokens,
            challenges: self.challenges,
            scheme: if issued.is_some() { "https" } else { "http" },
            tls: issued.as_ref().map(|issued| issued.server_config(false)),
            seen: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| server::serve(stream, Arc::clone(&shared));
        let server = Background::start(0, serve).expect("a loopback server");
        ContainerRegistry {
            state,
            certificate: issued.map(|issued| issued.der().clone()),
            server,
        }
    }
}

impl ContainerRegistry {
    /// To start one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// One that asks for Bearer, with its token server at its own address.
    pub fn bearer() -> Builder {
        Self::builder().challenge("Bearer realm=\"{here}/token\",service=\"test\"")
    }

    /// One that asks for Basic.
    pub fn basic() -> Builder {
        Self::builder().challenge("Basic realm=\"test\"")
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    /// Its address under another host name, without a slash at the end.
    pub fn url_as(&self, host: &str) -> String {
        format!(
            "{}://{host}:{}",
            self.state.scheme,
            self.server.address().port()
        )
    }

    /// Its certificate in DER.
    pub fn certificate(&self) -> Option<&CertificateDer<'static>> {
        self.certificate.as_ref()
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.server.open_connections()
    }

    /// All requests so far, in order.
    pub fn requests(&self) -> Vec<Seen> {
        let seen = self.state.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The paths of all requests so far, without queries, and how each said who it was: `-`,
    /// `Basic`, `Bearer` or `form`.
    pub fn conversation(&self) -> Vec<String> {
        let requests = self.requests();
        let lines = requests.iter().map(|seen| {
            let path = seen.path.split('?').next().unwrap_or_default();
            let who = seen.authorization.as_deref().unwrap_or("-");
            let who = if seen.body.is_empty() { who } else { "form" };
            format!("{path} {}", who.split(' ').next().unwrap_or_default())
        });
        lines.collect()
    }

    /// Whether anything came that could be a credential.
    pub fn was_told_secrets(&self) -> bool {
        let requests = self.requests();
        requests
            .iter()
            .any(|seen| seen.authorization.is_some() || !seen.body.is_empty())
    }
}

impl State {
    fn note(&self, seen: Seen) {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(seen);
    }
}
