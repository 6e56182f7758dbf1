//! One request: what the caller wants, and how it looks on the wire.

use bytes::Bytes;
use http_body_util::Empty;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Version};
use registrar_registry::{Secret, TlsRules};
use tokio::time::Instant;
use url::{Position, Url};

use crate::failure::{Failure, FailureKind};
use crate::route::Route;

/// Who we say we are.
const USER_AGENT: &str = concat!("Registrar/", env!("CARGO_PKG_VERSION"));

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// Where, http or https.
    pub url: &'a Url,
    /// The token of the registry at `url`. It is left out over plain http.
    pub token: Option<&'a Secret>,
    /// What to trust. The pinned certificate counts for the origin of `url` only, the CA file
    /// for redirects as well.
    pub tls: &'a TlsRules,
    /// The media types wanted, as in `Accept`.
    pub accept: &'static str,
    /// The most bytes of the body, unpacked.
    pub max_body: u64,
    /// When to give up; see [`crate::Http::deadline`].
    pub deadline: Instant,
}

/// The request of `get` for `url`, to which redirects may have led, on the way of `route`.
pub(crate) fn build(
    get: &Get<'_>,
    url: &Url,
    token: Option<&Secret>,
    route: &Route,
    http2: bool,
) -> Result<Request<Empty<Bytes>>, Failure> {
    let malformed = |_| Failure::new(FailureKind::NotARegistry, "the address cannot be requested");
    let whole = http2 || route.is_forwarded();
    let target = if whole {
        &url[..Position::AfterQuery]
    } else {
        &url[Position::BeforePath..Position::AfterQuery]
    };
    let mut request = Request::get(target).body(Empty::new()).map_err(malformed)?;
    *request.headers_mut() = headers(get, token, route)?;
    if http2 {
        *request.version_mut() = Version::HTTP_2;
    } else {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let host = HeaderValue::from_str(host).map_err(|e| malformed(e.into()))?;
        request.headers_mut().insert(header::HOST, host);
    }
    Ok(request)
}

fn headers(get: &Get<'_>, token: Option<&Secret>, route: &Route) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert(header::ACCEPT, HeaderValue::from_static(get.accept));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if let Some(token) = token {
        headers.insert(header::AUTHORIZATION, bearer(token)?);
    }
    if let Some(proxy) = route.proxy.as_ref().filter(|_| route.is_forwarded())
        && let Some(authorization) = &proxy.authorization
    {
        headers.insert(header::PROXY_AUTHORIZATION, authorization.clone());
    }
    Ok(headers)
}

/// `Bearer …`, marked as sensitive so that nothing prints it.
fn bearer(token: &Secret) -> Result<HeaderValue, Failure> {
    let text = [b"Bearer ", token.expose()].concat();
    let value = HeaderValue::from_maybe_shared(Bytes::from(text));
    let mut value = value.map_err(|_| {
        let raw = "the token has a line break or another character that no header may have";
        Failure::new(FailureKind::TokenUnavailable, raw)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
