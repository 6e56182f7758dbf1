//! The redo log that keeps catalog and vault together.
//!
//! The catalog's rename is the moment at which a change has happened. What the vault has to
//! follow with is written here first, one file per registry in `<data>/pending/`, and removed
//! when the vault has followed. After a crash, [`crate::recovery`] finishes or takes back
//! whatever still stands here. No secret is ever in these files.
//!
//! The process that works on an entry holds a lock on its file, so that a second process never
//! takes a change in progress for one that a crash left behind.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use registrar_registry::RegistryId;
use serde::{Deserialize, Serialize};

/// What the vault has to follow with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum Change {
    /// A registry is added with a token, which lies under its own account already.
    Add,
    /// A token is replaced. The new one lies in the staging account and counts once the
    /// catalog's record carries this time.
    Replace {
        /// The record's `updated` once the change has happened.
        updated: Timestamp,
    },
    /// The token goes, with its registry or without, once the catalog has no use for it.
    Erase,
}

/// One unfinished change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: RegistryId,
    #[serde(flatten)]
    pub(crate) change: Change,
}

/// The folder of entries.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    folder: PathBuf,
}

/// An entry that this process is working on.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) entry: Entry,
    path: PathBuf,
    // Holds the lock; closing it releases it.
    _locked: std::fs::File,
}

impl Journal {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes the entry down for good before anything else happens.
    pub(crate) fn begin(&self, entry: Entry) -> io::Result<Pending> {
        fs::create_dir_all(&self.folder)?;
        let path = self.path(entry.id);
        let mut file = tempfile::Builder::new()
            .suffix(".tmp")
            .tempfile_in(&self.folder)?;
        file.as_file().lock()?;
        file.write_all(&serde_json::to_vec(&entry)?)?;
        file.as_file().sync_all()?;
        let locked = file.persist(&path).map_err(|error| error.error)?;
        sync_folder(&self.folder)?;
        Ok(Pending {
            entry,
            path,
            _locked: locked,
        })
    }

    /// Whether something about this registry is unfinished.
    pub(crate) fn has(&self, id: RegistryId) -> bool {
        self.path(id).exists()
    }

    /// The entries that no process is working on, now held by this one.
    pub(crate) fn abandoned(&self) -> io::Result<Vec<Pending>> {
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for file in files {
            let path = file?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => found.extend(take(path)?),
                // A crash while an entry was being written: nothing had happened yet.
                Some("tmp") => remove_if_unlocked(&path)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn path(&self, id: RegistryId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

impl Pending {
    /// The vault has followed, or the change never happened: nothing is left to do.
    pub(crate) fn finish(self) -> io::Result<()> {
        fs::remove_file(self.path)
    }
}

fn take(path: PathBuf) -> io::Result<Option<Pending>> {
    let file = match fs::File::open(&path) {
        Ok(file) => file.into_parts().0,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.try_lock().is_err() {
        return Ok(None);
    }
    let Ok(entry) = serde_json::from_reader(io::Read::take(&file, 4096)) else {
        tracing::warn!(path = %path.display(), "unreadable entry in the journal was removed");
        fs::remove_file(path)?;
        return Ok(None);
    };
    Ok(Some(Pending {
        entry,
        path,
        _locked: file,
    }))
}

fn remove_if_unlocked(path: &Path) -> io::Result<()> {
    let file = fs::File::open(path)?;
    if file.file().try_lock().is_ok() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Makes a rename in the folder last through a power cut, where the system lets us.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Change, Entry, Journal};
    use registrar_registry::RegistryId;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("pending"));
        (folder, journal)
    }

    fn entry() -> Entry {
        Entry {
            id: RegistryId::new(),
            change: Change::Add,
        }
    }

    #[test]
    fn a_change_in_progress_is_not_taken_for_an_abandoned_one() {
        let (_folder, journal) = journal();
        let pending = journal.begin(entry()).unwrap();
        assert!(journal.abandoned().unwrap().is_empty());
        assert!(journal.has(pending.entry.id));
    }

    #[test]
    fn what_a_crash_left_is_found_once() {
        let (_folder, journal) = journal();
        let written = entry();
        drop(journal.begin(written).unwrap());
        let found = journal.abandoned().unwrap();
        assert_eq!(
            found
                .iter()
                .map(|pending| pending.entry)
                .collect::<Vec<_>>(),
            [written]
        );
        assert!(
            journal.abandoned().unwrap().is_empty(),
            "it is being worked on now"
        );
    }

    #[test]
    fn a_finished_change_leaves_nothing() {
        let (_folder, journal) = journal();
        let pending = journal.begin(entry()).unwrap();
        let id = pending.entry.id;
        pending.finish().unwrap();
        assert!(!journal.has(id));
        assert!(journal.abandoned().unwrap().is_empty());
    }

    #[test]
    fn a_torn_entry_is_removed() {
        let (_folder, journal) = journal();
        drop(journal.begin(entry()).unwrap());
        std::fs::write(journal.folder.join("torn.json"), "{\"id\":").unwrap();
        std::fs::write(journal.folder.join("half.tmp"), "{").unwrap();
        assert_eq!(journal.abandoned().unwrap().len(), 1);
        let left = std::fs::read_dir(&journal.folder).unwrap().count();
        assert_eq!(left, 1);
    }
}
