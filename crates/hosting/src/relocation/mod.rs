//! Everything that is hosted, at another place on this computer.
//!
//! The files are copied, never moved: until whoever calls has written down that the new folder is
//! the one, the old one is whole and in use. Blobs, which never change, are copied while clients go
//! on ([`Relocation::copy_ahead`]); what has come since, and the database, once nobody has the
//! folder open any more ([`Relocation::finish`]).
//!
//! A copy that is not finished has a mark. Dropping the [`Relocation`] removes such a copy; one that
//! a crash has left is removed when somebody tries again, or by [`clear`].

mod copy;
mod place;

pub use place::{PlaceError, clear, demand_free, demand_hosted};

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;
use serde_json::json;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::backup::{EndOnDrop, Ending, Progress, demand_room};
use crate::database::{Database, audit, snapshot};
use crate::error::HostError;
use crate::host::{DATABASE, Host, lock};
use copy::Copying;
use place::Place;

/// What has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relocated {
    /// How many blobs.
    pub blobs: u64,
    /// How many bytes were copied.
    pub bytes: u64,
    /// How many blobs do not have their digest; they were copied as they are.
    pub damaged: u64,
}

/// A copy of everything that is being made in a folder of its own.
pub struct Relocation {
    from: PathBuf,
    to: Arc<Place>,
    /// Blobs that have been copied and have their digest.
    whole: HashSet<[u8; 32]>,
    /// How many bytes have been copied.
    done: u64,
    /// Held so that the old folder is ours alone.
    locks: Vec<fs::File>,
}

impl Relocation {
    /// Takes a new place: an empty folder, one that is not there yet, or what an earlier attempt has
    /// left. Asks first whether everything has room there, and whether a database can be used there.
    ///
    /// # Errors
    /// [`PlaceError`]; [`crate::backup::BackupError::NoRoom`]; [`HostError::InUse`].
    pub async fn begin(from: &Path, to: &Path) -> Result<Self, HostError> {
        let place = Arc::new(Place::take(from, to).await?);
        demand_room(place.folder(), place::size(from))?;
        place.demand_database().await?;
        Ok(Self {
            from: from.to_owned(),
            to: place,
            whole: HashSet::new(),
            done: 0,
            locks: Vec::new(),
        })
    }

    /// Copies the blobs that are there now, while clients go on. Dropping the future ends it.
    ///
    /// # Errors
    /// [`PlaceError::Unreadable`]; [`HostError::DiskFull`]; those of the file system.
    pub async fn copy_ahead(&mut self, host: &Host, progress: Progress) -> Result<(), HostError> {
        // What is removed from now on would be copied in vain, or be missed while it is read.
        let hold = host.0.store.hold().await;
        let done = self
            .copying(progress, move |copying| {
                let _hold = hold;
                copying.blobs_ahead()
            })
            .await?;
        (self.whole, self.done) = (done.whole, done.done);
        Ok(())
    }

    /// Copies what is left. From here on nobody may have the old folder open; it stays as it is.
    /// Dropping the future ends it.
    ///
    /// # Errors
    /// [`HostError::InUse`]; as [`Relocation::copy_ahead`].
    pub async fn finish(&mut self, progress: Progress) -> Result<Relocated, HostError> {
        self.locks.push(lock(&self.from)?);
        let done = self.copying(progress, Copying::rest).await?;
        let moved = Relocated {
            blobs: done.blobs,
            bytes: done.done,
            damaged: done.blobs - done.whole.len() as u64,
        };
        self.note(moved).await?;
        let to = self.to.clone();
        tokio::task::spawn_blocking(move || to.unmark()).await??;
        Ok(moved)
    }

    /// The new folder is the one that is used from now on. Without this the copy is removed.
    pub fn keep(self) {
        self.to.keep();
    }

    /// The new folder, without links.
    pub fn folder(&self) -> &Path {
        self.to.folder()
    }

    async fn copying(
        &mut self,
        progress: Progress,
        work: impl FnOnce(&mut Copying) -> Result<(), HostError> + Send + 'static,
    ) -> Result<Copying, HostError> {
        let ending = Ending::default();
        let _ending = EndOnDrop(ending.clone());
        let mut copying = Copying {
            from: self.from.clone(),
            to: self.to.clone(),
            whole: std::mem::take(&mut self.whole),
            blobs: 0,
            done: self.done,
            total: 0,
            ending,
            progress,
        };
        let copied = tokio::task::spawn_blocking(move || work(&mut copying).map(|()| copying));
        copied.await?
    }

    /// Looks at the new database as it lies there, and writes into it where it comes from.
    async fn note(&self, moved: Relocated) -> Result<(), HostError> {
        let path = self.to.folder().join(DATABASE);
        snapshot::demand_sound(&path).await?;
        let database = Database::open(&path).await?;
        let written = write_event(&database, moved).await;
        database.close().await;
        written
    }
}

async fn write_event(database: &Database, moved: Relocated) -> Result<(), HostError> {
    let subject = Subject {
        kind: "STORAGE".to_owned(),
        id: "storage".to_owned(),
        name: "storage".to_owned(),
    };
    let data = json!({"blobs": moved.blobs, "bytes": moved.bytes, "damaged": moved.damaged});
    let event = AuditEvent::new(&Caller::owner(), "STORAGE_MOVED", subject, data);
    let mut change = database.change().await?;
    audit::insert(&mut change, &event).await?;
    change.commit().await?;
    Ok(())
}
