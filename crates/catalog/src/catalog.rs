//! What the file says, ready for use.

use std::{collections::HashMap, fmt};

use registrar_registry::{RegistryId, RegistryName};
use sha2::{Digest, Sha256};

use crate::record::Record;

/// What stands in the file: every registry that can be understood, and what is wrong with the
/// rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The registries, in the order of the file.
    pub records: Vec<Record>,
    /// The entries that were left out, in the order of the file.
    pub problems: Vec<EntryProblem>,
    /// Which content of the file this is.
    pub revision: Revision,
    /// For each record, which `[[registry]]` of the file it is, from 0.
    pub(crate) entries: Vec<usize>,
    /// How many `[[registry]]` there are, understood or not.
    pub(crate) entry_count: usize,
    /// Records that lack `id`, `created` or `updated` in the file.
    pub(crate) incomplete: Vec<RegistryId>,
    pub(crate) by_id: HashMap<RegistryId, usize>,
    pub(crate) by_name: HashMap<String, usize>,
}

/// An entry that cannot be understood. It stays in the file as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProblem {
    /// Line, from 1, where the entry or its wrong value stands.
    pub line: u32,
    /// Column of the same, in characters from 1.
    pub column: u32,
    /// What is wrong and what to do, in words.
    pub message: String,
}

/// Stands for one content of the file: equal exactly if the bytes are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Revision([u8; 16]);

impl Revision {
    pub(crate) fn of(content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Self(std::array::from_fn(|i| digest[i]))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Catalog {
    /// The registry with this id, in constant time.
    pub fn by_id(&self, id: RegistryId) -> Option<&Record> {
        self.records.get(*self.by_id.get(&id)?)
    }

    /// The registry that has this name, or one that differs only in case, in constant time.
    pub fn by_name(&self, name: &RegistryName) -> Option<&Record> {
        self.by_name_key(&name.key())
    }

    /// The registry with this [`RegistryName::key`], in constant time.
    pub fn by_name_key(&self, key: &str) -> Option<&Record> {
        self.records.get(*self.by_name.get(key)?)
    }

    /// Which `[[registry]]` of the file is this registry, from 0.
    pub(crate) fn entry_of(&self, id: RegistryId) -> Option<usize> {
        self.entries.get(*self.by_id.get(&id)?).copied()
    }

    /// Takes in a record that stands in the file's `entry`. The caller has made sure that id and
    /// name (with this key) are free.
    pub(crate) fn push(&mut self, record: Record, key: String, entry: usize) {
        let place = self.records.len();
        self.by_id.insert(record.id, place);
        self.by_name.insert(key, place);
        self.records.push(record);
        self.entries.push(entry);
    }
}
