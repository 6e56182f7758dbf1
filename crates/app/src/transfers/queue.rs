//! The queue itself: what is to be moved, in which order, and how each one stands. No I/O.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::file::{Job, Kept};
use super::meter::Meter;
use crate::wire::{
    CommandError, ImageRef, TransferAction, TransferKind, TransferPlace, TransferRow,
    TransferState, TransferWait,
};

/// How many run at a time.
const AT_ONCE: usize = 2;
/// The most that are remembered; what has ended makes room.
pub(super) const MAX_KEPT: usize = 200;

/// One transfer.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) job: Job,
    pub(super) state: State,
    /// Whether the person is there to be asked for a keychain; not after a start of the window.
    pub(super) person: bool,
    /// How often it broke in a row.
    pub(super) attempts: u32,
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    pub(super) spared: u64,
}

/// How it stands.
#[derive(Debug)]
pub(super) enum State {
    Waiting,
    /// Until the vault is unlocked.
    Blocked,
    Running {
        run: CancellationToken,
        meter: Meter,
        /// What the engine waits for, where something has failed.
        pending: Option<Pending>,
    },
    Retrying {
        due: Instant,
        pending: Pending,
    },
    /// Everything else, as the file has it.
    Kept,
}

/// The next attempt.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) at: Timestamp,
    /// Which one it will be, from 2.
    pub(super) attempt: u32,
    /// Why the last one broke.
    pub(super) error: CommandError,
}

impl Pending {
    fn shown(&self) -> TransferState {
        TransferState::Retrying {
            at: self.at.to_string(),
            attempt: self.attempt,
            error: self.error.clone(),
        }
    }
}

/// All transfers, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) items: Vec<Item>,
}

impl Item {
    /// One that the person has just asked for, or that was in the file.
    pub(super) fn new(job: Job, person: bool) -> Self {
        let bytes = match &job.state {
            Kept::Done { bytes, .. } => *bytes,
            _ => 0,
        };
        Self {
            state: match job.state {
                Kept::Open => State::Waiting,
                _ => State::Kept,
            },
            person,
            attempts: 0,
            done: bytes,
            total: (bytes > 0).then_some(bytes),
            spared: 0,
            job,
        }
    }

    /// Where it may have left something unfinished while it does not run; a run cleans up itself.
    pub(super) fn leftover(&self) -> Option<TransferPlace> {
        let done = matches!(self.job.state, Kept::Done { .. });
        let running = matches!(self.state, State::Running { .. });
        (!done && !running).then(|| self.job.wanted.to.clone())
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(
            self.job.state,
            Kept::Done { .. } | Kept::Cancelled | Kept::Failed { .. }
        )
    }

    /// Puts it into the state that the file shall have, and ends what runs.
    pub(super) fn keep(&mut self, state: Kept) {
        self.stop();
        self.state = match state {
            Kept::Open => State::Waiting,
            _ => State::Kept,
        };
        self.job.state = state;
    }

    fn stop(&self) {
        if let State::Running { run, .. } = &self.state {
            run.cancel();
        }
    }

    /// Whether it runs as the run that `run` ends.
    pub(super) fn runs_as(&self, run: &Run) -> bool {
        matches!(&self.state, State::Running { .. }) && !run.token.is_cancelled()
    }

    fn is_ready(&self, now: Instant) -> bool {
        match &self.state {
            State::Waiting => true,
            State::Retrying { due, .. } => *due <= now,
            State::Blocked | State::Running { .. } | State::Kept => false,
        }
    }

    /// Does what the person wants; `false` where it makes no sense as things stand.
    fn act(&mut self, action: TransferAction) -> bool {
        let open = self.job.state == Kept::Open;
        match action {
            TransferAction::Pause if open => self.keep(Kept::Paused),
            TransferAction::Cancel if open || self.job.state == Kept::Paused => {
                self.keep(Kept::Cancelled);
            }
            TransferAction::Resume if self.job.state == Kept::Paused => self.again(),
            TransferAction::Resume | TransferAction::Retry
                if matches!(
                    self.state,
                    State::Blocked
                        | State::Retrying { .. }
                        | State::Running {
                            pending: Some(_),
                            ..
                        }
                ) =>
            {
                self.again();
            }
            TransferAction::Retry
                if matches!(self.job.state, Kept::Failed { .. } | Kept::Cancelled) =>
            {
                self.again();
            }
            _ => return false,
        }
        true
    }

    /// It waits for its turn, asked for by the person.
    fn again(&mut self) {
        self.keep(Kept::Open);
        self.person = true;
        self.attempts = 0;
    }

    /// As the window shows it.
    pub(super) fn row(&self) -> TransferRow {
        let (from, to) = (&self.job.wanted.from, &self.job.wanted.to);
        let registry = |place: &TransferPlace| match place {
            TransferPlace::Registry { registry, .. } => Some(registry.clone()),
            TransferPlace::File { .. } => None,
        };
        let image = match to {
            TransferPlace::Registry {
                registry,
                repository,
                reference,
            } => Some(ImageRef {
                registry: registry.clone(),
                repository: repository.clone(),
                reference: reference.clone(),
                platform: None,
            }),
            TransferPlace::File { .. } => None,
        };
        TransferRow {
            id: self.job.id.to_string(),
            kind: kind(from, to),
            name: self.job.words.name.clone(),
            from: self.job.words.from.clone(),
            to: self.job.words.to.clone(),
            registry: registry(to).or_else(|| registry(from)),
            image,
            added: self.job.added.to_string(),
            done: self.done,
            total: self.total,
            spared: self.spared,
            state: self.shown(),
        }
    }

    fn shown(&self) -> TransferState {
        match &self.state {
            State::Waiting => TransferState::Waiting { reason: None },
            State::Blocked => TransferState::Waiting {
                reason: Some(TransferWait::VaultLocked),
            },
            State::Running {
                pending: Some(pending),
                ..
            }
            | State::Retrying { pending, .. } => pending.shown(),
            State::Running { meter, .. } => TransferState::Running {
                rate: meter.rate(),
                seconds_left: meter.seconds_left(self.done, self.total),
            },
            State::Kept => kept(&self.job.state),
        }
    }
}

fn kept(state: &Kept) -> TransferState {
    match state {
        Kept::Open => TransferState::Waiting { reason: None },
        Kept::Paused => TransferState::Paused,
        Kept::Failed { message, hint, raw } => TransferState::Failed {
            error: Kept::error(message, hint.as_deref(), raw.as_deref()),
        },
        Kept::Done { at, digest, .. } => TransferState::Done {
            at: at.to_string(),
            digest: digest.clone(),
        },
        Kept::Cancelled => TransferState::Cancelled,
    }
}

pub(super) fn kind(from: &TransferPlace, to: &TransferPlace) -> TransferKind {
    match (from, to) {
        (TransferPlace::File { .. }, _) => TransferKind::Upload,
        (_, TransferPlace::File { .. }) => TransferKind::Download,
        _ => TransferKind::Copy,
    }
}

/// One time that a transfer runs.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) id: Uuid,
    pub(super) token: CancellationToken,
    pub(super) person: bool,
}

impl Queue {
    pub(super) fn find(&mut self, id: Uuid) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.job.id == id)
    }

    /// The item as long as it runs as `run`: not any more after a pause, and not after another run.
    pub(super) fn running(&mut self, run: &Run) -> Option<&mut Item> {
        self.find(run.id).filter(|item| item.runs_as(run))
    }

    /// Adds one; `false` where there is no room because none of those that are there has ended.
    pub(super) fn add(&mut self, job: Job) -> bool {
        if self.items.len() >= MAX_KEPT {
            let Some(oldest) = self.items.iter().position(Item::has_ended) else {
                return false;
            };
            self.items.remove(oldest);
        }
        self.items.push(Item::new(job, true));
        true
    }

    /// Does what the person wants with one. `None` where there is none, else whether it was done.
    pub(super) fn act(&mut self, id: Uuid, action: TransferAction) -> Option<bool> {
        let at = self.items.iter().position(|item| item.job.id == id)?;
        if action == TransferAction::Remove {
            let ended = self.items[at].has_ended();
            if ended {
                self.items.remove(at);
            }
            return Some(ended);
        }
        Some(self.items[at].act(action))
    }

    /// Begins the next one, where there is one and there is room.
    pub(super) fn start_next(&mut self, now: Instant) -> Option<Run> {
        let running = |item: &&Item| matches!(item.state, State::Running { .. });
        if self.items.iter().filter(running).count() >= AT_ONCE {
            return None;
        }
        let next = self.items.iter_mut().find(|item| item.is_ready(now))?;
        let token = CancellationToken::new();
        next.state = State::Running {
            run: token.clone(),
            meter: Meter::default(),
            pending: None,
        };
        Some(Run {
            id: next.job.id,
            token,
            person: next.person,
        })
    }

    /// How long until one that broke is to be tried again.
    pub(super) fn next_due(&self, now: Instant) -> Option<Duration> {
        let due = |item: &Item| match item.state {
            State::Retrying { due, .. } => Some(due.saturating_duration_since(now)),
            _ => None,
        };
        self.items.iter().filter_map(due).min()
    }

    pub(super) fn any_blocked(&self) -> bool {
        let blocked = |item: &Item| matches!(item.state, State::Blocked);
        self.items.iter().any(blocked)
    }

    /// The vault may be open now.
    pub(super) fn unblock(&mut self) {
        for item in &mut self.items {
            if matches!(item.state, State::Blocked) {
                item.state = State::Waiting;
            }
        }
    }

    /// Ends everything that runs; it waits for the next start of the window.
    pub(super) fn end(&mut self) {
        for item in &mut self.items {
            item.stop();
        }
    }
}
