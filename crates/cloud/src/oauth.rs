//! OAuth 2's token endpoints, which Azure and Google have.

use registrar_net::{Answer, HeaderMap, Method, clean};
use registrar_registry::{Cloud, Secret};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::failure::{Failure, FailureKind};
use crate::wire::{Call, Wire, json};

/// The most characters of a server's own words.
const MAX_CHARS: usize = 200;
/// How long a token is good that does not say it, in seconds.
const LASTS: i64 = 300;

/// What such an endpoint gives.
#[derive(Deserialize)]
pub(crate) struct Granted {
    #[serde(alias = "accessToken")]
    pub(crate) access_token: Secret,
    /// Seconds; some services write them as text.
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
    error_description: String,
}

impl Granted {
    /// A token that is good for so many seconds, where that is known.
    pub(crate) fn new(access_token: Secret, lasts: Option<i64>) -> Self {
        Self {
            access_token,
            expires_in: lasts.map(Into::into),
        }
    }

    /// How many seconds it is good.
    pub(crate) fn lasts(&self) -> i64 {
        let seconds = match &self.expires_in {
            Some(serde_json::Value::String(text)) => text.parse().ok(),
            Some(number) => number.as_i64(),
            None => None,
        };
        seconds
            .filter(|seconds| (0..=86_400).contains(seconds))
            .unwrap_or(LASTS)
    }
}

/// A body in `application/x-www-form-urlencoded`.
pub(crate) fn form(pairs: &[(&str, &[u8])]) -> Secret {
    // Roomy enough for every secret, so that no copy of one stays behind by growing.
    let room: usize = pairs
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = Serializer::new(String::with_capacity(room));
    for (name, value) in pairs {
        form.append_pair(name, std::str::from_utf8(value).unwrap_or_default());
    }
    Secret::new(form.finish())
}

/// Sends `body` to `url`, and reads the answer whatever its status.
pub(crate) async fn post(
    wire: &Wire,
    cloud: Cloud,
    url: Url,
    body: &Secret,
) -> Result<Answer, Failure> {
    let call = Call {
        url,
        method: Method::POST,
        headers: HeaderMap::new(),
        body: Some(body),
    };
    wire.send(cloud, call).await
}

/// The token in `answer`.
pub(crate) fn granted(cloud: Cloud, answer: &Answer) -> Result<Granted, Failure> {
    if answer.status.is_success() {
        return json(cloud, answer);
    }
    let found: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = clean(&found.error, MAX_CHARS);
    // What follows the first line are numbers for the support.
    let words = found.error_description.lines().next().unwrap_or_default();
    let raw = format!(
        "HTTP status {}: {code}: {}",
        answer.status,
        clean(words, MAX_CHARS)
    );
    let kind = match (code.as_str(), answer.status.as_u16()) {
        ("invalid_grant", _) => FailureKind::SignInEnded,
        ("", 500..) | (_, 429) | ("temporarily_unavailable", _) => FailureKind::Unreachable,
        ("", 200..=399) => FailureKind::BadAnswer,
        _ => FailureKind::Refused,
    };
    Err(Failure::new(cloud, kind, raw))
}
