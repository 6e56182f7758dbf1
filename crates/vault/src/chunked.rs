//! Long secrets in a store that takes only short ones.
//!
//! A secret that fits lies under its account as it is. A longer one is cut into pieces under
//! `account#a1`, `account#a2`, … or `account#b1`, …, and the account itself holds a header:
//! `registrar-chunks:1:<set>:<pieces>:<bytes>:<SHA-256>`. New pieces go to the set that the header
//! does not name; then the header is replaced, which is the moment when the secret changes; then
//! the old pieces are deleted. A crash leaves the old secret or the new one, and at worst pieces
//! that nothing refers to, which the next `set` or `delete` of the account sweeps away.

use std::collections::BTreeSet;
use std::fmt::Write;

use registrar_registry::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::store::check_secret;
use crate::{ForeignItem, SecretStore, VaultError};

const MAGIC: &str = "registrar-chunks:1:";

/// Pieces that a header may claim: enough for any secret, and for no more.
const MAX_PIECES: usize = 4096;

/// The two sets of pieces, of which one is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
}

impl Set {
    const ALL: [Self; 2] = [Self::A, Self::B];

    const fn letter(self) -> char {
        match self {
            Self::A => 'a',
            Self::B => 'b',
        }
    }

    /// The account of piece `number`, counted from 1.
    fn piece(self, account: &str, number: usize) -> String {
        format!("{account}#{}{number}", self.letter())
    }
}

/// What the account of a long secret holds.
struct Header {
    set: Set,
    pieces: usize,
    bytes: usize,
    digest: String,
}

impl Header {
    fn of(set: Set, secret: &[u8], pieces: usize) -> Self {
        Self {
            set,
            pieces,
            bytes: secret.len(),
            digest: digest(secret),
        }
    }

    fn to_secret(&self) -> Secret {
        let Self {
            set,
            pieces,
            bytes,
            digest,
        } = self;
        Secret::new(format!("{MAGIC}{}:{pieces}:{bytes}:{digest}", set.letter()))
    }

    /// The header that `blob` is; `None` if it is a secret as it is.
    fn parse(blob: &Secret) -> Option<Self> {
        let mut fields = blob.expose_text()?.strip_prefix(MAGIC)?.split(':');
        let letter = fields.next()?;
        let header = Self {
            set: Set::ALL
                .into_iter()
                .find(|set| letter == set.letter().to_string())?,
            pieces: fields.next()?.parse().ok()?,
            bytes: fields.next()?.parse().ok()?,
            digest: fields.next()?.to_owned(),
        };
        let sound = (1..=MAX_PIECES).contains(&header.pieces) && fields.next().is_none();
        sound.then_some(header)
    }
}

/// A store for secrets of any length on top of one with a limit.
pub struct Chunked<S> {
    store: S,
    limit: usize,
}

impl<S: SecretStore> Chunked<S> {
    /// Cuts what is longer than `limit` bytes (at least 128, the length of a header) for `store`.
    pub const fn new(store: S, limit: usize) -> Self {
        Self { store, limit }
    }

    /// The store underneath.
    pub fn inner(&self) -> &S {
        &self.store
    }

    fn header(&self, account: &str) -> Result<Option<Header>, VaultError> {
        let blob = self.store.get(account)?;
        Ok(blob.as_ref().and_then(Header::parse))
    }

    fn assemble(&self, account: &str, header: &Header) -> Result<Secret, VaultError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(
            header.bytes.min(MAX_PIECES * self.limit),
        ));
        for number in 1..=header.pieces {
            let piece = self.store.get(&header.set.piece(account, number))?;
            bytes.extend_from_slice(piece.ok_or_else(|| self.torn())?.expose());
        }
        if bytes.len() != header.bytes || digest(&bytes) != header.digest {
            return Err(self.torn());
        }
        Ok(Secret::new(bytes.to_vec()))
    }

    fn torn(&self) -> VaultError {
        VaultError::damaged(
            &self.store.name(),
            "the pieces of a long token do not fit together",
        )
    }

    /// Writes the pieces of a long secret, then the header that makes them valid.
    fn set_long(&self, account: &str, secret: &[u8], set: Set) -> Result<(), VaultError> {
        let mut pieces = 0;
        for piece in secret.chunks(self.limit) {
            pieces += 1;
            self.store
                .set(&set.piece(account, pieces), &Secret::new(piece))?;
        }
        let header = Header::of(set, secret, pieces);
        self.store.set(account, &header.to_secret())
    }

    /// Deletes the pieces of `set` after number `from`, last first, so that what a crash leaves
    /// still begins at the front, where the next sweep looks.
    fn sweep(&self, account: &str, set: Set, from: usize) -> Result<(), VaultError> {
        let mut end = from;
        while self.store.get(&set.piece(account, end + 1))?.is_some() {
            end += 1;
        }
        for number in (from + 1..=end).rev() {
            self.store.delete(&set.piece(account, number))?;
        }
        Ok(())
    }
}

impl<S: SecretStore> SecretStore for Chunked<S> {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        let Some(blob) = self.store.get(account)? else {
            return Ok(None);
        };
        match Header::parse(&blob) {
            Some(header) => self.assemble(account, &header).map(Some),
            None => Ok(Some(blob)),
        }
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        check_secret(secret)?;
        let bytes = secret.expose();
        let old = self.header(account)?.map(|header| header.set);
        let set = if old == Some(Set::A) { Set::B } else { Set::A };
        let long = bytes.len() > self.limit || bytes.starts_with(MAGIC.as_bytes());
        if long {
            self.set_long(account, bytes, set)?;
        } else {
            self.store.set(account, secret)?;
        }
        // The secret is in place. Pieces that stay behind now are swept the next time.
        for other in Set::ALL {
            let used = if long && other == set {
                bytes.len().div_ceil(self.limit)
            } else {
                0
            };
            let _ = self.sweep(account, other, used);
        }
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        let existed = self.store.delete(account)?;
        for set in Set::ALL {
            self.sweep(account, set, 0)?;
        }
        Ok(existed)
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.store.probe()
    }

    /// Also names accounts of which only pieces are left, so that they can be deleted.
    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        let whole = |name: &String| name.split('#').next().map(str::to_owned);
        let names: BTreeSet<String> = self.store.accounts()?.iter().filter_map(whole).collect();
        Ok(names.into_iter().collect())
    }

    fn name(&self) -> String {
        self.store.name()
    }

    // Another program's secret is never cut: that program could not put it together.

    fn foreign(&self, item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        self.store.foreign(item)
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        self.store.set_foreign(item, secret)
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        self.store.delete_foreign(item)
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests;
