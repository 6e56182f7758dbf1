//! The client: one request from the address to the last byte of the body.

mod push;

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, HeaderValue};
use hyper::{Response, StatusCode};
use registrar_registry::TlsRules;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::answer::Answer;
use crate::body;
use crate::connect;
use crate::download::Download;
use crate::failure::{Failure, FailureKind};
use crate::kept::{Keep, Kept};
use crate::outgoing::Outgoing;
use crate::probe;
use crate::proxy::{Proxies, ProxyRule};
use crate::redirect::Redirects;
use crate::request::{Authorization, Get, Request, build};
use crate::route::{Endpoint, Route};
use crate::send::Connection;
use crate::session::Session;
use crate::tls::{self, Protocols, Tls};
use crate::trace::{Step, Trace};
use crate::trust::TrustStore;

/// How long the body of a refusal may take.
const REFUSAL_LIMIT: Duration = Duration::from_secs(2);

/// How to reach registries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which proxy.
    pub proxy: ProxyRule,
    /// How long a whole request may take, redirects and body included.
    pub timeout: Duration,
    /// How long one connection may take to be made; at most the whole limit.
    pub connect_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            proxy: ProxyRule::default(),
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// A client of registries. Cloning it is cheap and shares what it has loaded.
#[derive(Debug, Clone)]
pub struct Http(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    proxies: Proxies,
    store: TrustStore,
}

impl Http {
    /// A client that reaches registries by `settings`. Nothing is loaded before it is needed.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            proxies: Proxies::new(settings.proxy.clone()),
            store: TrustStore::new(),
            settings,
        }))
    }

    /// How it reaches registries.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// When a request that begins now must be done. Requests that belong together share one.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.0.settings.timeout
    }

    /// Sends `get`, follows redirects and reads the body, reporting to `trace`.
    ///
    /// # Errors
    /// Those of [`Self::send`].
    pub async fn get(&self, get: &Get<'_>, trace: &Trace<'_>) -> Result<Answer, Failure> {
        self.send(&get.into(), trace).await
    }

    /// Sends `request`, follows redirects and reads the body, reporting to `trace`.
    ///
    /// # Errors
    /// Every [`FailureKind`] of connection, TLS, proxy, redirect and size, and
    /// [`FailureKind::TokenUnavailable`] for a form that would have to go over plain http. An HTTP
    /// status is not an error here; see [`Answer::failure`].
    pub async fn send(&self, request: &Request<'_>, trace: &Trace<'_>) -> Result<Answer, Failure> {
        self.deliver(request, trace, &Kept::default()).await
    }

    /// Sends `request`, follows redirects, and leaves the body to be read piece by piece. The
    /// request's deadline counts until the head of the answer has come; after that, no piece may
    /// take longer than the settings' limit. The body comes as it is, never packed for transport.
    ///
    /// # Errors
    /// Those of [`Self::send`].
    pub async fn open(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
    ) -> Result<Download, Failure> {
        self.open_kept(request, trace, None).await
    }

    /// As [`Self::open`], over one of the connections `kept` if one fits.
    pub(crate) async fn open_kept(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
        kept: Option<&Arc<Kept>>,
    ) -> Result<Download, Failure> {
        let outcome = timeout_at(request.deadline, self.0.open(request, trace, kept)).await;
        outcome
            .unwrap_or_else(|_| Err(Failure::timed_out(self.0.settings.timeout, "answer")))
            .map_err(|failure| request.scrub(failure))
    }

    /// For several requests that belong together.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// Sends `request`, over one of the connections `kept` if one fits.
    pub(crate) async fn deliver(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
        kept: &Kept,
    ) -> Result<Answer, Failure> {
        let outcome = timeout_at(request.deadline, self.0.follow(request, trace, kept)).await;
        outcome
            .unwrap_or_else(|_| Err(Failure::timed_out(self.0.settings.timeout, "answer")))
            .map_err(|failure| request.scrub(failure))
    }
}

impl Inner {
    async fn follow(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
        kept: &Kept,
    ) -> Result<Answer, Failure> {
        let mut redirects = Redirects::new(request.url, request.follow());
        let (response, connection) = self
            .head(request, &mut redirects, trace, kept, Packing::Gzip)
            .await?;
        let read = finish(response, request, &redirects, trace).await;
        let (answer, whole) = read.map_err(|failure| redirects.mark(failure))?;
        if whole && redirects.is_home() {
            kept.put(redirects.current(), request.tls, connection);
        }
        Ok(answer)
    }

    async fn open(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
        kept: Option<&Arc<Kept>>,
    ) -> Result<Download, Failure> {
        let mut redirects = Redirects::new(request.url, request.follow());
        let none = Kept::default();
        let at_hand = kept.map_or(&none, |kept| kept);
        let (response, connection) = self
            .head(request, &mut redirects, trace, at_hand, Packing::Identity)
            .await?;
        trace.begin(Step::Index);
        let stall = self.settings.timeout;
        let keep = kept
            .filter(|_| redirects.is_home())
            .map(|kept| Keep::new(kept, redirects.current(), request.tls));
        Download::new(
            response,
            connection,
            &redirects,
            request.max_body,
            stall,
            keep,
        )
    }

    /// The head of the answer that is no redirect any more.
    async fn head(
        &self,
        request: &Request<'_>,
        redirects: &mut Redirects,
        trace: &Trace<'_>,
        kept: &Kept,
        packing: Packing,
    ) -> Result<(Response<Incoming>, Connection), Failure> {
        loop {
            let hop = self.hop(request, redirects, trace, kept, packing).await;
            let (response, connection) = hop.map_err(|failure| redirects.mark(failure))?;
            if !redirects.take(response.status(), response.headers())? {
                return Ok((response, connection));
            }
        }
    }

    /// Sends the request to where `redirects` have led, and waits for the head of the answer.
    async fn hop(
        &self,
        request: &Request<'_>,
        redirects: &Redirects,
        trace: &Trace<'_>,
        kept: &Kept,
        packing: Packing,
    ) -> Result<(Response<Incoming>, Connection), Failure> {
        let url = redirects.current();
        let route = &self.route(url).await?;
        let private = may_be_private(request, route)?;
        let hop = Hop {
            request,
            url,
            route,
            authorization: request
                .authorization
                .filter(|_| private && redirects.never_left()),
            packing,
            trace,
        };
        if !request.is_private()
            && redirects.is_home()
            && let Some(mut connection) = kept.take(url, request.tls).await
            // The server may close it at this very moment. Then the request is made anew.
            && let Ok(response) = hop.send(&mut connection).await
        {
            return Ok((response, connection));
        }
        let mut connection = self.connect(route, request.tls, redirects, trace).await?;
        match hop.send(&mut connection).await {
            Ok(response) if response.status() != StatusCode::BAD_REQUEST || route.tls => {
                Ok((response, connection))
            }
            // Servers that expect TLS answer plain http with 400, an alert, or nothing.
            Ok(response) => match self.wants_tls(route).await {
                Some(failure) => Err(failure.with_status(400)),
                None => Ok((response, connection)),
            },
            Err(failure) if route.tls => Err(failure),
            Err(failure) => Err(self.wants_tls(route).await.unwrap_or(failure)),
        }
    }

    async fn route(&self, url: &Url) -> Result<Route, Failure> {
        let Some(server) = Endpoint::of(url) else {
            return Err(Failure::new(FailureKind::NameNotResolved, "no host"));
        };
        Ok(Route {
            proxy: self.proxies.of(url, &server).await,
            tls: url.scheme() == "https",
            server,
        })
    }

    async fn connect(
        &self,
        route: &Route,
        tls: Tls<'_>,
        redirects: &Redirects,
        trace: &Trace<'_>,
    ) -> Result<Connection, Failure> {
        let stream = connect::open(route, &self.store, self.connect_limit(), trace).await?;
        let (stream, http2) = if route.tls {
            trace.begin(Step::Tls);
            self.secure(route, tls, redirects, stream, trace).await?
        } else {
            (stream, false)
        };
        let connection = Connection::new(stream, http2).await;
        connection.map_err(|e| send_failure(&e))
    }

    async fn secure(
        &self,
        route: &Route,
        tls: Tls<'_>,
        redirects: &Redirects,
        stream: connect::Stream,
        trace: &Trace<'_>,
    ) -> Result<(connect::Stream, bool), Failure> {
        let home = redirects.is_home();
        let foreign_rules = TlsRules {
            trusted_certificate: None,
            ..tls.rules.clone()
        };
        let tls = if home { tls } else { Tls::from(&foreign_rules) };
        let trust = self.store.of(tls).await?;
        let server = &route.server;
        let shake = tls::handshake(
            &self.store,
            trust,
            tls.identity,
            server,
            stream,
            Protocols::Http2,
        );
        let handshake = shake.await;
        if handshake.asked && home {
            trace.set_client_certificate_asked();
        }
        if let Some(facts) = handshake.certificate.filter(|_| home) {
            trace.set_certificate(facts);
        }
        match handshake.outcome {
            Err(failure) if !home && is_about_certificate(failure.kind) => Err(foreign(failure)),
            Err(failure) if is_about_protocol(failure.kind) => {
                Err(self.wants_plain_http(route).await.unwrap_or(failure))
            }
            outcome => outcome,
        }
    }

    /// The failure that says so, if the server of `route` speaks TLS where http was tried.
    async fn wants_tls(&self, route: &Route) -> Option<Failure> {
        let route = route.with_tls(true);
        let speaks = probe::speaks_tls(&route, &self.store, self.connect_limit()).await;
        let raw = "the server answers a TLS handshake on this port";
        speaks.then(|| Failure::new(FailureKind::TlsOnPlainHttpPort, raw))
    }

    /// The failure that says so, if the server of `route` speaks http where TLS was tried.
    async fn wants_plain_http(&self, route: &Route) -> Option<Failure> {
        let speaks = probe::speaks_http(route, &self.store, self.connect_limit()).await;
        let raw = "the server answers in plain http on this port";
        speaks.then(|| Failure::new(FailureKind::PlainHttpOnTlsPort, raw))
    }

    fn connect_limit(&self) -> Duration {
        self.settings.connect_timeout.min(self.settings.timeout)
    }
}

/// A request on its way to one place.
struct Hop<'a> {
    request: &'a Request<'a>,
    url: &'a Url,
    route: &'a Route,
    /// As far as it may go there.
    authorization: Option<Authorization<'a>>,
    packing: Packing,
    trace: &'a Trace<'a>,
}

/// How a body may be packed for its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    /// With gzip; it is unpacked on arrival.
    Gzip,
    /// Not at all: what is saved or has a digest is to come as it is.
    Identity,
}

impl Hop<'_> {
    /// Sends it over `connection`, and waits for the head of the answer.
    async fn send(&self, connection: &mut Connection) -> Result<Response<Incoming>, Failure> {
        self.send_body(connection, None).await
    }

    /// Sends it with `body`, where that is another one than its own.
    async fn send_body(
        &self,
        connection: &mut Connection,
        body: Option<Outgoing>,
    ) -> Result<Response<Incoming>, Failure> {
        let (request, authorization) = (self.request, self.authorization);
        let http2 = connection.is_http2();
        self.trace.begin(Step::Answer);
        let mut built = build(request, self.url, authorization, self.route, http2)?;
        if self.packing == Packing::Identity {
            let identity = HeaderValue::from_static("identity");
            built.headers_mut().insert(ACCEPT_ENCODING, identity);
        }
        if authorization.is_some() || request.is_private() {
            self.trace.set_token_sent();
        }
        if let Some(body) = body {
            *built.body_mut() = body;
        }
        connection.send(built).await.map_err(|e| send_failure(&e))
    }
}

/// Whether credentials may go by `route`.
fn may_be_private(request: &Request<'_>, route: &Route) -> Result<bool, Failure> {
    let private = route.tls || request.plain_http;
    if request.is_private() && !private {
        let raw = "credentials are not sent over plain http";
        return Err(Failure::new(FailureKind::TokenUnavailable, raw));
    }
    Ok(private)
}

/// The answer, and whether its body was read to the end.
async fn finish(
    response: Response<Incoming>,
    request: &Request<'_>,
    redirects: &Redirects,
    trace: &Trace<'_>,
) -> Result<(Answer, bool), Failure> {
    let (head, incoming) = response.into_parts();
    let reading = body::read(incoming, &head.headers, request.max_body);
    let body = if request.head_only {
        // Its headers speak of a body that does not come.
        drop(reading);
        Some(Vec::new())
    } else if head.status.is_success() {
        trace.begin(Step::Index);
        Some(reading.await?)
    } else if request.read_refusals {
        // The status says enough where its explanation does not come soon, or is too long.
        timeout(REFUSAL_LIMIT, reading)
            .await
            .ok()
            .and_then(Result::ok)
    } else {
        drop(reading);
        None
    };
    let whole = body.is_some();
    let answer = Answer {
        status: head.status,
        headers: head.headers,
        url: redirects.current().clone(),
        redirected_to: redirects.redirected_to(),
        body: body.unwrap_or_default(),
    };
    Ok((answer, whole))
}

/// What a failure to send or to receive the head means.
fn send_failure(error: &hyper::Error) -> Failure {
    let kind = if crate::failure::find::<rustls::Error>(error).is_some() {
        FailureKind::TlsFailed
    } else if error.is_parse() {
        FailureKind::NotARegistry
    } else {
        FailureKind::ConnectionClosed
    };
    Failure::from_error(kind, error)
}

/// Another origin's certificate is nothing that the person could trust for this registry.
fn foreign(failure: Failure) -> Failure {
    Failure {
        raw: format!("after a redirect: {failure}"),
        kind: FailureKind::BadRedirect,
        ..failure
    }
}

fn is_about_certificate(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::CertificateNotTrusted
            | FailureKind::CertificateExpired
            | FailureKind::CertificateWrongHost
    )
}

/// Whether a failed handshake may mean that the server does not speak TLS at all.
fn is_about_protocol(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::TlsFailed | FailureKind::ConnectionClosed)
}
