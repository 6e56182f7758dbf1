//! What was fetched, kept on the disk with its age, so that it can be seen without a network.
//!
//! Each registry has a folder of its own. A file's name is a hash of what it answers, the
//! registry's address and rules included: where those change, nothing old is found. The age is
//! the file's own time. Losing the cache costs a download.

use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::hex::hex;

/// The most bytes of one thing.
const MAX: u64 = 64 * 1024 * 1024;

/// The cache below one folder. Its methods block.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// Something kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// When it was fetched.
    pub fetched: Timestamp,
    /// As it came.
    pub bytes: Vec<u8>,
}

impl Cache {
    /// A cache in `folder`, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// What is kept for `registry` under `key`, if anything.
    pub fn read(&self, registry: &str, key: &str) -> Option<Kept> {
        let mut file = fs::File::open(self.path(registry, key)).ok()?;
        let about = file.metadata().ok()?;
        if about.len() > MAX {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).ok()?);
        Read::take(&mut file, MAX).read_to_end(&mut bytes).ok()?;
        Some(Kept {
            fetched: about.modified().ok()?.try_into().ok()?,
            bytes,
        })
    }

    /// Keeps `bytes`, which were fetched now, in the place of what was there.
    ///
    /// # Errors
    /// What the disk says; what was there is still there then.
    pub fn write(&self, registry: &str, key: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(registry, key);
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the folders of registries for which `known` does not hold, and what is older than
    /// `age`.
    pub fn sweep(&self, known: impl Fn(&str) -> bool, age: Duration) {
        let Ok(folders) = fs::read_dir(&self.folder) else {
            return;
        };
        for folder in folders.flatten() {
            let name = folder.file_name();
            if known(&name.to_string_lossy()) {
                remove_old(&folder.path(), age);
            } else {
                let _ = fs::remove_dir_all(folder.path());
            }
        }
    }

    fn path(&self, registry: &str, key: &str) -> PathBuf {
        let hash = Sha256::digest(key.as_bytes());
        self.folder.join(registry).join(hex(&hash[..16]))
    }
}

fn remove_old(folder: &Path, age: Duration) {
    let Ok(files) = fs::read_dir(folder) else {
        return;
    };
    let limit = SystemTime::now().checked_sub(age);
    for file in files.flatten() {
        let written = file.metadata().and_then(|about| about.modified()).ok();
        if written < limit {
            let _ = fs::remove_file(file.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_with_its_age_and_by_its_own_key_only() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache::new(home.path().join("cache"));
        assert_eq!(cache.read("a", "index"), None);
        cache.write("a", "index", b"old").unwrap();
        cache.write("a", "index", b"new").unwrap();
        let kept = cache.read("a", "index").unwrap();
        assert_eq!(kept.bytes, b"new");
        assert!(
            kept.fetched
                .duration_until(Timestamp::now())
                .abs()
                .as_secs()
                < 60
        );
        assert_eq!(cache.read("a", "index of another address"), None);
        assert_eq!(cache.read("b", "index"), None);
    }

    #[test]
    fn the_registries_that_are_gone_leave_nothing() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache::new(home.path());
        cache.write("gone", "x", b"1").unwrap();
        cache.write("here", "x", b"2").unwrap();
        cache.sweep(|name| name == "here", Duration::from_secs(3600));
        assert_eq!(cache.read("gone", "x"), None);
        assert!(!home.path().join("gone").exists());
        assert!(cache.read("here", "x").is_some());
        cache.sweep(|_| true, Duration::ZERO);
        assert_eq!(cache.read("here", "x"), None);
    }
}
