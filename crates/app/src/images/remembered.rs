//! The repositories that were opened, per registry: for registries that offer no list.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use parking_lot::Mutex;
use registrar_registry::RegistryId;

use crate::files;

/// The most names of one registry.
const MAX_NAMES: usize = 50;
const MAX_BYTES: u64 = 4 * 1024 * 1024;

type Names = BTreeMap<RegistryId, Vec<String>>;

/// A cache: losing it means typing a name again. Its calls block.
pub(super) struct Remembered {
    path: PathBuf,
    /// Read by whoever needs it first.
    names: Mutex<Option<Names>>,
}

impl Remembered {
    pub(super) fn new(path: PathBuf) -> Self {
        let names = Mutex::default();
        Self { path, names }
    }

    /// The names of a registry, the last one first.
    pub(super) fn of(&self, id: RegistryId) -> Vec<String> {
        let mut names = self.names.lock();
        let names = names.get_or_insert_with(|| self.read());
        names.get(&id).cloned().unwrap_or_default()
    }

    /// Puts `name` first, and forgets the registries that are not `known`.
    pub(super) fn add(&self, id: RegistryId, name: &str, known: &[RegistryId]) -> io::Result<()> {
        self.change(|names| {
            names.retain(|id, _| known.contains(id));
            let own = names.entry(id).or_default();
            own.retain(|other| other != name);
            own.insert(0, name.to_owned());
            own.truncate(MAX_NAMES);
        })
    }

    pub(super) fn forget(&self, id: RegistryId, name: &str) -> io::Result<()> {
        self.change(|names| {
            if let Some(own) = names.get_mut(&id) {
                own.retain(|other| other != name);
            }
        })
    }

    fn change(&self, change: impl FnOnce(&mut Names)) -> io::Result<()> {
        let mut names = self.names.lock();
        let names = names.get_or_insert_with(|| self.read());
        let before = names.clone();
        change(names);
        if *names == before {
            return Ok(());
        }
        files::write_whole(&self.path, &serde_json::to_vec(names)?)
    }

    fn read(&self) -> Names {
        let bytes = files::read_bounded(&self.path, MAX_BYTES).ok().flatten();
        let names = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        names.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_restart_and_the_last_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/repositories.json");
        let (id, gone) = (RegistryId::new(), RegistryId::new());
        let names = Remembered::new(path.clone());
        names.add(gone, "x", &[id, gone]).unwrap();
        for name in ["a", "b", "a"] {
            names.add(id, name, &[id]).unwrap();
        }
        let again = Remembered::new(path.clone());
        assert_eq!(again.of(id), ["a", "b"]);
        assert!(again.of(gone).is_empty());
        again.forget(id, "a").unwrap();
        assert_eq!(Remembered::new(path).of(id), ["b"]);
    }
}
