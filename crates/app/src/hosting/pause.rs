//! Waiting until there is something to do, and before what has failed is tried again.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_secs(30);

/// The pause after a failure; each further one is twice as long.
pub(super) struct Pause {
    first: Duration,
    next: Duration,
}

impl Pause {
    pub(super) fn new(first: Duration) -> Self {
        Self { first, next: first }
    }

    /// It has worked: the next failure is a first one again.
    pub(super) fn begin_anew(&mut self) {
        self.next = self.first;
    }

    /// Waits after a failure, or until somebody says that there is something to do.
    pub(super) async fn after_failure(&mut self, again: &Notify, ending: &CancellationToken) {
        tokio::select! {
            () = told(again, ending) => self.begin_anew(),
            () = sleep(self.next) => self.next = LONGEST.min(self.next * 2),
        }
    }
}

/// Waits until somebody says that there is something to do.
pub(super) async fn told(again: &Notify, ending: &CancellationToken) {
    tokio::select! {
        () = again.notified() => {}
        () = ending.cancelled() => {}
    }
}
