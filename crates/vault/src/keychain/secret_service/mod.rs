//! The Secret Service on Linux: GNOME Keyring, `KWallet`, `KeePassXC`.
//!
//! Secrets go through `keyring`'s own store. What that store cannot tell apart, or would wait for
//! without an end, is asked over D-Bus first: see [`bus`]. So it only ever meets a collection that
//! is unlocked, and "no entry" means that there is none.

mod at_once;
mod bus;
mod encoding;
mod failure;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use registrar_registry::Secret;
use zbus_secret_service_keyring_store::Store;

use super::SERVICE;
use crate::{ForeignItem, SecretStore, VaultError};
use bus::Bus;

pub(super) type Platform = SecretService;

/// The keychain of this session; a prompt may take `prompt_limit`.
pub(super) fn open(prompt_limit: Duration) -> Platform {
    SecretService {
        session: Mutex::new(None),
        name: Mutex::new("Secret Service".to_owned()),
        prompt_limit,
        for_one_call: false,
    }
}

/// The Secret Service of the session bus.
pub(super) struct SecretService {
    /// The connection at hand. A call takes it out, so that a hung call blocks no other.
    session: Mutex<Option<Session>>,
    name: Mutex<String>,
    prompt_limit: Duration,
    /// Whether the process ends after the first call.
    for_one_call: bool,
}

/// A connection to the service that runs now.
struct Session {
    bus: Bus,
    /// The store's own connection, made when it is first needed.
    store: Option<Arc<Store>>,
}

impl Session {
    fn store(&mut self) -> Result<Arc<Store>, VaultError> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        let store = Store::new().map_err(|error| failure::from_store(self.bus.name(), &error))?;
        self.store = Some(Arc::clone(&store));
        Ok(store)
    }

    fn entry(&mut self, account: &str) -> Result<Entry, VaultError> {
        let label = format!("Registrar: {account}");
        let modifiers = HashMap::from([("label", label.as_str())]);
        self.store()?
            .build(SERVICE, account, Some(&modifiers))
            .map_err(|error| failure::from_store(self.bus.name(), &error))
    }
}

impl SecretService {
    /// The same for a process that makes one call and ends.
    pub(super) fn for_one_call(self) -> Self {
        Self {
            for_one_call: true,
            ..self
        }
    }

    /// Makes a call on the connection at hand, or on a new one if that has gone stale.
    fn with_session<T>(
        &self,
        call: impl Fn(&mut Session) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let cached = lock(&self.session).take();
        if let Some(session) = cached
            && let Some(result) = self.attempt(session, &call)
        {
            return result;
        }
        let bus = Bus::connect()?;
        bus.name().clone_into(&mut lock(&self.name));
        let mut session = Session { bus, store: None };
        let result = call(&mut session);
        if !result.as_ref().is_err_and(is_stale) {
            *lock(&self.session) = Some(session);
        }
        result
    }

    /// The result on a connection from before, or `None` if it is of no use any more.
    fn attempt<T>(
        &self,
        mut session: Session,
        call: impl Fn(&mut Session) -> Result<T, VaultError>,
    ) -> Option<Result<T, VaultError>> {
        let result = call(&mut session);
        if result.as_ref().is_err_and(is_stale) {
            return None;
        }
        *lock(&self.session) = Some(session);
        Some(result)
    }

    /// Makes a call on the entry of `account` in an unlocked collection.
    fn with_entry<T>(
        &self,
        account: &str,
        call: impl Fn(&Entry) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        self.with_session(|session| {
            session.bus.unlock(self.prompt_limit)?;
            let entry = session.entry(account)?;
            call(&entry).map_err(|error| failure::from_store(session.bus.name(), &error))
        })
    }
}

impl SecretStore for SecretService {
    fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        if self.for_one_call
            && let Ok(Some(kept)) = at_once::read(SERVICE, account)
        {
            return encoding::decode(&self.name(), &kept).map(Some);
        }
        let kept = self.with_entry(account, |entry| none_if_missing(entry.get_secret()))?;
        kept.map(|kept| encoding::decode(&self.name(), &Secret::new(kept)))
            .transpose()
    }

    fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        let kept = encoding::encode(secret);
        self.with_entry(account, |entry| match entry.set_secret(kept.expose()) {
            Err(Error::Ambiguous(entries)) => set_one_of(&entries, &kept),
            result => result,
        })
    }

    fn delete(&self, account: &str) -> Result<bool, VaultError> {
        self.with_entry(account, |entry| {
            let deleted = match entry.delete_credential() {
                Err(Error::Ambiguous(entries)) => {
                    entries.iter().try_for_each(Entry::delete_credential)
                }
                result => result,
            };
            none_if_missing(deleted).map(|deleted| deleted.is_some())
        })
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.with_session(|session| session.bus.expect_unlocked())
    }

    fn accounts(&self) -> Result<Vec<String>, VaultError> {
        self.with_session(|session| {
            session.bus.expect_unlocked()?;
            session.bus.accounts(SERVICE)
        })
    }

    fn name(&self) -> String {
        lock(&self.name).clone()
    }

    fn foreign(&self, item: &ForeignItem) -> Result<Option<Secret>, VaultError> {
        self.with_session(|session| {
            session.bus.unlock_foreign(self.prompt_limit)?;
            session.bus.foreign(item)
        })
    }

    fn set_foreign(&self, item: &ForeignItem, secret: &Secret) -> Result<(), VaultError> {
        self.with_session(|session| {
            session.bus.unlock_foreign(self.prompt_limit)?;
            session.bus.set_foreign(item, secret)
        })
    }

    fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        self.with_session(|session| {
            session.bus.unlock_foreign(self.prompt_limit)?;
            session.bus.delete_foreign(item)
        })
    }
}

/// Of several entries that other programs made for one account, keeps one, with `secret`.
fn set_one_of(entries: &[Entry], secret: &Secret) -> Result<(), Error> {
    let [first, others @ ..] = entries else {
        return Err(Error::NoEntry);
    };
    first.set_secret(secret.expose())?;
    others.iter().try_for_each(Entry::delete_credential)
}

fn none_if_missing<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Err(Error::NoEntry) => Ok(None),
        result => result.map(Some),
    }
}

/// Whether a new connection may do better: the service may have been restarted since.
const fn is_stale(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::Unexpected { .. } | VaultError::Missing { .. }
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
