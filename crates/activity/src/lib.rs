//! The append-only record of what was done: JSON Lines in `<data>/activity/`, rotated by size.
//!
//! One line is one [`Entry`]. Lines are only ever appended, whole, so that several processes can
//! write at once and a crash costs at most the line being written. Nothing in it is secret: an
//! entry is made of names, words and outcomes, and the callers put nothing else in.

mod entry;
mod export;
mod files;
mod search;

use std::path::{Path, PathBuf};

pub use entry::Entry;
pub use export::{to_csv, to_json};
pub use search::Page;

/// Why the record could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    /// The file system refused; its message names the file.
    #[error("The record of activity could not be used: {0}")]
    Io(#[from] std::io::Error),
}

/// The record in one folder. Cheap to clone; every call opens what it needs.
#[derive(Debug, Clone)]
pub struct Activity {
    folder: PathBuf,
    rotate_at: u64,
}

impl Activity {
    /// A file is closed and a new one begun when it has grown beyond this: 4 MiB.
    pub const ROTATE_AT: u64 = 4 * 1024 * 1024;
    /// How many files are kept, the current one included.
    pub const FILES_KEPT: usize = 8;

    /// The record in `folder`, which is made when the first entry is written.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            rotate_at: Self::ROTATE_AT,
        }
    }

    /// The same record with another size for rotation, in bytes.
    #[must_use]
    pub fn rotating_at(mut self, bytes: u64) -> Self {
        self.rotate_at = bytes;
        self
    }

    /// The folder that holds the files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends one entry.
    ///
    /// # Errors
    /// [`ActivityError::Io`] where the file system refuses; the record is as before.
    pub fn append(&self, entry: &Entry) -> Result<(), ActivityError> {
        files::append(&self.folder, &entry.to_line(), self.rotate_at)?;
        Ok(())
    }

    /// The entries that contain every word of `search`, newest first.
    ///
    /// # Errors
    /// [`ActivityError::Io`] where a file cannot be read. Lines that are no entries are passed over.
    pub fn search(&self, search: &str, offset: usize, limit: usize) -> Result<Page, ActivityError> {
        Ok(search::search(&self.folder, search, offset, limit)?)
    }
}
