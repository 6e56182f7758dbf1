//! The JSON file in which docker and podman look up who keeps the credential of a registry.
//!
//! A plan starts from the file *without us* and puts in what is wanted, however often that
//! changes: so there is one step to take back, not a history of them.

mod helpers;
mod wiring;

use std::path::{Path, PathBuf};

use registrar_registry::Secret;
use serde::Serialize;

pub(crate) use helpers::Helpers;

use crate::{
    disk,
    docker_protocol::HELPER,
    error::HandoverError,
    json::{self, Document, Editor, Problem},
    ledger::{Record, Wiring},
    plan::{Body, Conflict, FileChange, Handover, Plan, Replace},
};

const HELPERS: &str = "credHelpers";
const STORE: &str = "credsStore";

/// Whether a setting still is what Registrar made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The tool asks Registrar.
    Active,
    /// Somebody removed the setting.
    Missing,
    /// Somebody put another in its place: the helper's name, or the file that says so.
    Taken(String),
}

/// One setting that is, or should be, Registrar's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// The registry as the tool spells it; `None` for all of them.
    pub key: Option<String>,
    /// What has become of it.
    pub status: Status,
}

/// What a tool's configuration says of Registrar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// The file that single registries are written to.
    pub file: PathBuf,
    /// Every setting that is Registrar's or should be.
    pub slots: Vec<Slot>,
    /// What another helper serves: single registries, and all of them.
    pub others: Vec<Conflict>,
}

impl State {
    /// Whether another program undid something: then a repair can be planned.
    pub fn needs_repair(&self) -> bool {
        self.slots.iter().any(|slot| slot.status != Status::Active)
    }

    /// Whether the tool asks Registrar for all registries that nothing more specific is said of.
    pub fn serves_every(&self) -> bool {
        self.serves(None)
    }

    /// Whether the tool asks Registrar for `key` by a setting of its own.
    pub fn serves_key(&self, key: &str) -> bool {
        self.serves(Some(key))
    }

    fn serves(&self, key: Option<&str>) -> bool {
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.key.as_deref() == key && slot.status == Status::Active)
    }
}

/// One such file.
pub(crate) struct HelperFile<'a> {
    pub handover: &'a Handover,
    pub path: PathBuf,
}

/// The file's content and what the ledger says of it.
struct Known {
    content: Option<Secret>,
    record: Option<Record>,
}

impl Known {
    fn text<'a>(&'a self, path: &Path) -> Result<&'a str, HandoverError> {
        let bytes = self.content.as_ref().map_or(&b""[..], Secret::expose);
        text(path, bytes)
    }
}

/// `bytes` as the text that a tool's configuration has to be.
pub(crate) fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, HandoverError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        broken(path, good)(json::problem(
            good.len(),
            "it is not UTF-8 text from here on",
        ))
    })
}

/// The error for a problem in the file's `text`.
pub(crate) fn broken(path: &Path, text: &str) -> impl FnOnce(Problem) -> HandoverError {
    |problem| {
        let (line, column) = json::place(text, problem.at);
        HandoverError::Broken {
            path: path.to_owned(),
            line,
            column,
            message: problem.message,
        }
    }
}

impl HelperFile<'_> {
    fn known(&self) -> Result<Known, HandoverError> {
        let content = disk::read(&self.path)?;
        let ledger = self.handover.ledger()?;
        let record = ledger
            .record(&self.path, content.as_ref().map(Secret::expose))
            .cloned();
        Ok(Known { content, record })
    }

    fn helpers(&self, text: &str) -> Result<Helpers, HandoverError> {
        Document::parse(text)
            .and_then(|document| Helpers::read(&document))
            .map_err(broken(&self.path, text))
    }

    /// What should be Registrar's: what was asked for, and what a person wrote by hand.
    pub(crate) fn wanted(&self) -> Result<Wiring, HandoverError> {
        let known = self.known()?;
        let ours = self.helpers(known.text(&self.path)?)?.ours();
        let wanted = known.record.map(|record| record.wanted).unwrap_or_default();
        Ok(Wiring {
            every: wanted.every || ours.every,
            keys: wanted.keys.into_iter().chain(ours.keys).collect(),
        })
    }

    pub(crate) fn state(&self) -> Result<State, HandoverError> {
        let wanted = self.wanted()?;
        let known = self.known()?;
        let helpers = self.helpers(known.text(&self.path)?)?;
        let keys = wanted.keys.iter().map(|key| Some(key.as_str()));
        let slots = wanted.every.then_some(None).into_iter().chain(keys);
        Ok(State {
            file: self.path.clone(),
            slots: slots.map(|key| slot(&helpers, key)).collect(),
            others: helpers.others(&wanted),
        })
    }

    /// Makes `wanted`, and nothing else, Registrar's.
    pub(crate) fn plan(&self, wanted: &Wiring, replace: Replace) -> Result<Plan, HandoverError> {
        let known = self.known()?;
        let text = known.text(&self.path)?;
        if self.helpers(text)?.ours() == *wanted {
            return Ok(self.remember(&known, wanted));
        }
        self.rewrite(&known, wanted, replace, |_| Ok(()))
    }

    /// The file is as wanted already, perhaps because another program made it so.
    fn remember(&self, known: &Known, wanted: &Wiring) -> Plan {
        let Some(old) = known.record.as_ref().filter(|old| old.wanted != *wanted) else {
            return Plan::default();
        };
        let mut record = Record {
            wanted: wanted.clone(),
            ..old.clone()
        };
        if wanted.is_empty() {
            record.splices.clear();
        }
        Plan::note(&self.path, record)
    }

    /// Makes `edit` to the part of the file that is not ours, and leaves ours as it is.
    pub(crate) fn plan_edit(
        &self,
        edit: impl Fn(&mut Editor) -> Result<(), Problem>,
    ) -> Result<Plan, HandoverError> {
        let known = self.known()?;
        let ours = self.helpers(known.text(&self.path)?)?.ours();
        let mut plan = self.rewrite(&known, &ours, Replace::Never, edit)?;
        let wanted = self.wanted()?;
        for record in plan
            .changes
            .iter_mut()
            .filter_map(|change| change.record.as_mut())
        {
            // What another program took is still to be repaired.
            record.wanted = wanted.clone();
        }
        Ok(plan)
    }

    fn rewrite(
        &self,
        known: &Known,
        wanted: &Wiring,
        replace: Replace,
        edit: impl Fn(&mut Editor) -> Result<(), Problem>,
    ) -> Result<Plan, HandoverError> {
        let text = known.text(&self.path)?;
        let old = known.record.clone().unwrap_or_default();
        let failed = |problem| broken(&self.path, text)(problem);
        let mut base = Editor::new(&wiring::base(known.record.as_ref(), text).map_err(failed)?);
        let absent = base.text.is_empty() && (known.content.is_none() || wiring::is_made(&old));
        edit(&mut base).map_err(failed)?;
        let wired = wiring::wire(&base.text, wanted, replace, &old);
        let (editor, previous, conflicts) = wired.map_err(failed)?;
        let exists = !(absent && editor.text.is_empty());
        let after = exists.then(|| Secret::new(editor.text.as_bytes()));
        if known.content.as_ref().map(Secret::expose) == after.as_ref().map(Secret::expose) {
            return Ok(Plan {
                conflicts,
                ..Plan::default()
            });
        }
        let record = Record {
            before: (!absent).then(|| disk::hash(base.text.as_bytes())),
            after: exists.then(|| disk::hash(editor.text.as_bytes())),
            splices: editor.splices,
            wanted: wiring::without(wanted, &conflicts, &old),
            previous,
            folders: old.folders,
            ..Record::default()
        };
        let change = FileChange {
            path: self.path.clone(),
            before: known.content.clone().map(Body::File),
            after: after.map(Body::File),
            record: Some(record),
            backup: None,
        };
        Ok(Plan {
            changes: vec![change],
            conflicts,
            ..Plan::default()
        })
    }
}

fn slot(helpers: &Helpers, key: Option<&str>) -> Slot {
    let status = match helpers.get(key) {
        Some(HELPER) => Status::Active,
        Some(other) => Status::Taken(other.to_owned()),
        None => Status::Missing,
    };
    Slot {
        key: key.map(str::to_owned),
        status,
    }
}
