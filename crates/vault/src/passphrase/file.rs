//! A vault's file on the disk: read within bounds, replaced atomically, locked against others.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::sealed::{DIGEST_BYTES, Digest, MAX_BYTES};
use super::{absent, damaged};
use crate::VaultError;

/// How long another process may hold the lock before it is given up.
const LOCK_LIMIT: Duration = Duration::from_secs(10);
const LOCK_POLL: Duration = Duration::from_millis(20);

/// `vault.sealed` in a folder, with `vault.sealed.lock` and, while writing, `vault.sealed.new`.
pub(super) struct VaultFile {
    path: PathBuf,
    next: PathBuf,
    lock: PathBuf,
}

/// The right to write; given back when dropped.
pub(super) struct Held(
    #[expect(dead_code, reason = "the file is locked as long as it is open")] File,
);

impl VaultFile {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            path: dir.join("vault.sealed"),
            next: dir.join("vault.sealed.new"),
            lock: dir.join("vault.sealed.lock"),
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Waits for the right to write, which one process has at a time.
    pub(super) fn lock(&self) -> Result<Held, VaultError> {
        let failed = |error| VaultError::io("locked", &self.lock, error);
        create_private_dir(&self.path).map_err(failed)?;
        let file = private(OpenOptions::new().create(true))
            .open(&self.lock)
            .map_err(failed)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held(file)),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= LOCK_LIMIT => {
                    return Err(VaultError::TimedOut { after: LOCK_LIMIT });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_POLL),
            }
        }
    }

    /// The whole file.
    pub(super) fn read(&self) -> Result<Vec<u8>, VaultError> {
        let file = self.open()?.ok_or_else(absent)?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| self.unreadable(error))?;
        if bytes.len() > MAX_BYTES {
            return Err(damaged("it is larger than a vault can be"));
        }
        Ok(bytes)
    }

    /// The digest at the file's end, which changes with every write; `None` if there is no file.
    pub(super) fn digest(&self) -> Result<Option<Digest>, VaultError> {
        let Some(mut file) = self.open()? else {
            return Ok(None);
        };
        let mut digest = Digest::default();
        let back = i64::try_from(DIGEST_BYTES).unwrap_or(i64::MAX);
        file.seek(SeekFrom::End(-back))
            .and_then(|_| file.read_exact(&mut digest))
            .map_err(|error| damaged(error.to_string()))?;
        Ok(Some(digest))
    }

    /// Replaces the file, so that after a crash at any point the old or the new one is there, whole.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), VaultError> {
        self.replace(bytes).map_err(|error| {
            // What is left of it is sealed; only the space would be lost.
            let _ = fs::remove_file(&self.next);
            VaultError::io("written", &self.path, error)
        })
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        match fs::remove_file(&self.next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().create_new(true)).open(&self.next)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&self.next, &self.path)?;
        sync_dir(&self.path)
    }

    /// Renames the file to `vault.sealed.set-aside`, in the place of one that was set aside before.
    pub(super) fn set_aside(&self) -> Result<(), VaultError> {
        let aside = self.path.with_file_name("vault.sealed.set-aside");
        fs::rename(&self.path, aside)
            .and_then(|()| sync_dir(&self.path))
            .map_err(|error| VaultError::io("set aside", &self.path, error))
    }

    fn open(&self) -> Result<Option<File>, VaultError> {
        match File::open(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    fn unreadable(&self, error: io::Error) -> VaultError {
        VaultError::io("read", &self.path, error)
    }
}

/// For writing by the owner, and readable by nobody else.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true)
}

fn create_private_dir(path: &Path) -> io::Result<()> {
    let Some(dir) = path.parent() else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// Makes a rename last; only needed, and only possible, on Unix.
fn sync_dir(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) if cfg!(unix) => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}
