//! Reading and replacing files so that a crash leaves the old content or the new one, whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// The most bytes a catalog may have: 16 MiB.
pub(crate) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What a file holds.
pub(crate) enum Content {
    Absent,
    TooBig,
    Bytes(Vec<u8>),
}

/// Reads the file, if there is one.
pub(crate) fn read(path: &Path) -> io::Result<Content> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Absent),
        // To open a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a file",
            ));
        }
        Ok(_) => {}
        Err(error) => return Err(error),
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES) {
        Ok(Content::Bytes(bytes))
    } else {
        Ok(Content::TooBig)
    }
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
pub(crate) struct Staged {
    temporary: PathBuf,
    place: PathBuf,
}

/// Writes `content` beside `place`, with the permissions of the file there (a new file is for
/// its owner only), and syncs it. A file marked read-only is refused.
pub(crate) fn stage(place: &Path, content: &[u8]) -> io::Result<Staged> {
    let permissions = match fs::metadata(place) {
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(metadata) => Some(metadata.permissions()),
        Err(_) => None,
    };
    let mut name = place.as_os_str().to_owned();
    name.push(".tmp");
    let staged = Staged {
        temporary: name.into(),
        place: place.to_owned(),
    };
    // Whatever is there was left behind by a crash: whoever stages holds the lock.
    remove_if_there(&staged.temporary)?;
    let mut file = private().open(&staged.temporary)?;
    file.write_all(content)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.sync_all()?;
    Ok(staged)
}

impl Staged {
    /// Puts the content in its place. After this it is what a reader finds.
    pub(crate) fn commit(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.place)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a commit there is nothing left to remove.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a rename in the folder of `path` outlast a power cut, where the system can.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates the folder and those above it, for their owner only.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
