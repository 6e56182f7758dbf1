//! The secret that a request shows: as a bearer, or as the password of any user.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_registry::Secret;

/// Longer headers hold no token of ours.
const MAX: usize = 4096;

/// The secret in the `Authorization` header, if there is one. `Basic` takes the password, or the user
/// where that is empty; a bare value is taken as it is, as some clients send it.
pub(super) fn secret(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    if value.len() > MAX {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?.trim();
    let Some((scheme, rest)) = text.split_once(' ') else {
        return Some(Secret::new(text));
    };
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token") {
        return Some(Secret::new(rest));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = Secret::new(STANDARD.decode(rest).ok()?);
    let (user, password) = pair.expose_text()?.split_once(':')?;
    Some(Secret::new(if password.is_empty() {
        user
    } else {
        password
    }))
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, STANDARD, header, secret};
    use base64::Engine as _;

    fn found(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        let secret = secret(&headers)?;
        secret.expose_text().map(str::to_owned)
    }

    #[test]
    fn every_client_shows_its_token_in_its_own_way() {
        let basic = |pair: &str| found(&format!("Basic {}", STANDARD.encode(pair)));
        assert_eq!(found("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(found("bearer abc").as_deref(), Some("abc"));
        assert_eq!(found("abc").as_deref(), Some("abc"));
        assert_eq!(basic("buildkite:abc").as_deref(), Some("abc"));
        assert_eq!(basic("__token__:a:b").as_deref(), Some("a:b"));
        assert_eq!(basic("abc:").as_deref(), Some("abc"));
        assert_eq!(found("Basic !!"), None);
        assert_eq!(found("Digest x"), None);
    }
}
