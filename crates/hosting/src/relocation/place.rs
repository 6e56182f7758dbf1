//! Which folder will do as a new place, and leaving a folder again.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fs_err as fs;
use parking_lot::Mutex;

use crate::database::Database;
use crate::error::HostError;
use crate::files::make_private_folder;
use crate::host::{DATABASE, LOCK, SEALING_KEY, lock};
use crate::store::{BLOBS, adopt::sync_folder};

/// Damaged blobs that were put aside.
pub(super) const QUARANTINE: &str = "quarantine";
/// What is copied besides blobs and what is put aside.
pub(super) const FILES: [&str; 4] = [DATABASE, "registrar.db-wal", SEALING_KEY, "owner-token"];
/// In a folder with a copy that is not finished.
const MARK: &str = "unfinished-copy";
/// A database that is made to see whether one can be used there.
const PROBE: &str = "probe.db";
/// Everything of ours that a folder may have, but for the mark and the lock, which go last.
const OURS: [&str; 14] = [
    BLOBS,
    QUARANTINE,
    "uploads",
    "restoring",
    DATABASE,
    "registrar.db-wal",
    "registrar.db-shm",
    "registrar.db.old-wal",
    "registrar.db.old-shm",
    SEALING_KEY,
    "owner-token",
    PROBE,
    "probe.db-wal",
    "probe.db-shm",
];
/// An attempt that was cancelled a moment ago may take so long to clear up.
const CLEARING_LIMIT: Duration = Duration::from_secs(5);
/// Whether it has is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why a folder will not do.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// It is within the present one, or the other way round, or the same.
    #[error("The new folder must lie outside of the present one. Choose another folder.")]
    Within,
    /// It has something in it.
    #[error(
        "There are other files in {folder}. Choose an empty folder, or one that is not there yet."
    )]
    Occupied {
        /// That folder.
        folder: String,
    },
    /// It is a file, or no full path.
    #[error("{folder} is not a folder. Choose another one.")]
    NoFolder {
        /// What was given.
        folder: String,
    },
    /// It cannot be written.
    #[error("Registrar cannot write to {folder}: {error}. Choose another folder.")]
    Unwritable {
        /// That folder.
        folder: String,
        /// What the system says.
        error: io::Error,
    },
    /// No database can be used there.
    #[error(
        "A database cannot be used in {folder}, as is often so on network drives. Choose a folder on a \
         disk of this computer."
    )]
    NoDatabase {
        /// That folder.
        folder: String,
    },
    /// A file that is to be copied cannot be read.
    #[error(
        "{file} cannot be read, so nothing was moved: {error}. Verify the storage to see what is damaged."
    )]
    Unreadable {
        /// That file.
        file: String,
        /// What the system says.
        error: io::Error,
    },
    /// The packages are not where they should be.
    #[error("The packages\u{2019} folder {folder} is not there, or the packages are not in it.")]
    Gone {
        /// That folder.
        folder: String,
    },
}

/// Whether everything could move from one folder to another, as far as that can be seen without
/// changing anything.
///
/// # Errors
/// [`PlaceError`]; those of the file system.
pub fn demand_free(from: &Path, to: &Path) -> Result<(), HostError> {
    let no_folder = || PlaceError::NoFolder {
        folder: to.display().to_string(),
    };
    if !to.is_absolute() || to.components().any(|part| part == Component::ParentDir) {
        return Err(no_folder().into());
    }
    let (from, to) = (real(from)?, real(to)?);
    if from.starts_with(&to) || to.starts_with(&from) {
        return Err(PlaceError::Within.into());
    }
    match fs::metadata(&to) {
        Ok(facts) if !facts.is_dir() => Err(no_folder().into()),
        Ok(_) if is_marked(&to) || is_empty(&to).map_err(|it| unwritable(&to, it))? => Ok(()),
        Ok(_) => Err(PlaceError::Occupied {
            folder: to.display().to_string(),
        }
        .into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unwritable(&to, error).into()),
    }
}

/// Whether packages lie in a folder, whole or not.
///
/// # Errors
/// [`PlaceError::Gone`].
pub fn demand_hosted(folder: &Path) -> Result<(), HostError> {
    if folder.join(DATABASE).is_file() && !is_marked(folder) {
        return Ok(());
    }
    let folder = folder.display().to_string();
    Err(PlaceError::Gone { folder }.into())
}

/// Removes everything that is hosted in a folder, and the folder where nothing else is in it;
/// whether nothing is left. What is not ours stays, and a folder without packages as it is.
///
/// # Errors
/// [`HostError::InUse`]; those of the file system.
pub fn clear(folder: &Path) -> Result<bool, HostError> {
    if !is_marked(folder) && !folder.join(DATABASE).is_file() {
        return Ok(true);
    }
    let lock = lock(folder)?;
    mark(folder)?;
    sweep(folder)?;
    remove(&folder.join(LOCK))?;
    drop(lock);
    Ok(fs::remove_dir(folder).is_ok())
}

/// What everything in a folder takes, in bytes, as far as that can be seen.
pub(super) fn size(folder: &Path) -> u64 {
    let others = [QUARANTINE].into_iter().chain(FILES);
    let others = others.map(|name| crate::store::size_of(&folder.join(name)));
    crate::store::size_on_disk(folder) + others.sum::<u64>()
}

/// A folder that is emptied again unless it is kept. Nobody else has it meanwhile.
pub(super) struct Place {
    folder: PathBuf,
    /// The folder was not there before.
    made: bool,
    kept: AtomicBool,
    lock: Mutex<Option<fs::File>>,
}

impl Place {
    /// Takes the folder; what an earlier attempt has left there goes.
    pub(super) async fn take(from: &Path, to: &Path) -> Result<Self, HostError> {
        demand_free(from, to)?;
        let made = !to.exists();
        let (folder, lock) = lock_soon(to).await?;
        restrict(&folder);
        let place = Self {
            folder,
            made,
            kept: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
        };
        sweep(&place.folder)?;
        mark(&place.folder)?;
        Ok(place)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Refuses a disk on which a database cannot be used: it needs locks and shared memory.
    pub(super) async fn demand_database(&self) -> Result<(), HostError> {
        let path = self.folder.join(PROBE);
        let opened = Database::open(&path).await;
        let opened = opened.inspect_err(|error| {
            tracing::warn!(%error, "no database can be used in the new folder");
        });
        let folder = self.folder.display().to_string();
        let probe = opened.map_err(|_| PlaceError::NoDatabase { folder })?;
        probe.close().await;
        remove(&path)?;
        Ok(())
    }

    /// The copy is whole.
    pub(super) fn unmark(&self) -> Result<(), HostError> {
        remove(&self.folder.join(MARK))?;
        sync_folder(&self.folder)?;
        Ok(())
    }

    pub(super) fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
        // Whoever opens it next takes the lock.
        drop(self.lock.lock().take());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.kept.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = sweep(&self.folder) {
            tracing::warn!(%error, "a copy that was not finished could not be removed");
            return;
        }
        // While it is still held: whoever comes next makes one of their own.
        let _ = remove(&self.folder.join(LOCK));
        if self.made {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// The folder without links, also where its last parts are not there yet.
fn real(folder: &Path) -> io::Result<PathBuf> {
    let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match (
        fs::canonicalize(folder),
        folder.parent(),
        folder.file_name(),
    ) {
        (Err(error), Some(parent), Some(name)) if missing(&error) => Ok(real(parent)?.join(name)),
        (real, ..) => real,
    }
}

/// Whether nothing is in a folder, but for a lock that nobody needs.
fn is_empty(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() != LOCK {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_marked(folder: &Path) -> bool {
    folder.join(MARK).is_file()
}

fn mark(folder: &Path) -> io::Result<()> {
    fs::File::create(folder.join(MARK))?.sync_all()?;
    sync_folder(folder)
}

/// Lets only its owner into a folder, on disks that know of owners.
fn restrict(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let only_ours = std::fs::Permissions::from_mode(0o700);
        if let Err(error) = fs::set_permissions(folder, only_ours) {
            tracing::warn!(%error, "the new folder cannot be kept from others");
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// Makes, marks and locks a folder, while an attempt that was cancelled may still be clearing it up.
async fn lock_soon(to: &Path) -> Result<(PathBuf, fs::File), HostError> {
    let began = Instant::now();
    loop {
        match take_now(to) {
            Err(error) if is_leaving(&error) && began.elapsed() < CLEARING_LIMIT => {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            other => return other,
        }
    }
}

fn take_now(to: &Path) -> Result<(PathBuf, fs::File), HostError> {
    make_private_folder(to).map_err(|it| unwritable(to, it))?;
    let folder = real(to)?;
    mark(&folder).map_err(|it| unwritable(&folder, it))?;
    let lock = lock(&folder)?;
    Ok((folder, lock))
}

/// Whether somebody else is about to leave the folder.
fn is_leaving(error: &HostError) -> bool {
    match error {
        HostError::InUse { .. } => true,
        HostError::Io(error) | HostError::Place(PlaceError::Unwritable { error, .. }) => {
            error.kind() == io::ErrorKind::NotFound
        }
        _ => false,
    }
}

/// Removes what is ours from a folder; the mark last, so that what is left can be recognised.
fn sweep(folder: &Path) -> io::Result<()> {
    for name in OURS {
        remove(&folder.join(name))?;
    }
    remove(&folder.join(MARK))
}

/// Removes a file or a folder; one that is not there is no error.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(facts) if facts.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unwritable(folder: &Path, error: io::Error) -> PlaceError {
    PlaceError::Unwritable {
        folder: folder.display().to_string(),
        error,
    }
}
