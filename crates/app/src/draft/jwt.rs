//! The end that a token names itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use registrar_registry::Secret;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The most bytes of a token that is looked into.
const MAX_BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    #[expect(dead_code, reason = "a JWT has it, and nothing else is wanted of it")]
    alg: IgnoredAny,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

/// The last day, here, on which `token` is good, where it is a JWT that says so.
///
/// The signature is not looked at, because nothing is granted by this: it only reminds the person,
/// who can change the day, and a wrong one costs a reminder. What is no JWT with an `exp` within
/// the years that a calendar has is an ordinary token.
pub(super) fn last_day(token: &Secret) -> Option<Date> {
    let text = token.expose_text().filter(|text| text.len() <= MAX_BYTES)?;
    let mut parts = text.trim().split('.');
    let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let _: Header = part(header)?;
    let claims: Claims = part(claims)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit becomes the last second there is, and that is no date"
    )]
    let end = Timestamp::from_second(claims.exp as i64).ok()?;
    Some(end.to_zoned(TimeZone::system()).date())
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> Secret {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        Secret::new(format!("{}.{}.c2ln", encode(header), encode(claims)))
    }

    #[test]
    fn the_end_of_a_jwt_is_a_day() {
        // Noon, so that it is the same day nearly everywhere.
        let found = last_day(&token(
            r#"{"alg":"RS256","typ":"JWT"}"#,
            r#"{"sub":"me","exp":1798718400}"#,
        ));
        assert_eq!(found, Some(jiff::civil::date(2026, 12, 31)));
    }

    #[test]
    fn other_tokens_name_no_end() {
        let header = r#"{"alg":"none"}"#;
        for secret in [
            Secret::new("dckr_pat_abc"),
            Secret::new("a.b.c"),
            Secret::new([0xff, b'.', b'.']),
            token(header, r#"{"sub":"me"}"#),
            token(header, r#"{"exp":"tomorrow"}"#),
            token(header, r#"{"exp":1e300}"#),
            token(header, r#"{"exp":-1e300}"#),
            token(r#"{"no":"header"}"#, r#"{"exp":1798718400}"#),
            token(
                header,
                &format!(r#"{{"exp":1,"x":"{}"}}"#, "x".repeat(MAX_BYTES)),
            ),
        ] {
            assert_eq!(last_day(&secret), None);
        }
    }
}
