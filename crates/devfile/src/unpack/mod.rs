//! Unpacking archives from strangers.
//!
//! Everything that an archive says is checked before anything is written: a path may not leave the
//! folder, stand there twice, or lead through a link; a link may not lead out; devices and the like
//! are refused; bytes and entries are bounded. Links are made last, so that nothing is ever written
//! through one. Whatever is refused refuses the whole archive: half a project helps nobody.

mod path;
mod tarball;
mod tree;
mod zipped;

use std::io;
use std::path::Path;

use fs_err as fs;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use tree::Tree;

/// What an archive may have at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files, folders and links.
    pub entries: usize,
    /// Bytes of all files together, unpacked.
    pub bytes: u64,
}

impl Limits {
    /// Of a starter project: 50,000 entries and 1 GiB.
    pub const PROJECT: Self = Self {
        entries: 50_000,
        bytes: 1024 * 1024 * 1024,
    };
    /// Of the files that belong to a stack: 5,000 entries and 64 MiB.
    pub const STACK: Self = Self {
        entries: 5_000,
        bytes: 64 * 1024 * 1024,
    };
}

/// How an archive is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A zip file.
    Zip,
    /// A tar file, packed with gzip or not.
    Tar,
}

/// Why an archive was not unpacked. Paths are shortened and free of control characters.
#[derive(Debug, Error)]
pub enum UnpackError {
    /// It is not such an archive, or a damaged one.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// It is locked with a password.
    #[error("the archive is locked with a password")]
    Encrypted,
    /// A path leads out of the folder, or is no path on some system.
    #[error("the archive has an entry that leads out of its folder: {0}")]
    UnsafePath(String),
    /// A link leads out of the folder.
    #[error("the archive has a link that leads out of its folder: {0}")]
    UnsafeLink(String),
    /// A device, a pipe, or another thing that no project needs.
    #[error("the archive has an entry that is neither a file nor a folder: {0}")]
    Special(String),
    /// Two entries claim the same place.
    #[error("the archive has two entries for the same place: {0}")]
    Twice(String),
    /// Too many entries.
    #[error("the archive has more than {0} entries")]
    TooMany(usize),
    /// Too many bytes, unpacked.
    #[error("the archive is larger than {0} bytes when unpacked")]
    TooLarge(u64),
    /// The disk refused.
    #[error("the file could not be written: {0}")]
    Disk(#[source] io::Error),
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// Unpacks `archive` into the folder `into`, which exists and is empty, or has files of the same
/// stack already. Entries for which `skip` holds are left out. Blocks.
///
/// # Errors
/// Every [`UnpackError`]; the folder may then hold a part, and is the caller's to remove.
pub fn unpack(
    format: Format,
    archive: &Path,
    into: &Path,
    limits: Limits,
    skip: &dyn Fn(&Path) -> bool,
    cancelled: &CancellationToken,
) -> Result<(), UnpackError> {
    let file = fs::File::open(archive).map_err(UnpackError::Disk)?;
    let mut tree = Tree::new(into, limits, cancelled.clone());
    match format {
        Format::Zip => zipped::unpack(file.into_file(), &mut tree, skip)?,
        Format::Tar => tarball::unpack(file.into_file(), &mut tree, skip)?,
    }
    tree.finish()
}

#[cfg(test)]
mod tests;
