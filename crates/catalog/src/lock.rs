//! The lock that all writers respect.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::error::CatalogError;

/// How long to wait for another writer; it needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// Held while it lives. The system frees it when the process ends, however that happens.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits at most five seconds for the lock in the file `path`, which guards `catalog`.
    pub(crate) fn acquire(path: &Path, catalog: &Path) -> Result<Self, CatalogError> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = Self::try_acquire(path, catalog)? {
                return Ok(lock);
            }
            if Instant::now() >= give_up {
                return Err(CatalogError::Busy {
                    path: catalog.to_owned(),
                });
            }
            thread::sleep(PAUSE);
        }
    }

    /// The lock, or `None` while another writer has it.
    pub(crate) fn try_acquire(path: &Path, catalog: &Path) -> Result<Option<Self>, CatalogError> {
        let file = open(path).map_err(CatalogError::write(catalog))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(CatalogError::write(catalog)(source)),
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
