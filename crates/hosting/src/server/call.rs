//! A request that has come to a registry which the caller may read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use futures_util::{Stream, StreamExt as _};
use http_body_util::{BodyExt as _, Limited};
use parking_lot::Mutex;
use registrar_registry::Secret;
use uuid::Uuid;

use super::bounds::Bounds;
use super::{Problem, Server, Session};
use crate::access::Caller;
use crate::error::HostError;
use crate::host::Host;
use crate::instructions::{Place, Purpose};
use crate::model::Registry;
use crate::store::Hashed;
use crate::tokens::Scope;

/// A request to a registry.
pub struct Call {
    pub(super) server: Arc<Server>,
    pub(super) registry: Arc<Registry>,
    pub(super) caller: Caller,
    pub(super) parts: Parts,
    pub(super) rest: Vec<String>,
    /// In a lock only so that a call can be shared between threads.
    pub(super) body: Mutex<Body>,
}

impl Call {
    /// What is hosted.
    pub fn host(&self) -> &Host {
        &self.server.host
    }

    /// The registry that the path names.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A header as text.
    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The path behind the registry's, taken apart at its slashes and decoded once. An encoded slash
    /// is part of its segment; the last one is empty where the path ends in a slash.
    pub fn segments(&self) -> Vec<&str> {
        self.rest.iter().map(String::as_str).collect()
    }

    /// The value of a query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.parts.uri.query()?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// All values of a query parameter, decoded.
    pub fn queries(&self, name: &str) -> Vec<String> {
        let query = self.parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let named = pairs.filter(|(key, _)| key == name);
        named.map(|(_, value)| value.into_owned()).collect()
    }

    /// The server's address as this client is told it, without a slash at its end.
    pub fn base(&self) -> String {
        self.server.base_of(&self.parts)
    }

    /// The registry's address, without a slash at its end.
    pub fn url(&self) -> String {
        self.place(&self.base(), Purpose::Install).url()
    }

    /// Where instructions for this registry lead, at the server's address `base`.
    fn place<'a>(&'a self, base: &'a str, purpose: Purpose) -> Place<'a> {
        Place {
            purpose,
            base,
            organization: &self.server.host.organization().slug,
            registry: &self.registry.slug,
            public: self.registry.public,
            package: None,
            version: None,
        }
    }

    /// Refuses the caller unless they may do what `scope` says with the registry.
    ///
    /// # Errors
    /// What to answer them.
    pub fn demand(&self, scope: Scope) -> Result<(), Problem> {
        Problem::of(self.caller.may(scope, Some(&self.registry)))
    }

    /// Whether the caller may do what `scope` says with the registry.
    pub fn may(&self, scope: Scope) -> bool {
        self.demand(scope).is_ok()
    }

    /// Who would ask if the secret were in the request's header, for requests that have it
    /// elsewhere: those to sign in.
    pub fn caller_with(&self, secret: &Secret) -> Caller {
        let from = super::listen::peer(&self.parts.extensions).ip();
        let agent = self.header(header::USER_AGENT).map(str::to_owned);
        self.host().caller(Some(secret.expose()), from, agent)
    }

    /// The body, piece by piece. It can be taken once.
    pub fn take_body(&self) -> impl Stream<Item = Result<Bytes, HostError>> + Unpin + Send + use<> {
        pieces(std::mem::take(&mut *self.body.lock()), self.server.bounds)
    }

    /// The body as a whole, at most `limit` bytes. It can be taken once.
    ///
    /// # Errors
    /// What to answer.
    pub async fn take_bytes(&self, limit: usize) -> Result<Bytes, Problem> {
        let body = std::mem::take(&mut *self.body.lock());
        whole(body, limit, self.server.bounds).await
    }
}

/// Uploads over several requests.
impl Call {
    /// Begins an upload for something in this registry.
    ///
    /// # Errors
    /// [`Problem::TooMany`], or what the disk says.
    pub(crate) fn begin_session(&self, name: &str, hashed: Hashed) -> Result<Uuid, Problem> {
        let begun = self.host().0.store.begin(hashed);
        let partial = begun.map_err(HostError::from)?;
        let begun = self.server.sessions.begin(self.registry.id, name, partial);
        begun.ok_or(Problem::TooMany)
    }

    /// The upload of this id, if it is one for the same thing in this registry.
    pub(crate) fn session(&self, id: Uuid, name: &str) -> Option<Arc<Session>> {
        self.server.sessions.find(id, self.registry.id, name)
    }

    /// Forgets an upload, with what has arrived of it.
    pub(crate) fn end_session(&self, id: Uuid) {
        self.server.sessions.end(id);
    }
}

/// A body piece by piece. One that falls silent or only trickles has been interrupted. What counts
/// is the time that is waited for the client, not the time that the pieces take here.
pub(super) fn pieces(
    body: Body,
    bounds: Bounds,
) -> impl Stream<Item = Result<Bytes, HostError>> + Unpin + Send {
    let begin = (body.into_data_stream(), Pace::default());
    let pieces = futures_util::stream::unfold(begin, move |(mut pieces, mut pace)| async move {
        let begun = Instant::now();
        let left = bounds.body_window.saturating_sub(pace.waited);
        let piece = match tokio::time::timeout(left, pieces.next()).await {
            Ok(None) => return None,
            Ok(Some(Ok(piece))) => pace.got(&piece, begun.elapsed(), bounds).map(|()| piece),
            Ok(Some(Err(_))) | Err(_) => Err(HostError::Interrupted),
        };
        Some((piece, (pieces, pace)))
    });
    // Whoever asks again at the end is told that it is the end.
    Box::pin(pieces.fuse())
}

/// What a client has sent in the time that was waited for it.
#[derive(Default)]
struct Pace {
    waited: Duration,
    bytes: u64,
}

impl Pace {
    fn got(&mut self, piece: &Bytes, waited: Duration, bounds: Bounds) -> Result<(), HostError> {
        self.waited += waited;
        self.bytes += piece.len() as u64;
        if self.bytes >= bounds.body_pace {
            *self = Self::default();
        } else if self.waited >= bounds.body_window {
            return Err(HostError::Interrupted);
        }
        Ok(())
    }
}

/// A body as a whole.
pub(super) async fn whole(body: Body, limit: usize, bounds: Bounds) -> Result<Bytes, Problem> {
    let collecting = Limited::new(body, limit).collect();
    match tokio::time::timeout(bounds.body_window, collecting).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(Problem::TooLarge(
            format!("The request is larger than {limit} bytes."),
        )),
        _ => Err(HostError::Interrupted.into()),
    }
}
