//! The client itself: fetching the index and judging what came.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use registrar_net::{Answer, Failure, FailureKind, Get, Http, Settings, Step, Trace};
use registrar_registry::{DevfileUrl, Secret, TlsRules};

use crate::check::{CheckReport, MAX_STACK_NAMES};
use crate::index::{EntryKind, Index, IndexError};

/// The largest index that is accepted, in bytes.
const MAX_INDEX: u64 = 64 * 1024 * 1024;

/// Where an index may be. Registries of today have the first, which lists stacks and samples;
/// `v2index` alone lists only the stacks. Small servers that only look like a registry have only
/// the second, and old ones only the third, in which each entry has one version.
const PATHS: [&str; 3] = ["v2index/all", "v2index", "index"];

/// A registry to talk to.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its address.
    pub url: DevfileUrl,
    /// Its token, which is sent over https only.
    pub token: Option<Secret>,
    /// What to trust.
    pub tls: TlsRules,
}

/// An index, and the bytes that it was read from.
#[derive(Debug, Clone)]
pub struct FetchedIndex {
    /// What the registry offers.
    pub index: Index,
    /// As [`Index::parse`] takes it.
    pub body: Vec<u8>,
}

/// A client of devfile registries. Cloning it is cheap; one serves any number of registries
/// at the same time.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
}

impl Client {
    /// A client that reaches registries by `settings`.
    pub fn new(settings: Settings) -> Self {
        Self {
            http: Http::new(settings),
        }
    }

    /// Finds out whether `target` is a devfile registry that can be used, and what it offers.
    /// Calls `on_step` when a step begins. Never takes much longer than the settings' limit;
    /// dropping the future cancels it.
    pub async fn check(
        &self,
        target: &Target,
        on_step: &(dyn Fn(Step) + Send + Sync),
    ) -> CheckReport {
        let trace = Trace::new(on_step);
        let began = Instant::now();
        let outcome = self.fetch(target, &trace).await;
        report(target, &trace, outcome, began)
    }

    /// The registry's index.
    ///
    /// # Errors
    /// Every [`FailureKind`] but [`FailureKind::TokenUnavailable`] for a token that can be sent.
    pub async fn index(&self, target: &Target) -> Result<FetchedIndex, Failure> {
        let (fetched, _) = self.fetch(target, &Trace::new(&|_| {})).await?;
        Ok(fetched)
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// The index and when its last byte had come, from the first of [`PATHS`] that has it.
    async fn fetch(
        &self,
        target: &Target,
        trace: &Trace<'_>,
    ) -> Result<(FetchedIndex, Instant), Failure> {
        let deadline = self.http.deadline();
        let mut first = None;
        for path in PATHS {
            match self.fetch_path(target, path, deadline, trace).await {
                Ok(found) => return Ok(found),
                Err(Refusal::Final(failure)) => return Err(failure),
                Err(Refusal::OtherPath(failure)) => first = first.or(Some(failure)),
            }
        }
        let nothing = || Failure::new(FailureKind::NotARegistry, "no index");
        Err(first.unwrap_or_else(nothing))
    }

    async fn fetch_path(
        &self,
        target: &Target,
        path: &str,
        deadline: tokio::time::Instant,
        trace: &Trace<'_>,
    ) -> Result<(FetchedIndex, Instant), Refusal> {
        let get = Get {
            url: &target.url.endpoint(path),
            token: target.token.as_ref(),
            tls: &target.tls,
            accept: "application/json",
            max_body: MAX_INDEX,
            deadline,
        };
        let answer = self.http.get(&get, trace).await.map_err(Refusal::Final)?;
        let arrived = Instant::now();
        let fetched = understand(answer).await?;
        Ok((fetched, arrived))
    }
}

/// Why one address of the index did not bring it.
enum Refusal {
    /// Another address may bring it.
    OtherPath(Failure),
    /// No use in asking again.
    Final(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure.kind {
            FailureKind::NotARegistry => Self::OtherPath(failure),
            _ => Self::Final(failure),
        }
    }
}

async fn understand(mut answer: Answer) -> Result<FetchedIndex, Refusal> {
    if let Some(failure) = answer.failure() {
        return Err(failure.into());
    }
    // An index may have many megabytes, and others wait for this thread.
    let body = std::mem::take(&mut answer.body);
    let parse = move || Index::parse(&body).map(|index| FetchedIndex { index, body });
    match tokio::task::spawn_blocking(parse).await {
        Ok(Ok(fetched)) => Ok(fetched),
        Ok(Err(error)) => Err(answer.fail(kind(&error), error.to_string()).into()),
        Err(error) => Err(answer.fail(FailureKind::BadJson, error.to_string()).into()),
    }
}

fn kind(error: &IndexError) -> FailureKind {
    match error {
        IndexError::NotAnIndex => FailureKind::NotARegistry,
        IndexError::Syntax { .. } | IndexError::Shape { .. } => FailureKind::BadJson,
        IndexError::TooLarge => FailureKind::TooLarge,
    }
}

fn report(
    target: &Target,
    trace: &Trace<'_>,
    outcome: Result<(FetchedIndex, Instant), Failure>,
    began: Instant,
) -> CheckReport {
    let steps = trace.results(outcome.is_err(), !target.url.is_plain_http());
    let (index, answer_time, failure) = match outcome {
        Ok((fetched, arrived)) => (fetched.index, Some(elapsed(began, arrived)), None),
        Err(failure) => (Index::default(), None, Some(failure)),
    };
    CheckReport {
        checked_at: Timestamp::now(),
        answer_time,
        token_sent: trace.token_sent(),
        failure,
        certificate: trace.certificate(),
        steps,
        stacks: count(&index, EntryKind::Stack),
        samples: count(&index, EntryKind::Sample),
        stack_names: stack_names(&index),
    }
}

fn elapsed(began: Instant, ended: Instant) -> Duration {
    ended.saturating_duration_since(began)
}

fn count(index: &Index, kind: EntryKind) -> u32 {
    let found = index.entries().iter().filter(|e| e.kind == kind).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

fn stack_names(index: &Index) -> Vec<String> {
    let mut names: Vec<_> = index.stacks().map(|stack| stack.name.clone()).collect();
    names.sort_unstable();
    names.truncate(MAX_STACK_NAMES);
    names
}
