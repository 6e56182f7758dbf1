//! What was changed in which file, so that it can be undone after a restart.
//!
//! A record knows a file's content before and after by their hashes, and the splices between the
//! two. Splices only ever remove names of helpers, or an entry of odo's list that the person has
//! agreed to replace, so no secret of the file gets in here.
//!
//! While a change is under way, a file has two records: the one in force until now and the one
//! about to be. The file itself, by its hash, says which of them is true after a crash.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    disk,
    error::HandoverError,
    json::{self, Splice},
    odo::OdoRegistry,
};

/// Which registries a tool asks Registrar for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wiring {
    /// All registries that nothing more specific is said of.
    pub every: bool,
    /// Single registries, as the tool spells them.
    pub keys: BTreeSet<String>,
}

impl Wiring {
    /// Whether it is for nothing at all.
    pub fn is_empty(&self) -> bool {
        !self.every && self.keys.is_empty()
    }
}

/// A setting that was another helper's, and whose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Previous {
    /// The registry; `None` for all of them.
    pub key: Option<String>,
    pub helper: String,
}

/// What was done to one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Hash of the file without us; `None` where there was no file.
    pub before: Option<String>,
    /// Hash of the file with us; `None` where there is no file.
    pub after: Option<String>,
    pub splices: Vec<Splice>,
    pub wanted: Wiring,
    pub previous: Vec<Previous>,
    /// What was written into odo's file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odo: Vec<OdoRegistry>,
    /// What stood there under the same names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<OdoRegistry>,
    /// Folders that were made for the file, the innermost first.
    pub folders: Vec<PathBuf>,
}

impl Record {
    /// Whether nothing has to be remembered.
    pub(crate) fn is_idle(&self) -> bool {
        self.wanted.is_empty() && self.splices.is_empty()
    }

    /// The helper that `key` had before us.
    pub(crate) fn previous(&self, key: Option<&str>) -> Option<&str> {
        let found = self
            .previous
            .iter()
            .find(|previous| previous.key.as_deref() == key);
        found.map(|previous| previous.helper.as_str())
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Page {
    version: u32,
    files: BTreeMap<PathBuf, Vec<Record>>,
}

/// The ledger in the data folder.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    files: BTreeMap<PathBuf, Vec<Record>>,
}

impl Ledger {
    pub(crate) const VERSION: u32 = 1;

    pub(crate) fn open(folder: &Path) -> Result<Self, HandoverError> {
        let path = folder.join("handover.json");
        let Some(bytes) = disk::read(&path)? else {
            return Ok(Self {
                path,
                files: BTreeMap::new(),
            });
        };
        let page: Result<Page, _> = serde_json::from_slice(bytes.expose());
        match page {
            Ok(page) if page.version == Self::VERSION => Ok(Self {
                path,
                files: page.files,
            }),
            Ok(page) => {
                let message = format!("version {} is from a newer Registrar", page.version);
                Err(HandoverError::Ledger { path, message })
            }
            Err(error) => Err(HandoverError::Ledger {
                path,
                message: error.to_string(),
            }),
        }
    }

    /// The record that is true of the file `path` with this content; where none is, because
    /// somebody else wrote the file, the latest.
    pub(crate) fn record(&self, path: &Path, content: Option<&[u8]>) -> Option<&Record> {
        let records = self.files.get(path)?;
        let hash = content.map(disk::hash);
        let newest_first = || records.iter().rev();
        newest_first()
            .find(|record| record.after == hash)
            .or_else(|| newest_first().find(|record| record.before == hash))
            .or_else(|| records.last())
    }

    /// Announces that `path` is about to change; what was true until now stays known.
    pub(crate) fn announce(&mut self, path: &Path, content: Option<&[u8]>, record: Record) {
        let current = self.record(path, content).cloned();
        self.files.insert(
            path.to_owned(),
            current.into_iter().chain([record]).collect(),
        );
    }

    /// The latest record of `path` has become true.
    pub(crate) fn settle(&mut self, path: &Path) {
        let latest = self
            .files
            .remove(path)
            .and_then(|mut records| records.pop());
        if let Some(record) = latest.filter(|record| !record.is_idle()) {
            self.files.insert(path.to_owned(), vec![record]);
        }
    }

    pub(crate) fn save(&self) -> Result<(), HandoverError> {
        let page = Page {
            version: Self::VERSION,
            files: self.files.clone(),
        };
        let text = serde_json::to_vec_pretty(&page).map_err(|error| HandoverError::Ledger {
            path: self.path.clone(),
            message: error.to_string(),
        })?;
        let staged = disk::stage(&self.path, &text).and_then(disk::Staged::commit);
        staged.map_err(HandoverError::write(&self.path))
    }
}

/// The content without what `record` says we did, if it is exactly what we left. Empty where there
/// was no file.
pub(crate) fn undone(record: &Record, content: &str) -> Option<Zeroizing<String>> {
    if record.after.as_deref() != Some(&disk::hash(content.as_bytes())) {
        return None;
    }
    let Some(before) = &record.before else {
        return Some(Zeroizing::default());
    };
    let text = json::undo(content, &record.splices)?;
    (*before == disk::hash(text.as_bytes())).then_some(text)
}
