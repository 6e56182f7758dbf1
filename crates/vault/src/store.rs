//! What every place for secrets can do.

use registrar_registry::Secret;

use crate::{ForeignItem, VaultError};

/// The longest account name in bytes.
const MAX_ACCOUNT_BYTES: usize = 200;

/// A place for secrets, each under an account name.
///
/// Every method blocks and may raise the system's own prompt, except [`probe`](Self::probe),
/// [`accounts`](Self::accounts) and [`name`](Self::name), which never prompt. Call them through
/// [`Vault`](crate::Vault), never on a thread that draws or that drives futures.
pub trait SecretStore: Send + Sync + 'static {
    /// The secret of `account`, or `None` if it has none. A store that cannot look says so
    /// with an error: `None` always means that there is no such secret.
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError>;

    /// Keeps `secret` (1 byte to 64 KiB) for `account`, in place of the one it had.
    /// After an error the old one is still whole, except after [`VaultError::TimedOut`],
    /// which leaves open whether the new one arrived.
    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError>;

    /// Forgets the secret of `account`; `false` if it had none.
    fn delete(&self, account: &str) -> Result<bool, VaultError>;

    /// Whether secrets can be read and written now, found out without raising a prompt.
    fn probe(&self) -> Result<(), VaultError>;

    /// Every account that has a secret here, sorted, found out without raising a prompt.
    /// [`VaultError::NotSupported`] where the store cannot list.
    fn accounts(&self) -> Result<Vec<String>, VaultError>;

    /// The store's product name as its users know it, such as "GNOME Keyring". Answers at once.
    fn name(&self) -> String;

    /// The secret that another program keeps, or `None` if it keeps none.
    /// [`VaultError::NotSupported`] where the store is not the system's keychain; so with the two below.
    fn foreign(&self, _item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        Err(VaultError::NotSupported { store: self.name() })
    }

    /// Keeps a secret where another program looks for it, in place of the one that was there.
    fn set_foreign(&self, _item: &ForeignItem, _secret: &Secret) -> Result<(), VaultError> {
        Err(VaultError::NotSupported { store: self.name() })
    }

    /// Forgets what another program keeps; `false` if it kept nothing.
    fn delete_foreign(&self, _item: &ForeignItem) -> Result<bool, VaultError> {
        Err(VaultError::NotSupported { store: self.name() })
    }

    /// Keeps several secrets; a store that can write them in one go does.
    fn set_all(&self, entries: &[(String, Secret)]) -> Result<(), VaultError> {
        entries
            .iter()
            .try_for_each(|(account, secret)| self.set(account, secret))
    }
}

/// Refuses what no store takes: an empty secret, or one over 64 KiB.
pub(crate) fn check_secret(secret: &Secret) -> Result<(), VaultError> {
    match secret.len() {
        0 => Err(VaultError::Empty),
        bytes if bytes > Secret::MAX_BYTES => Err(VaultError::TooLarge { bytes }),
        _ => Ok(()),
    }
}

/// Refuses account names that not every store could keep apart: empty, longer than 200 bytes,
/// or with anything but ASCII letters, digits, `.`, `-` and `_`.
pub(crate) fn check_account(account: &str) -> Result<(), VaultError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if account.is_empty() || account.len() > MAX_ACCOUNT_BYTES || !account.bytes().all(plain) {
        return Err(VaultError::BadAccount);
    }
    Ok(())
}
