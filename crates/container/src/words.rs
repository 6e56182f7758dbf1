//! What a server itself says about its refusal.

use registrar_net::{Answer, clean, header};
use serde::Deserialize;

/// The most characters of a server's words.
const MAX_CHARS: usize = 200;

/// The shapes in which registries and token servers explain themselves.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Explanation {
    errors: Vec<Item>,
    details: Option<String>,
    error_description: Option<String>,
    message: Option<String>,
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    message: Option<String>,
    code: Option<String>,
}

/// The status of `answer` and what the server says about it, fit to be shown. Words that are
/// `secret` are left out.
pub(crate) fn of(answer: &Answer, secret: impl Fn(&str) -> bool) -> String {
    let status = format!("HTTP status {}", answer.status);
    let words = explanation(answer)
        .filter(|words| !secret(words))
        .map(|words| clean(&words, MAX_CHARS))
        .filter(|words| !words.is_empty());
    match words {
        Some(words) => format!("{status}: {words}"),
        None => status,
    }
}

/// The code by which an OAuth 2 server says what is wrong, like `invalid_grant`.
pub(crate) fn oauth_error(answer: &Answer) -> Option<String> {
    serde_json::from_slice::<Explanation>(&answer.body)
        .ok()?
        .error
}

fn explanation(answer: &Answer) -> Option<String> {
    let media = answer.headers.get(header::CONTENT_TYPE);
    if media.is_some_and(|media| media.as_bytes().starts_with(b"text/plain")) {
        return Some(String::from_utf8_lossy(&answer.body).into_owned());
    }
    let found: Explanation = serde_json::from_slice(&answer.body).ok()?;
    let item = found.errors.into_iter().next().unwrap_or_default();
    item.message
        .or(item.code)
        .or(found.details)
        .or(found.error_description)
        .or(found.message)
        .or(found.error)
}
