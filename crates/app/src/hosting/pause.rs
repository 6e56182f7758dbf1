//! Waiting before what has failed is tried again.

use std::time::Duration;

use tokio::time::sleep;

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
    pub(super) async fn after_failure(&mut self, told: impl Future<Output = ()>) {
        tokio::select! {
            () = told => self.begin_anew(),
            () = sleep(self.next) => self.next = LONGEST.min(self.next * 2),
        }
    }
}
