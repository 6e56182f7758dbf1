//! The operating system's keychain: Secret Service on Linux, Keychain on macOS, Credential Manager
//! on Windows.

#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "secret_service/mod.rs"]
mod platform;

use std::time::Duration;

use registrar_registry::Secret;

use crate::store::{check_account, check_secret};
use crate::{DEFAULT_LIMIT, ForeignItem, SecretStore, VaultError};
use platform::Platform;

/// The service under which every secret of this application lies in a keychain.
pub const SERVICE: &str = "registrar";

/// The keychain of the person who is logged in. Making one touches nothing; every call finds out
/// anew whether there is a keychain, so that one that was missing can appear.
pub struct Keychain {
    platform: Platform,
}

impl Keychain {
    /// The keychain, with 60 s for a person to answer a prompt.
    pub fn new() -> Self {
        Self::with_prompt_limit(DEFAULT_LIMIT)
    }

    /// The keychain for a process that makes one call and ends. On Linux it reads a secret in a
    /// fraction of the time, because nothing is prepared for further calls; what goes over the
    /// session bus is not encrypted once more then.
    pub fn for_one_call() -> Self {
        let keychain = Self::new();
        #[cfg(all(unix, not(target_os = "macos")))]
        let keychain = Self {
            platform: keychain.platform.for_one_call(),
        };
        keychain
    }

    /// The keychain, with `limit` for a person to answer a prompt. Linux only: other systems
    /// bound their prompts themselves.
    pub fn with_prompt_limit(limit: Duration) -> Self {
        Self {
            platform: platform::open(limit),
        }
    }
}

impl Default for Keychain {
    fn default() -> Self {
        Self::new()
    }
}

impl SecretStore for Keychain {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        check_account(account)?;
        self.platform.get(account)
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        check_account(account)?;
        check_secret(secret)?;
        self.platform.set(account, secret)
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        check_account(account)?;
        self.platform.delete(account)
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.platform.probe()
    }

    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        let mut accounts = self.platform.accounts()?;
        accounts.sort();
        accounts.dedup();
        Ok(accounts)
    }

    fn name(&self) -> String {
        self.platform.name()
    }

    fn foreign(&self, item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        self.platform.foreign(item)
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        check_secret(secret)?;
        self.platform.set_foreign(item, secret)
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        self.platform.delete_foreign(item)
    }
}
