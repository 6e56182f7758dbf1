//! The text that go-keyring keeps on macOS in place of a secret.

use base64ct::{Base64, Encoding};
use registrar_registry::Secret;
use zeroize::Zeroizing;

use crate::VaultError;

const BASE64: &[u8] = b"go-keyring-base64:";
const HEX: &[u8] = b"go-keyring-encoded:";

/// What go-keyring of today writes.
pub(crate) fn encode(secret: &Secret) -> Secret {
    let text = Zeroizing::new(Base64::encode_string(secret.expose()));
    Secret::new([BASE64, text.as_bytes()].concat())
}

/// What any go-keyring has written: the secret itself, base64, or hexadecimal digits.
pub(crate) fn decode(kept: &Secret) -> Result<Secret, VaultError> {
    let damaged =
        || VaultError::damaged("Keychain", "another program's encoded secret is not text");
    let bytes = kept.expose();
    if let Some(text) = bytes.strip_prefix(BASE64) {
        let text = std::str::from_utf8(text).map_err(|_| damaged())?;
        let decoded = Base64::decode_vec(text);
        return decoded.map(Secret::new).map_err(|_| damaged());
    }
    let Some(digits) = bytes.strip_prefix(HEX) else {
        return Ok(kept.clone());
    };
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let decoded: Option<Vec<u8>> = pairs.collect();
    decoded.map(Secret::new).ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kept: &str) -> Option<Vec<u8>> {
        let decoded = decode(&Secret::new(kept.as_bytes()));
        decoded.ok().map(|secret| secret.expose().to_vec())
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(read("plain").as_deref(), Some(&b"plain"[..]));
        assert_eq!(read("go-keyring-base64:dG9r").as_deref(), Some(&b"tok"[..]));
        assert_eq!(
            read("go-keyring-encoded:746f6b").as_deref(),
            Some(&b"tok"[..])
        );
    }

    #[test]
    fn what_is_damaged_is_no_secret() {
        for kept in [
            "go-keyring-base64:%%",
            "go-keyring-encoded:7",
            "go-keyring-encoded:zz",
        ] {
            assert_eq!(read(kept), None, "{kept}");
        }
    }

    #[test]
    fn what_is_written_is_read_by_go_keyring() {
        let kept = encode(&Secret::new("tok"));
        assert_eq!(kept.expose_text(), Some("go-keyring-base64:dG9r"));
    }
}
