//! The folder that an archive becomes.

use std::collections::HashSet;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use tokio_util::sync::CancellationToken;

use super::path::{may_link, shown};
use super::{Limits, UnpackError};

/// How much is written between two looks at whether the person has cancelled.
const PIECE: usize = 64 * 1024;

/// Writes files and folders below one folder, within limits. Paths are those of
/// [`super::path::parse`].
pub(super) struct Tree {
    root: PathBuf,
    limits: Limits,
    entries: usize,
    bytes: u64,
    /// Made when everything else is there.
    links: Vec<(PathBuf, String)>,
    /// In lower case, because some disks do not tell the difference.
    taken: HashSet<String>,
    cancelled: CancellationToken,
}

impl Tree {
    pub(super) fn new(root: &Path, limits: Limits, cancelled: CancellationToken) -> Self {
        Self {
            root: root.to_owned(),
            limits,
            entries: 0,
            bytes: 0,
            links: Vec::new(),
            taken: HashSet::new(),
            cancelled,
        }
    }

    pub(super) fn bytes_limit(&self) -> u64 {
        self.limits.bytes
    }

    /// Counts an entry, whatever becomes of it.
    pub(super) fn count(&mut self) -> Result<(), UnpackError> {
        self.entries += 1;
        if self.cancelled.is_cancelled() {
            return Err(UnpackError::Cancelled);
        }
        if self.entries > self.limits.entries {
            return Err(UnpackError::TooMany(self.limits.entries));
        }
        Ok(())
    }

    pub(super) fn folder(&mut self, path: &Path) -> Result<(), UnpackError> {
        let made = fs::create_dir_all(self.root.join(path));
        made.map_err(|error| refused(path, error))
    }

    /// Writes a file with what `content` gives; `executable` is all that is kept of its mode.
    pub(super) fn file(
        &mut self,
        path: &Path,
        mut content: impl Read,
        executable: bool,
    ) -> Result<(), UnpackError> {
        self.claim(path)?;
        self.folder(path.parent().unwrap_or(Path::new("")))?;
        let target = self.root.join(path);
        let made = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&target);
        let mut file = made.map_err(|error| refused(path, error))?;
        let mut piece = vec![0; PIECE];
        loop {
            if self.cancelled.is_cancelled() {
                return Err(UnpackError::Cancelled);
            }
            let read = content.read(&mut piece).map_err(damaged)?;
            if read == 0 {
                break;
            }
            self.bytes += read as u64;
            if self.bytes > self.limits.bytes {
                return Err(UnpackError::TooLarge(self.limits.bytes));
            }
            file.write_all(&piece[..read]).map_err(UnpackError::Disk)?;
        }
        if executable {
            make_executable(&file).map_err(UnpackError::Disk)?;
        }
        Ok(())
    }

    /// A symbolic link, to be made at the end.
    pub(super) fn link(&mut self, path: &Path, target: &str) -> Result<(), UnpackError> {
        if !may_link(path, target) {
            return Err(UnpackError::UnsafeLink(shown(&path.to_string_lossy())));
        }
        self.claim(path)?;
        self.links.push((path.to_owned(), target.to_owned()));
        Ok(())
    }

    fn claim(&mut self, path: &Path) -> Result<(), UnpackError> {
        let text = path.to_string_lossy();
        if self.taken.insert(text.to_lowercase()) {
            Ok(())
        } else {
            Err(UnpackError::Twice(shown(&text)))
        }
    }

    /// Makes the links.
    pub(super) fn finish(mut self) -> Result<(), UnpackError> {
        let links = std::mem::take(&mut self.links);
        // First their folders, so that no link lies on the way to another one.
        for (path, _) in &links {
            self.folder(path.parent().unwrap_or(Path::new("")))?;
        }
        for (path, target) in links {
            let made = symlink(&target, &self.root.join(&path));
            made.map_err(|error| refused(&path, error))?;
        }
        Ok(())
    }
}

/// A place that is taken by something else of the same archive, or a disk that refuses.
fn refused(path: &Path, error: io::Error) -> UnpackError {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            UnpackError::Twice(shown(&path.to_string_lossy()))
        }
        _ => UnpackError::Disk(error),
    }
}

/// What reading an archive failed with.
pub(super) fn damaged(error: impl std::fmt::Display) -> UnpackError {
    UnpackError::Damaged(shown(&error.to_string()))
}

#[cfg(unix)]
fn make_executable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode();
    // Whoever may read it may run it.
    file.set_permissions(std::fs::Permissions::from_mode(
        mode | ((mode & 0o444) >> 2),
    ))
}

#[cfg(not(unix))]
fn make_executable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &str, link: &Path) -> io::Result<()> {
    fs::os::unix::fs::symlink(target, link)
}

/// Other systems let only administrators make links: the target stands in a small file, as Git
/// does it there.
#[cfg(not(unix))]
fn symlink(target: &str, link: &Path) -> io::Result<()> {
    fs::write(link, target)
}
