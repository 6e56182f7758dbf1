//! Where the tokens lie: keychain or passphrase vault, locked or not, and the way from one to
//! the other.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use registrar_catalog::{Edit, Record};
use registrar_registry::Secret;
use registrar_vault::{Moment, PassphraseVault, SecretStore, VaultError};

use crate::app::App;
use crate::saving::{later_than, precise_now};
use crate::tokens::account;
use crate::wire::{
    AppEvent, ChangePassphrase, Code, CommandError, Field, Nothing, Passphrase, VaultKind,
    VaultState, VaultStatus,
};

/// How often the passphrase vault is asked whether it has been idle for long enough.
const IDLE_TICK: Duration = Duration::from_secs(5);

/// The two places for tokens, of which one is in use.
#[derive(Clone)]
pub struct Stores {
    /// The system's keychain.
    pub keychain: Arc<dyn SecretStore>,
    /// The file sealed with a passphrase.
    pub sealed: Arc<PassphraseVault>,
}

impl Stores {
    pub(crate) fn of(&self, kind: VaultKind) -> Arc<dyn SecretStore> {
        match kind {
            VaultKind::Keychain => Arc::clone(&self.keychain),
            VaultKind::Passphrase => Arc::clone(&self.sealed) as Arc<dyn SecretStore>,
        }
    }
}

impl App {
    /// Which store is in use and whether it can be used, found out without raising a prompt.
    ///
    /// # Errors
    /// None; what is wrong with the store is part of the answer.
    pub async fn vault_status(&self, _: Nothing) -> Result<VaultStatus, CommandError> {
        let probe = self.0.vault.probe().await;
        Ok(self.status(probe.err().as_ref()).await)
    }

    /// Unlocks the passphrase vault.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`]; [`Code::VaultMissing`] where there is no such vault.
    pub async fn unlock_vault(&self, request: Passphrase) -> Result<VaultStatus, CommandError> {
        let sealed = Arc::clone(&self.0.stores.sealed);
        let unlocked = self
            .0
            .vault
            .run(move || sealed.unlock(&request.passphrase))
            .await;
        self.noted_general("vault.unlocked", None, unlocked.map_err(CommandError::from))
            .await?;
        self.recover().await;
        self.remove_leftovers().await;
        self.vault_changed().await
    }

    /// Locks the passphrase vault at once.
    ///
    /// # Errors
    /// None.
    pub async fn lock_vault(&self, _: Nothing) -> Result<VaultStatus, CommandError> {
        self.0.stores.sealed.lock();
        self.noted_general("vault.locked", Some("by hand".to_owned()), Ok(()))
            .await?;
        self.vault_changed().await
    }

    /// Uses a passphrase vault from now on: makes it (or unlocks the one that is there), moves
    /// the tokens that the keychain gives into it, and then removes them from the keychain.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a passphrase under 8 characters; [`Code::WrongPassphrase`] where
    /// there is a vault with another one. The keychain stays in use then.
    pub async fn create_vault(&self, request: Passphrase) -> Result<VaultStatus, CommandError> {
        let _changing = self.0.changing.lock().await;
        let outcome = self.move_to_sealed(request.passphrase).await;
        self.noted_general("vault.created", None, outcome).await?;
        self.vault_changed().await
    }

    async fn move_to_sealed(&self, passphrase: Secret) -> Result<(), CommandError> {
        let sealed = Arc::clone(&self.0.stores.sealed);
        let open = move || {
            if sealed.exists() {
                sealed.unlock(&passphrase)
            } else {
                sealed.create(&passphrase)
            }
        };
        self.0.vault.run(open).await?;
        self.move_tokens(VaultKind::Passphrase).await
    }

    /// Seals the passphrase vault under another passphrase.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`]; [`Code::Invalid`] for a new one under 8 characters.
    pub async fn change_passphrase(
        &self,
        request: ChangePassphrase,
    ) -> Result<VaultStatus, CommandError> {
        let sealed = Arc::clone(&self.0.stores.sealed);
        let change = move || sealed.change_passphrase(&request.old, &request.new);
        let changed = self.0.vault.run(change).await.map_err(CommandError::from);
        self.noted_general("vault.passphrase_changed", None, changed)
            .await?;
        self.vault_changed().await
    }

    /// Uses the system's keychain from now on, and raises its prompt where it is locked. Where
    /// the passphrase vault was in use, its tokens are moved.
    ///
    /// # Errors
    /// What the keychain says; [`Code::VaultLocked`] where the passphrase vault is locked, so
    /// that its tokens cannot be moved. What was in use stays in use then.
    pub async fn use_keychain(&self, _: Nothing) -> Result<VaultStatus, CommandError> {
        let _changing = self.0.changing.lock().await;
        if self.0.settings.vault() == VaultKind::Passphrase {
            let moved = self.move_tokens(VaultKind::Keychain).await;
            self.noted_general("vault.keychain_used", None, moved)
                .await?;
        } else {
            // Looking for anything makes a locked keychain ask the person.
            self.0.vault.get("unlock").await?;
        }
        self.recover().await;
        self.vault_changed().await
    }

    /// Gives up a passphrase vault whose passphrase is forgotten, and with it its tokens: the
    /// registries stay, without a token. The sealed file is set aside, not destroyed.
    ///
    /// # Errors
    /// What the file system and the catalog say.
    pub async fn discard_vault(&self, _: Nothing) -> Result<VaultStatus, CommandError> {
        let _changing = self.0.changing.lock().await;
        let discarded = self.discard().await;
        self.noted_general("vault.discarded", None, discarded)
            .await?;
        self.announce().await;
        self.vault_changed().await
    }

    async fn discard(&self) -> Result<(), CommandError> {
        let sealed = Arc::clone(&self.0.stores.sealed);
        if self.0.settings.vault() == VaultKind::Keychain {
            return Ok(self.0.vault.run(move || sealed.set_aside()).await?);
        }
        // The catalog first: a registry without its token is better than one that promises it.
        let forget = |edit: &mut Edit| {
            let with_token = edit.catalog().records.iter().filter(|record| record.token);
            let records: Vec<Record> = with_token.cloned().collect();
            for record in records {
                let updated = precise_now().max(later_than(record.updated));
                edit.replace(&Record {
                    token: false,
                    updated,
                    ..record
                })?;
            }
            Ok(())
        };
        self.commit(forget).await?;
        self.0.vault.run(move || sealed.set_aside()).await?;
        self.0.settings.save_vault(VaultKind::Keychain)?;
        self.0.vault.switch(self.0.stores.of(VaultKind::Keychain));
        Ok(())
    }

    /// Removes from the keychain what the passphrase vault holds as well: a crash during the move
    /// left it there.
    async fn remove_leftovers(&self) {
        let sealed = Arc::clone(&self.0.stores.sealed);
        let keychain = Arc::clone(&self.0.stores.keychain);
        if self.0.settings.vault() == VaultKind::Keychain {
            return;
        }
        let removed = self.0.vault.run(move || {
            let kept: HashSet<String> = sealed.accounts()?.into_iter().collect();
            let left = keychain.accounts()?.into_iter();
            left.filter(|account| kept.contains(account))
                .try_for_each(|account| keychain.delete(&account).map(|_| ()))
        });
        if let Err(error) = removed.await {
            tracing::debug!(%error, "the keychain could not be looked through");
        }
    }

    /// Copies every token, then switches, then removes the copies that are no longer in use.
    /// A crash leaves at worst a token in both stores, of which the one in use counts.
    async fn move_tokens(&self, to: VaultKind) -> Result<(), CommandError> {
        let (from_store, to_store) = (self.0.vault.store(), self.0.stores.of(to));
        if self.0.settings.vault() == to {
            self.0.vault.switch(to_store);
            return Ok(());
        }
        let catalog = self.shelf().await.catalog();
        let with_token = catalog.records.iter().filter(|record| record.token);
        let mut accounts: Vec<String> = with_token.map(|record| account(record.id)).collect();
        accounts.extend(self.hosted_accounts().await?);
        let (source, target) = (Arc::clone(&from_store), Arc::clone(&to_store));
        let moved = self
            .0
            .vault
            .run(move || copy(&*source, &*target, accounts))
            .await?;
        self.0.settings.save_vault(to)?;
        self.0.vault.switch(to_store);
        let cleaned = self.0.vault.run(move || {
            moved
                .iter()
                .try_for_each(|account| from_store.delete(account).map(|_| ()))
        });
        if let Err(error) = cleaned.await {
            tracing::warn!(%error, "tokens remain in the store that is no longer in use");
        }
        Ok(())
    }

    /// Tells the window what has become of the vault.
    async fn vault_changed(&self) -> Result<VaultStatus, CommandError> {
        let status = self.vault_status(Nothing {}).await?;
        self.0.transfers.vault_changed();
        self.0.hosting.network.vault_changed();
        self.send(AppEvent::VaultChanged {
            status: status.clone(),
        });
        Ok(status)
    }

    /// Locks the passphrase vault whenever it has been idle for as long as the settings say.
    pub(crate) async fn lock_when_idle(self) {
        loop {
            tokio::time::sleep(IDLE_TICK).await;
            let minutes = self.0.settings.get().lock_after_minutes;
            let after = Duration::from_mins(u64::from(minutes));
            if minutes > 0 && self.0.stores.sealed.lock_if_idle(Moment::now(), after) {
                let detail = Some(format!("after {minutes} idle minutes"));
                let _ = self.noted_general("vault.locked", detail, Ok(())).await;
                let _ = self.vault_changed().await;
            }
        }
    }

    async fn status(&self, error: Option<&VaultError>) -> VaultStatus {
        let catalog = self.shelf().await.catalog();
        let tokens = catalog.records.iter().filter(|record| record.token).count();
        VaultStatus {
            kind: self.0.settings.vault(),
            name: self.0.vault.name(),
            state: state(error),
            reason: error.map(ToString::to_string),
            hint: error.and_then(VaultError::hint),
            raw: error.and_then(VaultError::raw),
            has_passphrase_vault: self.0.stores.sealed.exists(),
            tokens: u32::try_from(tokens + self.hosted_tokens()).unwrap_or(u32::MAX),
        }
    }
}

/// Copies what is there; a token that is missing already cannot be lost.
fn copy(
    from: &dyn SecretStore,
    to: &dyn SecretStore,
    accounts: Vec<String>,
) -> Result<Vec<String>, VaultError> {
    let mut found = Vec::new();
    for account in accounts {
        match from.get(&account) {
            Ok(Some(token)) => found.push((account, token)),
            Ok(None) => {}
            // There is nothing to move out of a keychain that does not exist.
            Err(VaultError::Missing { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    to.set_all(&found)?;
    Ok(found.into_iter().map(|(account, _)| account).collect())
}

fn state(error: Option<&VaultError>) -> VaultState {
    match error {
        None => VaultState::Ready,
        Some(VaultError::Locked { .. } | VaultError::Dismissed { .. }) => VaultState::Locked,
        Some(VaultError::Denied { .. } | VaultError::Damaged { .. }) => VaultState::Denied,
        Some(_) => VaultState::Missing,
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::Missing { .. } | VaultError::TimedOut { .. } => Code::VaultMissing,
            VaultError::Locked { .. } => Code::VaultLocked,
            VaultError::Dismissed { .. } => Code::VaultDismissed,
            VaultError::Denied { .. } | VaultError::Damaged { .. } => Code::VaultDenied,
            VaultError::WrongPassphrase => Code::WrongPassphrase,
            VaultError::WeakPassphrase { .. } | VaultError::TooLarge { .. } | VaultError::Empty => {
                Code::Invalid
            }
            VaultError::Io { .. } | VaultError::Full => Code::Storage,
            _ => Code::Internal,
        };
        let field = match &error {
            VaultError::WrongPassphrase | VaultError::WeakPassphrase { .. } => {
                Some(Field::Passphrase)
            }
            VaultError::TooLarge { .. } | VaultError::Empty => Some(Field::Token),
            _ => None,
        };
        Self {
            hint: error.hint(),
            retryable: error.is_retryable(),
            raw: error.raw(),
            field,
            ..Self::new(code, error.to_string())
        }
    }
}
