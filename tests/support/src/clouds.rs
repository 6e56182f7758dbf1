//! The APIs of AWS, Azure and Google on loopback, as far as they give tokens for registries, in the
//! wire format that the vendors document. No cloud can be reached from a test.
//!
//! Who asks is known by what it shows, as below; signatures are not checked here, because the
//! published vectors prove those.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

mod apis;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::background::Background;

/// The access key that AWS knows; ids that begin with `AKIA` or `ASIA` do, but for those below.
pub const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// One that it does not know.
pub const UNKNOWN_KEY: &str = "AKIAUNKNOWN";
/// One that has ended.
pub const ENDED_KEY: &str = "ASIAENDED";
/// One that may get no token.
pub const FORBIDDEN_KEY: &str = "AKIAFORBIDDEN";
/// The secret of all of them.
pub const KEY_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// A role that nobody may take on.
pub const CLOSED_ROLE: &str = "arn:aws:iam::123456789012:role/closed";
/// The client secret, refresh token and assertion that are not accepted.
pub const WRONG_SECRET: &str = "wrong";

/// The clouds, running.
pub struct Clouds {
    state: Arc<State>,
    server: Background,
}

/// How they answer.
#[derive(Debug, Clone, Default)]
pub enum Mode {
    /// As documented.
    #[default]
    Fine,
    /// With this status and body, whatever is asked.
    Fails(u16, String),
    /// With this status at this path, and otherwise as documented.
    FailsAt(String, u16),
    /// After so long.
    Slow(Duration),
    /// With more than anybody wants to read.
    Huge,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    /// GET, POST or PUT.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers, their names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
}

struct State {
    now: Mutex<Now>,
    seen: Mutex<Vec<Seen>>,
}

struct Now {
    mode: Mode,
    /// The registry whose tokens AWS gives.
    registry: String,
    /// When tokens end, in seconds since 1970.
    expires: i64,
    /// How many tokens were given.
    given: u32,
    /// The header `Date`, where there is to be one.
    date: Option<String>,
}

impl Clouds {
    /// Starts them. AWS gives tokens of the registry at `registry`, which end at `expires`, in
    /// seconds since 1970.
    pub fn start(registry: &str, expires: i64) -> Self {
        let state = Arc::new(State {
            now: Mutex::new(Now {
                mode: Mode::Fine,
                registry: registry.to_owned(),
                expires,
                given: 0,
                date: None,
            }),
            seen: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| serve(stream, Arc::clone(&shared));
        let server = Background::start(0, serve).expect("a loopback server");
        Self { state, server }
    }

    /// Their address, with a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// Makes them answer otherwise.
    pub fn set(&self, mode: Mode) {
        self.state.now().mode = mode;
    }

    /// Makes the tokens to come end at `expires`, in seconds since 1970.
    pub fn set_end(&self, expires: i64) {
        self.state.now().expires = expires;
    }

    /// Makes the answers be of this moment, `Tue, 14 Jul 2026 03:33:20 GMT`.
    pub fn set_date(&self, date: &str) {
        self.state.now().date = Some(date.to_owned());
    }

    /// Makes AWS give tokens of another registry than the one that was asked for.
    pub fn set_registry(&self, registry: &str) {
        registry.clone_into(&mut self.state.now().registry);
    }

    /// All requests so far, in order.
    pub fn requests(&self) -> Vec<Seen> {
        let seen = self.state.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Method and path of all requests so far, without queries.
    pub fn conversation(&self) -> Vec<String> {
        let line = |seen: Seen| {
            let path = seen.path.split('?').next().unwrap_or_default().to_owned();
            format!("{} {path}", seen.method)
        };
        self.requests().into_iter().map(line).collect()
    }
}

impl State {
    fn note(&self, seen: Seen) {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(seen);
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// A header's text; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(|request| answer(request, Arc::clone(&state)));
    let served = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away is no reason to complain.
    let _ = served.await.map_err(io::Error::other);
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(Collected::to_bytes)
        .unwrap_or_default();
    let text =
        |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter();
    let seen = Seen {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    state.note(seen.clone());
    let mode = state.now().mode.clone();
    let (status, body) = match mode {
        Mode::Fails(status, body) => (status, body),
        Mode::FailsAt(path, status) if seen.path == path => (status, String::new()),
        Mode::Huge => (200, "x".repeat(1024 * 1024)),
        Mode::Slow(wait) => {
            tokio::time::sleep(wait).await;
            apis::answer(&seen, &mut state.now())
        }
        Mode::Fine | Mode::FailsAt(..) => apis::answer(&seen, &mut state.now()),
    };
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status.try_into().expect("a status");
    if let Some(date) = &state.now().date {
        let date = date.parse().expect("a date");
        answer.headers_mut().insert("date", date);
    }
    Ok(answer)
}
