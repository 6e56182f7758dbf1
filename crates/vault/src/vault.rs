//! The store in use, for code that must not block.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use registrar_registry::Secret;

use crate::store::{check_account, check_secret};
use crate::worker::Worker;
use crate::{SecretStore, VaultError};

/// How long a call may take unless said otherwise: 60 s, time enough to answer a prompt.
pub const DEFAULT_LIMIT: Duration = Duration::from_mins(1);

/// How much longer a call may take than the prompt that it raises.
const GRACE: Duration = Duration::from_secs(5);

/// The secrets of this application, in the store that is in use. Cheap to clone; clones share
/// the store and the thread.
///
/// Calls run one after the other on one thread of the vault's own. A call that takes longer than
/// the limit ends with [`VaultError::TimedOut`], and a fresh thread goes on with the calls behind
/// it; whether its write arrived is then open. Dropping a future takes its call out of the queue;
/// a call that has begun is finished in the background. The futures need a tokio runtime with
/// time enabled.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: RwLock<Arc<dyn SecretStore>>,
    worker: Worker,
    limit: Duration,
}

impl Vault {
    /// A vault on `store`, whose calls may take [`DEFAULT_LIMIT`] and a few seconds.
    pub fn new(store: Arc<dyn SecretStore>) -> Self {
        Self::with_limit(store, DEFAULT_LIMIT + GRACE)
    }

    /// A vault on `store`, whose calls may take `limit` each.
    pub fn with_limit(store: Arc<dyn SecretStore>, limit: Duration) -> Self {
        let inner = Inner {
            store: RwLock::new(store),
            worker: Worker::default(),
            limit,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Uses `store` from now on. Calls that were made before still go to the old one.
    /// Moves no secrets.
    pub fn switch(&self, store: Arc<dyn SecretStore>) {
        *self
            .inner
            .store
            .write()
            .unwrap_or_else(PoisonError::into_inner) = store;
    }

    /// The store that is in use.
    pub fn store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(
            &self
                .inner
                .store
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The product name of the store in use.
    pub fn name(&self) -> String {
        self.store().name()
    }

    /// The secret of `account`, or `None` if it has none.
    pub async fn get(&self, account: &str) -> Result<Option<Secret>, VaultError> {
        check_account(account)?;
        let account = account.to_owned();
        self.on_store(move |store| store.get(&account)).await
    }

    /// Keeps `secret` (1 byte to 64 KiB) for `account`, in place of the one it had.
    pub async fn set(&self, account: &str, secret: &Secret) -> Result<(), VaultError> {
        check_account(account)?;
        check_secret(secret)?;
        let (account, secret) = (account.to_owned(), secret.clone());
        self.on_store(move |store| store.set(&account, &secret))
            .await
    }

    /// Forgets the secret of `account`; `false` if it had none.
    pub async fn delete(&self, account: &str) -> Result<bool, VaultError> {
        check_account(account)?;
        let account = account.to_owned();
        self.on_store(move |store| store.delete(&account)).await
    }

    /// Whether the store can be used now, found out without raising a prompt.
    pub async fn probe(&self) -> Result<(), VaultError> {
        self.on_store(SecretStore::probe).await
    }

    /// Every account with a secret in the store, sorted; see [`SecretStore::accounts`].
    pub async fn accounts(&self) -> Result<Vec<String>, VaultError> {
        self.on_store(SecretStore::accounts).await
    }

    /// Makes any blocking call on the vault's thread, within the limit: unlocking a
    /// [`PassphraseVault`](crate::PassphraseVault), moving secrets between two stores, one by one.
    pub async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        self.inner.worker.call(self.inner.limit, call).await
    }

    async fn on_store<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn SecretStore) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let store = self.store();
        self.run(move || call(&*store)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use registrar_registry::Secret;

    use super::Vault;
    use crate::{Failure, MemoryStore, SecretStore, VaultError};

    #[tokio::test]
    async fn a_secret_goes_to_the_store_in_use() {
        let (first, second) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        let vault = Vault::new(first.clone());
        vault.set("a", &Secret::new("one")).await.unwrap();
        vault.switch(second.clone());
        assert!(vault.get("a").await.unwrap().is_none());
        vault.set("b", &Secret::new("two")).await.unwrap();
        assert_eq!(first.accounts().unwrap(), ["a"]);
        assert_eq!(second.accounts().unwrap(), ["b"]);
    }

    #[tokio::test]
    async fn a_slow_store_times_out_and_answers_later_calls() {
        let store = Arc::new(MemoryStore::new());
        let vault = Vault::with_limit(store.clone(), Duration::from_millis(50));
        store.slow_down(Duration::from_millis(300));
        assert!(matches!(
            vault.get("a").await,
            Err(VaultError::TimedOut { .. })
        ));
        store.slow_down(Duration::ZERO);
        assert!(vault.get("a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn failures_of_the_store_reach_the_caller() {
        let store = Arc::new(MemoryStore::new());
        let vault = Vault::new(store.clone());
        store.fail(Some(Failure::Locked));
        assert!(matches!(
            vault.probe().await,
            Err(VaultError::Locked { .. })
        ));
        store.fail(None);
        vault.probe().await.unwrap();
    }

    #[tokio::test]
    async fn what_no_store_takes_is_refused() {
        let vault = Vault::new(Arc::new(MemoryStore::new()));
        let huge = Secret::new(vec![b'x'; Secret::MAX_BYTES + 1]);
        assert!(matches!(
            vault.set("a", &Secret::new("")).await,
            Err(VaultError::Empty)
        ));
        assert!(matches!(
            vault.set("a", &huge).await,
            Err(VaultError::TooLarge { .. })
        ));
        for account in ["", "a#1", "a b", "a/b"] {
            assert!(matches!(
                vault.get(account).await,
                Err(VaultError::BadAccount)
            ));
        }
    }
}
