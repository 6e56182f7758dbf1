//! Uploads while they arrive: written to a file and hashed, in one pass.

use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use blake2::Blake2b256;
use bytes::Bytes;
#[cfg(unix)]
use fs_err as fs;
use futures_util::{Stream, StreamExt as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;

use super::{Store, space};
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

    pub(super) fn into_parts(self) -> (NamedTempFile, Content) {
        (self.file, self.content)
    }
}

impl Store {
    /// Takes in an upload. What has arrived when the stream fails or this is dropped is removed.
    pub(crate) async fn stage<E: Into<HostError>>(
        &self,
        mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limits: Limits,
    ) -> Result<Staged, HostError> {
        let (sender, receiver) = mpsc::channel(CHUNKS);
        let uploads = self.0.uploads.clone();
        let writing = tokio::task::spawn_blocking(move || write(&uploads, receiver, limits));
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(Into::into)?;
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
}

fn write(
    uploads: &Path,
    mut chunks: mpsc::Receiver<Option<Bytes>>,
    limits: Limits,
) -> Result<Staged, HostError> {
    let mut file = tempfile::Builder::new()
        .prefix("upload-")
        .tempfile_in(uploads)?;
    let mut hashing = Hashing::default();
    let mut next_look = 0;
    loop {
        match chunks.blocking_recv() {
            Some(Some(chunk)) => {
                if hashing.size >= next_look {
                    space::demand(uploads, chunk.len() as u64)?;
                    next_look = hashing.size + SPACE_STEP;
                }
                hashing.add(&chunk);
                if hashing.size > limits.bytes {
                    return Err(HostError::TooLarge {
                        limit: limits.bytes,
                    });
                }
                file.write_all(&chunk).map_err(full_or_io)?;
            }
            Some(None) => break,
            None => return Err(HostError::Interrupted),
        }
    }
    file.as_file().sync_all().map_err(full_or_io)?;
    restrict(file.path())?;
    Ok(Staged {
        file,
        content: hashing.finish(),
    })
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

#[derive(Default)]
struct Hashing {
    size: u64,
    md5: Md5,
    sha1: Sha1,
    sha256: Sha256,
    sha512: Sha512,
    blake2b: Blake2b256,
}

impl Hashing {
    fn add(&mut self, chunk: &[u8]) {
        self.size += chunk.len() as u64;
        self.md5.update(chunk);
        self.sha1.update(chunk);
        self.sha256.update(chunk);
        self.sha512.update(chunk);
        self.blake2b.update(chunk);
    }

    fn finish(self) -> Content {
        Content {
            size: self.size,
            md5: self.md5.finalize().into(),
            sha1: self.sha1.finalize().into(),
            sha256: self.sha256.finalize().into(),
            sha512: self.sha512.finalize().into(),
            blake2b: self.blake2b.finalize().into(),
        }
    }
}
