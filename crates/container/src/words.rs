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

/// The codes by which a registry says what is wrong, like `UNSUPPORTED`.
pub(crate) fn codes(answer: &Answer) -> Vec<String> {
    let found = serde_json::from_slice::<Explanation>(&answer.body);
    let items = found.unwrap_or_default().errors.into_iter();
    items.filter_map(|item| item.code).collect()
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

#[cfg(test)]
mod tests {
    use registrar_net::{HeaderMap, StatusCode};
    use url::Url;

    use super::*;

    fn answer(media: &str, body: &str) -> Answer {
        let media = media.parse().unwrap();
        Answer {
            status: StatusCode::FORBIDDEN,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, media)]),
            url: Url::parse("https://h.io/v2/").unwrap(),
            redirected_to: None,
            body: body.into(),
        }
    }

    fn shown(media: &str, body: &str) -> String {
        let words = of(&answer(media, body), |text| text.contains("hunter2"));
        let rest = words.strip_prefix("HTTP status 403 Forbidden");
        rest.unwrap().trim_start_matches(": ").to_owned()
    }

    #[test]
    fn repeats_what_registries_and_token_servers_say() {
        for (body, expected) in [
            (
                r#"{"errors":[{"code":"DENIED","message":"access denied","detail":[1]}]}"#,
                "access denied",
            ),
            (r#"{"errors":[{"code":"SOMETHING_NEW"}]}"#, "SOMETHING_NEW"),
            (
                r#"{"errors":[{"message":"first"},{"message":"second"}]}"#,
                "first",
            ),
            (r#"{"details":"incorrect username"}"#, "incorrect username"),
            (
                r#"{"error":"invalid_grant","error_description":"it has expired"}"#,
                "it has expired",
            ),
            (r#"{"error":"invalid_grant"}"#, "invalid_grant"),
            (
                r#"{"__type":"ExpiredToken","message":"expired"}"#,
                "expired",
            ),
            (r#"{"errors":[]}"#, ""),
            (r#"{"errors":"no list"}"#, ""),
            ("no JSON", ""),
            ("", ""),
        ] {
            assert_eq!(shown("application/json", body), expected, "{body}");
        }
    }

    #[test]
    fn repeats_plain_text_but_no_page() {
        let expired = "Your authorization token has expired. Reauthenticate and try again.";
        assert_eq!(shown("text/plain; charset=utf-8", expired), expired);
        assert_eq!(shown("text/html", "<title>Forbidden</title>"), "");
    }

    #[test]
    fn shows_no_secret_nothing_invisible_and_not_too_much() {
        assert_eq!(shown("text/plain", "no hunter2 here"), "");
        let odd = shown("text/plain", "a\u{1b}[31m\u{202e}b");
        assert!(!odd.contains(['\u{1b}', '\u{202e}']), "{odd:?}");
        assert!(shown("text/plain", &"x".repeat(5000)).chars().count() <= MAX_CHARS + 1);
    }
}
