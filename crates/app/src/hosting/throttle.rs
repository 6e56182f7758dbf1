//! Telling the window how far something has come, not more often than it can show.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

const TELL_EVERY: Duration = Duration::from_millis(100);

/// Lets a word through every tenth of a second, the first one at once.
#[derive(Default)]
pub(crate) struct Throttle(Mutex<Option<Instant>>);

impl Throttle {
    /// Whether it is time for a word.
    pub(crate) fn is_due(&self) -> bool {
        let mut last = self.0.lock();
        let due = last.is_none_or(|last| last.elapsed() >= TELL_EVERY);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}
