//! The tokens that odo has in the keychain.

use std::sync::Arc;

use registrar_registry::{RegistryId, Secret};
use registrar_vault::{ForeignItem, VaultError};

use crate::app::App;
use crate::wire::CommandError;

/// A token that odo gets.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) id: RegistryId,
    /// The registry's name in odo.
    pub(super) name: String,
}

/// What was in the keychain before.
pub(super) struct Before {
    item: ForeignItem,
    token: Option<Secret>,
}

impl App {
    /// What odo has for the registry of this name.
    pub(super) async fn odo_token(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        let (keychain, item) = (
            Arc::clone(&self.0.stores.keychain),
            ForeignItem::of_odo(name),
        );
        self.0.vault.run(move || keychain.foreign(&item)).await
    }

    /// Gives odo a token for the registry of this name.
    pub(super) async fn give_token(&self, name: &str, token: &Secret) -> Result<(), CommandError> {
        self.put_in_keychain(ForeignItem::of_odo(name), Some(token.clone()))
            .await?;
        Ok(())
    }

    /// Gives odo all of them or none, and says what was there before.
    pub(super) async fn give_tokens(&self, given: &[Given]) -> Result<Vec<Before>, CommandError> {
        let mut done = Vec::new();
        for one in given {
            match self.give(one).await {
                Ok(before) => done.push(before),
                Err(error) => {
                    self.take_tokens_back(done).await;
                    return Err(error);
                }
            }
        }
        Ok(done)
    }

    async fn give(&self, Given { id, name }: &Given) -> Result<Before, CommandError> {
        let token = self.token(*id).await?;
        let before = self.odo_token(name).await?;
        self.give_token(name, &token).await?;
        Ok(Before {
            item: ForeignItem::of_odo(name),
            token: before,
        })
    }

    /// The list was not written: the keychain is put back as it was.
    pub(super) async fn take_tokens_back(&self, given: Vec<Before>) {
        for Before { item, token } in given.into_iter().rev() {
            let service = item.service.clone();
            if let Err(error) = self.put_in_keychain(item, token).await {
                tracing::warn!(%service, raw = ?error.raw(), "a token of odo's stays: {error}");
            }
        }
    }

    /// Removes what odo has for the registries of these names. One that is gone already is no
    /// error; what cannot be removed is said, after all have been tried.
    pub(super) async fn remove_tokens(&self, names: &[String]) -> Result<(), CommandError> {
        let mut failed = None;
        for name in names {
            if let Err(error) = self.put_in_keychain(ForeignItem::of_odo(name), None).await {
                failed = Some(stays(name, error));
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn put_in_keychain(
        &self,
        item: ForeignItem,
        token: Option<Secret>,
    ) -> Result<(), VaultError> {
        let keychain = Arc::clone(&self.0.stores.keychain);
        let put = move || match token {
            Some(token) => keychain.set_foreign(&item, &token),
            None => keychain.delete_foreign(&item).map(drop),
        };
        self.0.vault.run(put).await
    }
}

fn stays(name: &str, error: VaultError) -> CommandError {
    let error = CommandError::from(error);
    CommandError {
        message: format!(
            "odo no longer has “{name}”, but its token is still in the keychain as odo-{name}. {}",
            error.message
        ),
        // The list is written: doing the same again would find nothing to do.
        retryable: false,
        ..error
    }
}
