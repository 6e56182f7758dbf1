//! The last good content of the file, kept beside it.

use std::fs;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    catalog::{Catalog, Revision},
    error::CatalogError,
    file::CatalogFile,
    storage::{self, Content},
};

/// A backup that can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// When it was written.
    pub saved_at: Timestamp,
    /// How many registries it holds.
    pub registries: u32,
}

impl CatalogFile {
    /// Reads the catalog and writes nothing: no lock, no ids, no backup. Where the file cannot be
    /// understood, because somebody is editing it, the backup stands in. A missing file is an
    /// empty catalog.
    pub fn peek(&self) -> Result<Catalog, CatalogError> {
        let bytes = self.read()?.unwrap_or_default();
        self.parse(&bytes).or_else(|error| {
            let backup = self.read_backup().ok_or(error)?;
            self.parse(&backup)
        })
    }

    /// The backup, if there is one that can be read.
    pub fn backup(&self) -> Option<BackupInfo> {
        let catalog = self.parse(&self.read_backup()?).ok()?;
        let modified = fs::metadata(self.beside("backup")).ok()?.modified().ok()?;
        Some(BackupInfo {
            saved_at: modified.try_into().ok()?,
            registries: u32::try_from(catalog.records.len()).unwrap_or(u32::MAX),
        })
    }

    /// Puts the backup in the place of a broken file, which is kept as
    /// `registries.toml.broken-<time>`. A file that has been mended meanwhile stays.
    pub fn restore_backup(&self) -> Result<Catalog, CatalogError> {
        let lock = self.lock()?;
        let current = self.read()?.unwrap_or_default();
        if self.parse(&current).is_err() {
            let no_backup = || CatalogError::NoBackup {
                path: self.path().to_owned(),
            };
            let backup = self.read_backup().ok_or_else(no_backup)?;
            self.parse(&backup).map_err(|_| no_backup())?;
            self.keep_broken(&current)?;
            self.commit(self.stage(&backup)?, Revision::of(&backup))?;
        }
        drop(lock);
        self.load()
    }

    fn keep_broken(&self, content: &[u8]) -> Result<(), CatalogError> {
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        let place = self.beside(&now.strftime("broken-%Y%m%dT%H%M%S%6fZ").to_string());
        storage::stage(&place, content)
            .and_then(storage::Staged::commit)
            .map_err(CatalogError::write(&place))
    }

    /// After reading a good file that somebody else wrote: it becomes the backup. A file without
    /// registries does not, because that is also what a power cut may leave of it.
    pub(crate) fn keep_backup(&self, content: &[u8], catalog: &Catalog) {
        let known = || self.read_backup().is_some_and(|backup| backup == content);
        if catalog.records.is_empty() || known() {
            return;
        }
        if let Ok(Some(_lock)) = self.try_lock() {
            self.write_backup(content);
        }
    }

    /// Makes `content` the backup; the caller holds the lock. The catalog itself is written by
    /// then, so a failure is no more than noted.
    pub(crate) fn write_backup(&self, content: &[u8]) {
        let written =
            storage::stage(&self.beside("backup"), content).and_then(storage::Staged::commit);
        if let Err(error) = written {
            tracing::warn!(%error, "the backup of the catalog could not be written");
        }
    }

    fn read_backup(&self) -> Option<Vec<u8>> {
        match storage::read(&self.beside("backup")).ok()? {
            Content::Bytes(bytes) => Some(bytes),
            Content::Absent | Content::TooBig => None,
        }
    }
}
