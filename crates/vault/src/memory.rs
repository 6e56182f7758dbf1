//! A store in memory for tests, with failures at will.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use registrar_registry::Secret;

use crate::store::check_secret;
use crate::{Absent, ForeignItem, SecretStore, VaultError};

const NAME: &str = "Memory";

/// How a [`MemoryStore`] fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// As a locked keychain does.
    Locked,
    /// As a system without a keychain does.
    Missing,
    /// As a keychain does whose question is closed.
    Dismissed,
    /// As a keychain does that refuses.
    Denied,
}

impl Failure {
    fn error(self) -> VaultError {
        let (store, raw) = (
            NAME.to_owned(),
            "a failure that a test asked for".to_owned(),
        );
        match self {
            Self::Locked => VaultError::Locked {
                store,
                raw: Some(raw),
            },
            Self::Missing => VaultError::Missing {
                what: Absent::Service,
                raw: Some(raw),
            },
            Self::Dismissed => VaultError::Dismissed { store },
            Self::Denied => VaultError::Denied { store, raw },
        }
    }
}

/// Secrets in memory, gone with the process. For tests.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    secrets: BTreeMap<String, Secret>,
    failure: Option<Failure>,
    /// Writes until one fails, and whether all after it fail too.
    fail_write: Option<(usize, bool)>,
    delay: Duration,
    limit: Option<usize>,
    writes: usize,
}

impl MemoryStore {
    /// An empty store that takes every secret the trait allows.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store that refuses secrets of more than `bytes`.
    pub fn with_limit(bytes: usize) -> Self {
        let store = Self::default();
        store.lock().limit = Some(bytes);
        store
    }

    /// Fails every call in this way from now on; `None` heals it, failing writes included.
    pub fn fail(&self, failure: Option<Failure>) {
        let mut state = self.lock();
        state.failure = failure;
        state.fail_write = None;
    }

    /// Lets the `n`th write from now (1 is the next; deletions count) fail without effect, only that one.
    pub fn fail_nth_write(&self, n: usize) {
        self.lock().fail_write = Some((n, false));
    }

    /// Lets the `n`th write from now and all after it fail without effect, as a crash there would.
    pub fn crash_at_write(&self, n: usize) {
        self.lock().fail_write = Some((n, true));
    }

    /// Lets every call take `delay`.
    pub fn slow_down(&self, delay: Duration) {
        self.lock().delay = delay;
    }

    /// How many writes and deletions took effect so far.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Result<MutexGuard<'_, State>, VaultError> {
        let delay = self.lock().delay;
        thread::sleep(delay);
        let state = self.lock();
        match state.failure {
            Some(failure) => Err(failure.error()),
            None => Ok(state),
        }
    }

    fn write(&self) -> Result<MutexGuard<'_, State>, VaultError> {
        let mut state = self.read()?;
        state.fail_write = match state.fail_write {
            Some((0 | 1, true)) => return Err(Failure::Denied.error()),
            Some((0 | 1, false)) => {
                state.fail_write = None;
                return Err(Failure::Denied.error());
            }
            Some((n, for_good)) => Some((n - 1, for_good)),
            None => None,
        };
        state.writes += 1;
        Ok(state)
    }
}

impl SecretStore for MemoryStore {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.read()?.secrets.get(account).cloned())
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        check_secret(secret)?;
        let mut state = self.write()?;
        if state.limit.is_some_and(|limit| secret.len() > limit) {
            return Err(VaultError::TooLarge {
                bytes: secret.len(),
            });
        }
        state.secrets.insert(account.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        Ok(self.write()?.secrets.remove(account).is_some())
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.read().map(drop)
    }

    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        Ok(self.read()?.secrets.keys().cloned().collect())
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }

    fn foreign(&self, item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        self.get(&foreign_account(item))
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        self.set(&foreign_account(item), secret)
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        self.delete(&foreign_account(item))
    }
}

fn foreign_account(item: &ForeignItem) -> String {
    format!("{}:{}", item.service, item.user)
}
