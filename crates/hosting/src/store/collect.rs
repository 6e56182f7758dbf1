//! Removing blobs that nothing refers to any more.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use object_store::ObjectStore as _;

use super::Store;
use super::adopt::digest_of;
use crate::database::{Database, blobs};
use crate::error::HostError;

/// What a collection has removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// How many blobs.
    pub removed: u64,
    /// How many bytes they had.
    pub bytes: u64,
}

impl Store {
    /// Removes blobs that nothing has referred to for longer than `grace`, recorded or not.
    ///
    /// References are looked at again in the change that forgets a blob, and a blob that a
    /// publication counts on is left alone, so this can run at any time.
    pub(crate) async fn collect(
        &self,
        database: &Database,
        grace: Duration,
    ) -> Result<Collected, HostError> {
        let mut collected = Collected::default();
        let before = Timestamp::now() - grace;
        for content in blobs::unreferenced(database.reader(), before).await? {
            if self.forget(database, &content.sha256).await? {
                collected.removed += 1;
                collected.bytes += content.size;
            }
        }
        for (sha256, size) in self.strays(database, grace).await? {
            if self.forget(database, &sha256).await? {
                collected.removed += 1;
                collected.bytes += size;
            }
        }
        Ok(collected)
    }

    /// Forgets and removes one blob, unless something counts on it; whether it did.
    async fn forget(&self, database: &Database, sha256: &[u8; 32]) -> Result<bool, HostError> {
        // Nothing is adopted meanwhile, and what has been adopted but is not committed is pinned.
        let _removing = self.0.removing.write().await;
        if self.is_held() {
            return Ok(false);
        }
        let mut change = database.change().await?;
        if self.0.pinned.lock().contains_key(sha256) {
            return Ok(false);
        }
        let known = blobs::is_known(database.reader(), sha256).await?;
        if known && !blobs::forget(&mut change, sha256).await? {
            return Ok(false);
        }
        change.commit().await?;
        self.remove(sha256).await?;
        Ok(true)
    }

    /// Blobs that lie in the store unrecorded: what a crash between adoption and commit leaves.
    async fn strays(
        &self,
        database: &Database,
        grace: Duration,
    ) -> Result<Vec<([u8; 32], u64)>, HostError> {
        let mut strays = Vec::new();
        let mut objects = self.0.objects.list(None);
        let now = SystemTime::now();
        while let Some(object) = objects.try_next().await? {
            let age = now.duration_since(object.last_modified.into());
            let Some(sha256) = digest_of(&object.location) else {
                continue;
            };
            if age.unwrap_or_default() >= grace
                && !blobs::is_known(database.reader(), &sha256).await?
            {
                strays.push((sha256, object.size));
            }
        }
        Ok(strays)
    }
}
