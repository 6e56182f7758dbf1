//! Finishing or taking back what a crash left half done.

use registrar_catalog::Catalog;
use registrar_registry::RegistryId;

use crate::app::App;
use crate::journal::{Change, Pending};
use crate::tokens::{account, staging};
use crate::wire::{AppEvent, CommandError};

impl App {
    /// Puts right what the last run left behind, and remembers what it was. What cannot be put
    /// right now, because the vault is locked, is tried again when it is needed or unlocked.
    pub(crate) async fn recover(&self) {
        if let Err(error) = self.recover_all().await {
            tracing::warn!(raw = ?error.raw, "recovery has to wait: {}", error.message);
        }
    }

    /// Puts right everything that no other process is working on.
    pub(crate) async fn recover_all(&self) -> Result<(), CommandError> {
        let journal = self.0.journal.clone();
        let abandoned = self.blocking(move || Ok(journal.abandoned()?)).await?;
        if abandoned.is_empty() {
            return Ok(());
        }
        let shelf = self.shelf().await;
        if let Some(problem) = shelf.problem() {
            // Without the catalog nobody can say which changes have happened.
            return Err(CommandError::internal(&problem.message));
        }
        let catalog = shelf.catalog();
        for pending in abandoned {
            let said = self.settle(&catalog, pending).await?;
            tracing::info!("{said}");
            let said = self
                .noted_general("recovery", Some(said.clone()), Ok(said))
                .await?;
            self.0.recovered.lock().push(said);
        }
        Ok(())
    }

    async fn settle(&self, catalog: &Catalog, pending: Pending) -> Result<String, CommandError> {
        let id = pending.entry.id;
        let record = catalog.by_id(id);
        let name = record.map_or_else(|| id.to_string(), |record| format!("“{}”", record.name));
        let said = match pending.entry.change {
            Change::Add if record.is_some() => format!("The token of {name} had been saved."),
            Change::Add => {
                self.0.vault.delete(&account(id)).await?;
                "A registry had not been added completely; its token was removed.".to_owned()
            }
            Change::Replace { updated } if record.is_some_and(|r| r.updated == updated) => {
                self.finish_replacing(id).await?;
                format!("The new token of {name} was put in its place.")
            }
            Change::Replace { .. } => {
                self.0.vault.delete(&staging(id)).await?;
                format!("A change of {name} had not been saved; its old token stays.")
            }
            Change::Erase if record.is_some_and(|record| record.token) => {
                format!("{name} had not been deleted; its token stays.")
            }
            Change::Erase => {
                self.erase(id).await?;
                if record.is_none() {
                    // Boxed, for the compiler alone: what gives tokens recovers, and this gives none.
                    Box::pin(self.leave_odo(id)).await;
                }
                "The token of a deleted registry was removed.".to_owned()
            }
        };
        pending.finish()?;
        Ok(said)
    }

    async fn finish_replacing(&self, id: RegistryId) -> Result<(), CommandError> {
        match self.0.vault.get(&staging(id)).await? {
            Some(token) => self.promote(id, &token).await,
            // It had been put in its place already.
            None => Ok(()),
        }
    }

    /// Tells the window when another program changes the catalog.
    pub(crate) async fn watch_catalog(&self) {
        let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel();
        let shelf = self.shelf().await;
        let watch = shelf.file.watch(move || {
            let _ = sender.send(());
        });
        let watch = match watch {
            Ok(watch) => watch,
            Err(error) => return tracing::warn!(%error, "the catalog is not watched"),
        };
        let app = self.clone();
        tokio::spawn(async move {
            while changes.recv().await.is_some() {
                app.reload_catalog().await;
            }
            drop(watch);
        });
    }

    /// Another Registrar, such as the helper that `docker login` uses, may have replaced a token:
    /// what was found with the old one says nothing any more. A person who edits the file leaves
    /// `updated` as it was.
    async fn forget_changed(&self, before: &Catalog, now: &Catalog) {
        let health = self.health().await;
        for record in now.records.iter().filter(|record| record.token) {
            let old = before.by_id(record.id);
            if old.is_some_and(|old| old.updated != record.updated) {
                health.forget(record.id);
            }
        }
    }

    async fn reload_catalog(&self) {
        // A change of our own is in the shelf before the lock is free again.
        let _changing = self.0.changing.lock().await;
        let before = self.shelf().await.catalog();
        let app = self.clone();
        let reloaded = tokio::task::spawn_blocking(move || {
            tokio::runtime::Handle::current()
                .block_on(app.shelf())
                .reload()
        });
        if matches!(reloaded.await, Ok(true)) {
            let catalog = self.shelf().await.catalog();
            self.forget_changed(&before, &catalog).await;
            let revision = catalog.revision.to_string();
            self.send(AppEvent::RegistriesChanged {
                revision,
                outside: true,
            });
        }
    }
}
