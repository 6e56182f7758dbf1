//! The secrets of registry tokens, in the vault that holds all others.

use std::pin::Pin;

use registrar_hosting::sharing::AUTHORITY;
use registrar_hosting::{Host, Safe, SafeError};
use registrar_registry::Secret;
use registrar_vault::{Vault, VaultError};
use uuid::Uuid;

use crate::app::App;
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

impl App {
    /// Where the secrets of all registry tokens lie, and the key of this computer's authority, for whoever moves them to another vault.
    /// Where nothing has ever been hosted, nothing is opened.
    ///
    /// # Errors
    /// Where the packages' folder cannot be used: nobody knows then which secrets to move.
    pub(crate) async fn hosted_accounts(&self) -> Result<Vec<String>, CommandError> {
        if !self.packages_place().is_used() {
            return Ok(Vec::new());
        }
        let mut accounts = accounts(&self.host().await?);
        accounts.push(account(AUTHORITY));
        Ok(accounts)
    }

    /// How many registry tokens have their secrets in the vault, as far as that is known without
    /// opening anything.
    pub(crate) fn hosted_tokens(&self) -> usize {
        let open = self.0.hosting.open.try_lock();
        let open = open
            .ok()
            .and_then(|open| Some(accounts(&open.as_ref()?.host).len()));
        open.unwrap_or_default()
    }
}

fn accounts(host: &Host) -> Vec<String> {
    let registries = host.registries().into_iter();
    let tokens = registries.flat_map(|registry| host.registry_tokens(registry.id));
    tokens.map(|token| account(token.id)).collect()
}

/// Where a token's secret lies in the vault.
fn account(id: Uuid) -> String {
    id.as_hyphenated().to_string()
}

/// What the vault said, on its way through the host.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(super) struct Coded(pub(super) CommandError);

fn coded(error: VaultError) -> SafeError {
    SafeError::of(Coded(error.into()))
}
