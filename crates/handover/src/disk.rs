//! Reading and replacing files so that a crash leaves the old content or the new one, whole.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use registrar_registry::Secret;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::error::HandoverError;

/// The most bytes a tool's configuration may have: 4 MiB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// How long to wait for another Registrar; it needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// The file's bytes, or `None` where there is none. They may hold passwords.
pub(crate) fn read(path: &Path) -> Result<Option<Secret>, HandoverError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HandoverError::read(path)(error)),
        // To open a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "it is not a file");
            return Err(HandoverError::read(path)(error));
        }
        Ok(metadata) if metadata.len() > MAX_BYTES => return Err(too_big(path)),
        Ok(_) => {}
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let file = File::open(path).map_err(HandoverError::read(path))?;
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(HandoverError::read(path))?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES) {
        Ok(Some(Secret::new(std::mem::take(&mut *bytes))))
    } else {
        Err(too_big(path))
    }
}

fn too_big(path: &Path) -> HandoverError {
    HandoverError::TooBig {
        path: path.to_owned(),
    }
}

/// What tells two contents apart: SHA-256 in base64.
pub(crate) fn hash(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// The file that `path` leads to when links are followed; it need not exist.
pub(crate) fn target(path: &Path) -> PathBuf {
    if let Ok(target) = fs::canonicalize(path) {
        return target;
    }
    match (fs::read_link(path), path.parent()) {
        (Ok(link), Some(parent)) => parent.join(link),
        _ => path.to_owned(),
    }
}

/// A new content on the disk, but not yet in its place. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Staged {
    temporary: NamedTempFile,
    place: PathBuf,
}

/// Writes `content` beside the file that `path` leads to, with that file's permissions (a new one
/// is for its owner only), and syncs it. A file marked read-only is refused.
pub(crate) fn stage(path: &Path, content: &[u8]) -> io::Result<Staged> {
    let place = target(path);
    let permissions = permissions(&place)?;
    let folder = place.parent().unwrap_or(Path::new("."));
    // Private from the first moment, whatever the file's own permissions will be.
    let mut temporary = tempfile::Builder::new()
        .prefix(".registrar-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    temporary.write_all(content)?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions)?;
    }
    temporary.as_file().sync_all()?;
    Ok(Staged { temporary, place })
}

/// The permissions of the file that is to be replaced or removed; an error where it is read-only.
pub(crate) fn permissions(place: &Path) -> io::Result<Option<Permissions>> {
    match fs::metadata(place) {
        Ok(metadata) if metadata.permissions().readonly() => {
            Err(io::ErrorKind::PermissionDenied.into())
        }
        Ok(metadata) => Ok(Some(metadata.permissions())),
        Err(_) => Ok(None),
    }
}

impl Staged {
    /// Puts the content in its place. After this it is what a reader finds.
    pub(crate) fn commit(self) -> io::Result<()> {
        self.temporary.persist(&self.place)?;
        sync_folder(&self.place);
        Ok(())
    }
}

/// Makes a rename outlast a power cut where the system can; the change itself is done.
pub(crate) fn sync_folder(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent()
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::warn!(%error, "a folder cannot be synced");
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Creates the folder and those above it, for their owner only.
pub(crate) fn create_folder(path: &Path) -> Result<(), HandoverError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(HandoverError::write(path))
}

/// The folders above `path` that do not exist yet, the innermost first.
pub(crate) fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let above = path
        .ancestors()
        .skip(1)
        .filter(|folder| !folder.as_os_str().is_empty());
    above
        .take_while(|folder| !folder.exists())
        .map(Path::to_owned)
        .collect()
}

/// Held while it lives. The system frees it when the process ends, however that happens.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Waits at most five seconds for the lock in the file `path`.
pub(crate) fn lock(path: &Path) -> Result<Lock, HandoverError> {
    let give_up = Instant::now() + PATIENCE;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(path).map_err(HandoverError::write(path))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::Error(source)) => return Err(HandoverError::write(path)(source)),
            Err(TryLockError::WouldBlock) if Instant::now() >= give_up => {
                return Err(HandoverError::Busy);
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
}
