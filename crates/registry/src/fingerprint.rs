//! Fingerprints of certificates.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The SHA-256 of a certificate in DER.
///
/// As text: 32 upper-case hexadecimal pairs with colons between them. Text without colons,
/// in lower case or after `sha256:` is understood as well.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// The text is not a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 fingerprint has 64 hexadecimal digits, like AB:CD:EF…, with or without colons")]
pub struct FingerprintError;

impl Fingerprint {
    /// The fingerprint of this certificate.
    pub fn of_der(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Fingerprint {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let text = text.trim();
        let hex = match text.get(..7) {
            Some(prefix) if prefix.eq_ignore_ascii_case("sha256:") => &text[7..],
            _ => text,
        };
        let step = match hex.len() {
            64 => 2,
            95 => 3,
            _ => return Err(FingerprintError),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(step)) {
            *byte = parse_pair(pair).ok_or(FingerprintError)?;
        }
        Ok(Self(bytes))
    }
}

/// Two hexadecimal digits, and after them nothing or a colon.
fn parse_pair(pair: &[u8]) -> Option<u8> {
    let (&[high, low], [] | [b':']) = pair.split_first_chunk::<2>()? else {
        return None;
    };
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    Some(digit(high)? << 4 | digit(low)?)
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            let colon = if i == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Fingerprint;

    /// SHA-256 of no bytes at all, as everybody knows it.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(Fingerprint::of_der(b""), EMPTY.parse().unwrap());
        assert!(
            Fingerprint::of_der(b"")
                .to_string()
                .starts_with("E3:B0:C4:42:98:FC:1C:14:")
        );
    }

    #[test]
    fn what_is_not_a_fingerprint_is_refused() {
        let colons = Fingerprint::of_der(b"").to_string();
        for wrong in [
            "",
            "sha256:",
            &EMPTY[1..],
            &format!("{EMPTY}0"),
            &colons.replace(':', "-"),
            &colons.replacen("E3", "+3", 1),
            &format!("sha1:{EMPTY}"),
            &"é".repeat(32),
        ] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_way_to_write_it_means_the_same(bytes in any::<[u8; 32]>(), upper: bool) {
            let fingerprint = Fingerprint::from(bytes);
            let shown = fingerprint.to_string();
            let plain = shown.replace(':', "");
            let plain = if upper { plain } else { plain.to_lowercase() };
            for text in [&shown, &plain, &format!("sha256:{plain}"), &format!("SHA256:{shown}")] {
                prop_assert_eq!(text.parse(), Ok(fingerprint));
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC*") {
            let _ = text.parse::<Fingerprint>();
        }
    }
}
