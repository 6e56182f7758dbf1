//! How many requests for managing registries are answered: far more than anybody makes who means
//! well, told in the headers that Buildkite's clients read.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use parking_lot::Mutex;

const WINDOW: Duration = Duration::from_mins(1);

/// A count that begins anew each minute.
pub(super) struct Rate {
    limit: u32,
    /// When the current minute began, and what was counted in it.
    current: Mutex<(Instant, u32)>,
}

/// How much is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) limit: u32,
    /// Counted so far, the last one included.
    pub(super) current: u32,
    /// Seconds until the count begins anew.
    pub(super) reset: u64,
}

impl Rate {
    pub(super) fn new(limit: u32) -> Self {
        Self {
            limit,
            current: Mutex::new((Instant::now(), 0)),
        }
    }

    /// Counts a request.
    pub(super) fn count(&self) -> Left {
        let mut current = self.current.lock();
        if current.0.elapsed() >= WINDOW {
            *current = (Instant::now(), 0);
        }
        current.1 = current.1.saturating_add(1);
        let rest = WINDOW.saturating_sub(current.0.elapsed());
        Left {
            limit: self.limit,
            current: current.1,
            reset: rest.as_secs() + 1,
        }
    }

    /// Takes a request back that should not have counted.
    pub(super) fn uncount(&self) {
        let mut current = self.current.lock();
        current.1 = current.1.saturating_sub(1);
    }
}

impl Left {
    /// Whether that was too much.
    pub(super) fn is_exceeded(self) -> bool {
        self.current > self.limit
    }

    /// Writes it into an answer's header.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-scope", HeaderValue::from_static("rest"));
        headers.insert("ratelimit-limit", self.limit.into());
        let remaining = self.limit.saturating_sub(self.current);
        headers.insert("ratelimit-remaining", remaining.into());
        headers.insert("ratelimit-reset", self.reset.into());
    }
}
