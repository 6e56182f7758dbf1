//! Carrying out what is in the queue.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use registrar_container::moving::{self, MoveFailure, Moved, Progress};
use tokio::time::Instant;

use super::ends::Trouble;
use super::file::{self, Job, Kept};
use super::queue::{Item, Pending, Run, State, kind};
use super::words::{explained, news};
use crate::app::App;
use crate::checks::Asked;
use crate::hosting::throttle::Throttle;
use crate::wire::{CommandError, TransferKind, TransferPlace};

/// How often a locked vault is looked at; that it was unlocked in the window is known at once.
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// Where nothing is to be waited for.
const LONG: Duration = Duration::from_hours(1);
/// The engine tries for some minutes; these are the waits after that. Then it has failed.
const WAITS: [Duration; 4] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
];
/// The longest wait that a registry may ask for.
const LONGEST: Duration = Duration::from_hours(12);

impl App {
    /// Reads what the last run has left, and goes on with it.
    pub(crate) async fn begin_transfers(&self) {
        let app = self.clone();
        let read = tokio::task::spawn_blocking(move || file::read(&app.0.transfers.path)).await;
        let contents = read.unwrap_or_default();
        let transfers = &self.0.transfers;
        let jobs = contents.jobs.into_iter();
        transfers.queue.lock().items = jobs.map(|job| Item::new(job, false)).collect();
        *transfers.strange.lock() = contents.strange;
        *transfers.problem.lock() = contents.problem;
        tokio::spawn(self.clone().follow_transfers());
    }

    /// Ends what runs; the file says already that it is to go on.
    pub(crate) fn end_transfers(&self) {
        self.0.transfers.ended.cancel();
        self.0.transfers.queue.lock().end();
    }

    async fn follow_transfers(self) {
        let transfers = &self.0.transfers;
        while !transfers.ended.is_cancelled() {
            while let Some(run) = self.next_run() {
                self.tell_transfer(run.id);
                tokio::spawn(self.clone().run_transfer(run));
            }
            let blocked = transfers.queue.lock().any_blocked();
            let due = transfers.queue.lock().next_due(Instant::now());
            let wait = due.unwrap_or(if blocked { LOOK_AGAIN } else { LONG });
            let wait = if blocked { wait.min(LOOK_AGAIN) } else { wait };
            tokio::select! {
                () = transfers.wake.notified() => {}
                () = transfers.ended.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
            if blocked && self.0.vault.probe().await.is_ok() {
                transfers.queue.lock().unblock();
            }
        }
    }

    fn next_run(&self) -> Option<Run> {
        self.0.transfers.queue.lock().start_next(Instant::now())
    }

    async fn run_transfer(self, run: Run) {
        let job = self
            .0
            .transfers
            .queue
            .lock()
            .find(run.id)
            .map(|item| item.job.clone());
        if let Some(job) = job {
            // On the heap: requests, retries and archives make it large.
            let work = Box::pin(self.carry_out(&run, &job));
            match run.token.run_until_cancelled(work).await {
                Some(outcome) => self.came_to(&run, &job, outcome).await,
                None => self.given_up(&run, &job).await,
            }
        }
        self.0.transfers.wake.notify_one();
    }

    async fn carry_out(&self, run: &Run, job: &Job) -> Result<Moved, Trouble> {
        let asked = if run.person {
            Asked::Person
        } else {
            Asked::Clock
        };
        let movement = self.movement(&job.wanted, asked).await?;
        let plan = moving::plan(&movement).await?;
        self.progressed(
            run,
            job,
            Progress {
                bytes_total: plan.bytes_total,
                ..Progress::default()
            },
        );
        let throttle = Throttle::default();
        let tell = |progress: Progress| {
            let retrying = progress.retrying.is_some();
            self.progressed(run, job, progress);
            if throttle.is_due() || retrying {
                self.tell_transfer(run.id);
            }
        };
        Ok(moving::carry(&plan, &tell).await?)
    }

    fn progressed(&self, run: &Run, job: &Job, progress: Progress) {
        let mut queue = self.0.transfers.queue.lock();
        let Some(item) = queue.running(run) else {
            return;
        };
        item.done = progress.bytes_done;
        item.total = Some(progress.bytes_total);
        item.spared = progress.bytes_already_there;
        if let State::Running { meter, pending, .. } = &mut item.state {
            let sent = progress
                .bytes_done
                .saturating_sub(progress.bytes_already_there);
            meter.take(Instant::now(), sent);
            *pending = progress.retrying.map(|retrying| Pending {
                at: later(retrying.wait),
                attempt: retrying.attempt.saturating_add(1),
                error: explained(&retrying.failure, &job.words),
            });
        }
    }

    /// The run has ended by itself.
    async fn came_to(&self, run: &Run, job: &Job, outcome: Result<Moved, Trouble>) {
        let ended = {
            let mut queue = self.0.transfers.queue.lock();
            let Some(item) = queue.running(run) else {
                return;
            };
            settle(item, outcome)
        };
        self.keep_transfers().await;
        let Some(outcome) = ended else {
            return self.tell_transfer(run.id);
        };
        // Who is told that it has ended finds it in the record of activity.
        self.note_transfer(job, outcome.clone()).await;
        self.tell_transfer(run.id);
        self.notify_transfer(job, &outcome).await;
    }

    /// The person has stopped the run, or the window is closing.
    async fn given_up(&self, run: &Run, job: &Job) {
        let state = self
            .0
            .transfers
            .queue
            .lock()
            .find(run.id)
            .map(|item| item.job.state.clone());
        if state.is_none_or(|state| state == Kept::Cancelled) {
            self.discard_leftover(&job.wanted.to).await;
        }
    }

    /// Tells the system, for somebody who looks at something else.
    async fn notify_transfer(&self, job: &Job, outcome: &Result<(), CommandError>) {
        let (title, body) = news(job, outcome);
        let app = self.clone();
        let notify = move || {
            app.0.ports.notifier.notify(&title, &body);
            Ok(())
        };
        // Whether the system shows it is not known anyway.
        let _ = self.blocking(notify).await;
    }

    async fn note_transfer(&self, job: &Job, outcome: Result<(), CommandError>) {
        let NewRecord { id, action } = NewRecord::of(job);
        let detail = format!("{} → {}", job.words.from, job.words.to);
        let record = match self.container_place(&id).await {
            Ok(place) => Some(place.record),
            Err(_) => None,
        };
        let _ = match record {
            Some(record) => self.noted(action, &record, Some(detail), outcome).await,
            None => self.noted_general(action, Some(detail), outcome).await,
        };
    }
}

/// What the record of activity says of a move.
struct NewRecord {
    id: String,
    action: &'static str,
}

impl NewRecord {
    fn of(job: &Job) -> Self {
        let (from, to) = (&job.wanted.from, &job.wanted.to);
        let (place, action) = match kind(from, to) {
            TransferKind::Download => (from, "image.downloaded"),
            TransferKind::Upload => (to, "image.uploaded"),
            TransferKind::Copy => (to, "image.copied"),
        };
        let id = match place {
            TransferPlace::Registry { registry, .. } => registry.clone(),
            TransferPlace::File { .. } => String::new(),
        };
        Self { id, action }
    }
}

/// Puts the item where the outcome leads. What the record of activity is told, where it has ended.
fn settle(item: &mut Item, outcome: Result<Moved, Trouble>) -> Option<Result<(), CommandError>> {
    match outcome {
        Ok(moved) => {
            let bytes = moved.bytes_total;
            (item.done, item.total) = (bytes, Some(bytes));
            item.spared = moved.bytes_already_there;
            item.keep(Kept::Done {
                at: Timestamp::now(),
                digest: moved.digest.to_string(),
                bytes,
            });
            Some(Ok(()))
        }
        Err(Trouble::Locked) => {
            item.state = State::Blocked;
            None
        }
        Err(Trouble::Refused(error)) => Some(fail(item, error)),
        Err(Trouble::Broken(failure)) => match wait_after(&failure, item.attempts) {
            Some(wait) => {
                item.attempts += 1;
                item.state = State::Retrying {
                    due: Instant::now() + wait,
                    pending: Pending {
                        at: later(wait),
                        attempt: item.attempts + 1,
                        error: explained(&failure, &item.job.words),
                    },
                };
                None
            }
            None => Some(fail(item, explained(&failure, &item.job.words))),
        },
    }
}

fn fail(item: &mut Item, error: CommandError) -> Result<(), CommandError> {
    item.keep(Kept::failed(&error));
    Err(error)
}

/// How long to wait before the next attempt, where one makes sense.
fn wait_after(failure: &MoveFailure, attempts: u32) -> Option<Duration> {
    if !failure.can_retry() {
        return None;
    }
    let usual = *WAITS.get(usize::try_from(attempts).ok()?)?;
    let Some(seconds) = failure.wait() else {
        return Some(usual);
    };
    let asked = Duration::from_secs(u64::from(seconds));
    (asked <= LONGEST).then(|| asked.max(Duration::from_secs(1)))
}

fn later(wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or_default();
    Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}
