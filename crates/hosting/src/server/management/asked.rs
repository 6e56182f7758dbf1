//! A request to this interface: who asks, for what, and the body that is not read yet.

use std::collections::HashMap;
use std::sync::Arc;

use axum::RequestPartsExt as _;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequest, RawPathParams, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use parking_lot::Mutex;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::form::Form;
use super::refusal::Refusal;
use super::shape::Seen;
use crate::access::{Caller, Verdict};
use crate::host::Host;
use crate::model::Registry;
use crate::server::call::whole;
use crate::server::{Problem, Server, data, listen};
use crate::tokens::Scope;

/// The most bytes of a JSON body.
const MAX_JSON: usize = 64 * 1024;

/// A request to this interface.
pub(super) struct Asked {
    pub(super) server: Arc<Server>,
    pub(super) caller: Caller,
    /// In a lock only so that a request can be shared between threads.
    body: Mutex<Body>,
    /// The server's address as this client is told it, without a slash at its end.
    pub(super) base: String,
    parts: Parts,
    path: HashMap<String, String>,
}

impl FromRequest<Arc<Server>> for Asked {
    type Rejection = Refusal;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let path = match parts.extract::<RawPathParams>().await {
            Ok(path) => path.iter().map(owned).collect(),
            Err(RawPathParamsRejection::MissingPathParams(_)) => HashMap::new(),
            Err(_) => return Err(Problem::Bad("The path is not well-formed.".into()).into()),
        };
        let from = listen::peer(&parts.extensions);
        Ok(Self {
            caller: data::caller(server, &parts.headers, from),
            server: server.clone(),
            base: server.base_of(&parts),
            body: Mutex::new(body),
            parts,
            path,
        })
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

impl Asked {
    pub(super) fn host(&self) -> &Host {
        &self.server.host
    }

    /// The server as this client sees it.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen {
            server: &self.server,
            base: &self.base,
        }
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A part of the path, decoded once.
    fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// The value of a query parameter, decoded.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let query = self.parts.uri.query()?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// The id that a part of the path is.
    ///
    /// # Errors
    /// What is no id names nothing: [`Problem::NotFound`] with `missing`.
    pub(super) fn id(&self, name: &str, missing: &'static str) -> Result<Uuid, Problem> {
        let id = Uuid::try_parse(self.part(name)).ok();
        id.ok_or(Problem::NotFound(missing))
    }

    /// The registry that the path names, if the caller may do with it what `scope` says. For whom
    /// it is hidden, it looks like one that is not there.
    pub(super) fn registry(&self, scope: Scope) -> Result<Arc<Registry>, Problem> {
        self.registry_called(self.part("registry"), scope)
    }

    pub(super) fn registry_called(
        &self,
        slug: &str,
        scope: Scope,
    ) -> Result<Arc<Registry>, Problem> {
        const MISSING: Problem = Problem::NotFound("No registry found");
        let found = self.host().registry(slug).filter(|_| self.is_ours());
        match self.caller.may(scope, found.as_deref()) {
            Verdict::Hidden => Err(MISSING),
            verdict => Problem::of(verdict).and(found.ok_or(MISSING)),
        }
    }

    /// Refuses the caller unless they may do in the path's organization what `scope` says.
    pub(super) fn organization(&self, scope: Scope) -> Result<(), Problem> {
        self.demand(scope)?;
        let ours = self.is_ours().then_some(());
        ours.ok_or(Problem::NotFound("No organization found"))
    }

    /// Refuses the caller unless they may do what `scope` says with what concerns no registry.
    pub(super) fn demand(&self, scope: Scope) -> Result<(), Problem> {
        Problem::of(self.caller.may_generally(scope))
    }

    fn is_ours(&self) -> bool {
        self.part("organization") == self.host().organization().slug
    }

    /// The body. It can be taken once.
    pub(super) fn take_body(&self) -> Body {
        std::mem::take(&mut *self.body.lock())
    }

    /// The body as a JSON object; no body is an empty one.
    ///
    /// # Errors
    /// Says what it should be.
    pub(super) async fn form(&self) -> Result<Form, Problem> {
        let bytes = whole(self.take_body(), MAX_JSON, self.server.bounds).await?;
        if bytes.is_empty() {
            return Ok(Form::new(Map::new()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Form::new(object)),
            Ok(_) => Err(Problem::Bad(
                "Send a JSON object, such as {\"name\": \"my registry\"}.".into(),
            )),
            Err(error) => Err(Problem::Bad(
                format!("The body is not JSON: {error}. Send an object.").into(),
            )),
        }
    }
}
