//! Damaged blobs: put aside so that nobody gets wrong bytes, and brought back where they are whole.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::hashing::{Hashed, measure};
use super::{Store, location};
use crate::error::HostError;
use crate::model::{Content, hex};
use crate::usage::Waiting;

/// The most copies of one blob that are put aside; the last one is written over after that.
const MOST_COPIES: u32 = 100;

impl Store {
    /// Moves a blob's bytes to quarantine, whatever they are. One that is not there stays so.
    pub(crate) async fn set_aside(&self, sha256: &[u8; 32]) -> Result<(), HostError> {
        let _removing = self.0.removing.write().await;
        self.0.memory.invalidate(sha256);
        let Some((blob, folder)) = self.places(sha256) else {
            return self.remove(sha256).await;
        };
        let name = hex(sha256);
        let aside = move || {
            fs::create_dir_all(&folder)?;
            match fs::rename(blob, free_name(&folder, &name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => super::adopt::sync_folder(&folder),
            }
        };
        Ok(tokio::task::spawn_blocking(aside).await??)
    }

    /// A copy in quarantine that is what the blob should be.
    pub(crate) async fn whole_copy(&self, content: &Content) -> Result<Option<PathBuf>, HostError> {
        let Some((_, folder)) = self.places(&content.sha256) else {
            return Ok(None);
        };
        let sha256 = content.sha256;
        let look = move || {
            let name = hex(&sha256);
            copies(&folder, &name).find(|path| {
                measure(path, Hashed::BySha256).is_ok_and(|found| found.sha256 == sha256)
            })
        };
        Ok(tokio::task::spawn_blocking(look).await?)
    }

    /// Moves a copy from quarantine to where the blob belongs.
    pub(crate) async fn bring_back(
        &self,
        sha256: &[u8; 32],
        copy: PathBuf,
    ) -> Result<(), HostError> {
        let _removing = self.0.removing.write().await;
        self.0.memory.invalidate(sha256);
        let Some((blob, _)) = self.places(sha256) else {
            return Ok(());
        };
        let back = move || super::adopt::put(&copy, &blob);
        tokio::task::spawn_blocking(back).await?
    }

    /// Reads a blob as it lies there: its true size and digests. `None` where it is not there, or
    /// does not lie on this disk.
    pub(crate) async fn measure(
        &self,
        sha256: &[u8; 32],
        hashed: Hashed,
    ) -> Result<Option<Content>, HostError> {
        let Some((blob, _)) = self.places(sha256) else {
            return Ok(None);
        };
        Ok(tokio::task::spawn_blocking(move || measure(&blob, hashed).ok()).await?)
    }

    /// What lies in quarantine.
    pub(crate) async fn quarantined(&self) -> Result<Waiting, HostError> {
        let Some(folder) = self.0.quarantine.clone() else {
            return Ok(Waiting::default());
        };
        Ok(tokio::task::spawn_blocking(move || count(&folder)).await?)
    }

    /// Where a blob lies, and the folder of what is put aside, where both are on this disk.
    fn places(&self, sha256: &[u8; 32]) -> Option<(PathBuf, PathBuf)> {
        let blob = self.0.disk.as_ref()?.join(location(sha256).as_ref());
        Some((blob, self.0.quarantine.clone()?))
    }
}

/// The copies of a blob: `{name}`, `{name}.1`, `{name}.2` and so on.
fn names<'a>(folder: &'a Path, name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    (0..MOST_COPIES).map(move |number| match number {
        0 => folder.join(name),
        number => folder.join(format!("{name}.{number}")),
    })
}

fn copies<'a>(folder: &'a Path, name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    names(folder, name).filter(|path| path.exists())
}

fn free_name(folder: &Path, name: &str) -> PathBuf {
    let free = names(folder, name).find(|path| !path.exists());
    free.unwrap_or_else(|| folder.join(name))
}

fn count(folder: &Path) -> Waiting {
    let Ok(entries) = fs::read_dir(folder) else {
        return Waiting::default();
    };
    let sizes = entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
    sizes.fold(Waiting::default(), |sum, size| Waiting {
        blobs: sum.blobs + 1,
        bytes: sum.bytes + size,
    })
}
