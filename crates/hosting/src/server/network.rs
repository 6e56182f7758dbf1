//! What is different for requests that come over the network: under which names, how many, and what
//! a client finds that does not trust this server yet.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use tokio::sync::watch;

use super::clients::{Client, Clients, Visit};
use super::guard::Allowed;
use super::passes::Bearer;
use super::{Problem, Server, credentials, data, listen};
use crate::sharing::SharedState;
use crate::tokens::Token;

/// What the server knows of the network.
#[derive(Default)]
pub(super) struct Network {
    shared: watch::Sender<Option<Arc<OnNetwork>>>,
    clients: Clients,
}

/// How it is shared now, and under which names.
pub(super) struct OnNetwork {
    state: SharedState,
    pub(super) allowed: Allowed,
}

impl OnNetwork {
    fn of(state: SharedState) -> Arc<Self> {
        let names = state.names.all();
        let hosts = names.iter().map(|name| state.with_port(name));
        Arc::new(Self {
            allowed: Allowed::secure(hosts.collect()),
            state,
        })
    }
}

impl Server {
    /// How it is shared on the network now; `None` where it is not.
    pub fn shared(&self) -> Option<SharedState> {
        self.on_network().map(|shared| shared.state.clone())
    }

    /// Waits until it is shared otherwise than `known` says, and says how.
    pub async fn shared_otherwise(&self, known: Option<&SharedState>) -> Option<SharedState> {
        let mut shared = self.network.shared.subscribe();
        let differs = |now: &Option<Arc<OnNetwork>>| now.as_ref().map(|now| &now.state) != known;
        let now = shared.wait_for(differs).await;
        now.ok()?.as_ref().map(|now| now.state.clone())
    }

    /// Who has come over the network since the server was started, whoever came last first.
    pub fn clients(&self) -> Vec<Client> {
        self.network.clients.list()
    }

    pub(crate) fn set_shared(&self, state: Option<SharedState>) {
        let shared = state.map(OnNetwork::of);
        self.network.shared.send_replace(shared);
    }

    /// Says of what is shared why it is not renewed; nothing where it is.
    pub(crate) fn set_trouble(&self, trouble: Option<String>) {
        self.network.shared.send_if_modified(|now| {
            let state = now.as_ref().map(|now| &now.state);
            let Some(state) = state.filter(|state| state.trouble != trouble) else {
                return false;
            };
            let state = state.clone();
            *now = Some(OnNetwork::of(SharedState { trouble, ..state }));
            true
        });
    }

    pub(super) fn on_network(&self) -> Option<Arc<OnNetwork>> {
        self.network.shared.borrow().clone()
    }

    /// The server's address as the client of this request is told it: over the network, the one by
    /// which it came, whose `Host` the guard has checked.
    pub(super) fn base_of(&self, parts: &Parts) -> String {
        let host = parts.headers.get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        match host.filter(|_| listen::is_secure(&parts.extensions)) {
            Some(host) => format!("https://{}", host.to_ascii_lowercase()),
            None => self.base.clone(),
        }
    }

    /// The token that a request shows, and whether it shows something that does not work.
    fn shown(&self, headers: &HeaderMap) -> (Option<Arc<Token>>, bool) {
        let Some(secret) = credentials::secret(headers) else {
            return (None, false);
        };
        let book = &self.host.0.tokens;
        let token = match self.passes.read(secret.expose(), Timestamp::now()) {
            Some(Bearer::Nobody) => return (None, false),
            Some(Bearer::Token(hash)) => book.find_by_hash(&hash),
            None => book.find(secret.expose()),
        };
        let wrong = token.is_none();
        (token, wrong)
    }
}

/// Notes who comes over the network, and turns away whoever comes too often or guesses tokens.
pub(super) async fn limit(
    State(server): State<Arc<Server>>,
    request: Request,
    next: Next,
) -> Response {
    if !listen::is_secure(request.extensions()) {
        return next.run(request).await;
    }
    let headers = request.headers();
    let (token, wrong) = server.shown(headers);
    // Some clients have the token in the body of what they send.
    let sends = !matches!(*request.method(), Method::GET | Method::HEAD);
    let visit = Visit {
        address: listen::peer(request.extensions()).ip(),
        token: token.as_deref(),
        agent: data::agent(headers),
        signs_in: wrong || (sends && token.is_none()),
    };
    if let Err(seconds) = server.network.clients.come(&visit, server.bounds) {
        return too_many(seconds);
    }
    let answer = next.run(request).await;
    if visit.signs_in && answer.status() == StatusCode::UNAUTHORIZED {
        server.network.clients.fail(&visit);
    }
    answer
}

fn too_many(seconds: u64) -> Response {
    let mut answer = Problem::TooMany.plain();
    let seconds = HeaderValue::from(seconds);
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    answer
}

/// `GET /ca.pem`: the authority, for whoever does not trust it yet. They compare its fingerprint.
pub(super) async fn authority(State(server): State<Arc<Server>>) -> Response {
    let shared = server.on_network();
    match shared.and_then(|shared| shared.state.authority.clone()) {
        Some(authority) => {
            let kind = (header::CONTENT_TYPE, "application/x-pem-file");
            ([kind], authority.pem).into_response()
        }
        None => Problem::NotFound("There is no authority: nothing is shared with one.").plain(),
    }
}
