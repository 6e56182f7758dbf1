//! Keeps web pages out: a page in a browser must neither read nor write anything here.
//!
//! A page that has its own name point to this computer (DNS rebinding) asks with that name in `Host`.
//! A page elsewhere that sends requests here has its browser say so in `Origin` or `Sec-Fetch-Site`.
//! Package managers do neither. There are no cookies, and no answer allows another origin to read.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Server;

/// The log of requests.
const ACCESS: &str = "registrar_hosting::access";
/// Longer addresses are nobody's.
const MAX_URI: usize = 8 * 1024;

/// The names under which this server may be asked.
pub(super) struct Allowed {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Allowed {
    pub(super) fn new(port: u16, base: &str) -> Self {
        let mut hosts: Vec<String> = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .map(|name| format!("{name}:{port}"))
            .collect();
        let mut origins: Vec<_> = hosts.iter().map(|host| format!("http://{host}")).collect();
        if let Ok(url) = url::Url::parse(base)
            && let Some(host) = url.host_str()
        {
            let port = url.port().map_or(String::new(), |port| format!(":{port}"));
            hosts.push(format!("{host}{port}"));
            origins.push(url.origin().ascii_serialization());
        }
        Self { hosts, origins }
    }

    /// Those under which it is asked over TLS.
    pub(super) fn secure(hosts: Vec<String>) -> Self {
        let origins = hosts.iter().map(|host| format!("https://{host}"));
        Self {
            origins: origins.collect(),
            hosts,
        }
    }

    fn is_ours(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else {
            return false;
        };
        let host = host.as_bytes();
        self.hosts
            .iter()
            .any(|ours| host.eq_ignore_ascii_case(ours.as_bytes()))
    }

    /// Whether a browser says that this comes from another site's page.
    fn is_foreign(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
        let foreign = |origin: &[u8]| {
            let mut own = self.origins.iter();
            !own.any(|ours| origin.eq_ignore_ascii_case(ours.as_bytes()))
        };
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        origin.is_some_and(foreign) || matches!(site, Some(b"cross-site" | b"same-site"))
    }
}

/// Lets through what is meant for this server and does not come from a web page elsewhere.
pub(super) async fn guard(
    State(server): State<Arc<Server>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if length(request.uri()) > MAX_URI {
        return (StatusCode::URI_TOO_LONG, "The address is too long.\n").into_response();
    }
    // Each door has its own names: none of the network's counts on loopback, nor the other way.
    let network = super::listen::is_secure(request.extensions()).then(|| server.on_network());
    let allowed = match &network {
        None => Some(&server.allowed),
        Some(network) => network.as_ref().map(|network| &network.allowed),
    };
    let Some(allowed) = allowed.filter(|allowed| allowed.is_ours(headers)) else {
        let text = "This server is not known by that name.\n";
        return secured((StatusCode::MISDIRECTED_REQUEST, text).into_response());
    };
    if allowed.is_foreign(headers) {
        let text = "Web pages may not use this server.\n";
        return secured((StatusCode::FORBIDDEN, text).into_response());
    }
    let what = Asked::of(&request);
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let _changing = changes.then(|| Changing::begin(server.clone()));
    let answer = secured(next.run(request).await);
    server.metrics.count(answer.status());
    what.log(&answer);
    answer
}

/// What is asked for, in bytes.
fn length(uri: &Uri) -> usize {
    uri.path().len() + uri.query().map_or(0, str::len)
}

/// What the log says of a request. An address under `/uploads/` is a key, so it is not said.
struct Asked {
    method: Method,
    path: String,
    begun: Instant,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let key = path.starts_with("/uploads/");
        let said = tracing::enabled!(target: ACCESS, tracing::Level::DEBUG);
        Self {
            method: request.method().clone(),
            path: match (said, key) {
                (false, _) => String::new(),
                (true, true) => "/uploads/\u{2026}".to_owned(),
                (true, false) => path.to_owned(),
            },
            begun: Instant::now(),
        }
    }

    fn log(self, answer: &Response) {
        let millis = self.begun.elapsed().as_millis();
        let status = answer.status().as_u16();
        tracing::debug!(target: ACCESS, method = %self.method, path = self.path, status, millis, "answered");
    }
}

/// What every answer says to browsers, should one ever show it.
fn secured(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ));
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    answer
}

/// Counts a request that changes something for as long as it is under way.
struct Changing(Arc<Server>);

impl Changing {
    fn begin(server: Arc<Server>) -> Self {
        server.changing.fetch_add(1, Ordering::Relaxed);
        Self(server)
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        self.0.changing.fetch_sub(1, Ordering::Relaxed);
    }
}
