//! A devfile registry on loopback: real data, and every way in which a registry can fail.
//!
//! It listens on a free port in a thread of its own. Its [`Mode`] and its certificate can be
//! changed while it runs, so that it can fail and recover. Dropping it stops it.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

mod catalogue;
mod mode;
mod parcels;
mod server;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use crate::background::Background;
use crate::certificates::{Authority, Quality};

pub use catalogue::{HUGE, SAMPLES, STACKS};
pub use mode::Mode;
pub use parcels::{STARTER_FILES, starter_zip};

/// A running registry.
pub struct DevfileRegistry {
    state: Arc<State>,
    server: Background,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Path and query.
    pub path: String,
    /// The header `Host`, or HTTP/2's `:authority`.
    pub host: Option<String>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `User-Agent`.
    pub user_agent: Option<String>,
}

/// What the server's connections share.
pub(crate) struct State {
    mode: Mutex<Mode>,
    tls: Mutex<Option<Tls>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Clone)]
struct Tls {
    config: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
    /// Whether plain http is answered with 400 in plain http, as nginx and Go do; otherwise
    /// the handshake fails on it.
    explains: bool,
}

/// How a registry is to start.
#[derive(Default)]
pub struct Builder {
    mode: Mode,
    port: u16,
    tls: Option<(Authority, Quality)>,
    http2: bool,
    mute: bool,
}

impl Builder {
    /// In this mode.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// At this port instead of a free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// With https, by a certificate of `quality` from `authority`.
    #[must_use]
    pub fn tls(self, authority: &Authority, quality: Quality) -> Self {
        let tls = Some((authority.clone(), quality));
        Self { tls, ..self }
    }

    /// With HTTP/2 and nothing else. Needs TLS.
    #[must_use]
    pub fn http2(self) -> Self {
        Self {
            http2: true,
            ..self
        }
    }

    /// Without the polite answer that others give to plain http on a port for https.
    #[must_use]
    pub fn mute_to_plain_http(self) -> Self {
        Self { mute: true, ..self }
    }

    /// Starts it.
    pub fn start(self) -> DevfileRegistry {
        let tls = self.tls.map(|(authority, quality)| {
            let issued = authority.issue(quality);
            Tls {
                config: issued.server_config(self.http2),
                certificate: issued.der().clone(),
                explains: !self.mute,
            }
        });
        let state = Arc::new(State {
            mode: Mutex::new(self.mode),
            tls: Mutex::new(tls),
            seen: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| server::serve(stream, Arc::clone(&shared));
        let server = Background::start(self.port, serve).expect("a loopback server");
        DevfileRegistry { state, server }
    }
}

impl DevfileRegistry {
    /// One with plain http that works.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// To start one otherwise.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Its address, without a slash at the end: `http://localhost:40000`.
    pub fn url(&self) -> String {
        self.url_as("localhost")
    }

    /// Its address under another host name.
    pub fn url_as(&self, host: &str) -> String {
        let scheme = if lock(&self.state.tls).is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{host}:{}", self.port())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// Its certificate in DER.
    pub fn certificate(&self) -> Option<CertificateDer<'static>> {
        let tls = lock(&self.state.tls);
        tls.as_ref().map(|tls| tls.certificate.clone())
    }

    /// From now on, it is in this mode.
    pub fn set_mode(&self, mode: Mode) {
        *lock(&self.state.mode) = mode;
    }

    /// From now on, it has another certificate: of `quality`, from `authority`.
    pub fn set_certificate(&self, authority: &Authority, quality: Quality) {
        let issued = authority.issue(quality);
        *lock(&self.state.tls) = Some(Tls {
            config: issued.server_config(false),
            certificate: issued.der().clone(),
            explains: true,
        });
    }

    /// All requests so far, in order.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.state.seen).clone()
    }

    /// Every `Authorization` header so far.
    pub fn authorizations(&self) -> Vec<String> {
        let seen = lock(&self.state.seen);
        seen.iter()
            .filter_map(|seen| seen.authorization.clone())
            .collect()
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.server.open_connections()
    }

    /// Waits until `wanted` connections are open; says whether that happened within `limit`.
    pub fn wait_for_connections(&self, wanted: usize, limit: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < limit {
            if self.open_connections() == wanted {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl State {
    pub(crate) fn mode(&self) -> Mode {
        lock(&self.mode).clone()
    }

    pub(crate) fn note(&self, seen: Seen) {
        lock(&self.seen).push(seen);
    }

    fn tls(&self) -> Option<Tls> {
        lock(&self.tls).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
