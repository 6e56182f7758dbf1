//! How fast bytes come, and how long the rest will take.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How far back the rate looks: long enough to be calm, short enough to notice a change.
const WINDOW: Duration = Duration::from_secs(6);
/// A rate over less than this says nothing.
const LEAST: Duration = Duration::from_millis(800);

/// Remembers how many bytes there were at some moments of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Meter(VecDeque<(Instant, u64)>);

impl Meter {
    /// There are `done` bytes now.
    pub(super) fn take(&mut self, now: Instant, done: u64) {
        // What is there already when it begins was not sent in that moment.
        if self.0.back().is_some_and(|(_, last)| done < *last) {
            self.0.clear();
        }
        self.0.push_back((now, done));
        while self.0.len() > 2 && self.0[1].0 + WINDOW < now {
            self.0.pop_front();
        }
    }

    /// Bytes per second, where enough is known.
    pub(super) fn rate(&self) -> Option<u64> {
        let ((from, before), (to, after)) = (self.0.front()?, self.0.back()?);
        let took = to.duration_since(*from);
        let bytes = after.checked_sub(*before)?;
        let millis = u64::try_from(took.as_millis()).ok()?;
        (took >= LEAST).then(|| bytes.saturating_mul(1000) / millis)
    }

    /// Seconds until `total` bytes are there, where that can be told.
    pub(super) fn seconds_left(&self, done: u64, total: Option<u64>) -> Option<u64> {
        let rate = self.rate().filter(|rate| *rate > 0)?;
        Some(total?.checked_sub(done)?.div_ceil(rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_follows_the_last_seconds() {
        let (mut meter, begin) = (Meter::default(), Instant::now());
        meter.take(begin, 0);
        assert_eq!(meter.rate(), None);
        for second in 1..=20 {
            let bytes = if second <= 10 {
                second * 100
            } else {
                1000 + (second - 10) * 10
            };
            meter.take(begin + Duration::from_secs(second), bytes);
        }
        assert_eq!(meter.rate(), Some(10));
        assert_eq!(meter.seconds_left(1100, Some(1200)), Some(10));
        assert_eq!(meter.seconds_left(1100, None), None);
    }
}
