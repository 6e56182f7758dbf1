//! Locking after idle time.

use std::sync::Weak;
use std::time::{Duration, Instant, SystemTime};

use super::PassphraseVault;

/// A moment by two clocks: one that nobody can set, and one that goes on while the computer sleeps.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    /// This moment.
    pub fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// The moment `by` later.
    #[must_use]
    pub fn later(self, by: Duration) -> Self {
        Self {
            steady: self.steady + by,
            wall: self.wall + by,
        }
    }

    /// The time since `earlier`, by whichever clock shows more.
    pub fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        wall.max(self.steady.saturating_duration_since(earlier.steady))
    }
}

/// Locks `vault` whenever it was not used for `after`, and then calls `locked`, until the vault
/// is dropped. Drop the future to stop. Needs a tokio runtime with time enabled.
pub async fn lock_when_idle(
    vault: Weak<PassphraseVault>,
    after: Duration,
    mut locked: impl FnMut() + Send,
) {
    let tick = (after / 10).clamp(Duration::from_millis(20), Duration::from_secs(15));
    loop {
        tokio::time::sleep(tick).await;
        match vault.upgrade() {
            Some(vault) if vault.lock_if_idle(Moment::now(), after) => locked(),
            Some(_) => {}
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Moment;

    #[test]
    fn time_counts_by_the_clock_that_shows_more() {
        let start = Moment::now();
        let slept = Moment {
            wall: start.wall + Duration::from_mins(10),
            ..start
        };
        let set_back = Moment {
            wall: start.wall - Duration::from_mins(10),
            steady: start.steady + Duration::from_secs(5),
        };
        assert_eq!(slept.since(start), Duration::from_mins(10));
        assert_eq!(set_back.since(start), Duration::from_secs(5));
    }
}
