//! The secrets of registry tokens, in the vault that holds all others.

use std::pin::Pin;

use registrar_hosting::{Safe, SafeError};
use registrar_registry::Secret;
use registrar_vault::{Vault, VaultError};
use uuid::Uuid;

use crate::wire::CommandError;

type SafeFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SafeError>> + Send + 'a>>;

/// The vault; a secret's account is its token's id.
pub(super) struct VaultSafe(pub(super) Vault);

impl Safe for VaultSafe {
    fn keep(&self, id: Uuid, secret: Secret) -> SafeFuture<'_, ()> {
        Box::pin(async move { self.0.set(&account(id), &secret).await.map_err(coded) })
    }

    fn reveal(&self, id: Uuid) -> SafeFuture<'_, Option<Secret>> {
        Box::pin(async move { self.0.get(&account(id)).await.map_err(coded) })
    }

    fn forget(&self, id: Uuid) -> SafeFuture<'_, ()> {
        Box::pin(async move {
            let forgotten = self.0.delete(&account(id)).await;
            forgotten.map(drop).map_err(coded)
        })
    }
}

/// Where a token's secret lies in the vault.
pub(crate) fn account(id: Uuid) -> String {
    id.as_hyphenated().to_string()
}

/// What the vault said, on its way through the host.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(super) struct Coded(pub(super) CommandError);

fn coded(error: VaultError) -> SafeError {
    SafeError::of(Coded(error.into()))
}
