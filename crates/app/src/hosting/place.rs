//! Where the packages lie: in the data folder, or where the person has moved them.
//!
//! `hosting.json` in the data folder says so, and which folders are to be cleared: one that a move
//! has begun to fill, or the one that it has left. **Writing that file is the move.** One that cannot
//! be understood is an error: nothing is ever begun anew in the place of packages that lie elsewhere.

use std::io;
use std::path::{Path, PathBuf};

use registrar_hosting::HostError;
use registrar_hosting::relocation::{clear, demand_hosted};
use serde::{Deserialize, Serialize};

use crate::files;

const MAX_BYTES: u64 = 64 * 1024;

/// Where the packages lie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The folder; `None` for the usual one.
    pub(super) folder: Option<PathBuf>,
    /// Folders with what is no longer needed.
    #[serde(default)]
    pub(super) clear: Vec<PathBuf>,
}

/// The file that says so.
#[derive(Debug, Clone)]
pub(super) struct PlaceFile {
    path: PathBuf,
    usual: PathBuf,
}

impl PlaceFile {
    /// The file, and where the packages lie while it says nothing else.
    pub(super) fn new(path: PathBuf, usual: PathBuf) -> Self {
        Self { path, usual }
    }

    pub(super) fn read(&self) -> Result<Place, HostError> {
        match files::read_bounded(&self.path, MAX_BYTES)? {
            None => Ok(Place::default()),
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                let path = self.path.display();
                HostError::Damaged(format!("{path}, which says where they lie: {error}"))
            }),
        }
    }

    /// The folder of the packages, whether it is there or not.
    pub(super) fn folder(&self) -> Result<PathBuf, HostError> {
        Ok(self.read()?.folder.unwrap_or_else(|| self.usual.clone()))
    }

    /// The same, to open it: the usual one may have to be made, any other must be there.
    pub(super) fn to_open(&self) -> Result<PathBuf, HostError> {
        match self.read()?.folder {
            None => Ok(self.usual.clone()),
            Some(folder) => demand_hosted(&folder).map(|()| folder),
        }
    }

    /// Whether anything may ever have been hosted.
    pub(super) fn is_used(&self) -> bool {
        self.usual.exists() || self.path.exists()
    }

    /// Remembers that a folder is being filled, so that it is cleared if that is not finished.
    pub(super) fn begin(&self, folder: &Path) -> Result<(), HostError> {
        let mut place = self.read()?;
        place.clear.push(folder.to_owned());
        self.write(place)
    }

    /// From now on the packages lie there. `old` is to be cleared, where it is given.
    pub(super) fn switch(&self, folder: &Path, old: Option<PathBuf>) -> Result<(), HostError> {
        let mut place = self.read()?;
        place.folder = Some(folder.to_owned()).filter(|folder| *folder != self.usual);
        place.clear.extend(old);
        self.write(place)
    }

    fn write(&self, mut place: Place) -> Result<(), HostError> {
        let used = place.folder.as_ref().unwrap_or(&self.usual);
        place.clear.retain(|folder| real(folder) != real(used));
        place.clear.sort();
        place.clear.dedup();
        if place == Place::default() {
            return Ok(remove(&self.path)?);
        }
        let bytes = serde_json::to_vec_pretty(&place)?;
        Ok(files::write_whole(&self.path, &bytes)?)
    }

    /// Clears what can be cleared; what is left lies in the answer.
    pub(super) fn clear(&self) -> Result<Vec<PathBuf>, HostError> {
        let place = self.read()?;
        let used = real(place.folder.as_ref().unwrap_or(&self.usual));
        let gone = |folder: &PathBuf| real(folder) == used || is_cleared(folder);
        let left: Vec<_> = place.clear.iter().filter(|it| !gone(it)).cloned().collect();
        if left != place.clear {
            let clear = left.clone();
            self.write(Place { clear, ..place })?;
        }
        Ok(left)
    }
}

fn is_cleared(folder: &Path) -> bool {
    let cleared = clear(folder).inspect_err(|error| {
        tracing::warn!(%error, "a folder of packages could not be cleared");
    });
    cleared.unwrap_or(false)
}

/// The folder without links, where it is there.
fn real(folder: &Path) -> PathBuf {
    fs_err::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::PlaceFile;

    #[test]
    fn a_folder_in_use_is_never_one_to_clear() {
        let all = tempfile::tempdir().unwrap();
        let (usual, other) = (all.path().join("usual"), all.path().join("other"));
        let file = PlaceFile::new(all.path().join("hosting.json"), usual.clone());
        assert!(!file.is_used());
        file.begin(&other).unwrap();
        assert_eq!(file.folder().unwrap(), usual);
        file.switch(&other, Some(usual.clone())).unwrap();
        assert_eq!(file.folder().unwrap(), other);
        assert_eq!(file.read().unwrap().clear, std::slice::from_ref(&usual));
        file.switch(&usual, Some(other.clone())).unwrap();
        assert_eq!(file.read().unwrap().clear, [other]);
        assert!(file.clear().unwrap().is_empty());
        assert!(!all.path().join("hosting.json").exists());
    }

    #[test]
    fn a_file_that_cannot_be_understood_hides_nothing() {
        let all = tempfile::tempdir().unwrap();
        let file = PlaceFile::new(all.path().join("hosting.json"), all.path().join("usual"));
        fs::write(all.path().join("hosting.json"), "{").unwrap();
        file.to_open().unwrap_err();
        file.begin(&all.path().join("new")).unwrap_err();
        assert_eq!(fs::read(all.path().join("hosting.json")).unwrap(), b"{");
    }
}
