//! Copying files, each read once, hashed on the way and synced.

use std::collections::HashSet;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::PlaceError;
use super::place::{FILES, Place, QUARANTINE};
use crate::backup::{Ending, Progress};
use crate::error::HostError;
use crate::store::{BLOBS, adopt::sync_folder, digest_of_name};

/// What is read at a time.
const PIECE: usize = 1024 * 1024;

/// The copying, on a thread that may block.
pub(super) struct Copying {
    pub(super) from: PathBuf,
    pub(super) to: Arc<Place>,
    /// Blobs that have been copied and have their digest.
    pub(super) whole: HashSet<[u8; 32]>,
    /// How many blobs there are.
    pub(super) blobs: u64,
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) ending: Ending,
    pub(super) progress: Progress,
}

/// A file below the folder.
struct Found {
    /// Where, from the folder on.
    path: PathBuf,
    size: u64,
}

impl Copying {
    /// The blobs, while others go on. One that is put aside meanwhile is no longer there.
    pub(super) fn blobs_ahead(&mut self) -> Result<(), HostError> {
        let found = self.expect(self.tree(BLOBS)?);
        for one in found {
            match self.blob(&one) {
                Err(HostError::Place(PlaceError::Unreadable { error, .. }))
                    if error.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Everything else: blobs that are new, or were not whole; what is in quarantine; the database.
    pub(super) fn rest(&mut self) -> Result<(), HostError> {
        let mut blobs = self.tree(BLOBS)?;
        self.blobs = blobs.iter().filter(|one| one.digest().is_some()).count() as u64;
        let there: HashSet<_> = blobs.iter().filter_map(Found::digest).collect();
        self.whole.retain(|sha256| there.contains(sha256));
        blobs.retain(|one| !one.digest().is_some_and(|it| self.whole.contains(&it)));
        let mut others = self.tree(QUARANTINE)?;
        others.extend(self.files()?);
        let blobs = self.expect(blobs);
        let others = self.expect(others);
        for one in &blobs {
            self.blob(one)?;
        }
        for one in &others {
            self.file(one)?;
        }
        sync_folders(self.to.folder())?;
        Ok(())
    }

    /// Says how much more there is to do.
    fn expect(&mut self, found: Vec<Found>) -> Vec<Found> {
        let more: u64 = found.iter().map(|one| one.size).sum();
        self.total = self.total.max(self.done) + more;
        found
    }

    /// The database and its log, and the key of sealed secrets.
    fn files(&self) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for name in FILES {
            match fs::metadata(self.from.join(name)) {
                Ok(facts) => found.push(Found {
                    path: name.into(),
                    size: facts.len(),
                }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// All files below one of the folders; none where it is not there.
    fn tree(&self, name: &str) -> io::Result<Vec<Found>> {
        let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(name)]);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(self.from.join(&folder)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let (path, facts) = (folder.join(entry.file_name()), entry.metadata()?);
                if facts.is_dir() {
                    folders.push(path);
                } else {
                    let size = facts.len();
                    found.push(Found { path, size });
                }
            }
        }
        Ok(found)
    }

    fn blob(&mut self, one: &Found) -> Result<(), HostError> {
        let sha256 = self.file(one)?;
        if one.digest() == Some(sha256) {
            self.whole.insert(sha256);
        }
        Ok(())
    }

    /// Copies one file; its digest.
    fn file(&mut self, one: &Found) -> Result<[u8; 32], HostError> {
        let source = self.from.join(&one.path);
        let unreadable = |error| PlaceError::Unreadable {
            file: source.display().to_string(),
            error,
        };
        let mut source = fs::File::open(&source).map_err(unreadable)?;
        let mut target = new_file(&self.to.folder().join(&one.path))?;
        let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
        loop {
            self.ending.check()?;
            let read = source.read(&mut piece).map_err(unreadable)?;
            let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
                break;
            };
            target.write_all(read).map_err(full)?;
            hash.update(read);
            self.done += read.len() as u64;
            (self.progress)(self.done.min(self.total), self.total);
        }
        target.sync_all().map_err(full)?;
        Ok(hash.finalize().into())
    }
}

impl Found {
    /// The digest that a blob's name stands for.
    fn digest(&self) -> Option<[u8; 32]> {
        digest_of_name(self.path.file_name()?.to_str()?)
    }
}

/// A file that only its owner may read, in a folder that is made where it is not there.
fn new_file(path: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    use fs_err::os::unix::fs::OpenOptionsExt as _;
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}

fn full(error: io::Error) -> HostError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HostError::DiskFull,
        _ => error.into(),
    }
}

/// Makes the names in a folder last, and in all below it.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}
