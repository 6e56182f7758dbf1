//! Blobs by content: each once, named by its SHA-256, whoever refers to it.
//!
//! An upload is first a file of its own in `uploads/` ([`Staged`]); being adopted it becomes a blob.
//! What this disk does is done by a rename; any other `object_store` gets the bytes sent.

pub(crate) mod adopt;
mod collect;
mod hashing;
mod hold;
pub(crate) mod quarantine;
mod read;
mod space;
mod stage;
mod verify;

pub(crate) use adopt::digest_of_name;
pub use collect::Collected;
pub(crate) use hashing::Hashed;
pub use read::Opened;
pub(crate) use space::{free as free_space, room};
pub(crate) use stage::Partial;
pub use stage::{Limits, Staged};
pub use verify::{Verification, VerifyProblem};

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use bytes::Bytes;
use fs_err as fs;
use moka::sync::Cache;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parking_lot::Mutex;

use crate::error::HostError;
use crate::model::hex;

/// The folder of all blobs.
pub(crate) const BLOBS: &str = "blobs";
/// What is kept in memory of the blobs that are asked for most, in bytes.
const MEMORY: u64 = 64 * 1024 * 1024;
/// Larger blobs are always read from the store.
const MEMORY_EACH: u64 = 4 * 1024 * 1024;

/// The store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    objects: Arc<dyn ObjectStore>,
    /// Where the blobs lie, if they lie on this disk.
    disk: Option<PathBuf>,
    /// Where damaged blobs are put, if blobs lie on this disk.
    quarantine: Option<PathBuf>,
    uploads: PathBuf,
    memory: Cache<[u8; 32], Bytes>,
    /// Blobs that a publication under way counts on: they must not be collected.
    pinned: Mutex<HashMap<[u8; 32], usize>>,
    /// Held for reading while an upload is adopted, for writing while a blob is removed.
    removing: tokio::sync::RwLock<()>,
    /// How many ask for nothing to be removed at the moment.
    held: AtomicUsize,
}

impl Store {
    /// The store in a folder of this disk. Uploads that a crash left behind are removed.
    pub(crate) fn on_disk(folder: &Path) -> Result<Self, HostError> {
        let root = folder.join(BLOBS);
        fs::create_dir_all(&root)?;
        let objects = LocalFileSystem::new_with_prefix(&root)?.with_fsync(true);
        Self::new(Arc::new(objects), Some(root), &folder.join("uploads"))
    }

    /// A store elsewhere, with uploads arriving in a folder of this disk.
    #[cfg(test)]
    pub(crate) fn elsewhere(
        objects: Arc<dyn ObjectStore>,
        uploads: &Path,
    ) -> Result<Self, HostError> {
        Self::new(objects, None, uploads)
    }

    fn new(
        objects: Arc<dyn ObjectStore>,
        disk: Option<PathBuf>,
        uploads: &Path,
    ) -> Result<Self, HostError> {
        if uploads.exists() {
            fs::remove_dir_all(uploads)?;
        }
        fs::create_dir_all(uploads)?;
        let quarantine = disk
            .as_ref()
            .and_then(|disk| Some(disk.parent()?.join("quarantine")));
        Ok(Self(Arc::new(Inner {
            objects,
            disk,
            quarantine,
            uploads: uploads.to_owned(),
            memory: Cache::builder()
                .max_capacity(MEMORY)
                .weigher(|_, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
                .build(),
            pinned: Mutex::default(),
            removing: tokio::sync::RwLock::default(),
            held: AtomicUsize::default(),
        })))
    }

    /// Removes a blob. Whoever calls has made sure that nothing refers to it.
    async fn remove(&self, sha256: &[u8; 32]) -> Result<(), HostError> {
        self.0.memory.invalidate(sha256);
        match self.0.objects.delete(&location(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Where uploads arrive: a folder that is emptied at the next start.
    pub(crate) fn uploads(&self) -> &Path {
        &self.0.uploads
    }

    /// Where a blob lies, if blobs lie on this disk.
    pub(crate) fn path_of(&self, sha256: &[u8; 32]) -> Option<PathBuf> {
        let disk = self.0.disk.as_ref()?;
        Some(disk.join(location(sha256).as_ref()))
    }

    /// Keeps a blob from being collected for as long as the pin lives.
    fn pin(&self, sha256: [u8; 32]) -> Pin {
        *self.0.pinned.lock().entry(sha256).or_default() += 1;
        Pin {
            store: self.clone(),
            sha256,
        }
    }
}

/// Keeps a blob from being collected.
pub(crate) struct Pin {
    store: Store,
    sha256: [u8; 32],
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pinned = self.store.0.pinned.lock();
        if let Some(count) = pinned.get_mut(&self.sha256) {
            *count -= 1;
            if *count == 0 {
                pinned.remove(&self.sha256);
            }
        }
    }
}

/// `sha256/ab/cd/abcd…`: two levels of folders keep each of them small.
fn location(sha256: &[u8; 32]) -> Location {
    let name = hex(sha256);
    let (first, second) = (&name[..2], &name[2..4]);
    Location::from_iter(["sha256", first, second, &name])
}

/// Where a blob lies in the folder of everything.
pub(crate) fn blob_place(folder: &Path, sha256: &[u8; 32]) -> PathBuf {
    folder.join(BLOBS).join(location(sha256).as_ref())
}

/// What the blobs in the folder of everything take, in bytes, as far as that can be seen.
pub(crate) fn size_on_disk(folder: &Path) -> u64 {
    size_of(&folder.join(BLOBS))
}

/// What a file takes, or all files below a folder, in bytes, as far as that can be seen.
pub(crate) fn size_of(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(facts) if facts.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.map(|entry| size_of(&entry.path())).sum()
        }
        Ok(facts) => facts.len(),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests;
