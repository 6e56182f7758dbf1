//! Digests as container registries write them: `sha256:` or `sha512:` and lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

use crate::model::{Content, hex};

/// A digest by which content is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-256, by which the store knows its blobs.
    Sha256([u8; 32]),
    /// SHA-512.
    Sha512([u8; 64]),
}

/// The text is no digest, or one of an algorithm that is not known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "A digest is \u{201c}sha256:\u{201d} and 64, or \u{201c}sha512:\u{201d} and 128 lower-case hexadecimal digits."
)]
pub struct DigestError;

impl Digest {
    /// The SHA-256 of some content.
    pub fn of(content: &Content) -> Self {
        Self::Sha256(content.sha256)
    }

    /// Whether this is the content's digest. A SHA-512 is none of content that was not hashed by it.
    pub fn is_of(self, content: &Content) -> bool {
        match self {
            Self::Sha256(bytes) => bytes == content.sha256,
            Self::Sha512(bytes) => content.other(|more| &more.sha512) == Some(&bytes[..]),
        }
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let (algorithm, digits) = text.split_once(':').ok_or(DigestError)?;
        match algorithm {
            "sha256" => bytes(digits).map(Self::Sha256),
            "sha512" => bytes(digits).map(Self::Sha512),
            _ => None,
        }
        .ok_or(DigestError)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(bytes) => write!(f, "sha256:{}", hex(bytes)),
            Self::Sha512(bytes) => write!(f, "sha512:{}", hex(bytes)),
        }
    }
}

fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let lower = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 2 * N || !digits.bytes().all(lower) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Digest, DigestError};

    #[test]
    fn a_digest_is_written_in_one_way() {
        for (algorithm, length) in [("sha256", 64), ("sha512", 128)] {
            let text = format!("{algorithm}:{}", "0a".repeat(length / 2));
            assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn everything_else_is_none() {
        let hex = "a".repeat(64);
        for text in [
            "",
            "sha256",
            "sha256:",
            "sha256:abc",
            "latest",
            &hex,
            &format!("sha512:{hex}"),
            &format!("SHA256:{hex}"),
            &format!("md5:{}", "a".repeat(32)),
            &format!("sha256:{}", "A".repeat(64)),
            &format!("sha256:{}", "g".repeat(64)),
            &format!("sha256:{}+", "a".repeat(63)),
            &format!("sha256:{hex}\n"),
            &format!("sha256:{}", "é".repeat(32)),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(DigestError), "{text}");
        }
    }
}
