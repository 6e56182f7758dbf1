//! Where the secrets of registry tokens lie, which can be shown again.

use std::path::Path;
use std::pin::Pin;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use fs_err as fs;
use registrar_registry::Secret;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::database::{Database, sealed};
use crate::error::{HostError, SafeError};

/// A future of a [`Safe`].
pub type SafeFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SafeError>> + Send + 'a>>;

/// Keeps secrets by their token's id: the window in the keychain, a server sealed in its database.
pub trait Safe: Send + Sync + 'static {
    /// Keeps a secret; an older one of the same id is replaced.
    fn keep(&self, id: Uuid, secret: Secret) -> SafeFuture<'_, ()>;
    /// The secret, or `None` where there is none.
    fn reveal(&self, id: Uuid) -> SafeFuture<'_, Option<Secret>>;
    /// Forgets a secret; one that is not there is no error.
    fn forget(&self, id: Uuid) -> SafeFuture<'_, ()>;
}

const NONCE: usize = 24;

/// Seals secrets with a key that lies in a file of its own, readable by its owner alone.
pub struct SealedSafe {
    database: Database,
    cipher: XChaCha20Poly1305,
}

impl SealedSafe {
    /// Opens the safe; makes its key where there is none.
    pub(crate) fn open(database: Database, key: &Path) -> Result<Self, HostError> {
        let key = read_or_make(key)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key[..])
            .map_err(|_| HostError::Damaged("the sealing key has another length".to_owned()))?;
        Ok(Self { database, cipher })
    }

    fn seal(&self, id: Uuid, secret: &Secret) -> Result<Vec<u8>, SafeError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| SafeError::new(error.to_string()))?;
        let payload = Payload {
            msg: secret.expose(),
            aad: id.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed =
            sealed.map_err(|_| SafeError::new("The token could not be sealed.".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn unseal(&self, id: Uuid, sealed: &[u8]) -> Result<Secret, SafeError> {
        let broken =
            || SafeError::new("The token cannot be unsealed with this server's key.".to_owned());
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        let payload = Payload {
            msg: sealed,
            aad: id.as_bytes(),
        };
        let secret = self.cipher.decrypt(&XNonce::from(*nonce), payload);
        secret.map(Secret::new).map_err(|_| broken())
    }
}

impl Safe for SealedSafe {
    fn keep(&self, id: Uuid, secret: Secret) -> SafeFuture<'_, ()> {
        Box::pin(async move {
            let sealed = self.seal(id, &secret)?;
            let mut change = self.database.change().await.map_err(said)?;
            sealed::put(&mut *change, id, &sealed).await.map_err(said)?;
            change.commit().await.map_err(said)
        })
    }

    fn reveal(&self, id: Uuid) -> SafeFuture<'_, Option<Secret>> {
        Box::pin(async move {
            let sealed = sealed::get(self.database.reader(), id)
                .await
                .map_err(said)?;
            sealed.map(|sealed| self.unseal(id, &sealed)).transpose()
        })
    }

    fn forget(&self, id: Uuid) -> SafeFuture<'_, ()> {
        Box::pin(async move {
            let mut change = self.database.change().await.map_err(said)?;
            sealed::delete(&mut *change, id).await.map_err(said)?;
            change.commit().await.map_err(said)
        })
    }
}

fn said(error: impl std::fmt::Display) -> SafeError {
    SafeError::new(error.to_string())
}

fn read_or_make(path: &Path) -> Result<Zeroizing<Vec<u8>>, HostError> {
    if path.exists() {
        return Ok(Zeroizing::new(fs::read(path)?));
    }
    let mut key = Zeroizing::new(vec![0; 32]);
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    crate::files::write_private(path, &key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::{Database, Safe as _, SealedSafe, Secret, Uuid, sealed};

    async fn safe(folder: &std::path::Path, key: &str) -> (Database, SealedSafe) {
        let database = Database::open(&folder.join("registrar.db")).await.unwrap();
        let safe = SealedSafe::open(database.clone(), &folder.join(key)).unwrap();
        (database, safe)
    }

    #[tokio::test]
    async fn a_secret_is_shown_again_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let id = Uuid::now_v7();
        let (database, first) = safe(folder.path(), "key").await;
        first.keep(id, Secret::new("bkpt_secret")).await.unwrap();
        database.close().await;
        let (_database, again) = safe(folder.path(), "key").await;
        let shown = again.reveal(id).await.unwrap().unwrap();
        assert_eq!(shown.expose_text(), Some("bkpt_secret"));
        again.forget(id).await.unwrap();
        again.forget(id).await.unwrap();
        assert!(again.reveal(id).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_lies_in_the_database_tells_nothing_without_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
        let (database, own) = safe(folder.path(), "key").await;
        own.keep(id, Secret::new("bkpt_secret")).await.unwrap();
        let lies = sealed::get(database.reader(), id).await.unwrap().unwrap();
        assert!(!lies.windows(6).any(|part| part == b"secret"));
        let stranger = SealedSafe::open(database.clone(), &folder.path().join("other")).unwrap();
        assert!(stranger.reveal(id).await.is_err());
        // What is sealed for one token is not taken for another's.
        let mut change = database.change().await.unwrap();
        sealed::put(&mut *change, other, &lies).await.unwrap();
        change.commit().await.unwrap();
        assert!(own.reveal(other).await.is_err());
    }
}
