//! Everything that is hosted in one file, taken while it is used, and put back.
//!
//! The file is a plain tar, so that what is in it can be had without this program: first
//! `backup.json` with what is to come, then a snapshot of the database, then every blob under its
//! digest, then `manifest.json` with what has become of it. No secret is in it: of tokens the
//! database has hashes, the secrets of registry tokens are in the keychain, or sealed with a key
//! that is not part of it. Nor does it bring an authority for sharing on the network: each folder
//! keeps its own.
//!
//! An archive is not trusted. Its names are compared and never used, everything is bounded by what
//! the archive said first, every digest is computed, and the database must have the very form that
//! this version gives it. Blobs go to their places under their own digests, which harms nobody;
//! **the rename of the new database over the old one is the restoration**.

mod archive;
mod authority;
mod restore;
mod write;

pub use archive::{Facts, Keep, MAX_BLOB, Manifest, read_archive};
pub(crate) use restore::clear_up;
pub use restore::{Restored, facts, restore};
pub use write::BackedUp;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why an archive was not made, or not restored. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is something else.
    #[error("This file is not a backup of Registrar.")]
    Foreign,
    /// It comes from a later version.
    #[error("This backup was made by a newer Registrar. Update this one, then restore it.")]
    Newer,
    /// It is not what was written.
    #[error("This backup is damaged: {0}. Use another copy of it, or an older backup.")]
    Damaged(String),
    /// There is no room for it.
    #[error(
        "There is not enough free space: {needed} bytes are needed and {free} are free. Free some space, or choose another disk."
    )]
    NoRoom {
        /// What is needed, in bytes.
        needed: u64,
        /// What is free.
        free: u64,
    },
    /// Somebody ended it.
    #[error("It was cancelled before it was done.")]
    Cancelled,
}

/// Ends work on another thread when it is dropped, or when somebody says so.
#[derive(Debug, Clone, Default)]
pub struct Ending(Arc<AtomicBool>);

impl Ending {
    /// The work is to end at the next opportunity, with [`BackupError::Cancelled`].
    pub fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// # Errors
    /// [`BackupError::Cancelled`] once the work is to end.
    pub(crate) fn check(&self) -> Result<(), BackupError> {
        if self.0.load(Ordering::Relaxed) {
            return Err(BackupError::Cancelled);
        }
        Ok(())
    }
}

/// Ends work when whoever waits for it no longer does.
pub(crate) struct EndOnDrop(pub(crate) Ending);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Gets how many bytes are done, and how many there are.
pub type Progress = Box<dyn FnMut(u64, u64) + Send>;

/// Refuses work for which there is no room in a folder, leaving the usual reserve.
pub(crate) fn demand_room(folder: &std::path::Path, needed: u64) -> Result<(), BackupError> {
    match crate::store::room(folder) {
        Some(free) if free < needed => Err(BackupError::NoRoom { needed, free }),
        _ => Ok(()),
    }
}
