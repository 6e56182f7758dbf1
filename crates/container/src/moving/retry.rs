//! Trying again, with growing waits, as long as that gets anywhere.

use std::time::Duration;

use super::failure::MoveFailure;

/// How often something is tried again without getting any further.
const LIMIT: u32 = 8;
/// The same while a person waits for what has to move.
const BRIEFLY: u32 = 3;
/// How often at all, however far each attempt gets.
const LIMIT_AT_ALL: u32 = 500;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait that a registry may ask for; with a longer one it is the person who decides.
const PATIENCE: Duration = Duration::from_mins(5);

/// Attempts at one thing.
#[derive(Debug, Default)]
pub(super) struct Retry {
    in_vain: u32,
    all: u32,
}

impl Retry {
    /// How often it was tried again in vain, from 1.
    pub(super) fn attempt(&self) -> u32 {
        self.in_vain
    }

    /// How long to wait before it is tried again after `failure`; `None` where that is of no use.
    /// `further` says whether the attempt has got anywhere.
    pub(super) fn next(&mut self, failure: &MoveFailure, further: bool) -> Option<Duration> {
        self.in_vain = if further { 1 } else { self.in_vain + 1 };
        self.all += 1;
        if !failure.can_retry() || self.in_vain > LIMIT || self.all > LIMIT_AT_ALL {
            return None;
        }
        let asked = Duration::from_secs(u64::from(failure.wait().unwrap_or_default()));
        let doubled = FIRST_WAIT * 2_u32.pow(self.in_vain - 1);
        let wait = doubled.min(LONGEST_WAIT).mul_f64(jitter()).max(asked);
        (wait <= PATIENCE).then_some(wait)
    }
}

/// Asks again, a few times, where a failure may pass: for what is small, and while a person waits.
pub(super) async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, MoveFailure>
where
    F: Future<Output = Result<T, MoveFailure>>,
{
    let mut retry = Retry::default();
    loop {
        match ask().await {
            Err(failure) if retry.in_vain < BRIEFLY => match retry.next(&failure, false) {
                Some(wait) if wait <= LONGEST_WAIT => tokio::time::sleep(wait).await,
                _ => return Err(failure),
            },
            outcome => return outcome,
        }
    }
}

/// From 0.75 to 1.25, so that those who were turned away together do not come back together.
fn jitter() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    0.75 + f64::from(random) / f64::from(u32::MAX) / 2.0
}

#[cfg(test)]
mod tests {
    use registrar_net::FailureKind as Net;

    use super::*;
    use crate::failure::{Failure, FailureKind};

    fn failure(kind: FailureKind, seconds: Option<u32>) -> MoveFailure {
        MoveFailure::To(Failure {
            seconds,
            ..Failure::new(kind, "")
        })
    }

    #[test]
    fn waits_grow_and_end() {
        let closed = failure(FailureKind::Registry(Net::ConnectionClosed), None);
        let mut retry = Retry::default();
        let waits: Vec<_> = std::iter::from_fn(|| retry.next(&closed, false)).collect();
        assert_eq!(waits.len(), LIMIT as usize);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    }

    #[test]
    fn who_gets_further_may_go_on() {
        let closed = failure(FailureKind::Registry(Net::ConnectionClosed), None);
        let mut retry = Retry::default();
        assert!((0..100).all(|_| retry.next(&closed, true).is_some()));
    }

    #[test]
    fn a_registry_may_ask_to_wait_but_not_forever() {
        let asks = |seconds| failure(FailureKind::RateLimited, Some(seconds));
        let wait = Retry::default().next(&asks(7), false);
        assert_eq!(wait, Some(Duration::from_secs(7)));
        assert_eq!(Retry::default().next(&asks(3600), false), None);
        let refused = failure(FailureKind::Forbidden, None);
        assert_eq!(Retry::default().next(&refused, false), None);
    }
}
