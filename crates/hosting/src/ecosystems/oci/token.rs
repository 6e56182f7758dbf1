//! `/v2/token`: a pass for a token. Without one, a pass for somebody who has none, who may read what
//! is public.

use axum::http::{HeaderMap, Method, header};
use axum::response::IntoResponse as _;
use jiff::Timestamp;
use registrar_registry::Secret;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::refusal::{Answered, Refusal};
use crate::server::{Problem, RootCall};

/// The most bytes of a form.
const MAX_FORM: usize = 64 * 1024;

pub(super) async fn answer(call: &RootCall) -> Answered {
    let secret = match *call.method() {
        Method::GET => secret_of(call)?,
        Method::POST => Some(secret_in(call).await?),
        _ => return Err(Refusal::method("GET, POST")),
    };
    let now = Timestamp::now();
    let issued = call.issue_pass(secret.as_ref(), now);
    let (pass, seconds) = issued.ok_or_else(unknown)?;
    let text = pass.expose_text().unwrap_or_default();
    let issued_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let body: Value = json!({
        "token": text,
        "access_token": text,
        "expires_in": seconds,
        "issued_at": issued_at.to_string(),
    });
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((no_store, axum::Json(body)).into_response())
}

/// The secret in the header. One that cannot be read is not the same as none.
fn secret_of(call: &RootCall) -> Result<Option<Secret>, Refusal> {
    match call.secret() {
        // What clients send that have neither a name nor a password.
        Some(secret) if secret.expose().is_empty() => Ok(None),
        None if call.is_identified() => Err(unknown()),
        secret => Ok(secret),
    }
}

/// The secret in a form, as OAuth 2 has it.
async fn secret_in(call: &RootCall) -> Result<Secret, Refusal> {
    if !is_form(call.headers()) {
        return Err(Refusal::bad("UNSUPPORTED", "Send a form."));
    }
    let body = call.take_bytes(MAX_FORM).await?;
    let field = |name: &str| {
        let mut pairs = form_urlencoded::parse(&body);
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    let secret = match field("grant_type").as_deref() {
        Some("password") => field("password"),
        Some("refresh_token") => field("refresh_token"),
        _ => None,
    };
    let missing = || {
        Refusal::bad(
            "UNSUPPORTED",
            "Send a grant_type of password or refresh_token.",
        )
    };
    secret.map(Secret::new).ok_or_else(missing)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

fn unknown() -> Refusal {
    Refusal::from(Problem::Unauthorized).with(
        header::WWW_AUTHENTICATE,
        "Basic realm=\"Registrar\", charset=\"UTF-8\"".to_owned(),
    )
}
