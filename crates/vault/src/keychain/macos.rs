//! The login keychain on macOS.
//!
//! The system asks the person by itself, for as long as it takes; [`Vault`](crate::Vault) bounds
//! the wait. Whether the keychain is locked cannot be asked without the risk of a question, so
//! [`probe`](SecretStore::probe) only looks whether there is one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use registrar_registry::Secret;
use security_framework::os::macos::keychain::{SecKeychain, SecPreferencesDomain};

use super::SERVICE;
use crate::{Absent, ForeignItem, SecretStore, VaultError, go_keyring};

pub(super) type Platform = LoginKeychain;

const NAME: &str = "Keychain";

/// `errSecAuthFailed`: a wrong password, or this application may not.
const AUTH_FAILED: i32 = -25293;
/// `errSecInteractionNotAllowed`: locked, and nobody there to ask.
const INTERACTION_NOT_ALLOWED: i32 = -25308;
/// `errSecUserCanceled`.
const USER_CANCELED: i32 = -128;
/// `errSecNotAvailable`, `errSecNoSuchKeychain`, `errSecInvalidKeychain`, `errSecNoDefaultKeychain`.
const NO_KEYCHAIN: [i32; 4] = [-25291, -25294, -25295, -25307];

/// The keychain. The limit for prompts is the system's.
pub(super) const fn open(_prompt_limit: Duration) -> Platform {
    LoginKeychain
}

/// The login keychain of the person.
pub(super) struct LoginKeychain;

fn store() -> Result<Arc<Store>, VaultError> {
    Store::new().map_err(|error| failed(&error))
}

fn entry(account: &str) -> Result<Entry, VaultError> {
    entry_of(SERVICE, account)
}

fn entry_of(service: &str, user: &str) -> Result<Entry, VaultError> {
    store()?
        .build(service, user, None)
        .map_err(|error| failed(&error))
}

fn foreign_entry(ForeignItem { service, user }: &ForeignItem) -> Result<Entry, VaultError> {
    entry_of(service, user)
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

impl SecretStore for LoginKeychain {
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
        let kept = read(&foreign_entry(item)?)?;
        kept.map(|kept| go_keyring::decode(&kept)).transpose()
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        write(&foreign_entry(item)?, &go_keyring::encode(secret))
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        remove(&foreign_entry(item)?)
    }

    fn probe(&self) -> Result<(), VaultError> {
        SecKeychain::default_for_domain(SecPreferencesDomain::User)
            .map(drop)
            .map_err(|error| from_code(error.code(), error.to_string()))
    }

    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        let wanted = HashMap::from([("service", SERVICE)]);
        let found = store()?.search(&wanted).map_err(|error| failed(&error))?;
        let account = |entry: Entry| entry.get_specifiers().map(|(_, account)| account);
        Ok(found.into_iter().filter_map(account).collect())
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }
}

fn failed(error: &Error) -> VaultError {
    let (Error::PlatformFailure(cause) | Error::NoStorageAccess(cause)) = error else {
        // The other kinds may quote what is stored, so their text does not go on.
        return from_code(0, "the keychain's entry is not valid".to_owned());
    };
    let code = cause
        .downcast_ref::<security_framework::base::Error>()
        .map_or(0, |error| error.code());
    from_code(code, cause.to_string())
}

fn from_code(code: i32, text: String) -> VaultError {
    let store = NAME.to_owned();
    let raw = format!("{text} ({code})");
    match code {
        AUTH_FAILED => VaultError::Denied { store, raw },
        INTERACTION_NOT_ALLOWED => VaultError::Locked {
            store,
            raw: Some(raw),
        },
        USER_CANCELED => VaultError::Dismissed { store },
        code if NO_KEYCHAIN.contains(&code) => VaultError::Missing {
            what: Absent::Service,
            raw: Some(raw),
        },
        _ => VaultError::Unexpected { store, raw },
    }
}
