//! A server on loopback whose every answer a test writes: for lists and images that no honest
//! registry would send. It stops when dropped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::background::Background;

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// One with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// 200 with a text in JSON.
    pub fn json(body: impl Into<String>) -> Self {
        Self::new(200, body.into()).header("content-type", "application/json")
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a test answers: the request's method with path and query, and whether it is authorized.
type Script = dyn Fn(&str, bool) -> Answer + Send + Sync;

struct State {
    script: Box<Script>,
    seen: Mutex<Vec<String>>,
}

/// A running server.
pub struct ScriptedRegistry {
    state: Arc<State>,
    server: Background,
}

impl ScriptedRegistry {
    /// Starts it on a free port. `script` gets lines like `GET /v2/_catalog?n=2`, and whether the
    /// request has credentials.
    pub fn start(script: impl Fn(&str, bool) -> Answer + Send + Sync + 'static) -> Self {
        let state = Arc::new(State {
            script: Box::new(script),
            seen: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| {
            let state = Arc::clone(&shared);
            async move {
                let service = service_fn(|request| {
                    std::future::ready(Ok::<_, Infallible>(answer(&request, &state)))
                });
                let io = TokioIo::new(stream);
                // A client that goes away is no reason to complain.
                let _ = http1::Builder::new().serve_connection(io, service).await;
            }
        };
        let server = Background::start(0, serve).expect("a loopback server");
        Self { state, server }
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<String> {
        let seen = self.state.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(request: &Request<Incoming>, state: &State) -> Response<Full<Bytes>> {
    let line = format!("{} {}", request.method(), request.uri());
    let authorized = request.headers().contains_key(AUTHORIZATION);
    let mut seen = state.seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.push(line.clone());
    drop(seen);
    let answer = (state.script)(&line, authorized);
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response
        .body(Full::new(answer.body.into()))
        .expect("headers of a test")
}
