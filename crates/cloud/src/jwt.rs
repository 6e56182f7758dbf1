//! When a JSON Web Token ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use registrar_registry::Secret;
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    exp: i64,
}

/// The end that `token` names itself. Its signature is not looked at: the registry that it is for
/// does that, and a wrong end only means that it is renewed too early or too late.
pub(crate) fn end(token: &Secret) -> Option<Timestamp> {
    let claims = token.expose_text()?.split('.').nth(1)?;
    let bytes = Secret::new(URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?);
    let claims: Claims = serde_json::from_slice(bytes.expose()).ok()?;
    Timestamp::from_second(claims.exp).ok()
}
