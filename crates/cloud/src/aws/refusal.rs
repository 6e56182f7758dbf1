//! What AWS means by a refusal.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use registrar_net::{Answer, clean, header};
use registrar_registry::Cloud;

use crate::failure::{Failure, FailureKind};

/// How wrong a clock may be, in seconds: AWS takes five minutes.
const MAX_SKEW: i64 = 5 * 60;

/// A refusal as its API words it.
#[derive(Default)]
pub(crate) struct Refusal {
    /// The code, such as `AccessDeniedException`.
    pub(crate) code: String,
    pub(crate) message: String,
}

/// The failure that `answer` is, with what was read from it; `now` as this computer has it.
pub(crate) fn failure(answer: &Answer, refusal: &Refusal, now: Timestamp) -> Failure {
    let code = clean(&refusal.code, 100);
    let message = clean(&refusal.message, 300);
    let raw = format!("HTTP status {}: {code}: {message}", answer.status);
    let kind = match kind(&refusal.code) {
        Some(FailureKind::Refused | FailureKind::SignInEnded) if is_skewed(answer, now) => {
            FailureKind::ClockWrong
        }
        Some(kind) => kind,
        None if answer.status.is_server_error() => FailureKind::Unreachable,
        None if matches!(answer.status.as_u16(), 401 | 403) => FailureKind::Refused,
        None if answer.status.as_u16() == 429 => FailureKind::Unreachable,
        None => FailureKind::BadAnswer,
    };
    Failure::new(Cloud::Aws, kind, raw)
}

/// The kind of a code, with or without what stands around it: `com.amazon…#Code`, `Code:…`.
fn kind(code: &str) -> Option<FailureKind> {
    let code = code.rsplit('#').next().unwrap_or_default();
    let code = code.split(':').next().unwrap_or_default();
    Some(match code.strip_suffix("Exception").unwrap_or(code) {
        "ExpiredToken" | "RequestExpired" | "Unauthorized" => FailureKind::SignInEnded,
        "UnrecognizedClient"
        | "InvalidClientTokenId"
        | "InvalidSignature"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "InvalidAccessKeyId"
        | "OptInRequired"
        | "InvalidIdentityToken" => FailureKind::Refused,
        "AccessDenied" | "NotAuthorized" | "Forbidden" => FailureKind::NotAllowed,
        "Throttling"
        | "ThrottlingException"
        | "ServiceUnavailable"
        | "InternalFailure"
        | "Server" => FailureKind::Unreachable,
        _ => return None,
    })
}

fn is_skewed(answer: &Answer, now: Timestamp) -> bool {
    let date = answer.headers.get(header::DATE);
    let date = date.and_then(|date| rfc2822::parse(date.to_str().ok()?).ok());
    date.is_some_and(|date| (date.timestamp().as_second() - now.as_second()).abs() > MAX_SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_in_every_spelling() {
        for code in [
            "ExpiredTokenException",
            "ExpiredToken",
            "com.amazon.coral.service#ExpiredTokenException",
            "ExpiredTokenException:http://internal.amazon.com/",
        ] {
            assert_eq!(kind(code), Some(FailureKind::SignInEnded), "{code}");
        }
        assert_eq!(kind("AccessDeniedException"), Some(FailureKind::NotAllowed));
        assert_eq!(kind("InvalidClientTokenId"), Some(FailureKind::Refused));
        assert_eq!(kind("SomethingNew"), None);
    }
}
