//! The Credential Manager on Windows.
//!
//! Each secret is a generic credential with the target `registrar/<account>`, kept on this
//! computer (the store's default would let it roam). What exceeds the system's 2,560 bytes is cut
//! into pieces. The store must be used from one thread, which [`Vault`](crate::Vault) sees to.

use std::collections::HashMap;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use registrar_registry::Secret;
use windows_native_keyring_store::Store;

use super::SERVICE;
use crate::{Absent, Chunked, ForeignItem, SecretStore, VaultError};

pub(super) type Platform = Chunked<CredentialManager>;

const NAME: &str = "Credential Manager";

/// `CRED_MAX_CREDENTIAL_BLOB_SIZE`.
const MAX_BLOB_BYTES: usize = 5 * 512;

/// What `probe` asks for; no account has a space in its name.
const NO_ACCOUNT: &str = "no account";

/// The keychain. Nothing prompts here.
pub(super) const fn open(_prompt_limit: Duration) -> Platform {
    Chunked::new(CredentialManager, MAX_BLOB_BYTES)
}

/// The credentials of the person, each at most 2,560 bytes.
pub(super) struct CredentialManager;

fn entry(account: &str) -> Result<Entry, VaultError> {
    entry_at(&format!("{SERVICE}/{account}"), SERVICE, account)
}

fn entry_at(target: &str, service: &str, user: &str) -> Result<Entry, VaultError> {
    let modifiers = HashMap::from([("target", target), ("persistence", "Local")]);
    Store::new()
        .and_then(|store| store.build(service, user, Some(&modifiers)))
        .map_err(|error| failed(&error))
}

/// Where go-keyring looks.
fn foreign_entry(ForeignItem { service, user }: &ForeignItem) -> Result<Entry, VaultError> {
    entry_at(&format!("{service}:{user}"), service, user)
}

fn read(entry: &Entry) -> Result<Option<Secret>, VaultError> {
    match entry.get_secret() {
        Ok(kept) => Ok(Some(Secret::new(kept))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

fn write(entry: &Entry, secret: &Secret) -> Result<(), VaultError> {
    let written = entry.set_secret(secret.expose());
    written.map_err(|error| failed(&error))
}

fn remove(entry: &Entry) -> Result<bool, VaultError> {
    match entry.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

impl SecretStore for CredentialManager {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        read(&entry(account)?)
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        write(&entry(account)?, secret)
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        remove(&entry(account)?)
    }

    fn foreign(&self, item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        read(&foreign_entry(item)?)
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        let bytes = secret.len();
        if bytes > MAX_BLOB_BYTES {
            return Err(VaultError::TooLarge { bytes });
        }
        write(&foreign_entry(item)?, secret)
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        remove(&foreign_entry(item)?)
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.get(NO_ACCOUNT).map(drop)
    }

    /// The store's search hides the targets that it finds.
    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        Err(VaultError::NotSupported {
            store: NAME.to_owned(),
        })
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }
}

fn failed(error: &Error) -> VaultError {
    match error {
        // No logon session: a service, or a remote shell.
        Error::NoStorageAccess(cause) => VaultError::Missing {
            what: Absent::Service,
            raw: Some(cause.to_string()),
        },
        Error::PlatformFailure(cause) => VaultError::Unexpected {
            store: NAME.to_owned(),
            raw: cause.to_string(),
        },
        // The other kinds may quote what is stored, so their text does not go on.
        _ => VaultError::Unexpected {
            store: NAME.to_owned(),
            raw: "the credential is not valid".to_owned(),
        },
    }
}
