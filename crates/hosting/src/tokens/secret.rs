//! The secrets themselves: random, with a beginning by which scanners and people recognise them.

use std::io;

use registrar_registry::Secret;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// 52 of 32 letters: 260 random bits.
const LENGTH: usize = 52;
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What a secret begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The owner's.
    Api,
    /// One registry's, or a temporary one.
    Registry,
    /// For one upload.
    Upload,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Api => "bkua_",
            Self::Registry => "bkpt_",
            Self::Upload => "upload_",
        }
    }
}

/// A new secret, and its last four characters.
pub(crate) fn generate(kind: Kind) -> io::Result<(Secret, String)> {
    let mut random = Zeroizing::new([0; LENGTH]);
    getrandom::fill(&mut random[..]).map_err(io::Error::other)?;
    let mut text = Vec::with_capacity(kind.prefix().len() + LENGTH);
    text.extend_from_slice(kind.prefix().as_bytes());
    text.extend(random.iter().map(|byte| LETTERS[usize::from(byte % 32)]));
    let ending = text[text.len() - 4..]
        .iter()
        .copied()
        .map(char::from)
        .collect();
    Ok((Secret::new(text), ending))
}

/// What is remembered of a secret. It has too many random bits to be guessed, so one round will do.
pub(crate) fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::{Kind, generate};

    #[test]
    fn secrets_are_recognised_and_differ() {
        let (one, ending) = generate(Kind::Registry).unwrap();
        let (other, _) = generate(Kind::Registry).unwrap();
        let text = one.expose_text().unwrap();
        assert!(text.starts_with("bkpt_") && text.ends_with(&ending));
        assert_eq!(text.len(), 57);
        assert_ne!(one.expose(), other.expose());
    }
}
