//! Digests of what comes piece by piece.

use registrar_registry::Digest;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A digest while it is made. Cloning it is cheap.
#[derive(Clone)]
pub(super) enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// For content that is to have `digest`.
    pub(super) fn of(digest: &Digest) -> Self {
        match digest.algorithm() {
            "sha256" => Self::Sha256(Sha256::new()),
            "sha384" => Self::Sha384(Sha384::new()),
            _ => Self::Sha512(Sha512::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// Whether the content has `digest`.
    pub(super) fn is(self, digest: &Digest) -> bool {
        let actual = match self {
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Sha384(hasher) => hasher.finalize().to_vec(),
            Self::Sha512(hasher) => hasher.finalize().to_vec(),
        };
        let expected = digest.as_str().split_once(':').map(|(_, hex)| hex);
        expected == Some(&*crate::images::hex(&actual))
    }
}

/// The digest of all that `reader` gives, SHA-256, with `sha256:` before it.
pub(super) fn hash_all(mut reader: impl std::io::Read) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            return Ok(format!("sha256:{}", crate::images::hex(&hasher.finalize())));
        }
        hasher.update(&piece[..read]);
    }
}
