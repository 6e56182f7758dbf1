//! odo's own list of devfile registries.
//!
//! `$GLOBALODOCONFIG`, else `~/.odo/preference.yaml`. Unlike docker and podman, odo does not ask
//! Registrar for anything: a registry is written into its file, and a token is put where odo keeps
//! tokens (by the caller: this crate writes files). What is last in the file comes first in odo.
//!
//! A plan starts from the file *without us*, as those for docker do. odo itself writes the file anew
//! whenever it changes anything, without comments and in its own order; ours is then found by name.

mod edit;
mod preference;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::PathBuf;

use registrar_registry::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use preference::OdoEntry;
use preference::{DEFAULT_NAME, Preference};

use crate::{
    disk,
    environment::Environment,
    error::HandoverError,
    helper_file::{broken, text},
    json::{Editor, Problem},
    ledger::{self, Record, Wiring},
    plan::{Body, Conflict, FileChange, Handover, Plan, Replace},
};

/// odo's configuration.
#[derive(Debug, Clone)]
pub struct Odo<'a>(pub(crate) &'a Handover);

/// A registry that was, or is to be, written into odo's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OdoRegistry {
    /// Who it is in the catalog.
    pub id: String,
    /// Its name in odo, which tells names apart by case.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Whether odo has its token.
    pub secure: bool,
}

impl OdoRegistry {
    fn entry(&self) -> OdoEntry {
        OdoEntry {
            name: self.name.clone(),
            url: self.url.clone(),
            secure: self.secure,
        }
    }
}

/// What odo's file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OdoState {
    /// The file.
    pub file: PathBuf,
    /// The registries as odo goes through them: the one added last comes first.
    pub entries: Vec<OdoEntry>,
    /// Whether the file names none, so that odo has its default one.
    pub is_default: bool,
    /// What Registrar has written there, whatever has become of it.
    pub ours: Vec<OdoRegistry>,
}

/// Where odo's configuration is.
pub(crate) fn file(environment: &Environment) -> PathBuf {
    let folder = environment.path("CUSTOM_HOMEDIR");
    let folder = folder.unwrap_or_else(|| environment.home().to_owned());
    let file = environment.path("GLOBALODOCONFIG");
    file.unwrap_or_else(|| folder.join(".odo").join("preference.yaml"))
}

/// The file's content and what the ledger says of it.
struct Known {
    content: Option<Secret>,
    record: Record,
}

impl Odo<'_> {
    /// The file that registries are written to.
    pub fn path(&self) -> PathBuf {
        file(&self.0.environment)
    }

    /// Where the file is kept as it was before Registrar wrote to it the last time.
    pub fn backup(&self) -> PathBuf {
        self.0.data.join("backups").join("odo-preference.yaml")
    }

    /// What odo has, and what of it is Registrar's.
    ///
    /// # Errors
    /// [`HandoverError::Broken`] and the like where the file cannot be read.
    pub fn state(&self) -> Result<OdoState, HandoverError> {
        let known = self.known()?;
        let text = self.text(&known)?;
        let read = || {
            let preference = Preference::parse(text)?;
            let is_default = preference.list()?.is_none();
            let mut entries = preference.entries()?;
            entries.reverse();
            if is_default {
                entries.push(OdoEntry::of_default());
            }
            Ok((entries, is_default))
        };
        let (entries, is_default) = read().map_err(broken(&self.path(), text))?;
        Ok(OdoState {
            file: self.path(),
            entries,
            is_default,
            ours: known.record.odo,
        })
    }

    /// Writes the registries into odo's file, in place of what stands there for their ids. Another
    /// registry of the same name is a conflict, or replaced: it comes back when ours goes.
    ///
    /// # Errors
    /// As [`Odo::state`].
    pub fn plan_use(
        &self,
        registries: &[OdoRegistry],
        replace: Replace,
    ) -> Result<Plan, HandoverError> {
        let mut wanted = self.known()?.record.odo;
        for registry in registries {
            wanted.retain(|old| old.id != registry.id);
            wanted.push(registry.clone());
        }
        self.plan(&wanted, &[], replace)
    }

    /// Takes what Registrar has written for these ids out of odo's file, and puts back what was
    /// there before.
    ///
    /// # Errors
    /// As [`Odo::state`].
    pub fn plan_remove(&self, ids: &[String]) -> Result<Plan, HandoverError> {
        let mut wanted = self.known()?.record.odo;
        wanted.retain(|old| !ids.contains(&old.id));
        self.plan(&wanted, &[], Replace::Agreed)
    }

    /// Takes registries out of odo's file that somebody else has written there.
    ///
    /// # Errors
    /// As [`Odo::state`].
    pub fn plan_drop(&self, names: &[String]) -> Result<Plan, HandoverError> {
        let mut wanted = self.known()?.record.odo;
        wanted.retain(|ours| !names.contains(&ours.name));
        self.plan(&wanted, names, Replace::Agreed)
    }

    fn known(&self) -> Result<Known, HandoverError> {
        let content = disk::read(&self.path())?;
        let ledger = self.0.ledger()?;
        let record = ledger.record(&self.path(), content.as_ref().map(Secret::expose));
        Ok(Known {
            record: record.cloned().unwrap_or_default(),
            content,
        })
    }

    fn text<'k>(&self, known: &'k Known) -> Result<&'k str, HandoverError> {
        let bytes = known.content.as_ref().map_or(&b""[..], Secret::expose);
        text(&self.path(), bytes)
    }

    /// Makes `wanted` Registrar's and nothing else, and drops those of other people's.
    fn plan(
        &self,
        wanted: &[OdoRegistry],
        dropped: &[String],
        replace: Replace,
    ) -> Result<Plan, HandoverError> {
        let known = self.known()?;
        let text = self.text(&known)?;
        let failed = |problem| broken(&self.path(), text)(problem);
        let mut base = Editor::new(&base(&known.record, text).map_err(failed)?);
        drop_named(&mut base, dropped).map_err(failed)?;
        let absent = base.text.is_empty() && (known.content.is_none() || is_made(&known.record));
        let written = write(&base.text, wanted, &known.record, replace).map_err(failed)?;
        let exists = !(absent && written.editor.text.is_empty());
        let record = Record {
            before: (!absent).then(|| disk::hash(base.text.as_bytes())),
            after: exists.then(|| disk::hash(written.editor.text.as_bytes())),
            wanted: Wiring {
                every: false,
                keys: written.ours.iter().map(|ours| ours.name.clone()).collect(),
            },
            odo: written.ours,
            replaced: written.replaced,
            splices: written.editor.splices,
            previous: Vec::new(),
            folders: known.record.folders.clone(),
        };
        let after = exists.then(|| Secret::new(written.editor.text.as_bytes()));
        let plan = self.to_plan(known, after, record);
        Ok(Plan {
            conflicts: written.conflicts,
            ..plan
        })
    }

    fn to_plan(&self, known: Known, after: Option<Secret>, record: Record) -> Plan {
        let same = known.content.as_ref().map(Secret::expose) == after.as_ref().map(Secret::expose);
        if same && known.record.odo == record.odo {
            return Plan::default();
        }
        if same {
            return Plan::note(&self.path(), record);
        }
        let change = FileChange {
            path: self.path(),
            before: known.content.map(Body::File),
            after: after.map(Body::File),
            record: Some(record),
            backup: Some(self.backup()),
        };
        Plan {
            changes: vec![change],
            ..Plan::default()
        }
    }
}

/// Whether the file is there because we made it.
fn is_made(record: &Record) -> bool {
    record.before.is_none() && record.after.is_some()
}

/// The file without us: to the byte where nobody else wrote it, else what is left when ours go.
fn base(record: &Record, text: &str) -> Result<Zeroizing<String>, Problem> {
    if let Some(base) = ledger::undone(record, text) {
        return Ok(base);
    }
    let mut editor = Editor::new(text);
    for ours in &record.odo {
        let entries = Preference::parse(&editor.text)?.entries()?;
        if let Some(index) = entries.iter().position(|entry| *entry == ours.entry()) {
            edit::remove(&mut editor, index)?;
        }
    }
    for replaced in &record.replaced {
        let entries = Preference::parse(&editor.text)?.entries()?;
        if entries.iter().all(|entry| entry.name != replaced.name) {
            edit::append(&mut editor, &replaced.entry())?;
        }
    }
    Ok(editor.text)
}

fn drop_named(editor: &mut Editor, names: &[String]) -> Result<(), Problem> {
    for name in names {
        if name == DEFAULT_NAME {
            edit::spell_out(editor)?;
        }
        let entries = Preference::parse(&editor.text)?.entries()?;
        if let Some(index) = entries.iter().position(|entry| entry.name == *name) {
            edit::remove(editor, index)?;
        }
    }
    Ok(())
}

/// The file with what is wanted in it.
struct Written {
    editor: Editor,
    ours: Vec<OdoRegistry>,
    replaced: Vec<OdoRegistry>,
    conflicts: Vec<Conflict>,
}

fn write(
    base: &str,
    wanted: &[OdoRegistry],
    old: &Record,
    replace: Replace,
) -> Result<Written, Problem> {
    let mut written = Written {
        editor: Editor::new(base),
        ours: Vec::new(),
        replaced: Vec::new(),
        conflicts: Vec::new(),
    };
    for registry in wanted {
        let same = |ours: &OdoRegistry| ours.id == registry.id && ours.name == registry.name;
        let had = old.odo.iter().any(same);
        written.put(registry, replace == Replace::Agreed || had)?;
    }
    Ok(written)
}

impl Written {
    fn put(&mut self, registry: &OdoRegistry, may_replace: bool) -> Result<(), Problem> {
        let entries = Preference::parse(&self.editor.text)?.entries()?;
        let place = entries.iter().position(|entry| entry.name == registry.name);
        if let Some(index) = place {
            let there = &entries[index];
            if *there == registry.entry() {
                // Somebody has written it there already, and whoever did keeps it.
                return Ok(());
            }
            if !may_replace {
                self.conflicts.push(Conflict {
                    key: Some(there.name.clone()),
                    helper: there.url.clone(),
                });
                return Ok(());
            }
            self.replaced.push(OdoRegistry {
                id: String::new(),
                name: there.name.clone(),
                url: there.url.clone(),
                secure: there.secure,
            });
            edit::remove(&mut self.editor, index)?;
        }
        edit::append(&mut self.editor, &registry.entry())?;
        self.ours.push(registry.clone());
        Ok(())
    }
}
