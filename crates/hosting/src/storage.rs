//! What the packages take, whether they are whole, and what nothing needs any more.

use std::ops::Range;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::{Connection, blobs, files};
use crate::error::HostError;
use crate::host::{Host, Told};
use crate::model::{Content, File};
use crate::registries::now;
use crate::repair::Repair;
use crate::store::{Collected, Opened, Verification, free_space};

impl Host {
    /// What all packages take on the disk; a blob that several share counts once.
    pub async fn used_bytes(&self) -> Result<u64, HostError> {
        blobs::used_bytes(self.0.database.reader()).await
    }

    /// What is free on the packages' disk, in bytes; `None` where the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        free_space(&self.0.folder)
    }

    /// Opens a part of a file's content.
    ///
    /// # Errors
    /// [`HostError::Missing`] where the store has lost it.
    pub async fn read(&self, file: &File, range: Range<u64>) -> Result<Opened, HostError> {
        if self.is_broken(&file.content.sha256) {
            return Err(HostError::Broken);
        }
        let opened = self.open_content(&file.content, range).await?;
        opened.ok_or(HostError::Missing { file: file.id })
    }

    /// Opens a part of some content; `None` where the store has lost it.
    pub(crate) async fn open_content(
        &self,
        content: &Content,
        range: Range<u64>,
    ) -> Result<Option<Opened>, HostError> {
        self.0.store.open(content, range).await
    }

    /// Counts a download, to be written down later.
    pub fn count_download(&self, file: Uuid) {
        *self.0.downloads.lock().entry(file).or_default() += 1;
    }

    /// How many bytes [`Host::verify`] will read.
    pub async fn bytes_to_verify(&self, registry: Option<Uuid>) -> Result<u64, HostError> {
        let all = blobs::referenced(self.0.database.reader(), registry).await?;
        Ok(all.iter().map(|content| content.size).sum())
    }

    /// Reads every file of one registry or of all, and compares it with what was published. Nothing
    /// is changed. Dropping the future ends it. `progress` gets the bytes read so far.
    pub async fn verify(
        &self,
        registry: Option<Uuid>,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Verification, HostError> {
        let reader = self.0.database.reader();
        let mut found = Verification::default();
        for content in blobs::referenced(reader, registry).await? {
            let before = found.bytes;
            let mut read = 0;
            let mut count = |bytes: u64| {
                read += bytes;
                progress(before + read);
            };
            let problem = self.0.store.verify(&content, &mut count).await?;
            found.checked += 1;
            found.bytes += content.size;
            let kind = self.propose(&content, problem).await?;
            if problem.is_none() && kind.is_none() {
                continue;
            }
            let places = files::places_of_blob(reader, &content.sha256).await?;
            found.repairs.extend(kind.map(|kind| Repair {
                kind,
                blob: Some(content.sha256),
                count: 1,
                places: places.clone(),
            }));
            if let Some(problem) = problem {
                found
                    .problems
                    .extend(places.into_iter().map(|place| (place, problem)));
            }
        }
        found.repairs.extend(self.propose_rows().await?);
        found.unreferenced = blobs::unreferenced(reader, now()).await?.len() as u64;
        Ok(found)
    }

    /// The same because somebody asked for it over the network; it is in the audit log.
    pub async fn verify_now(
        &self,
        registry: Option<Uuid>,
        by: &Caller,
    ) -> Result<Verification, HostError> {
        let found = self.verify(registry, |_| ()).await?;
        let data = json!({"checked": found.checked, "problems": found.problems.len()});
        self.audit_storage("STORAGE_VERIFIED", data, by).await?;
        Ok(found)
    }

    /// Removes blobs that nothing has referred to for `grace`.
    pub async fn collect(&self, grace: Duration) -> Result<Collected, HostError> {
        self.unlink_idle(grace).await?;
        self.0.store.collect(&self.0.database, grace).await
    }

    /// The same at once, because somebody asked for it; it is in the audit log.
    pub async fn collect_now(&self, by: &Caller) -> Result<Collected, HostError> {
        let collected = self.collect(Duration::ZERO).await?;
        let data = json!({"removed": collected.removed, "bytes": collected.bytes});
        self.audit_storage("STORAGE_COLLECTED", data, by).await?;
        Ok(collected)
    }

    /// Writes to the audit log, within a change, what was done to the storage.
    pub(crate) async fn storage_event(
        &self,
        change: &mut Connection,
        kind: &str,
        data: Value,
        by: &Caller,
    ) -> Result<Told, HostError> {
        let subject = Subject {
            kind: "STORAGE".to_owned(),
            id: "storage".to_owned(),
            name: "storage".to_owned(),
        };
        self.audit(change, AuditEvent::new(by, kind, subject, data))
            .await
    }

    pub(crate) async fn audit_storage(
        &self,
        kind: &str,
        data: Value,
        by: &Caller,
    ) -> Result<(), HostError> {
        let mut change = self.0.database.change().await?;
        let told = self.storage_event(&mut change, kind, data, by).await?;
        change.commit().await?;
        self.tell(told, None);
        Ok(())
    }

    /// Whether a blob is in the store with the size that it should have.
    pub async fn has(&self, content: &Content) -> Result<bool, HostError> {
        Ok(self.0.store.size_of(&content.sha256).await? == Some(content.size))
    }
}
