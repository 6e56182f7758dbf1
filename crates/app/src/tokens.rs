//! Tokens: where they lie for a registry, and how catalog and vault change together.
//!
//! See [`crate::journal`] for the order of things.

use std::sync::Arc;

use jiff::Timestamp;
use registrar_registry::{RegistryId, Secret};
use registrar_vault::VaultError;

use crate::app::App;
use crate::journal::{Change, Entry, Pending};
use crate::wire::{Code, CommandError, VaultKind};

/// The account of a registry's token: the contract with everything that reads it.
pub(crate) fn account(id: RegistryId) -> String {
    id.to_string()
}

/// Where a token waits that is to replace another.
pub(crate) fn staging(id: RegistryId) -> String {
    format!("{id}.next")
}

/// A token that waits in the vault for the catalog to follow.
pub(crate) struct Prepared {
    pending: Pending,
    token: Option<Secret>,
}

impl App {
    /// The registry's token. What a crash left behind is put right first.
    pub(crate) async fn token(&self, id: RegistryId) -> Result<Secret, CommandError> {
        if self.0.journal.has(id) {
            self.recover_all().await?;
        }
        let token = self.0.vault.get(&account(id)).await?;
        token.ok_or_else(|| {
            let store = self.0.vault.name();
            CommandError::new(
                Code::NotFound,
                format!("{store} has no token for this registry."),
            )
            .hint("It was removed there. Edit the registry and enter the token again.")
        })
    }

    /// The registry's token, read for nobody in particular: it does not keep an idle vault open,
    /// and what a crash left behind has to wait. Make sure before that the store is not locked.
    pub(crate) async fn token_at_hand(&self, id: RegistryId) -> Result<Secret, CommandError> {
        if self.0.journal.has(id) {
            return Err(CommandError::internal(&"a change is under way"));
        }
        let account = account(id);
        let found = match self.0.settings.vault() {
            VaultKind::Keychain => self.0.vault.get(&account).await?,
            VaultKind::Passphrase => {
                let sealed = Arc::clone(&self.0.stores.sealed);
                self.0.vault.run(move || sealed.glance(&account)).await?
            }
        };
        found.ok_or_else(CommandError::not_found)
    }

    /// Puts a new registry's token under its account, where nobody looks before the catalog
    /// names the registry.
    pub(crate) async fn prepare_add(
        &self,
        id: RegistryId,
        token: &Secret,
    ) -> Result<Prepared, CommandError> {
        let pending = self
            .write_down(Entry {
                id,
                change: Change::Add,
            })
            .await?;
        let prepared = Prepared {
            pending,
            token: None,
        };
        match self.0.vault.set(&account(id), token).await {
            Ok(()) => Ok(prepared),
            Err(error) => Err(self.refused(prepared, error).await),
        }
    }

    /// Puts a token that is to replace another where it waits for the catalog.
    pub(crate) async fn prepare_replace(
        &self,
        id: RegistryId,
        token: &Secret,
        updated: Timestamp,
    ) -> Result<Prepared, CommandError> {
        let pending = self
            .write_down(Entry {
                id,
                change: Change::Replace { updated },
            })
            .await?;
        let prepared = Prepared {
            pending,
            token: Some(token.clone()),
        };
        match self.0.vault.set(&staging(id), token).await {
            Ok(()) => Ok(prepared),
            Err(error) => Err(self.refused(prepared, error).await),
        }
    }

    /// The vault did not take the token. Where nobody knows whether it did, because it did not
    /// answer in time, the journal stays, and recovery looks once it answers. A locked vault has
    /// taken nothing, and to look there would only ask the person a second time.
    async fn refused(&self, prepared: Prepared, error: VaultError) -> CommandError {
        match error {
            VaultError::TimedOut { .. } => {}
            VaultError::Locked { .. } | VaultError::Dismissed { .. } => {
                let _ = prepared.pending.finish();
            }
            other => return self.take_back_after(prepared, other.into()).await,
        }
        error.into()
    }

    /// Writes down that the token goes once the catalog has no use for it.
    pub(crate) async fn prepare_erase(&self, id: RegistryId) -> Result<Prepared, CommandError> {
        let pending = self
            .write_down(Entry {
                id,
                change: Change::Erase,
            })
            .await?;
        Ok(Prepared {
            pending,
            token: None,
        })
    }

    /// The catalog has changed: the vault follows. Where it cannot, the journal stays and
    /// recovery finishes later; the change itself has happened.
    pub(crate) async fn follow(&self, prepared: Prepared) {
        let id = prepared.pending.entry.id;
        let outcome = match (prepared.pending.entry.change, &prepared.token) {
            (Change::Replace { .. }, Some(token)) => self.promote(id, token).await,
            (Change::Erase, _) => self.erase(id).await,
            _ => Ok(()),
        };
        let outcome = match outcome {
            Ok(()) => prepared.pending.finish().map_err(CommandError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%id, raw = ?error.raw, "{}; recovery will finish it", error.message);
        }
    }

    /// The catalog has not changed: the vault is put back. Gives the error back.
    pub(crate) async fn take_back_after(
        &self,
        prepared: Prepared,
        error: CommandError,
    ) -> CommandError {
        let id = prepared.pending.entry.id;
        let waiting = match prepared.pending.entry.change {
            Change::Add => Some(account(id)),
            Change::Replace { .. } => Some(staging(id)),
            Change::Erase => None,
        };
        let cleaned = match waiting {
            Some(account) => self.0.vault.delete(&account).await.map(|_| ()),
            None => Ok(()),
        };
        if cleaned.is_ok() {
            let _ = prepared.pending.finish();
        }
        error
    }

    pub(crate) async fn promote(&self, id: RegistryId, token: &Secret) -> Result<(), CommandError> {
        self.0.vault.set(&account(id), token).await?;
        self.0.vault.delete(&staging(id)).await?;
        Ok(())
    }

    pub(crate) async fn erase(&self, id: RegistryId) -> Result<(), CommandError> {
        self.0.vault.delete(&account(id)).await?;
        Ok(())
    }

    async fn write_down(&self, entry: Entry) -> Result<Pending, CommandError> {
        if self.0.journal.has(entry.id) {
            self.recover_all().await?;
        }
        let journal = self.0.journal.clone();
        self.blocking(move || Ok(journal.begin(entry)?)).await
    }
}

impl Prepared {
    /// The token stays after all.
    pub(crate) fn forget_erasure(self) {
        if let Err(error) = self.pending.finish() {
            tracing::warn!(%error, "the journal keeps an entry that recovery will drop");
        }
    }
}
