//! The server: one router for packages and for managing registries, on one address.
//!
//! A request passes the guard (is it meant for us, is it from a web page?), is told who asks, and
//! then goes to the management interface (`/api/`) or to the registry whose path it names, where the
//! ecosystem answers. What is decided about a path is decided once, on its decoded form.

pub mod blob;
mod bounds;
mod call;
mod clients;
mod credentials;
mod data;
mod guard;
mod health;
mod holder;
pub mod index;
mod lingering;
mod listen;
mod management;
mod metrics;
mod network;
mod passes;
mod patience;
mod problem;
mod rate;
mod root;
mod sessions;
mod uploads;

pub use bounds::Bounds;
pub use call::Call;
pub use clients::Client;
pub use holder::{Holder, holder};
pub(crate) use listen::listen_secure;
pub use listen::{ListenError, Listening, bind, listen};
pub use problem::{FieldProblem, Problem};
pub use root::RootCall;
pub(crate) use sessions::Session;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::middleware;
use axum::routing::{any, get};

use crate::host::Host;
use metrics::Metrics;
use passes::Passes;
use rate::Rate;
use sessions::Sessions;
use uploads::Uploads;

/// What all requests share.
pub struct Server {
    host: Host,
    base: String,
    allowed: guard::Allowed,
    metrics: Metrics,
    bounds: Bounds,
    rate: Rate,
    uploads: Uploads,
    sessions: Sessions,
    passes: Passes,
    changing: AtomicU32,
    network: network::Network,
}

impl Server {
    /// A server of `host` that listens at `port` and tells clients the address `public_url`, such as
    /// `http://127.0.0.1:4747`.
    pub fn new(host: Host, port: u16, public_url: Option<&url::Url>) -> Arc<Self> {
        Self::with_bounds(host, port, public_url, Bounds::default())
    }

    /// The same with other limits.
    pub fn with_bounds(
        host: Host,
        port: u16,
        public_url: Option<&url::Url>,
        bounds: Bounds,
    ) -> Arc<Self> {
        let own = format!("http://127.0.0.1:{port}");
        let base = public_url.map_or(own, |url| url.as_str().trim_end_matches('/').to_owned());
        Arc::new(Self {
            allowed: guard::Allowed::new(port, &base),
            metrics: Metrics::default(),
            rate: Rate::new(bounds.requests),
            uploads: Uploads::default(),
            sessions: Sessions::default(),
            passes: Passes::default(),
            bounds,
            changing: AtomicU32::new(0),
            network: network::Network::default(),
            base,
            host,
        })
    }

    /// What it serves.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The address that clients are told, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// How many requests that change something are under way.
    pub fn changing(&self) -> u32 {
        self.changing.load(Ordering::Relaxed)
    }

    /// Everything that it answers.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/health", get(health::health))
            .route("/metrics", get(metrics::show))
            .route("/ca.pem", get(network::authority))
            .nest("/api/v2", management::routes(self))
            .route("/api/v2/", any(management::nothing))
            .merge(management::upload_routes())
            .fallback(data::serve)
            .layer(middleware::from_fn_with_state(self.clone(), network::limit))
            .layer(middleware::from_fn_with_state(self.clone(), guard::guard))
            .with_state(self.clone())
    }
}
