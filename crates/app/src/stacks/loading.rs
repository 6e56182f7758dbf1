//! Fetching the registries' indexes: each by itself, all at once, from the disk first.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use registrar_catalog::Record;
use registrar_devfile::{Index, Kept};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::{key, target};
use crate::app::App;
use crate::checks::Asked;
use crate::report;
use crate::wire::{
    AppEvent, CheckFailure, CommandError, LoadStacks, Nothing, Refresh, StackSources,
};

/// How old an index may be before it is fetched anew.
const FRESH_FOR: Duration = Duration::from_mins(15);
/// How long anything stays on the disk that nobody has fetched again.
const KEPT_FOR: Duration = Duration::from_hours(90 * 24);
/// How many indexes are fetched at the same time.
const AT_ONCE: usize = 128;
/// How often the window hears of results while many are fetched.
const TELL_EVERY: Duration = Duration::from_millis(100);

impl App {
    /// Every devfile registry as a source, as it is known now.
    ///
    /// # Errors
    /// None.
    pub async fn stack_sources(&self, _: Nothing) -> Result<StackSources, CommandError> {
        let records = self.devfile_records().await;
        Ok(self.sources_of(&records, false))
    }

    /// Fetches the indexes of devfile registries, all at once, and tells the window of each as it
    /// comes. What lies on the disk is told first.
    ///
    /// # Errors
    /// None: that a registry could not be reached is part of its state.
    pub async fn load_stacks(&self, request: LoadStacks) -> Result<StackSources, CommandError> {
        let records = self.devfile_records().await;
        self.0.stacks.known.retain(&records);
        self.recall_indexes(&records).await;
        let due: Vec<Record> = records
            .iter()
            .filter(|record| self.is_due(record, &request.refresh))
            .cloned()
            .collect();
        let operation = self.0.operations.begin(&request.operation);
        self.set_loading(&due, true);
        let finished = operation
            .run(Box::pin(self.fetch_indexes(&due)))
            .await
            .is_some();
        if !finished {
            self.set_loading(&due, false);
        }
        // The catalog or the cluster may have more by now.
        let records = self.devfile_records().await;
        self.sweep_stacks(&records).await;
        Ok(self.sources_of(&records, !finished))
    }

    fn sources_of(&self, records: &[Record], cancelled: bool) -> StackSources {
        StackSources {
            sources: records.iter().map(|record| self.source(record)).collect(),
            cancelled,
        }
    }

    fn is_due(&self, record: &Record, refresh: &Refresh) -> bool {
        let known = self.0.stacks.known.of(record);
        match refresh {
            Refresh::All => true,
            Refresh::Some { ids } => ids.contains(&record.id.to_string()),
            Refresh::Stale if known.loading => false,
            Refresh::Stale => !known.fetched.is_some_and(is_fresh) || known.failure.is_some(),
        }
    }

    fn set_loading(&self, records: &[Record], loading: bool) {
        for record in records {
            let known = &self.0.stacks.known;
            known.update(record, |known| known.loading = loading);
        }
        self.tell_sources(records);
    }

    fn tell_sources(&self, records: &[Record]) {
        if records.is_empty() {
            return;
        }
        self.0.stacks.changed();
        let sources = records.iter().map(|record| self.source(record)).collect();
        self.send(AppEvent::StacksChanged { sources });
    }

    /// Reads from the disk the indexes that are not in memory.
    async fn recall_indexes(&self, records: &[Record]) {
        let mut reading = JoinSet::new();
        for record in records {
            if self.0.stacks.known.of(record).index.is_none() {
                let (app, record) = (self.clone(), record.clone());
                reading.spawn_blocking(move || app.recall_index(&record).then_some(record));
            }
        }
        let found = reading.join_all().await;
        let found: Vec<Record> = found.into_iter().flatten().collect();
        self.tell_sources(&found);
    }

    /// Whether the disk had it. Blocks.
    fn recall_index(&self, record: &Record) -> bool {
        let stacks = &self.0.stacks;
        let kept = stacks
            .cache
            .read(&record.id.to_string(), &key(record, "index"));
        let parsed = kept.and_then(|Kept { fetched, bytes }| {
            Some((fetched, Arc::new(Index::parse(&bytes).ok()?)))
        });
        let Some((fetched, index)) = parsed else {
            return false;
        };
        stacks.known.update(record, |known| {
            known.fetched = Some(fetched);
            known.index = Some(index);
        });
        true
    }

    async fn fetch_indexes(&self, records: &[Record]) {
        // Dropping the set, when the person cancels, ends every request in it.
        let mut running = JoinSet::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for record in records {
            let (app, record, places) = (self.clone(), record.clone(), Arc::clone(&places));
            running.spawn(async move {
                let _place = places.acquire_owned().await;
                app.fetch_index(&record).await;
                record
            });
        }
        let mut untold = Vec::new();
        let mut due = Instant::now();
        loop {
            // What is known already must not wait for the slowest.
            let wait = if untold.is_empty() {
                Instant::now() + FRESH_FOR
            } else {
                due
            };
            match timeout_at(wait, running.join_next()).await {
                Ok(Some(record)) => untold.extend(record),
                Ok(None) => break,
                Err(_elapsed) => {}
            }
            if Instant::now() >= due && !untold.is_empty() {
                self.tell_sources(&std::mem::take(&mut untold));
                due = Instant::now() + TELL_EVERY;
            }
        }
        self.tell_sources(&untold);
    }

    async fn fetch_index(&self, record: &Record) {
        let fetched = self.fetch_one(record).await;
        self.0.stacks.known.update(record, |known| {
            known.loading = false;
            match fetched {
                Ok(index) => {
                    known.index = Some(index);
                    known.fetched = Some(Timestamp::now());
                    known.failure = None;
                }
                Err(failure) => known.failure = Some(failure),
            }
        });
    }

    async fn fetch_one(&self, record: &Record) -> Result<Arc<Index>, CheckFailure> {
        let token = self.stored_token(record, Asked::Person).await;
        let token = token.map_err(|error| report::no_token(&error))?;
        let nothing = || registrar_net::FailureKind::NotARegistry;
        let target = target(record, token)
            .ok_or_else(|| registrar_net::Failure::new(nothing(), "no devfile registry"))
            .map_err(report::failure)?;
        let clients = self.clients();
        let fetched = clients.devfile().index(&target).await;
        let fetched = fetched.map_err(report::failure)?;
        self.keep(record, "index", fetched.body).await;
        Ok(Arc::new(fetched.index))
    }

    /// Keeps an answer on the disk. Failing to is logged: it costs a download.
    pub(super) async fn keep(&self, record: &Record, what: &str, bytes: Vec<u8>) {
        let (cache, id) = (self.0.stacks.cache.clone(), record.id.to_string());
        let key = key(record, what);
        let kept = tokio::task::spawn_blocking(move || cache.write(&id, &key, &bytes)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, "an answer of a registry could not be kept");
        }
    }

    async fn sweep_stacks(&self, records: &[Record]) {
        let cache = self.0.stacks.cache.clone();
        let ids: Vec<String> = records.iter().map(|record| record.id.to_string()).collect();
        let known = move |name: &str| ids.iter().any(|id| id == name);
        let _ = tokio::task::spawn_blocking(move || cache.sweep(known, KEPT_FOR)).await;
    }
}

/// Whether something that was fetched then need not be fetched again.
pub(super) fn is_fresh(fetched: Timestamp) -> bool {
    let age = Timestamp::now().duration_since(fetched);
    !age.is_negative() && age.unsigned_abs() < FRESH_FOR
}
