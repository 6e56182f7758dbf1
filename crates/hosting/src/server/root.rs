//! A request below a path that an ecosystem's clients expect at the root of the server.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_registry::Secret;

use super::passes::{Bearer, LIFETIME};
use super::{Call, Problem, Server, credentials, data};
use crate::access::Caller;
use crate::host::Host;
use crate::model::Registry;
use crate::tokens::{Scope, hash};

/// A request of which it is not known yet who asks, nor what for.
pub struct RootCall {
    server: Arc<Server>,
    parts: Parts,
    rest: Vec<String>,
    body: Mutex<Body>,
}

impl RootCall {
    pub(super) fn new(server: Arc<Server>, parts: Parts, rest: Vec<String>, body: Body) -> Self {
        Self {
            server,
            parts,
            rest,
            body: Mutex::new(body),
        }
    }

    /// What is hosted.
    pub fn host(&self) -> &Host {
        &self.server.host
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The path behind the root, as [`Call::segments`] has it.
    pub fn segments(&self) -> Vec<&str> {
        self.rest.iter().map(String::as_str).collect()
    }

    /// The value of a query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.parts.uri.query()?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// The body as a whole, at most `limit` bytes. It can be taken once.
    ///
    /// # Errors
    /// What to answer.
    pub async fn take_bytes(&self, limit: usize) -> Result<Bytes, Problem> {
        let body = std::mem::take(&mut *self.body.lock());
        super::call::whole(body, limit, self.server.bounds).await
    }

    /// Whether the client says who it is.
    pub fn is_identified(&self) -> bool {
        self.headers().contains_key(header::AUTHORIZATION)
    }

    /// The secret that the client shows.
    pub fn secret(&self) -> Option<Secret> {
        credentials::secret(self.headers())
    }

    /// Who asks: by a pass, or by a token itself.
    pub fn caller(&self) -> Caller {
        let from = super::listen::peer(&self.parts.extensions).ip();
        let pass = self
            .secret()
            .and_then(|secret| self.server.passes.read(secret.expose(), Timestamp::now()));
        let agent = data::agent(self.headers());
        match pass {
            None => data::caller(
                &self.server,
                self.headers(),
                super::listen::peer(&self.parts.extensions),
            ),
            Some(Bearer::Nobody) => self.host().caller_with(None, from, agent),
            Some(Bearer::Token(hash)) => {
                let token = self.host().0.tokens.find_by_hash(&hash);
                self.host().caller_with(token, from, agent)
            }
        }
    }

    /// Whether the client shows a pass that is good, be it one of somebody without a token.
    pub fn has_pass(&self) -> bool {
        let pass = self.secret();
        pass.is_some_and(|pass| {
            let read = self.server.passes.read(pass.expose(), Timestamp::now());
            read.is_some()
        })
    }

    /// A pass for the secret of a token, or for somebody who has none; how many seconds it is good.
    /// `None` where the secret opens nothing.
    pub fn issue_pass(&self, secret: Option<&Secret>, now: Timestamp) -> Option<(Secret, i64)> {
        let bearer = match secret {
            None => Bearer::Nobody,
            Some(secret) => {
                self.host().0.tokens.find(secret.expose())?;
                Bearer::Token(hash(secret.expose()))
            }
        };
        Some((self.server.passes.issue(bearer, now)?, LIFETIME))
    }

    /// The server's address as this client sees it, without a slash at its end.
    pub fn url(&self) -> String {
        if super::listen::is_secure(&self.parts.extensions) {
            return self.server.base_of(&self.parts);
        }
        let named = self.headers().get(header::HOST);
        let host = named.and_then(|host| host.to_str().ok());
        let base = self.server.base();
        match (host, base.split_once("://")) {
            // Any other name of ours is that of a plain connection on this computer.
            (Some(host), Some((_, own))) if !own.eq_ignore_ascii_case(host) => {
                format!("http://{host}")
            }
            _ => base.to_owned(),
        }
    }

    /// The registry of this path, if the caller may read it.
    ///
    /// # Errors
    /// The same where there is no such registry and where the caller may not know that there is.
    pub fn find(
        &self,
        caller: &Caller,
        organization: &str,
        registry: &str,
        is_here: impl FnOnce(&Registry) -> bool,
    ) -> Result<Arc<Registry>, Problem> {
        let found = data::find(&self.server, organization, registry);
        let found = found.filter(|registry| is_here(registry));
        Problem::of(caller.may(Scope::ReadPackages, found.as_deref()))?;
        found.ok_or(Problem::NotFound("There is no such registry."))
    }

    /// The request as one to a registry that was found, with `depth` segments of the path behind.
    pub fn enter(mut self, caller: Caller, registry: Arc<Registry>, depth: usize) -> Call {
        Call {
            server: self.server,
            registry,
            caller,
            parts: self.parts,
            rest: self.rest.split_off(depth.min(self.rest.len())),
            body: self.body,
        }
    }

    /// That nothing is here.
    pub fn nothing(&self) -> Response {
        Problem::NotFound("There is nothing here.").plain()
    }
}
