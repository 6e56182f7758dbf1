//! Testing what stands in the form, and checking what is stored.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use registrar_catalog::{Address, Record};
use registrar_devfile::Target;
use registrar_net::{ProxyRule, Step};
use registrar_registry::{DevfileUrl, RegistryId, Secret, TlsRules};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::app::App;
use crate::draft::parse_target;
use crate::registries::row;
use crate::report;
use crate::saving::parse_id;
use crate::wire::{
    AppEvent, CheckRegistries, CheckReport, CheckSummary, CommandError, Health, Proxy,
    RegistryDraft, RegistryRow, TestRegistry, TestResult, TokenChange,
};

pub(crate) type Client = Arc<registrar_devfile::Client>;

/// How many registries are checked at the same time.
const AT_ONCE: usize = 64;
/// How often the window hears of results while many are checked.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// While there is nothing new to tell. No check takes that long.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
/// How many tests of drafts are remembered.
const TESTS_KEPT: usize = 8;

/// The last tests of drafts, each of which may become a registry's first report.
#[derive(Default)]
pub(crate) struct Tests {
    tests: Mutex<VecDeque<Test>>,
    // Keyed anew in every run, so that it says nothing about a token to anybody else.
    hasher: RandomState,
}

struct Test {
    name: String,
    subject: Subject,
    report: CheckReport,
}

/// What a test depends on: the test counts only for a draft with the same subject.
#[derive(PartialEq, Eq)]
struct Subject {
    url: DevfileUrl,
    tls: TlsRules,
    /// A keyed hash of the token, `None` without one.
    token: Option<u64>,
}

impl App {
    /// Checks what stands in the form, without saving it.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where the address cannot be understood;
    /// [`crate::wire::Code::Cancelled`]. What is wrong with the registry is part of the report.
    pub async fn test_registry(&self, request: TestRegistry) -> Result<TestResult, CommandError> {
        let (url, tls) = parse_target(&request.draft)?;
        let operation = self.0.operations.begin(&request.operation);
        let token = self.draft_token(&request);
        let work = async {
            let report = match token.await {
                Ok(token) => {
                    let tell = |step: Step| {
                        let operation = request.operation.clone();
                        self.send(AppEvent::TestStep {
                            operation,
                            step: report::step(step),
                        });
                    };
                    let target = Target {
                        url: url.clone(),
                        token,
                        tls: tls.clone(),
                    };
                    report::report(self.client().check(&target, &tell).await)
                }
                Err(error) => report::token_unavailable(&error),
            };
            let subject = self.subject(&request.draft, url, tls);
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

    async fn draft_token(&self, request: &TestRegistry) -> Result<Option<Secret>, CommandError> {
        match (&request.draft.token, &request.id) {
            (TokenChange::Set { token }, _) => Ok(Some(token.clone())),
            (TokenChange::Keep, Some(id)) => {
                let record = self.record(parse_id(id)?).await?;
                self.stored_token(&record).await
            }
            (TokenChange::Keep | TokenChange::Remove, _) => Ok(None),
        }
    }

    async fn stored_token(&self, record: &Record) -> Result<Option<Secret>, CommandError> {
        if record.token {
            self.token(record.id).await.map(Some)
        } else {
            Ok(None)
        }
    }

    fn subject(&self, draft: &RegistryDraft, url: DevfileUrl, tls: TlsRules) -> Subject {
        let token = match &draft.token {
            TokenChange::Set { token } => Some(self.0.tests.hasher.hash_one(token.expose())),
            TokenChange::Keep | TokenChange::Remove => None,
        };
        Subject { url, tls, token }
    }

    /// Makes the test of a draft the first report of what was saved from it.
    pub(crate) async fn adopt_test(
        &self,
        record: &Record,
        draft: &RegistryDraft,
        test: Option<&str>,
    ) {
        let Address::Devfile(url) = &record.url else {
            return;
        };
        let subject = self.subject(draft, url.clone(), record.tls.clone());
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
        let finished = operation
            .run(self.check_all(&records, &mut progress))
            .await
            .is_some();
        progress.tell(self);
        if !finished {
            self.show_as_known(&records).await;
        }
        self.save_health().await;
        Ok(CheckSummary {
            passed: progress.done - progress.failed,
            failed: progress.failed,
            cancelled: !finished,
        })
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
        let devfile = |record: &Record| matches!(record.url, Address::Devfile(_));
        Ok(records.into_iter().filter(devfile).collect())
    }

    async fn check_all(&self, records: &[Record], progress: &mut Progress) {
        // Dropping the set, when the person cancels, ends every check in it.
        let mut running = JoinSet::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for record in records {
            let (app, record, places) = (self.clone(), record.clone(), Arc::clone(&places));
            running.spawn(async move {
                let _place = places.acquire_owned().await;
                app.check(&record).await
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

    /// Checks one registry and remembers the result, unless it has changed meanwhile.
    async fn check(&self, record: &Record) -> Option<RegistryRow> {
        let Address::Devfile(url) = &record.url else {
            return None;
        };
        let report = match self.stored_token(record).await {
            Ok(token) => {
                let target = Target {
                    url: url.clone(),
                    token,
                    tls: record.tls.clone(),
                };
                report::report(self.client().check(&target, &|_| {}).await)
            }
            Err(error) => report::token_unavailable(&error),
        };
        let current = self.record(record.id).await.ok()?;
        if current == *record {
            self.remember(record, &report).await;
        }
        Some(row(&current, self.health().await))
    }

    async fn remember(&self, record: &Record, report: &CheckReport) {
        if let Err(error) = self.health().await.remember(record, report) {
            tracing::warn!(%error, "the result of a check could not be kept");
        }
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

    /// The client that follows the settings as they are.
    fn client(&self) -> Client {
        let mut client = self.0.client.lock();
        Arc::clone(client.get_or_insert_with(|| {
            let settings = self.0.settings.get();
            Arc::new(registrar_devfile::Client::new(registrar_net::Settings {
                timeout: Duration::from_secs(u64::from(settings.timeout_seconds)),
                proxy: match settings.proxy {
                    Proxy::System => ProxyRule::System,
                    Proxy::Direct => ProxyRule::Direct,
                    Proxy::Manual { url } => {
                        url.parse().map_or(ProxyRule::System, ProxyRule::Manual)
                    }
                },
                ..registrar_net::Settings::default()
            }))
        }))
    }
}

impl Tests {
    fn remember(&self, name: &str, subject: Subject, report: &CheckReport) {
        let mut tests = self.tests.lock();
        tests.push_back(Test {
            name: name.to_owned(),
            subject,
            report: report.clone(),
        });
        if tests.len() > TESTS_KEPT {
            tests.pop_front();
        }
    }

    fn recall(&self, name: &str, subject: &Subject) -> Option<CheckReport> {
        let tests = self.tests.lock();
        let found = tests
            .iter()
            .rev()
            .find(|test| test.name == name && test.subject == *subject);
        found.map(|test| test.report.clone())
    }
}

/// How far a check of many has come, and what the window has not heard of yet.
struct Progress {
    operation: String,
    done: u32,
    failed: u32,
    total: u32,
    untold: Vec<RegistryRow>,
    told: Instant,
    /// How many were done when the window was told last.
    told_done: u32,
}

impl Progress {
    fn new(operation: &str, total: usize) -> Self {
        Self {
            operation: operation.to_owned(),
            done: 0,
            failed: 0,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            untold: Vec::new(),
            told: Instant::now(),
            told_done: 0,
        }
    }

    fn count(&mut self, row: Option<RegistryRow>) {
        self.done += 1;
        let failed = |row: &RegistryRow| matches!(row.health, Health::Failed { .. });
        if row.as_ref().is_some_and(failed) {
            self.failed += 1;
        }
        self.untold.extend(row);
    }

    /// When the window is to hear of what came since it was told last.
    fn due(&self) -> Instant {
        let every = if self.done == self.told_done {
            NEVER
        } else {
            TELL_EVERY
        };
        self.told + every
    }

    fn tell(&mut self, app: &App) {
        self.told = Instant::now();
        self.told_done = self.done;
        app.send(AppEvent::RowsChanged {
            rows: std::mem::take(&mut self.untold),
        });
        app.send(AppEvent::CheckProgress {
            operation: self.operation.clone(),
            done: self.done,
            failed: self.failed,
            total: self.total,
        });
    }
}
