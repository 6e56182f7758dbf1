//! Deleting a registry, and taking it back for ten seconds.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use registrar_catalog::{Record, Removed};
use registrar_registry::{RegistryId, RegistryKind};

use crate::app::App;
use crate::saving::parse_id;
use crate::tokens::Prepared;
use crate::wire::{Code, CommandError, Deleted, RegistryDetails, RegistryRef};

/// How long a deletion can be taken back.
const UNDO_FOR: Duration = Duration::from_secs(10);

/// The deletions that can still be taken back.
#[derive(Default)]
pub(crate) struct Deletions(Mutex<HashMap<RegistryId, Deletion>>);

impl Deletions {
    /// Whether the registry of this id can still come back.
    pub(crate) fn holds(&self, id: RegistryId) -> bool {
        self.0.lock().contains_key(&id)
    }
}

struct Deletion {
    record: Record,
    removed: Removed,
    prepared: Option<Prepared>,
}

impl App {
    /// Deletes a registry. Its token goes, and odo loses it, when the time for undoing is over.
    ///
    /// # Errors
    /// [`Code::NotFound`]; the catalog's errors. Nothing is changed then.
    pub async fn delete_registry(&self, request: RegistryRef) -> Result<Deleted, CommandError> {
        let _changing = self.0.changing.lock().await;
        let id = parse_id(&request.id)?;
        let record = self.record(id).await?;
        let outcome = self.delete(&record).await;
        let removed = self
            .noted("registry.deleted", &record, None, outcome)
            .await?;
        let name = record.name.to_string();
        self.0.deletions.0.lock().insert(id, removed);
        let app = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(UNDO_FOR).await;
            app.finish_deletion(id).await;
        });
        self.announce().await;
        let undo_until = Timestamp::now() + SignedDuration::try_from(UNDO_FOR).unwrap_or_default();
        Ok(Deleted {
            name,
            undo_until: undo_until.to_string(),
        })
    }

    async fn delete(&self, record: &Record) -> Result<Deletion, CommandError> {
        let id = record.id;
        let prepared = if record.token {
            Some(self.prepare_erase(id).await?)
        } else {
            None
        };
        let outcome = self
            .commit(move |edit| edit.remove(id)?.ok_or_else(CommandError::not_found))
            .await;
        match (outcome, prepared) {
            (Ok(removed), prepared) => Ok(Deletion {
                record: record.clone(),
                removed,
                prepared,
            }),
            (Err(error), Some(prepared)) => Err(self.take_back_after(prepared, error).await),
            (Err(error), None) => Err(error),
        }
    }

    /// Brings a deleted registry back, token included, where it stood.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the time is over; the catalog's errors, after which it can be
    /// tried again.
    pub async fn undo_delete(&self, request: RegistryRef) -> Result<RegistryDetails, CommandError> {
        let _changing = self.0.changing.lock().await;
        let id = parse_id(&request.id)?;
        let deletion = self.0.deletions.0.lock().remove(&id).ok_or_else(|| {
            CommandError::new(Code::NotFound, "It is too late to undo this.")
                .hint("Add the registry again.")
        })?;
        let removed = deletion.removed.clone();
        let outcome = self.commit(move |edit| Ok(edit.restore(&removed)?)).await;
        let outcome = self
            .noted("registry.restored", &deletion.record, None, outcome)
            .await;
        if let Err(error) = outcome {
            self.0.deletions.0.lock().insert(id, deletion);
            return Err(error);
        }
        if let Some(prepared) = deletion.prepared {
            // The token never left; there is only nothing to erase any more.
            prepared.forget_erasure();
        }
        self.announce().await;
        self.details_of(id).await
    }

    /// Makes every deletion final, because the program ends.
    pub(crate) async fn finish_deletions(&self) {
        let ids: Vec<RegistryId> = self.0.deletions.0.lock().keys().copied().collect();
        for id in ids {
            self.finish_deletion(id).await;
        }
    }

    async fn finish_deletion(&self, id: RegistryId) {
        let _changing = self.0.changing.lock().await;
        let deletion = self.0.deletions.0.lock().remove(&id);
        let Some(deletion) = deletion else { return };
        if let Some(prepared) = deletion.prepared {
            self.follow(prepared).await;
        }
        if deletion.record.kind == RegistryKind::Devfile {
            self.leave_odo(id).await;
        }
    }
}
