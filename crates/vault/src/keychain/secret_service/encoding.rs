//! Secrets as text, for keychains that keep only text.
//!
//! `KWallet` keeps UTF-8 and nothing else. A secret that is UTF-8 without NUL is kept as it is,
//! so that other tools can read it; any other, and one that begins as the encoded ones do, is
//! kept as [`PREFIX`] and base64.

use base64ct::{Base64, Encoding};
use registrar_registry::Secret;
use zeroize::Zeroizing;

use crate::VaultError;

/// What an encoded secret begins with.
const PREFIX: &str = "registrar-base64:";

/// What to keep in a keychain for `secret`; a third longer where it has to be encoded.
pub(super) fn encode(secret: &Secret) -> Secret {
    let bytes = secret.expose();
    let plain = !bytes.contains(&0) && !bytes.starts_with(PREFIX.as_bytes());
    if plain && secret.expose_text().is_some() {
        return secret.clone();
    }
    let text = Zeroizing::new(Base64::encode_string(bytes));
    Secret::new([PREFIX.as_bytes(), text.as_bytes()].concat())
}

/// The secret that the keychain `store` keeps as `kept`.
pub(super) fn decode(store: &str, kept: &Secret) -> Result<Secret, VaultError> {
    let Some(text) = kept.expose().strip_prefix(PREFIX.as_bytes()) else {
        return Ok(kept.clone());
    };
    let damaged = || VaultError::damaged(store, "an encoded token is not base64");
    let text = std::str::from_utf8(text).map_err(|_| damaged())?;
    Base64::decode_vec(text)
        .map(Secret::new)
        .map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use registrar_registry::Secret;

    use super::{PREFIX, decode, encode};

    proptest! {
        #[test]
        fn any_bytes_come_back_and_are_text_in_between(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let kept = encode(&Secret::new(bytes.clone()));
            prop_assert!(kept.expose_text().is_some());
            let back = decode("test", &kept).unwrap();
            prop_assert_eq!(back.expose(), bytes.as_slice());
        }
    }

    #[test]
    fn text_is_kept_as_it_is() {
        for text in ["ghp_abc", " two\nlines %20 \"quoted\" 🔑 "] {
            assert_eq!(encode(&Secret::new(text)).expose(), text.as_bytes());
        }
    }

    #[test]
    fn a_secret_that_looks_encoded_comes_back() {
        let text = format!("{PREFIX}not base64!");
        let back = decode("test", &encode(&Secret::new(text.clone()))).unwrap();
        assert_eq!(back.expose_text(), Some(text.as_str()));
        assert!(decode("test", &Secret::new(text)).is_err());
    }
}
