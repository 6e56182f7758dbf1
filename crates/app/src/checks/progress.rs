//! How far a check of many has come, and telling the window of it.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::App;
use crate::wire::{AppEvent, CredentialTrouble, Health, RegistryRow};

/// How often the window hears of results while many are checked.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// While there is nothing new to tell. No check takes that long.
const NEVER: Duration = Duration::from_hours(24);

/// What a check of one registry came to.
pub(super) struct Checked {
    pub(super) row: RegistryRow,
    /// Its credential, which worked before, is refused now.
    pub(super) trouble: Option<CredentialTrouble>,
}

/// How far a check of many has come, and what the window has not heard of yet.
pub(super) struct Progress {
    operation: String,
    pub(super) done: u32,
    pub(super) failed: u32,
    total: u32,
    pub(super) troubles: Vec<CredentialTrouble>,
    untold: Vec<RegistryRow>,
    told: Instant,
    /// How many were done when the window was told last.
    told_done: u32,
}

impl Progress {
    pub(super) fn new(operation: &str, total: usize) -> Self {
        Self {
            operation: operation.to_owned(),
            done: 0,
            failed: 0,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            troubles: Vec::new(),
            untold: Vec::new(),
            told: Instant::now(),
            told_done: 0,
        }
    }

    pub(super) fn count(&mut self, checked: Option<Checked>) {
        self.done += 1;
        let Some(checked) = checked else { return };
        if matches!(checked.row.health, Health::Failed { .. }) {
            self.failed += 1;
        }
        self.untold.push(checked.row);
        self.troubles.extend(checked.trouble);
    }

    /// When the window is to hear of what came since it was told last.
    pub(super) fn due(&self) -> Instant {
        let every = if self.done == self.told_done {
            NEVER
        } else {
            TELL_EVERY
        };
        self.told + every
    }

    pub(super) fn tell(&mut self, app: &App) {
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
