//! The folder beside a destination on the disk, in which an image is put together.
//!
//! It has the name of the destination with `.partial` after it, and the shape of a layout. What a
//! transfer that was broken off has left in it counts for the next one.

use std::ffi::OsString;
use std::fs::TryLockError;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fs_err as fs;
use fs_err::File;
use registrar_registry::Digest;

use super::checked::{Blob, Checked};
use super::failure::MoveFailure;
use super::hash::Hasher;
use super::local::blob_name;
use super::progress::Meter;
use super::source::Source;
use super::work::{Cancelled, blocking};

/// The file that says that somebody is at work here.
const LOCK: &str = "in-use";

/// How often it is looked whether somebody is still at work, and how long between that.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(100);

/// The folder, which nobody else uses at this time.
#[derive(Debug, Clone)]
pub(super) struct Staging {
    folder: PathBuf,
    /// The layout that the image is added to, where it is.
    layout: PathBuf,
    lock: Arc<std::fs::File>,
}

/// A blob that has arrived in part.
struct Begun {
    file: File,
    at: u64,
    hasher: Hasher,
    /// Nobody else may begin before the last byte is written.
    lock: Arc<std::fs::File>,
}

impl Staging {
    /// The one for `destination`. What was broken off a moment ago may still be writing its last
    /// bytes, which is waited for.
    pub(super) async fn open(destination: &Path) -> Result<Self, MoveFailure> {
        for _ in 0..LOOKS {
            match Self::claim(destination).await {
                Err(MoveFailure::InUse(_)) => tokio::time::sleep(LOOK).await,
                outcome => return outcome,
            }
        }
        Self::claim(destination).await
    }

    async fn claim(destination: &Path) -> Result<Self, MoveFailure> {
        let mut name = OsString::from(destination);
        name.push(".partial");
        let folder = PathBuf::from(name);
        let layout = destination.to_owned();
        blocking(move |_| {
            fs::create_dir_all(folder.join("blobs")).map_err(|e| MoveFailure::disk(&folder, &e))?;
            let path = folder.join(LOCK);
            let lock = std::fs::File::create(&path).map_err(|e| MoveFailure::disk(&path, &e))?;
            match lock.try_lock() {
                Ok(()) => Ok(()),
                Err(TryLockError::WouldBlock) => Err(MoveFailure::InUse(folder.clone())),
                Err(TryLockError::Error(error)) => Err(MoveFailure::disk(&path, &error)),
            }?;
            let lock = Arc::new(lock);
            Ok(Self {
                folder,
                layout,
                lock,
            })
        })
        .await
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a blob is when it is whole.
    pub(super) fn place(&self, digest: &Digest) -> PathBuf {
        self.folder.join(blob_name(digest))
    }

    /// Brings `blob` here, as far as it is not.
    pub(super) async fn fetch(
        &self,
        source: &Source,
        blob: &Blob,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        if std::fs::metadata(self.place(&blob.digest)).is_ok_and(|facts| facts.len() == blob.size) {
            meter.there(blob.size);
            return Ok(());
        }
        if self.is_in_layout(blob).await? {
            meter.there(blob.size);
            return Ok(());
        }
        let begun = self.begin(blob, false).await?;
        let at = begun.at;
        match self.fill(begun, source, blob, meter).await {
            // What had arrived earlier may be what is wrong.
            Err(MoveFailure::WrongContent(_)) if at > 0 => {
                let now = self.begin(blob, true).await?;
                self.fill(now, source, blob, meter).await
            }
            outcome => outcome,
        }
    }

    /// Puts `bytes` here, whose digest is `digest`.
    pub(super) async fn put(&self, digest: &Digest, bytes: &[u8]) -> Result<(), MoveFailure> {
        let (place, bytes) = (self.place(digest), bytes.to_owned());
        let lock = Arc::clone(&self.lock);
        blocking(move |_| {
            let partial = partial(&place)?;
            let written = write(&partial, &bytes).and_then(|()| fs::rename(&partial, &place));
            drop(lock);
            written.map_err(|error| MoveFailure::disk(&place, &error))
        })
        .await
    }

    /// Whether the layout has the blob, whole and sound.
    async fn is_in_layout(&self, blob: &Blob) -> Result<bool, MoveFailure> {
        let (place, blob) = (self.layout.join(blob_name(&blob.digest)), blob.clone());
        blocking(move |cancelled| {
            let facts = std::fs::metadata(&place);
            if !facts.is_ok_and(|facts| facts.is_file() && facts.len() == blob.size) {
                return Ok(false);
            }
            let mut file = File::open(&place).map_err(|e| MoveFailure::disk(&place, &e))?;
            let mut hasher = Hasher::of(&blob.digest);
            hash(&mut file, &mut hasher, cancelled)?;
            Ok(hasher.is(&blob.digest))
        })
        .await
    }

    async fn begin(&self, blob: &Blob, anew: bool) -> Result<Begun, MoveFailure> {
        let (place, blob) = (self.place(&blob.digest), blob.clone());
        let lock = Arc::clone(&self.lock);
        blocking(move |cancelled| {
            let path = partial(&place)?;
            let disk = |error: io::Error| MoveFailure::disk(&path, &error);
            let mut options = fs::OpenOptions::new();
            options.read(true).write(true).create(true).truncate(anew);
            let mut file = options.open(&path).map_err(disk)?;
            // More than the blob has means that it is not of this blob.
            if file.metadata().map_err(disk)?.len() > blob.size {
                file.set_len(0).map_err(disk)?;
            }
            let mut hasher = Hasher::of(&blob.digest);
            let at = hash(&mut file, &mut hasher, cancelled)?;
            Ok(Begun {
                file,
                at,
                hasher,
                lock,
            })
        })
        .await
    }

    async fn fill(
        &self,
        begun: Begun,
        source: &Source,
        blob: &Blob,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        let at = begun.at;
        meter.there(at);
        let mut checked = Checked::after(source, blob, meter, at, begun.hasher.clone());
        let mut begun = begun;
        loop {
            match checked.next().await {
                Ok(Some(batch)) => begun = append(begun, batch).await?,
                Ok(None) => return finish(begun, self.place(&blob.digest)).await,
                Err(failure) => {
                    meter.take_back(checked.given() - at);
                    meter.not_there(at);
                    return Err(failure);
                }
            }
        }
    }
}

/// Where a blob is before it is whole; makes its folder.
fn partial(place: &Path) -> Result<PathBuf, MoveFailure> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(|error| MoveFailure::disk(folder, &error))?;
    }
    Ok(place.with_extension("partial"))
}

fn hash(file: &mut File, hasher: &mut Hasher, cancel: &Cancelled) -> Result<u64, MoveFailure> {
    let mut piece = vec![0; 1 << 20];
    let mut at = 0;
    loop {
        cancel.check()?;
        let read = file.read(&mut piece);
        let read = read.map_err(|error| MoveFailure::disk(file.path(), &error))?;
        if read == 0 {
            return Ok(at);
        }
        hasher.update(&piece[..read]);
        at += read as u64;
    }
}

async fn append(begun: Begun, batch: Vec<Bytes>) -> Result<Begun, MoveFailure> {
    blocking(move |_| {
        let mut file = &begun.file;
        for piece in &batch {
            let written = file.write_all(piece);
            written.map_err(|error| MoveFailure::disk(begun.file.path(), &error))?;
        }
        Ok(begun)
    })
    .await
}

async fn finish(begun: Begun, place: PathBuf) -> Result<(), MoveFailure> {
    blocking(move |_| {
        let Begun { file, lock, .. } = begun;
        let synced = file.sync_all();
        let placed = synced.and_then(|()| fs::rename(file.path(), &place));
        drop(lock);
        placed.map_err(|error| MoveFailure::disk(&place, &error))
    })
    .await
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Replaces the file at `path` by one with `bytes`, as a whole.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = partial_beside(path);
    write(&partial, bytes)?;
    fs::rename(&partial, path)
}

fn partial_beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".partial");
    PathBuf::from(name)
}

impl Staging {
    /// Takes the sign away that somebody is at work, just before the folder becomes the result or
    /// is deleted.
    pub(super) fn release(&self) -> Result<(), MoveFailure> {
        let path = self.folder.join(LOCK);
        fs::remove_file(&path).map_err(|error| MoveFailure::disk(&path, &error))
    }

    /// Deletes the folder with everything in it.
    pub(super) fn clear(&self) -> Result<(), MoveFailure> {
        let folder = &self.folder;
        fs::remove_dir_all(folder).map_err(|error| MoveFailure::disk(folder, &error))
    }
}
