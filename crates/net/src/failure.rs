//! Why a request failed, as a code with what the words need.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use registrar_registry::Secret;
use thiserror::Error;

/// Why talking to a registry failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum FailureKind {
    /// The host name has no address.
    #[error("the host name could not be resolved")]
    NameNotResolved,
    /// Nothing listens there.
    #[error("the connection was refused")]
    Refused,
    /// The network cannot reach that address.
    #[error("the address cannot be reached")]
    Unreachable,
    /// No answer within the time limit.
    #[error("there was no answer in time")]
    TimedOut,
    /// The connection was closed in the middle.
    #[error("the connection was closed in the middle")]
    ConnectionClosed,
    /// The proxy did not let us through, or cannot be reached.
    #[error("the proxy did not let the connection through")]
    Proxy,
    /// The certificate is not signed by anybody this computer trusts.
    #[error("the certificate is not trusted")]
    CertificateNotTrusted,
    /// The certificate has expired, or is not valid yet.
    #[error("the certificate has expired or is not valid yet")]
    CertificateExpired,
    /// The certificate is for another host.
    #[error("the certificate is for another host")]
    CertificateWrongHost,
    /// The certificate is not the one that the person chose to trust.
    #[error("the certificate is not the one that was trusted")]
    CertificateChanged,
    /// The certificate authority's file cannot be read or holds no certificate.
    #[error("the certificate authority's file cannot be used")]
    CaFileUnusable,
    /// TLS failed otherwise.
    #[error("the secure connection could not be set up")]
    TlsFailed,
    /// The server speaks plain http on this port.
    #[error("the server speaks plain http on this port")]
    PlainHttpOnTlsPort,
    /// The server wants TLS on this port.
    #[error("the server speaks https on this port")]
    TlsOnPlainHttpPort,
    /// 401: a token is needed, or this one is wrong.
    #[error("the registry asks for a valid token")]
    Unauthorized,
    /// 403: the token is understood but not allowed.
    #[error("the registry does not allow this")]
    Forbidden,
    /// 404, or an answer that no such registry gives.
    #[error("this is not the kind of registry that was expected")]
    NotARegistry,
    /// 429: too many requests.
    #[error("the registry asks to wait")]
    RateLimited,
    /// 5xx: the registry itself has failed.
    #[error("the registry has failed")]
    ServerError,
    /// It redirects in a circle, or to where we must not follow.
    #[error("the registry redirects to where Registrar must not follow")]
    BadRedirect,
    /// The answer is not JSON, or not of the expected shape.
    #[error("the answer could not be understood")]
    BadJson,
    /// The answer is larger than we accept.
    #[error("the answer is too large")]
    TooLarge,
    /// The token could not be read or cannot be sent, so nothing was sent.
    #[error("the token cannot be used")]
    TokenUnavailable,
}

/// Why a request failed. Contains neither a token nor a proxy's user and password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}: {raw}")]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// Where a redirect led, without query, where there was one.
    pub redirected_to: Option<String>,
    /// The time limit that passed, in seconds, with [`FailureKind::TimedOut`]; the wait that
    /// the server asked for, with [`FailureKind::RateLimited`] and [`FailureKind::ServerError`].
    pub seconds: Option<u32>,
    /// The underlying error as it came.
    pub raw: String,
}

impl Failure {
    /// A failure of `kind` whose underlying error reads `raw`.
    pub fn new(kind: FailureKind, raw: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            redirected_to: None,
            seconds: None,
            raw: raw.into(),
        }
    }

    /// The same, with the HTTP `status`.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// A failure of `kind` caused by `error`, whose whole chain becomes the raw text.
    pub(crate) fn from_error(kind: FailureKind, error: &(dyn Error + 'static)) -> Self {
        Self::new(kind, chain(error))
    }

    /// `limit` passed while `what` was waited for.
    pub(crate) fn timed_out(limit: Duration, what: &str) -> Self {
        let seconds = u32::try_from(limit.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
        Self {
            seconds: Some(seconds),
            ..Self::new(
                FailureKind::TimedOut,
                format!("no {what} within {seconds} s"),
            )
        }
    }

    /// Removes `secret` from the texts, in case a server or library has repeated it.
    #[must_use]
    pub(crate) fn without(mut self, secret: &Secret) -> Self {
        let Some(secret) = secret.expose_text() else {
            return self;
        };
        if !secret.is_empty() {
            self.raw = self.raw.replace(secret, "•••");
            self.redirected_to = self
                .redirected_to
                .filter(|to| !decoded(to).contains(secret));
        }
        self
    }
}

/// `address` with percent-encoding undone.
fn decoded(address: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(address);
    decoded.decode_utf8_lossy().into_owned()
}

/// What a failed TCP connection means.
pub(crate) fn connect_kind(error: &io::Error) -> FailureKind {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => FailureKind::Refused,
        io::ErrorKind::TimedOut => FailureKind::TimedOut,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            FailureKind::ConnectionClosed
        }
        _ => FailureKind::Unreachable,
    }
}

/// `error` and everything that caused it, each said once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            let _ = write!(text, ": {said}");
        }
        next = cause.source();
    }
    text
}

/// The first error of type `E` in the chain of causes, also inside [`io::Error`]s, which
/// leave out themselves what they wrap when asked for their source.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_token_is_removed_from_the_texts() {
        let secret = Secret::new("s3 cret!");
        for address in ["https://a/s3 cret!", "https://a/s3%20cret%21"] {
            let mut failure = Failure::new(FailureKind::BadRedirect, "not s3 cret!");
            failure.redirected_to = Some(address.to_owned());
            let failure = failure.without(&secret);
            assert_eq!((&*failure.raw, failure.redirected_to), ("not •••", None));
        }
    }

    #[test]
    fn finds_a_cause_inside_an_io_error() {
        let outer = io::Error::other(rustls::Error::DecryptError);
        assert_eq!(
            find::<rustls::Error>(&outer),
            Some(&rustls::Error::DecryptError)
        );
    }
}
