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
use crate::{Absent, Chunked, SecretStore, VaultError};

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
    let target = format!("{SERVICE}/{account}");
    let modifiers = HashMap::from([("target", target.as_str()), ("persistence", "Local")]);
    Store::new()
        .and_then(|store| store.build(SERVICE, account, Some(&modifiers)))
        .map_err(|error| failed(&error))
}

impl SecretStore for CredentialManager {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        match entry(account)?.get_secret() {
            Ok(kept) => Ok(Some(Secret::new(kept))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        entry(account)?
            .set_secret(secret.expose())
            .map_err(|error| failed(&error))
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        match entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(failed(&error)),
        }
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
