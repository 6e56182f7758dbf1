//! Testing what stands in the form, and checking what is stored.

mod clients;
mod progress;
mod subject;

use std::sync::Arc;

use registrar_catalog::{Address, Record};
use registrar_registry::{RegistryId, Secret};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::app::App;
use crate::clouds::Freshness;
use crate::draft::{self, Place};
use crate::registries::row;
use crate::report;
use crate::saving::parse_id;
use crate::wire::{
    AppEvent, CheckRegistries, CheckReport, CheckStep, CheckSummary, CommandError,
    CredentialTrouble, Health, RegistryDraft, RegistryRow, TestRegistry, TestResult, TokenChange,
    TroubleKind,
};

pub(crate) use clients::Clients;
use progress::{Checked, Progress};
pub(crate) use subject::{Tests, stamp};

/// How many registries are checked at the same time.
const AT_ONCE: usize = 256;
/// The operation of a round of checks that nobody asked for.
const BACKGROUND: &str = "background";

/// Who wants a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The person, who can be asked to unlock something.
    Person,
    /// The clock. Nobody is asked anything, and what is locked is left out.
    Clock,
}

impl App {
    /// Checks what stands in the form, without saving it.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where the address cannot be understood;
    /// [`crate::wire::Code::Cancelled`]. What is wrong with the registry is part of the report.
    pub async fn test_registry(&self, request: TestRegistry) -> Result<TestResult, CommandError> {
        let old = self.edited(request.id.as_deref()).await?;
        let draft = draft::completed(&request.draft, old.as_ref());
        let had_token = old.as_ref().is_some_and(|old| old.token);
        let place = draft::parse_place(&draft, draft::will_have_token(&draft, had_token))?;
        let operation = self.0.operations.begin(&request.operation);
        let work = async {
            let token = self.draft_token(&request, old.as_ref()).await;
            let report = self.test(&request.operation, &place, token).await;
            let subject = self.0.tests.subject(&place, &draft.token);
            self.0.tests.remember(&request.operation, subject, &report);
            report
        };
        let report = operation
            .run(Box::pin(work))
            .await
            .ok_or_else(CommandError::cancelled)?;
        Ok(TestResult {
            test: request.operation.clone(),
            report,
        })
    }

    async fn test(
        &self,
        operation: &str,
        place: &Place,
        token: Result<Option<Secret>, CommandError>,
    ) -> CheckReport {
        let tell = |step: CheckStep| {
            let operation = operation.to_owned();
            self.send(AppEvent::TestStep { operation, step });
        };
        match token {
            Ok(token) => self.look(place, token, Freshness::New, &tell).await,
            Err(error) => report::token_unavailable(place.kind, &error),
        }
    }

    async fn look(
        &self,
        place: &Place,
        token: Option<Secret>,
        freshness: Freshness,
        on_step: &(dyn Fn(CheckStep) + Send + Sync),
    ) -> CheckReport {
        let (place, token) = match self.shown(place, token, freshness).await {
            Ok(shown) => shown,
            Err(failure) => return report::no_cloud_token(&failure),
        };
        let checked = self.clients().check(&place, token, on_step).await;
        checked.unwrap_or_else(report::not_checked)
    }

    /// The registry that the form edits, unless it is gone.
    async fn edited(&self, id: Option<&str>) -> Result<Option<Record>, CommandError> {
        let Some(id) = id else { return Ok(None) };
        Ok(self.record(parse_id(id)?).await.ok())
    }

    async fn draft_token(
        &self,
        request: &TestRegistry,
        old: Option<&Record>,
    ) -> Result<Option<Secret>, CommandError> {
        match (&request.draft.token, old) {
            (TokenChange::Set { token }, _) => Ok(Some(token.clone())),
            (TokenChange::Keep, Some(old)) => self.stored_token(old, Asked::Person).await,
            (TokenChange::Keep, None) if request.id.is_some() => Err(CommandError::not_found()),
            (TokenChange::Keep | TokenChange::Remove, _) => Ok(None),
        }
    }

    /// The registry's token; `None` where it has none.
    pub(crate) async fn stored_token(
        &self,
        record: &Record,
        asked: Asked,
    ) -> Result<Option<Secret>, CommandError> {
        match asked {
            _ if !record.token => Ok(None),
            Asked::Person => self.token(record.id).await.map(Some),
            Asked::Clock => self.token_at_hand(record.id).await.map(Some),
        }
    }

    /// Makes the test of a draft the first report of what was saved from it.
    pub(crate) async fn adopt_test(
        &self,
        record: &Record,
        draft: &RegistryDraft,
        test: Option<&str>,
    ) {
        let subject = self.0.tests.subject(&Place::of(record), &draft.token);
        let Some(report) = test.and_then(|name| self.0.tests.recall(name, &subject)) else {
            return;
        };
        self.remember(record, &report).await;
        self.save_health().await;
    }

    /// Checks stored registries, all at once, and tells the window of each as it comes.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] for an id that is none. Failed checks are results.
    pub async fn check_registries(
        &self,
        request: CheckRegistries,
    ) -> Result<CheckSummary, CommandError> {
        let records = self.records_to_check(request.ids.as_deref()).await?;
        let operation = self.0.operations.begin(&request.operation);
        let mut progress = Progress::new(&request.operation, records.len());
        self.show_as_checking(&records).await;
        let work = async {
            let everything = request.ids.is_none();
            if everything {
                // What the person asks for takes the place of what the clock has begun.
                self.0.operations.cancel(BACKGROUND);
            }
            let alone = self.0.checking_all.lock();
            let _alone = if everything { Some(alone.await) } else { None };
            self.check_all(&records, &mut progress, Asked::Person).await;
        };
        let finished = operation.run(Box::pin(work)).await.is_some();
        progress.tell(self);
        if !finished {
            self.show_as_known(&records).await;
        }
        self.save_health().await;
        self.tell_troubles(std::mem::take(&mut progress.troubles))
            .await;
        Ok(CheckSummary {
            passed: progress.done - progress.failed,
            failed: progress.failed,
            cancelled: !finished,
        })
    }

    /// Checks every registry that can be checked without asking the person, unless all are being
    /// checked already. Gives back the credentials that worked before and are refused now.
    pub(crate) async fn check_quietly(&self) -> Vec<CredentialTrouble> {
        let Ok(_alone) = self.0.checking_all.try_lock() else {
            return Vec::new();
        };
        let mut records = self.records_to_check(None).await.unwrap_or_default();
        if self.0.vault.probe().await.is_err() {
            records.retain(|record| !record.token);
        }
        let operation = self.0.operations.begin(BACKGROUND);
        let mut progress = Progress::new(BACKGROUND, records.len());
        operation
            .run(self.check_all(&records, &mut progress, Asked::Clock))
            .await;
        progress.tell(self);
        self.save_health().await;
        progress.troubles
    }

    async fn records_to_check(&self, ids: Option<&[String]>) -> Result<Vec<Record>, CommandError> {
        let catalog = self.shelf().await.catalog();
        let records: Vec<Record> = match ids {
            None => catalog.records.clone(),
            Some(ids) => {
                let record = |id: &String| {
                    catalog
                        .by_id(parse_id(id)?)
                        .cloned()
                        .ok_or_else(CommandError::not_found)
                };
                ids.iter().map(record).collect::<Result<_, _>>()?
            }
        };
        let checkable = |record: &Record| !matches!(record.url, Address::Other(_));
        Ok(records.into_iter().filter(checkable).collect())
    }

    async fn check_all(&self, records: &[Record], progress: &mut Progress, asked: Asked) {
        // Dropping the set, when the person cancels, ends every check in it.
        let mut running = JoinSet::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for record in records {
            let (app, record, places) = (self.clone(), record.clone(), Arc::clone(&places));
            running.spawn(async move {
                let _place = places.acquire_owned().await;
                app.check(&record, asked).await
            });
        }
        loop {
            // What is known already must not wait for the slowest.
            match timeout_at(progress.due(), running.join_next()).await {
                Ok(Some(checked)) => progress.count(checked.ok().flatten()),
                Ok(None) => break,
                Err(_elapsed) => {}
            }
            if Instant::now() >= progress.due() {
                progress.tell(self);
            }
        }
    }

    /// Checks one registry and remembers the result, unless it has changed meanwhile. `None` where
    /// it could not be checked without asking the person.
    async fn check(&self, record: &Record, asked: Asked) -> Option<Checked> {
        let place = Place::of(record);
        let report = match (self.stored_token(record, asked).await, asked) {
            (Ok(token), _) => self.look(&place, token, Freshness::Good, &|_| {}).await,
            (Err(error), Asked::Person) => report::token_unavailable(place.kind, &error),
            (Err(_), Asked::Clock) => return None,
        };
        let current = self.record(record.id).await.ok()?;
        let lost = current == *record && self.remember(record, &report).await;
        Some(Checked {
            row: row(&current, self.health().await),
            trouble: lost.then(|| refused(record)),
        })
    }

    /// Keeps the report; whether it says that a credential that worked is refused now.
    async fn remember(&self, record: &Record, report: &CheckReport) -> bool {
        let remembered = self.health().await.remember(record, report);
        remembered.unwrap_or_else(|error| {
            tracing::warn!(%error, "the result of a check could not be kept");
            false
        })
    }

    pub(crate) async fn save_health(&self) {
        let catalog = self.shelf().await.catalog();
        let saved = self
            .health()
            .await
            .save(|id: RegistryId| catalog.by_id(id).is_some());
        if let Err(error) = saved {
            tracing::warn!(%error, "the results of checks could not be kept");
        }
    }

    async fn show_as_checking(&self, records: &[Record]) {
        let health = self.health().await;
        let checking = |record| RegistryRow {
            health: Health::Checking,
            ..row(record, health)
        };
        let rows = records.iter().map(checking).collect();
        self.send(AppEvent::RowsChanged { rows });
    }

    async fn show_as_known(&self, records: &[Record]) {
        let health = self.health().await;
        let rows = records.iter().map(|record| row(record, health)).collect();
        self.send(AppEvent::RowsChanged { rows });
    }

    /// The clients that follow the settings as they are.
    pub(crate) fn clients(&self) -> Arc<Clients> {
        let mut clients = self.0.clients.lock();
        Arc::clone(clients.get_or_insert_with(|| Arc::new(Clients::new(self.0.settings.get()))))
    }
}

fn refused(record: &Record) -> CredentialTrouble {
    CredentialTrouble {
        id: record.id.to_string(),
        name: record.name.to_string(),
        kind: TroubleKind::Refused,
    }
}
