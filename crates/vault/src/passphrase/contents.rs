//! What a passphrase vault holds, and its bytes before they are sealed.
//!
//! One entry after another, sorted by account: length of the account (u16, little endian), the
//! account in UTF-8, length of the secret (u32, little endian), the secret.

use std::collections::BTreeMap;

use registrar_registry::Secret;
use zeroize::Zeroizing;

use super::{damaged, sealed};
use crate::VaultError;

/// Bytes that one entry takes besides its account and its secret.
const ENTRY_OVERHEAD: usize = 2 + 4;

/// Accounts and their secrets; wiped from memory when dropped.
#[derive(Clone, Default)]
pub(super) struct Contents {
    secrets: BTreeMap<String, Secret>,
    /// How many bytes they have encoded.
    len_bytes: usize,
}

impl Contents {
    pub(super) fn get(&self, account: &str) -> Option<Secret> {
        self.secrets.get(account).cloned()
    }

    pub(super) fn has(&self, account: &str) -> bool {
        self.secrets.contains_key(account)
    }

    /// Adds or replaces an entry, unless the file would grow past its limit.
    pub(super) fn insert(&mut self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        self.remove(account);
        let len_bytes = self.len_bytes + entry_bytes(account, secret);
        if len_bytes > sealed::MAX_CONTENTS_BYTES {
            return Err(VaultError::Full);
        }
        self.secrets.insert(account.to_owned(), secret.clone());
        self.len_bytes = len_bytes;
        Ok(())
    }

    pub(super) fn remove(&mut self, account: &str) -> bool {
        let Some(secret) = self.secrets.remove(account) else {
            return false;
        };
        self.len_bytes -= entry_bytes(account, &secret);
        true
    }

    pub(super) fn accounts(&self) -> Vec<String> {
        self.secrets.keys().cloned().collect()
    }

    /// The bytes to seal. The buffer is made in one piece, so that no copy is left behind.
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.len_bytes));
        for (account, secret) in &self.secrets {
            let lengths = (u16::try_from(account.len()), u32::try_from(secret.len()));
            // Accounts and secrets were checked to be shorter than this.
            let (Ok(account_len), Ok(secret_len)) = lengths else {
                continue;
            };
            bytes.extend_from_slice(&account_len.to_le_bytes());
            bytes.extend_from_slice(account.as_bytes());
            bytes.extend_from_slice(&secret_len.to_le_bytes());
            bytes.extend_from_slice(secret.expose());
        }
        bytes
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Result<Self, VaultError> {
        let mut contents = Self::default();
        while !bytes.is_empty() {
            let (account, secret) = entry(&mut bytes)
                .ok_or_else(|| damaged("its contents end in the middle of an entry"))?;
            contents.insert(&account, &secret)?;
        }
        Ok(contents)
    }
}

fn entry_bytes(account: &str, secret: &Secret) -> usize {
    ENTRY_OVERHEAD + account.len() + secret.len()
}

fn entry(bytes: &mut &[u8]) -> Option<(String, Secret)> {
    let len = u16::from_le_bytes(*bytes.split_off(..2)?.first_chunk()?);
    let account = bytes.split_off(..usize::from(len))?;
    let len = u32::from_le_bytes(*bytes.split_off(..4)?.first_chunk()?);
    let secret = bytes.split_off(..usize::try_from(len).ok()?)?;
    let account = std::str::from_utf8(account).ok()?;
    Some((account.to_owned(), Secret::new(secret)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use registrar_registry::Secret;

    use super::Contents;

    proptest! {
        #[test]
        fn entries_come_back_as_they_were(
            entries in prop::collection::btree_map("[a-z0-9.-]{1,60}", prop::collection::vec(any::<u8>(), 1..300), 0..20)
        ) {
            let mut contents = Contents::default();
            for (account, secret) in &entries {
                contents.insert(account, &Secret::new(secret.clone())).unwrap();
            }
            let back = Contents::decode(&contents.encode()).unwrap();
            prop_assert_eq!(back.accounts(), entries.keys().cloned().collect::<Vec<_>>());
            for (account, secret) in &entries {
                let read = back.get(account).unwrap();
                prop_assert_eq!(read.expose(), secret.as_slice());
            }
        }

        #[test]
        fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Contents::decode(&bytes);
        }
    }

    #[test]
    fn the_size_is_that_of_what_is_held_and_bounded() {
        let mut contents = Contents::default();
        let large = Secret::new(vec![b'x'; Secret::MAX_BYTES]);
        let fits = (0..2000)
            .take_while(|number| contents.insert(&number.to_string(), &large).is_ok())
            .count();
        assert_eq!(fits, 1023, "64 MiB, less what the accounts take");
        contents.insert("0", &Secret::new("small")).unwrap();
        contents.insert("another", &Secret::new("small")).unwrap();
        assert!(contents.remove("1") && !contents.remove("1"));
        assert_eq!(contents.encode().len(), contents.len_bytes);
    }

    #[test]
    fn an_entry_that_is_cut_off_is_refused() {
        let mut contents = Contents::default();
        contents.insert("account", &Secret::new("secret")).unwrap();
        let bytes = contents.encode();
        for len in 1..bytes.len() {
            assert!(
                Contents::decode(&bytes[..len]).is_err(),
                "{len} bytes were accepted"
            );
        }
    }
}
