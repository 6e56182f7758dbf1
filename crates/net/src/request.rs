//! One request: what the caller wants, and how it looks on the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request as WireRequest, Version};
use registrar_registry::{Secret, TlsRules};
use tokio::time::Instant;
use url::{Position, Url};

use crate::failure::{Failure, FailureKind};
use crate::outgoing::Outgoing;
use crate::redirect::Follow;
use crate::route::Route;
use crate::tls::Tls;

/// Who we say we are.
const USER_AGENT: &str = concat!("Registrar/", env!("CARGO_PKG_VERSION"));

/// What `Authorization` says.
#[derive(Debug, Clone, Copy)]
pub enum Authorization<'a> {
    /// A token.
    Bearer(&'a Secret),
    /// A user and a password.
    Basic {
        /// The user; has no colon.
        user: &'a str,
        /// The password, any bytes.
        password: &'a Secret,
    },
}

impl Authorization<'_> {
    /// The header's value, marked as sensitive so that nothing prints it.
    fn header(&self) -> Result<HeaderValue, Failure> {
        let text = match self {
            Self::Bearer(token) => [b"Bearer ", token.expose()].concat(),
            Self::Basic { user, password } => [b"Basic ", pair(user, password).expose()].concat(),
        };
        let value = HeaderValue::from_maybe_shared(Bytes::from(text));
        let mut value = value.map_err(|_| {
            let raw = "the token has a line break or another character that no header may have";
            Failure::new(FailureKind::TokenUnavailable, raw)
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Removes from the texts of `failure` what a server or library may have repeated.
    fn scrub(&self, failure: Failure) -> Failure {
        match self {
            Self::Bearer(token) => failure.without(token),
            Self::Basic { user, password } => {
                failure.without(password).without(&pair(user, password))
            }
        }
    }
}

/// `user:password` as Basic has it.
fn pair(user: &str, password: &Secret) -> Secret {
    let plain = Secret::new([user.as_bytes(), b":", password.expose()].concat());
    Secret::new(STANDARD.encode(plain.expose()))
}

/// What a request to an API has that one to a registry has not.
///
/// The headers may hold a secret: they are sent where a form would be, and no redirect is followed.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    /// The method, where it is neither GET nor, with a form, POST.
    pub method: Option<Method>,
    /// Headers beside the usual ones, or in their place. Mark a secret as sensitive.
    pub headers: HeaderMap,
}

/// One request with everything that can be said about it. [`Get`] is the common case.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where, http or https.
    pub url: &'a Url,
    /// The credential of the server at `url`; it never goes to another origin.
    pub authorization: Option<Authorization<'a>>,
    /// A body in `application/x-www-form-urlencoded`, which makes it a POST. It may hold a secret,
    /// so no redirect is followed.
    pub form: Option<&'a Secret>,
    /// What only APIs want.
    pub extra: Option<&'a Extra>,
    /// Whether the person allows credentials over plain http.
    pub plain_http: bool,
    /// What to trust, and who we are.
    pub tls: Tls<'a>,
    /// The media types wanted, as in `Accept`.
    pub accept: &'static str,
    /// The most bytes of the body, unpacked.
    pub max_body: u64,
    /// Whether the body of an answer that is no success is wanted, as far as it comes soon.
    pub read_refusals: bool,
    /// Which redirects are followed.
    pub follow: Follow,
    /// When to give up; see [`crate::Http::deadline`].
    pub deadline: Instant,
    /// Whether status and headers are all that is wanted (HEAD).
    pub head_only: bool,
    /// The first byte of the body that is wanted (`Range`); all of them for 0. A server may send
    /// all of them nevertheless.
    pub from_byte: u64,
}

impl Request<'_> {
    /// Whether it may hold a secret besides the authorization.
    pub(crate) fn is_private(&self) -> bool {
        self.form.is_some() || self.extra.is_some()
    }

    /// The method where there is no form.
    fn method(&self) -> Method {
        if self.head_only {
            Method::HEAD
        } else {
            Method::GET
        }
    }

    pub(crate) fn follow(&self) -> Follow {
        if self.is_private() {
            Follow::Nowhere
        } else {
            self.follow
        }
    }

    /// Removes the credentials from the texts of `failure`.
    pub(crate) fn scrub(&self, failure: Failure) -> Failure {
        match &self.authorization {
            Some(authorization) => authorization.scrub(failure),
            None => failure,
        }
    }
}

/// A request of something, with a token.
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

impl<'a> From<&Get<'a>> for Request<'a> {
    fn from(get: &Get<'a>) -> Self {
        Self {
            url: get.url,
            authorization: get.token.map(Authorization::Bearer),
            form: None,
            extra: None,
            plain_http: false,
            tls: get.tls.into(),
            accept: get.accept,
            max_body: get.max_body,
            read_refusals: false,
            follow: Follow::Anywhere,
            deadline: get.deadline,
            head_only: false,
            from_byte: 0,
        }
    }
}

/// `request` for `url`, to which redirects may have led, on the way of `route`.
pub(crate) fn build(
    request: &Request<'_>,
    url: &Url,
    authorization: Option<Authorization<'_>>,
    route: &Route,
    http2: bool,
) -> Result<WireRequest<Outgoing>, Failure> {
    let malformed = |_| Failure::new(FailureKind::NotARegistry, "the address cannot be requested");
    let whole = http2 || route.is_forwarded();
    let target = if whole {
        &url[..Position::AfterQuery]
    } else {
        &url[Position::BeforePath..Position::AfterQuery]
    };
    let (method, body) = match request.form {
        Some(form) => (Method::POST, Bytes::copy_from_slice(form.expose())),
        None => (request.method(), Bytes::new()),
    };
    let other = request.extra.and_then(|extra| extra.method.clone());
    let method = other.unwrap_or(method);
    let built = WireRequest::builder().method(method).uri(target);
    let mut built = built.body(Outgoing::of(body)).map_err(malformed)?;
    *built.headers_mut() = headers(request, authorization, route)?;
    if http2 {
        *built.version_mut() = Version::HTTP_2;
    } else {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let host = HeaderValue::from_str(host).map_err(|e| malformed(e.into()))?;
        built.headers_mut().insert(header::HOST, host);
    }
    Ok(built)
}

fn headers(
    request: &Request<'_>,
    authorization: Option<Authorization<'_>>,
    route: &Route,
) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert(header::ACCEPT, HeaderValue::from_static(request.accept));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if request.form.is_some() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form);
    }
    if request.from_byte > 0 {
        let range = HeaderValue::from_str(&format!("bytes={}-", request.from_byte));
        headers.extend(range.ok().map(|range| (header::RANGE, range)));
    }
    if let Some(authorization) = authorization {
        headers.insert(header::AUTHORIZATION, authorization.header()?);
    }
    if let Some(extra) = request.extra {
        for (name, value) in &extra.headers {
            headers.insert(name, value.clone());
        }
    }
    if let Some(proxy) = route.proxy.as_ref().filter(|_| route.is_forwarded())
        && let Some(authorization) = &proxy.authorization
    {
        headers.insert(header::PROXY_AUTHORIZATION, authorization.clone());
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_takes_any_password() {
        let password = Secret::new("open sesame");
        let basic = Authorization::Basic {
            user: "Aladdin",
            password: &password,
        };
        // The example of RFC 7617.
        assert_eq!(
            basic.header().unwrap(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        let odd = Secret::new("line\nbreak: ü");
        let basic = Authorization::Basic {
            user: "u",
            password: &odd,
        };
        assert!(basic.header().unwrap().is_sensitive());
    }

    #[test]
    fn a_repeated_pair_is_removed_from_the_texts() {
        let password = Secret::new("open sesame");
        let basic = Authorization::Basic {
            user: "Aladdin",
            password: &password,
        };
        let raw = "open sesame, or QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        let failure = basic.scrub(Failure::new(FailureKind::BadRedirect, raw));
        assert_eq!(failure.raw, "•••, or •••");
    }
}
