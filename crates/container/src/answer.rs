//! What a registry's answers say beside their status.

use registrar_net::{Answer, StatusCode, header};

use crate::challenge::{self, Challenge};

/// The scopes that are missing, where a registry says so of a token.
pub(crate) fn wider_scope(answer: &Answer) -> Option<Vec<String>> {
    if answer.status != StatusCode::UNAUTHORIZED {
        return None;
    }
    let challenges = challenge::all(&answer.headers).ok()?;
    let insufficient = |challenge: &&Challenge| {
        challenge.scheme == "bearer" && challenge.get("error") == Some("insufficient_scope")
    };
    let scopes = challenges.iter().find(insufficient)?.scopes();
    (!scopes.is_empty()).then_some(scopes)
}

/// Whether a success looks like a container registry's. The header that registries once had is
/// optional today; what comes instead are empty objects, nothing at all, or `true`.
pub(crate) fn is_registry(answer: &Answer) -> bool {
    let has_header = answer
        .headers
        .contains_key("docker-distribution-api-version");
    let media = answer.headers.get(header::CONTENT_TYPE);
    let html = media.is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    let body = answer.body.trim_ascii();
    let json = || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    has_header || (!html && (body.is_empty() || json()))
}
