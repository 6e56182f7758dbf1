//! From an upload to a blob.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use bytes::Bytes;
use fs_err as fs;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use tempfile::NamedTempFile;

use super::{Pin, Staged, Store, location};
use crate::error::HostError;
use crate::model::{Content, hex};

/// What is sent at a time to a store elsewhere.
const PART: usize = 8 * 1024 * 1024;

impl Store {
    /// Makes a blob of an upload, durably. A blob that is there already with the right size is used
    /// as it is. The pin keeps it until the publication is committed.
    pub(crate) async fn adopt(&self, staged: Staged) -> Result<(Content, Pin), HostError> {
        let (file, content) = staged.into_parts();
        let _adopting = self.0.removing.read().await;
        let pin = self.pin(content.sha256);
        if self.size_of(&content.sha256).await? == Some(content.size) {
            return Ok((content, pin));
        }
        match &self.0.disk {
            Some(root) => {
                let target = root.join(location(&content.sha256).as_ref());
                tokio::task::spawn_blocking(move || rename(file, &target)).await??;
            }
            None => self.send(file, &content).await?,
        }
        Ok((content, pin))
    }

    /// The size of a blob, or `None` where it is not there.
    pub(crate) async fn size_of(&self, sha256: &[u8; 32]) -> Result<Option<u64>, HostError> {
        match self.0.objects.head(&location(sha256)).await {
            Ok(facts) => Ok(Some(facts.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn send(&self, file: NamedTempFile, content: &Content) -> Result<(), HostError> {
        let location = location(&content.sha256);
        let upload = self.0.objects.put_multipart(&location).await?;
        let mut writer = WriteMultipart::new(upload);
        let mut source = file.reopen()?;
        loop {
            let (part, rest) = tokio::task::spawn_blocking(move || read_part(source)).await??;
            if part.is_empty() {
                break;
            }
            writer.wait_for_capacity(2).await?;
            writer.put(part);
            source = rest;
        }
        writer.finish().await?;
        Ok(())
    }
}

fn read_part(mut source: File) -> io::Result<(Bytes, File)> {
    let mut part = Vec::with_capacity(PART);
    source.by_ref().take(PART as u64).read_to_end(&mut part)?;
    Ok((part.into(), source))
}

/// Moves the file to its place and makes that last. The bytes themselves were synced on arrival.
fn rename(file: NamedTempFile, target: &Path) -> Result<(), HostError> {
    let folder = target.parent().unwrap_or(target);
    make_folders(folder)?;
    file.persist(target).map_err(|failure| failure.error)?;
    sync_folder(folder)?;
    Ok(())
}

/// Moves a file of the same disk to its place and makes that last.
pub(crate) fn put(file: &Path, target: &Path) -> Result<(), HostError> {
    let folder = target.parent().unwrap_or(target);
    make_folders(folder)?;
    fs::rename(file, target)?;
    sync_folder(folder)?;
    Ok(())
}

/// Makes the folders that are missing; a new name lasts once its parent is synced.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(folder);
    make_folders(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(parent),
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The digest that a store's name stands for; `None` for a foreign object.
pub(super) fn digest_of(location: &object_store::path::Path) -> Option<[u8; 32]> {
    digest_of_name(location.filename()?)
}

/// The digest that a blob's name stands for; `None` for a foreign one.
pub(crate) fn digest_of_name(name: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if name.len() != 64 {
        return None;
    }
    for (index, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    (hex(&digest) == name).then_some(digest)
}
