//! Stacks and samples of the devfile registries: what is known of them, and the use cases.
//!
//! Every registry has its own state, and none waits for another. The indexes are kept in memory
//! and on disk; the one list of everything is made anew when an index or the catalog has changed.

mod finding;
mod icons;
mod known;
mod loading;
mod order;
mod page;
mod saving;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use registrar_catalog::{Address, Record};
use registrar_devfile::{Cache, Target};
use registrar_registry::{RegistryKind, Secret};

use crate::app::App;
use crate::checks::{Asked, stamp};
use crate::saving::parse_id;
use crate::wire::{CommandError, StackSource};

use icons::Icons;
use known::{Known, Merged};
use saving::Waiting;

/// What is known of the registries' stacks.
pub(crate) struct Stacks {
    pub(super) cache: Cache,
    known: Known,
    merged: Mutex<Option<Arc<Merged>>>,
    /// Counts the changes of `known`.
    revision: AtomicU32,
    icons: Icons,
    /// A save that waits for an answer.
    waiting: Mutex<Option<Waiting>>,
    /// The folder that was saved into last.
    last_folder: Mutex<Option<PathBuf>>,
}

impl Stacks {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            cache: Cache::new(folder),
            known: Known::default(),
            merged: Mutex::default(),
            revision: AtomicU32::default(),
            icons: Icons::default(),
            waiting: Mutex::default(),
            last_folder: Mutex::default(),
        }
    }

    pub(crate) fn changed(&self) {
        self.revision.fetch_add(1, Ordering::SeqCst);
    }
}

impl App {
    /// The devfile registries in order of priority: the cluster's, then the catalog's.
    pub(crate) async fn devfile_records(&self) -> Vec<Record> {
        let catalog = self.shelf().await.catalog();
        let records = catalog.records.iter();
        let own = records.filter(|record| record.kind == RegistryKind::Devfile);
        let cluster = self.0.cluster.records().into_iter();
        cluster.chain(own.cloned()).collect()
    }

    /// The registry of this id, which is a devfile registry.
    async fn devfile_record(&self, id: &str) -> Result<Record, CommandError> {
        let id = parse_id(id)?;
        if let Some(record) = self.0.cluster.record(id) {
            return Ok(record);
        }
        let record = self.record(id).await?;
        if record.kind == RegistryKind::Devfile {
            Ok(record)
        } else {
            Err(CommandError::not_found())
        }
    }

    /// How to reach a registry as the person who uses it.
    async fn stack_target(&self, record: &Record) -> Result<Target, CommandError> {
        let token = self.stored_token(record, Asked::Person).await?;
        target(record, token).ok_or_else(CommandError::not_found)
    }

    fn source(&self, record: &Record) -> StackSource {
        StackSource {
            cluster: self.0.cluster.context_of(record.id),
            ..self.0.stacks.known.source(record)
        }
    }
}

fn target(record: &Record, token: Option<Secret>) -> Option<Target> {
    match &record.url {
        Address::Devfile(url) => Some(Target {
            url: url.clone(),
            token,
            tls: record.tls.clone(),
        }),
        Address::Container(_) | Address::Other(_) => None,
    }
}

/// Under what an answer of the registry is kept: only as long as the record says the same.
fn key(record: &Record, what: &str) -> String {
    format!("{what}\n{}", stamp(record))
}
