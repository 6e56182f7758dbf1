//! Connections that stay open between requests that belong together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use registrar_registry::TlsRules;
use url::{Origin, Url};

use crate::identity::ClientIdentity;
use crate::send::Connection;
use crate::tls::Tls;

/// The open connections of one session, each with what it was made for. Dropping it closes them.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Vec<(Purpose, Connection)>>);

impl Kept {
    /// An open connection to the origin of `url` that was made with the rules of `tls`, taken out.
    pub(crate) async fn take(&self, url: &Url, tls: Tls<'_>) -> Option<Connection> {
        let mut connection = self.remove(&Purpose::of(url, tls))?;
        connection.is_ready().await.then_some(connection)
    }

    /// Keeps `connection`, whose last answer was read to the end.
    pub(crate) fn put(&self, url: &Url, tls: Tls<'_>, connection: Connection) {
        self.lock().push((Purpose::of(url, tls), connection));
    }

    fn remove(&self, purpose: &Purpose) -> Option<Connection> {
        let mut kept = self.lock();
        let place = kept.iter().position(|(known, _)| known.is_same(purpose))?;
        Some(kept.swap_remove(place).1)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Purpose, Connection)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a connection goes that has served its request.
pub(crate) struct Keep {
    kept: Arc<Kept>,
    purpose: Purpose,
}

impl Keep {
    pub(crate) fn new(kept: &Arc<Kept>, url: &Url, tls: Tls<'_>) -> Self {
        Self {
            kept: Arc::clone(kept),
            purpose: Purpose::of(url, tls),
        }
    }

    pub(crate) fn put(self, connection: Connection) {
        self.kept.lock().push((self.purpose, connection));
    }
}

/// Where a connection leads, and by which rules its server was trusted.
struct Purpose {
    origin: Origin,
    rules: TlsRules,
    identity: Option<ClientIdentity>,
    insecure: bool,
}

impl Purpose {
    fn of(url: &Url, tls: Tls<'_>) -> Self {
        Self {
            origin: url.origin(),
            rules: tls.rules.clone(),
            identity: tls.identity.cloned(),
            insecure: tls.insecure,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let identity = match (&self.identity, &other.identity) {
            (Some(one), Some(other)) => one.is_same(other),
            (None, None) => true,
            _ => false,
        };
        identity
            && self.origin == other.origin
            && self.rules == other.rules
            && self.insecure == other.insecure
    }
}
