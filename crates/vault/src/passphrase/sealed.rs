//! The bytes of a vault file: version 1.
//!
//! | offset | bytes | meaning |
//! |---|---|---|
//! | 0 | 16 | `registrar-vault\n` |
//! | 16 | 1 | version, 1 |
//! | 17 | 4 | Argon2id: memory in KiB, little endian |
//! | 21 | 4 | Argon2id: passes |
//! | 25 | 4 | Argon2id: lanes |
//! | 29 | 16 | Argon2id: salt, new with every passphrase |
//! | 45 | 16 | check: the last 16 of the 48 bytes that Argon2id gives |
//! | 61 | 24 | nonce, new with every write |
//! | 85 | n + 16 | contents by XChaCha20-Poly1305 under the first 32 of those bytes; all before is authenticated with it |
//! | end | 32 | SHA-256 of all before |
//!
//! The digest needs no key: it tells a damaged file from a wrong passphrase, which the check then
//! tells from a file that somebody forged with a new digest.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use registrar_registry::Secret;
use sha2::Digest as _;
use zeroize::Zeroizing;

use super::damaged;
use crate::VaultError;

/// SHA-256 of a file without its last 32 bytes.
pub(super) type Digest = [u8; DIGEST_BYTES];

const MAGIC: &[u8; 16] = b"registrar-vault\n";
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const CHECK_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
pub(super) const DIGEST_BYTES: usize = 32;

const COSTS_AT: usize = MAGIC.len() + 1;
const SALT_AT: usize = COSTS_AT + 3 * 4;
const CHECK_AT: usize = SALT_AT + SALT_BYTES;
const NONCE_AT: usize = CHECK_AT + CHECK_BYTES;
const BODY_AT: usize = NONCE_AT + NONCE_BYTES;
const MIN_BYTES: usize = BODY_AT + TAG_BYTES + DIGEST_BYTES;

/// The most bytes that a vault's contents may have: 64 MiB.
pub(super) const MAX_CONTENTS_BYTES: usize = 64 * 1024 * 1024;

/// The most bytes that a vault file may have.
pub(super) const MAX_BYTES: usize = MAX_CONTENTS_BYTES + MIN_BYTES;

/// What trying one passphrase costs, whoever tries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// Memory in KiB, at least 8 per lane, at most 1 GiB.
    pub memory_kib: u32,
    /// Passes over that memory, 1 to 16.
    pub passes: u32,
    /// Lanes, 1 to 16.
    pub lanes: u32,
}

impl Default for Costs {
    /// 64 MiB, three passes, one lane: RFC 9106's choice for little memory, on one core.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Costs {
    const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    const MAX_PASSES: u32 = 16;
    const MAX_LANES: u32 = 16;

    /// Refuses costs with which a forged file could keep this computer busy.
    fn params(self) -> Result<Params, VaultError> {
        let bounded = self.memory_kib <= Self::MAX_MEMORY_KIB
            && self.passes <= Self::MAX_PASSES
            && self.lanes <= Self::MAX_LANES;
        if !bounded {
            return Err(damaged("its costs for a passphrase are beyond all measure"));
        }
        let bytes = Some(KEY_BYTES + CHECK_BYTES);
        Params::new(self.memory_kib, self.passes, self.lanes, bytes)
            .map_err(|error| damaged(format!("its costs for a passphrase: {error}")))
    }

    fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let numbers = [self.memory_kib, self.passes, self.lanes];
        for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: [u8; 12]) -> Self {
        let (numbers, _) = bytes.as_chunks::<4>();
        let number = |index: usize| numbers.get(index).copied().map_or(0, u32::from_le_bytes);
        Self {
            memory_kib: number(0),
            passes: number(1),
            lanes: number(2),
        }
    }
}

const KEY_BYTES: usize = 32;

/// The key from a passphrase, with what it was made from; wiped from memory when dropped.
#[derive(Clone)]
pub(super) struct Key {
    costs: Costs,
    salt: [u8; SALT_BYTES],
    check: [u8; CHECK_BYTES],
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl Key {
    /// A key from `passphrase` with a new salt.
    pub(super) fn new(passphrase: &Secret, costs: Costs) -> Result<Self, VaultError> {
        Self::derive(passphrase, costs, random()?)
    }

    fn derive(
        passphrase: &Secret,
        costs: Costs,
        salt: [u8; SALT_BYTES],
    ) -> Result<Self, VaultError> {
        let mut derived = Zeroizing::new([0; KEY_BYTES + CHECK_BYTES]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, costs.params()?)
            .hash_password_into(passphrase.expose(), &salt, &mut derived[..])
            .map_err(|error| failed(&error))?;
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        let mut check = [0; CHECK_BYTES];
        bytes.copy_from_slice(&derived[..KEY_BYTES]);
        check.copy_from_slice(&derived[KEY_BYTES..]);
        Ok(Self {
            costs,
            salt,
            check,
            bytes,
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

/// A vault file whose digest is right.
pub(super) struct Sealed(Vec<u8>);

impl Sealed {
    pub(super) fn seal(key: &Key, contents: &[u8]) -> Result<Self, VaultError> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let mut bytes = Vec::with_capacity(MIN_BYTES + contents.len());
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&key.costs.to_bytes());
        bytes.extend_from_slice(&key.salt);
        bytes.extend_from_slice(&key.check);
        bytes.extend_from_slice(&nonce);
        let body = key
            .cipher()
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: contents,
                    aad: &bytes,
                },
            )
            .map_err(|error| failed(&error))?;
        bytes.extend_from_slice(&body);
        let digest = sha2::Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        Ok(Self(bytes))
    }

    /// Checks all that can be checked without the passphrase.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, VaultError> {
        if !bytes.starts_with(MAGIC) {
            return Err(damaged("it does not begin as a vault does"));
        }
        if bytes.len() < MIN_BYTES {
            return Err(damaged("it is cut off"));
        }
        let sealed = Self(bytes);
        if sealed.at::<1>(MAGIC.len())? != [VERSION] {
            return Err(damaged("it is of a version that is not known here"));
        }
        let (all, digest) = sealed.0.split_at(sealed.0.len() - DIGEST_BYTES);
        if sha2::Sha256::digest(all)[..] != *digest {
            return Err(damaged("its digest does not match"));
        }
        Ok(sealed)
    }

    /// The key that `passphrase` gives for this file, if it is the right one.
    pub(super) fn key(&self, passphrase: &Secret) -> Result<Key, VaultError> {
        let costs = Costs::from_bytes(self.at(COSTS_AT)?);
        let key = Key::derive(passphrase, costs, self.at(SALT_AT)?)?;
        if !self.is_under(&key) {
            return Err(VaultError::WrongPassphrase);
        }
        Ok(key)
    }

    /// Whether this file was sealed with `key`.
    pub(super) fn is_under(&self, key: &Key) -> bool {
        let salt = self.at(SALT_AT).is_ok_and(|salt| salt == key.salt);
        salt && self.at(CHECK_AT).is_ok_and(|check| check == key.check)
    }

    pub(super) fn open(&self, key: &Key) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let nonce: [u8; NONCE_BYTES] = self.at(NONCE_AT)?;
        let (aad, rest) = self.0.split_at(BODY_AT);
        let msg = &rest[..rest.len() - DIGEST_BYTES];
        key.cipher()
            .decrypt(&nonce.into(), Payload { msg, aad })
            .map(Zeroizing::new)
            .map_err(|_| damaged("its seal is broken"))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn digest(&self) -> Digest {
        self.0.last_chunk().copied().unwrap_or_default()
    }

    fn at<const N: usize>(&self, offset: usize) -> Result<[u8; N], VaultError> {
        let field = self.0.get(offset..).and_then(|rest| rest.first_chunk());
        field.copied().ok_or_else(|| damaged("it is cut off"))
    }
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| failed(&error))?;
    Ok(bytes)
}

fn failed(error: &impl std::fmt::Display) -> VaultError {
    VaultError::Unexpected {
        store: super::NAME.to_owned(),
        raw: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
