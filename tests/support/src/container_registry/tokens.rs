//! The token server: whom it gives a token.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{IDENTITY_TOKEN, PASSWORD, Seen, USER};
use crate::token_server::Signer;

/// How a token begins that counts; the scopes follow.
const GRANTED: &str = "granted.";
/// A token that does not count.
pub(super) const WORTHLESS: &str = "worthless";

/// Who asks, as far as the token server is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    Nobody,
    User,
    Stranger,
}

/// `Authorization` with the right password.
pub(super) fn basic() -> String {
    format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")))
}

/// Who sent `seen` to the token server.
pub(super) fn asker(seen: &Seen) -> Asker {
    let form = fields(&seen.body);
    let field = |name| form.get(name).map(String::as_str);
    let complete = field("client_id").is_some() && field("service").is_some();
    let right = match field("grant_type") {
        Some("password") => {
            complete && field("username") == Some(USER) && field("password") == Some(PASSWORD)
        }
        Some("refresh_token") => complete && field("refresh_token") == Some(IDENTITY_TOKEN),
        _ => match &seen.authorization {
            None => return Asker::Nobody,
            Some(authorization) => *authorization == basic(),
        },
    };
    if right { Asker::User } else { Asker::Stranger }
}

/// A token for what `seen` asks.
pub(super) fn grant(seen: &Seen) -> String {
    let scopes = asked(seen).remove("scope").unwrap_or_default();
    format!("{GRANTED}{}", scopes.replace(' ', ";"))
}

/// The same, signed, and with the identity token where that is asked for.
pub(super) fn signed(seen: &Seen, signer: &Signer) -> Value {
    let asked = asked(seen);
    let scopes = asked.get("scope").map_or("", String::as_str);
    let token = signer.token(USER, scopes);
    let mut answer = json!({"token": token, "access_token": token, "expires_in": 300});
    let offline = asked
        .get("offline_token")
        .is_some_and(|wish| wish == "true")
        || asked
            .get("access_type")
            .is_some_and(|wish| wish == "offline");
    if offline {
        answer["refresh_token"] = json!(IDENTITY_TOKEN);
    }
    answer
}

/// The fields of the form, or else of the query.
fn asked(seen: &Seen) -> HashMap<String, String> {
    let query = seen.path.split_once('?').map_or("", |(_, query)| query);
    fields(if seen.body.is_empty() {
        query
    } else {
        &seen.body
    })
}

/// Whether `authorization` is a token that was granted, also for `scope` where there is one.
pub(super) fn counts(authorization: Option<&str>, scope: Option<&str>) -> bool {
    let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let scopes = token.and_then(|token| token.strip_prefix(GRANTED));
    scopes.is_some_and(|granted| scope.is_none_or(|wanted| granted.split(';').any(|s| s == wanted)))
}

/// The fields of a form or query; of a name that comes twice, the values with spaces between them.
fn fields(encoded: &str) -> HashMap<String, String> {
    let mut fields: HashMap<String, String> = HashMap::new();
    for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let field = fields.entry(decode(name)).or_default();
        if !field.is_empty() {
            field.push(' ');
        }
        field.push_str(&decode(value));
    }
    fields
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = std::str::from_utf8(&pair).unwrap_or_default();
                u8::from_str_radix(digits, 16).unwrap_or(b'?')
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
