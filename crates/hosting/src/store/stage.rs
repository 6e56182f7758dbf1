//! Uploads while they arrive: written to a file and hashed, in one pass.

use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
#[cfg(unix)]
use fs_err as fs;
use futures_util::{Stream, StreamExt as _};
use parking_lot::Mutex;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::hashing::{Hashed, Hashing, measure};
use super::{Store, space};
use crate::digest::Digest;
use crate::error::HostError;
use crate::model::Content;

/// Chunks under way between the network and the disk.
const CHUNKS: usize = 8;
/// Free space is looked at again after so many bytes.
const SPACE_STEP: u64 = 32 * 1024 * 1024;

/// What an upload may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes.
    pub bytes: u64,
}

/// An upload that has arrived as a whole. It is removed when this is dropped.
#[derive(Debug)]
pub struct Staged {
    file: NamedTempFile,
    content: Content,
}

impl Staged {
    /// Its size and digests.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The file, from its beginning. For blocking code.
    pub fn open(&self) -> io::Result<std::fs::File> {
        let mut file = self.file.reopen()?;
        file.rewind()?;
        Ok(file)
    }

    /// Where the file lies until it is published.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Makes sure that its digest can be compared with this one, for which it may have to be read
    /// again. For blocking code.
    pub(crate) fn hashed_for(mut self, digest: Digest) -> io::Result<Self> {
        if self.content.more.is_none() && Hashed::to_know(digest) == Hashed::ByAll {
            self.content = measure(self.path(), Hashed::ByAll)?;
        }
        Ok(self)
    }

    pub(super) fn into_parts(self) -> (NamedTempFile, Content) {
        (self.file, self.content)
    }
}

/// An upload that arrives, in one go or piece by piece. It is removed when this is dropped.
pub(crate) struct Partial {
    file: NamedTempFile,
    hashing: Hashing,
    /// At this size, free space is looked at again.
    next_look: u64,
}

impl Partial {
    /// How many bytes have arrived.
    pub(crate) fn size(&self) -> u64 {
        self.hashing.size()
    }

    /// All of it has arrived. May block until it is on the disk.
    pub(crate) fn finish(self) -> Result<Staged, HostError> {
        self.file.as_file().sync_all().map_err(full_or_io)?;
        restrict(self.file.path())?;
        Ok(Staged {
            file: self.file,
            content: self.hashing.finish(),
        })
    }

    fn take_in(
        &mut self,
        mut chunks: mpsc::Receiver<Option<Bytes>>,
        limits: Limits,
    ) -> Result<(), HostError> {
        loop {
            match chunks.blocking_recv() {
                Some(Some(chunk)) => self.add(&chunk, limits)?,
                Some(None) => return Ok(()),
                None => return Err(HostError::Interrupted),
            }
        }
    }

    fn add(&mut self, chunk: &[u8], limits: Limits) -> Result<(), HostError> {
        if self.size() >= self.next_look {
            let folder = self.file.path().parent().unwrap_or(self.file.path());
            space::demand(folder, chunk.len() as u64)?;
            self.next_look = self.size() + SPACE_STEP;
        }
        if self.size() + chunk.len() as u64 > limits.bytes {
            return Err(HostError::TooLarge {
                limit: limits.bytes,
            });
        }
        self.file.write_all(chunk).map_err(full_or_io)?;
        self.hashing.add(chunk);
        Ok(())
    }
}

impl Store {
    /// An upload of which nothing has arrived yet.
    pub(crate) fn begin(&self, hashed: Hashed) -> io::Result<Partial> {
        let file = tempfile::Builder::new()
            .prefix("upload-")
            .tempfile_in(&self.0.uploads)?;
        Ok(Partial {
            file,
            hashing: Hashing::new(hashed),
            next_look: 0,
        })
    }

    /// Takes in an upload. What has arrived when the stream fails or this is dropped is removed.
    pub(crate) async fn stage<E: Into<HostError>>(
        &self,
        chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limits: Limits,
        hashed: Hashed,
    ) -> Result<Staged, HostError> {
        let mut partial = self.begin(hashed)?;
        let writing = |receiver| {
            tokio::task::spawn_blocking(move || {
                partial.take_in(receiver, limits)?;
                partial.finish()
            })
        };
        feed(chunks, writing).await
    }

    /// Takes in a piece of an upload. What has arrived when the stream fails or this is dropped
    /// stays; nobody else can have the upload meanwhile.
    pub(crate) async fn append<E: Into<HostError>>(
        &self,
        partial: Arc<Mutex<Option<Partial>>>,
        chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limits: Limits,
    ) -> Result<(), HostError> {
        let writing = |receiver| {
            tokio::task::spawn_blocking(move || {
                let mut held = partial.lock();
                let partial = held.as_mut().ok_or(HostError::NotFound("upload"))?;
                let taken = partial.take_in(receiver, limits);
                // What could not be written is not known to the byte.
                if !matches!(taken, Ok(()) | Err(HostError::Interrupted)) {
                    *held = None;
                }
                taken
            })
        };
        feed(chunks, writing).await
    }
}

/// Passes what arrives to the thread that writes it.
async fn feed<T, E: Into<HostError>>(
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    writing: impl FnOnce(mpsc::Receiver<Option<Bytes>>) -> JoinHandle<Result<T, HostError>>,
) -> Result<T, HostError> {
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let writing = writing(receiver);
    while let Some(chunk) = chunks.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                // The writer keeps or removes what it has before this is answered.
                drop(sender);
                let _ = writing.await?;
                return Err(error.into());
            }
        };
        // The writer has given up: it says why.
        if sender.send(Some(chunk)).await.is_err() {
            break;
        }
    }
    // Without this word the writer takes the end of the channel for a broken upload.
    let _ = sender.send(None).await;
    drop(sender);
    writing.await?
}

/// A blob is never written again.
#[cfg(unix)]
fn restrict(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

/// Where a file that cannot be written cannot be removed either.
#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

fn full_or_io(error: io::Error) -> HostError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HostError::DiskFull,
        _ => error.into(),
    }
}
