//! The passphrase vault: one sealed file, for systems without a keychain.
//!
//! The file is `vault.sealed` in the data folder, readable by its owner only; [`sealed`] describes
//! it. It is written whole, atomically, under a lock file that other processes respect, and after
//! looking whether another process changed it. While the vault is unlocked its key and contents
//! are in memory; [`PassphraseVault::lock`] wipes them. Whoever can write the file can put an
//! older copy of it back; nothing in it can tell.

mod contents;
mod file;
mod idle;
mod sealed;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use registrar_registry::Secret;

use crate::store::{check_account, check_secret};
use crate::{Absent, SecretStore, VaultError};
use contents::Contents;
use file::VaultFile;
pub use idle::{Moment, lock_when_idle};
pub use sealed::Costs;
use sealed::{Digest, Key, Sealed};

/// What people call it.
pub(crate) const NAME: &str = "Passphrase vault";

/// The fewest characters of a new passphrase.
const MIN_CHARS: usize = 8;

/// Secrets in a file that is sealed with a key from a passphrase. Locked when it is made.
pub struct PassphraseVault {
    file: VaultFile,
    costs: Costs,
    open: Mutex<Option<Open>>,
}

/// What is in memory while the vault is unlocked.
struct Open {
    key: Key,
    contents: Contents,
    /// Of the file that `contents` came from.
    digest: Digest,
    used: Moment,
}

impl PassphraseVault {
    /// The vault in the data folder `dir`; touches nothing.
    pub fn new(dir: &Path) -> Self {
        Self::with_costs(dir, Costs::default())
    }

    /// The same, with other [`Costs`] for the passphrases that it sets from now on.
    pub fn with_costs(dir: &Path, costs: Costs) -> Self {
        Self {
            file: VaultFile::new(dir),
            costs,
            open: Mutex::new(None),
        }
    }

    /// Whether the file exists.
    pub fn exists(&self) -> bool {
        self.file.exists()
    }

    /// Whether secrets can be read without a passphrase now.
    pub fn is_unlocked(&self) -> bool {
        self.lock_open().is_some()
    }

    /// Creates an empty vault under `passphrase` (at least 8 characters), unlocked.
    /// [`VaultError::AlreadyExists`] if there is a file, whatever is in it.
    pub fn create(&self, passphrase: &Secret) -> Result<(), VaultError> {
        check_passphrase(passphrase)?;
        let _held = self.file.lock()?;
        if self.exists() {
            return Err(VaultError::AlreadyExists);
        }
        let key = Key::new(passphrase, self.costs)?;
        self.write(key, Contents::default(), &mut self.lock_open())
    }

    /// Unlocks the vault. [`VaultError::WrongPassphrase`] if only the passphrase is wrong,
    /// [`VaultError::Damaged`] if the file is.
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        let (key, contents, digest) = self.open_file(passphrase)?;
        let used = Moment::now();
        *self.lock_open() = Some(Open {
            key,
            contents,
            digest,
            used,
        });
        Ok(())
    }

    /// The secret of `account` as [`SecretStore::get`] gives it, but it does not count as a use: what
    /// nobody has asked for must not keep the vault open.
    pub fn glance(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        check_account(account)?;
        let mut open = self.lock_open();
        let used = open.as_ref().map(|open| open.used);
        let current = self.refreshed(&mut open)?;
        current.used = used.unwrap_or(current.used);
        Ok(current.contents.get(account))
    }

    /// Wipes the key and the contents from memory.
    pub fn lock(&self) {
        *self.lock_open() = None;
    }

    /// Locks the vault if it was not used for `after` at the moment `now`; whether it did.
    /// Reading, writing and unlocking are uses; looking at its state is not. Never waits: a vault
    /// that is busy is in use.
    pub fn lock_if_idle(&self, now: Moment, after: std::time::Duration) -> bool {
        let Ok(mut open) = self.open.try_lock() else {
            return false;
        };
        let idle = open.take_if(|open| now.since(open.used) >= after);
        idle.is_some()
    }

    /// Seals the vault under the passphrase `new` (at least 8 characters) instead of `old`;
    /// it is unlocked afterwards. A copy of the file made before still opens with `old`.
    pub fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), VaultError> {
        check_passphrase(new)?;
        let _held = self.file.lock()?;
        let (_, contents, _) = self.open_file(old)?;
        let key = Key::new(new, self.costs)?;
        self.write(key, contents, &mut self.lock_open())
    }

    /// Sets the vault aside, for somebody who has forgotten its passphrase: there is none any more.
    /// The file stays beside it as `vault.sealed.set-aside`, in case the passphrase comes back.
    pub fn set_aside(&self) -> Result<(), VaultError> {
        let _held = self.file.lock()?;
        self.lock();
        if self.exists() {
            self.file.set_aside()?;
        }
        Ok(())
    }

    fn lock_open(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_file(&self, passphrase: &Secret) -> Result<(Key, Contents, Digest), VaultError> {
        let sealed = Sealed::parse(self.file.read()?)?;
        let key = sealed.key(passphrase)?;
        let contents = Contents::decode(&sealed.open(&key)?)?;
        Ok((key, contents, sealed.digest()))
    }

    /// Writes `contents` and, once they are on the disk, keeps them in `open`.
    fn write(
        &self,
        key: Key,
        contents: Contents,
        open: &mut Option<Open>,
    ) -> Result<(), VaultError> {
        let sealed = Sealed::seal(&key, &contents.encode())?;
        self.file.write(sealed.bytes())?;
        let (digest, used) = (sealed.digest(), Moment::now());
        *open = Some(Open {
            key,
            contents,
            digest,
            used,
        });
        Ok(())
    }

    /// Reads the contents, after taking over what another process wrote.
    fn reading<T>(&self, read: impl FnOnce(&Contents) -> T) -> Result<T, VaultError> {
        let mut open = self.lock_open();
        let current = self.refreshed(&mut open)?;
        Ok(read(&current.contents))
    }

    /// Changes the contents in memory and on the disk, or neither.
    fn changing<T>(
        &self,
        change: impl FnOnce(&mut Contents) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut open = self.lock_open();
        let _held = self.file.lock()?;
        let current = self.refreshed(&mut open)?;
        let (key, mut contents) = (current.key.clone(), current.contents.clone());
        let result = change(&mut contents)?;
        self.write(key, contents, &mut open)?;
        Ok(result)
    }

    /// What is unlocked, as it is on the disk. If another process changed the passphrase, the
    /// vault is locked.
    fn refreshed<'a>(&self, open: &'a mut Option<Open>) -> Result<&'a mut Open, VaultError> {
        if let Some(current) = open.as_mut()
            && self.file.digest()? != Some(current.digest)
        {
            match self.reopen(&current.key)? {
                Some((contents, digest)) => {
                    current.contents = contents;
                    current.digest = digest;
                }
                None => *open = None,
            }
        }
        let current = open.as_mut().ok_or_else(|| self.not_open())?;
        current.used = Moment::now();
        Ok(current)
    }

    /// The contents that another process wrote, or `None` if `key` is not theirs.
    fn reopen(&self, key: &Key) -> Result<Option<(Contents, Digest)>, VaultError> {
        let sealed = Sealed::parse(self.file.read()?)?;
        if !sealed.is_under(key) {
            return Ok(None);
        }
        let contents = Contents::decode(&sealed.open(key)?)?;
        Ok(Some((contents, sealed.digest())))
    }

    fn not_open(&self) -> VaultError {
        if !self.exists() {
            return absent();
        }
        VaultError::Locked {
            store: NAME.to_owned(),
            raw: None,
        }
    }
}

impl SecretStore for PassphraseVault {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        check_account(account)?;
        self.reading(|contents| contents.get(account))
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        check_account(account)?;
        check_secret(secret)?;
        self.changing(|contents| contents.insert(account, secret))
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        check_account(account)?;
        if !self.reading(|contents| contents.has(account))? {
            return Ok(false);
        }
        self.changing(|contents| Ok(contents.remove(account)))
    }

    fn probe(&self) -> Result<(), VaultError> {
        if self.is_unlocked() && self.exists() {
            return Ok(());
        }
        Err(self.not_open())
    }

    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        self.reading(Contents::accounts)
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }

    fn set_all(&self, entries: &[(String, Secret)]) -> Result<(), VaultError> {
        for (account, secret) in entries {
            check_account(account)?;
            check_secret(secret)?;
        }
        self.changing(|contents| {
            entries
                .iter()
                .try_for_each(|(account, secret)| contents.insert(account, secret))
        })
    }
}

fn absent() -> VaultError {
    VaultError::Missing {
        what: Absent::PassphraseVault,
        raw: None,
    }
}

fn damaged(raw: impl Into<String>) -> VaultError {
    VaultError::damaged(NAME, raw)
}

fn check_passphrase(passphrase: &Secret) -> Result<(), VaultError> {
    let chars = passphrase
        .expose_text()
        .map_or(0, |text| text.chars().count());
    if chars < MIN_CHARS {
        return Err(VaultError::WeakPassphrase {
            min_chars: MIN_CHARS,
        });
    }
    Ok(())
}
