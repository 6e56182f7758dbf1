//! A registry's answer, and what its status means.

use hyper::header::RETRY_AFTER;
use hyper::{HeaderMap, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use url::Url;

use crate::failure::{Failure, FailureKind};

/// An answer, redirects followed.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// Where it came from in the end.
    pub url: Url,
    /// Where redirects led, without query, if there were any.
    pub redirected_to: Option<String>,
    /// The body, unpacked; empty unless the status is a success or refusals are read.
    pub body: Vec<u8>,
}

impl Answer {
    /// What a status that is no success means; `None` for a success.
    pub fn failure(&self) -> Option<Failure> {
        if self.status.is_success() {
            return None;
        }
        let failure = self.fail(kind(self.status), format!("HTTP status {}", self.status));
        Some(Failure {
            seconds: self.wait(),
            ..failure
        })
    }

    /// A failure of `kind` about this answer, with its status and where it came from.
    pub fn fail(&self, kind: FailureKind, raw: impl Into<String>) -> Failure {
        Failure {
            redirected_to: self.redirected_to.clone(),
            ..Failure::new(kind, raw).with_status(self.status.as_u16())
        }
    }

    /// How many seconds to wait, where the registry asks for it with 429 or 503.
    fn wait(&self) -> Option<u32> {
        let limited = matches!(
            self.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        limited.then(|| retry_after(text, Timestamp::now()))?
    }
}

fn kind(status: StatusCode) -> FailureKind {
    match status.as_u16() {
        401 => FailureKind::Unauthorized,
        403 => FailureKind::Forbidden,
        407 => FailureKind::Proxy,
        429 => FailureKind::RateLimited,
        500.. => FailureKind::ServerError,
        _ => FailureKind::NotARegistry,
    }
}

/// `Retry-After` as seconds from `now`: a number, or a date.
fn retry_after(text: &str, now: Timestamp) -> Option<u32> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = rfc2822::parse(text.trim()).ok()?.timestamp();
    u32::try_from((date.as_second() - now.as_second()).max(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_both_forms_of_retry_after() {
        let now: Timestamp = "2015-10-21T07:27:00Z".parse().unwrap();
        assert_eq!(retry_after("120", now), Some(120));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now), Some(60));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(0));
        assert_eq!(retry_after("soon", now), None);
    }
}
