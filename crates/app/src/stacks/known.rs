//! What is known of each registry's index.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::RwLock;
use registrar_catalog::Record;
use registrar_devfile::{EntryKind, Index, Offers};
use registrar_registry::RegistryId;

use crate::checks::stamp;
use crate::wire::{CheckFailure, SourceState, StackSource};

/// Of every registry that was asked for. It counts only while the record still says what was
/// asked.
#[derive(Default)]
pub(super) struct Known(RwLock<HashMap<RegistryId, OfOne>>);

#[derive(Default, Clone)]
pub(super) struct OfOne {
    stamp: String,
    pub(super) index: Option<Arc<Index>>,
    pub(super) fetched: Option<Timestamp>,
    pub(super) loading: bool,
    pub(super) failure: Option<CheckFailure>,
}

/// Everything in one list.
pub(super) struct Merged {
    /// Of which state of the world.
    pub(super) revision: u32,
    pub(super) catalog: String,
    /// The registries whose indexes are in it, by priority.
    pub(super) registries: Vec<(RegistryId, String)>,
    pub(super) offers: Offers,
}

impl Known {
    pub(super) fn of(&self, record: &Record) -> OfOne {
        let known = self.0.read();
        let found = known
            .get(&record.id)
            .filter(|known| known.stamp == stamp(record));
        found.cloned().unwrap_or_default()
    }

    /// Changes what is known of a registry as it stands.
    pub(super) fn update(&self, record: &Record, change: impl FnOnce(&mut OfOne)) {
        let mut all = self.0.write();
        let known = all.entry(record.id).or_default();
        let stamp = stamp(record);
        if known.stamp != stamp {
            *known = OfOne {
                stamp,
                ..OfOne::default()
            };
        }
        change(known);
    }

    /// Forgets the registries that are gone.
    pub(super) fn retain(&self, records: &[Record]) {
        let is_there = |id: &RegistryId| records.iter().any(|record| record.id == *id);
        self.0.write().retain(|id, _| is_there(id));
    }

    pub(super) fn source(&self, record: &Record) -> StackSource {
        let known = self.of(record);
        let count = |kind: EntryKind| {
            let entries = known.index.iter().flat_map(|index| index.entries());
            let count = entries.filter(|entry| entry.kind == kind).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        StackSource {
            id: record.id.to_string(),
            name: record.name.to_string(),
            cluster: None,
            state: match &known {
                OfOne { loading: true, .. } => SourceState::Loading,
                OfOne {
                    failure: Some(_), ..
                } => SourceState::Failed,
                OfOne { index: Some(_), .. } => SourceState::Ready,
                OfOne { .. } => SourceState::Waiting,
            },
            stacks: count(EntryKind::Stack),
            samples: count(EntryKind::Sample),
            fetched_at: known.fetched.map(|at| at.to_string()),
            failure: known.failure,
        }
    }
}
