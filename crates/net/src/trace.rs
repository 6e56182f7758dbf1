//! What a request has come to, step by step.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::certificate::CertificateFacts;

/// The steps of a request, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The host name becomes addresses.
    Resolve,
    /// A TCP connection, to the registry or to the proxy.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The HTTP answer: status and redirects.
    Answer,
    /// The body is read and understood.
    Index,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Self; 5] = [
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Answer,
        Self::Index,
    ];
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// It succeeded.
    Passed,
    /// It failed; the later ones were not tried.
    Failed,
    /// It was not tried.
    NotTried,
}

/// One step's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepResult {
    /// Which step.
    pub step: Step,
    /// How far it came.
    pub state: StepState,
    /// How long it took, where it was tried.
    pub took: Option<Duration>,
}

/// Follows one check: which steps were tried, how long each took, what certificate came.
///
/// It is filled while the request runs, so it tells the truth also about a request that was
/// dropped in the middle. Redirects add to the time of the steps they repeat.
pub struct Trace<'a> {
    on_step: &'a (dyn Fn(Step) + Send + Sync),
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    took: [Option<Duration>; Step::ALL.len()],
    current: Option<(Step, Instant)>,
    furthest: Option<Step>,
    certificate: Option<CertificateFacts>,
    token_sent: bool,
    client_certificate_asked: bool,
}

impl State {
    fn close_current(&mut self) {
        if let Some((step, began)) = self.current {
            let slot = &mut self.took[step as usize];
            *slot = Some(slot.unwrap_or_default() + began.elapsed());
            self.current = Some((step, Instant::now()));
        }
    }
}

impl<'a> Trace<'a> {
    /// Calls `on_step` whenever a step begins that was not reached before.
    pub fn new(on_step: &'a (dyn Fn(Step) + Send + Sync)) -> Self {
        Self {
            on_step,
            state: Mutex::default(),
        }
    }

    /// `step` begins, and the one before it has succeeded.
    pub fn begin(&self, step: Step) {
        let mut state = self.state();
        state.close_current();
        state.current = Some((step, Instant::now()));
        let further = state.furthest < Some(step);
        if further {
            state.furthest = Some(step);
        }
        drop(state);
        if further {
            (self.on_step)(step);
        }
    }

    /// The registry's certificate, where TLS came that far.
    pub fn certificate(&self) -> Option<CertificateFacts> {
        self.state().certificate.clone()
    }

    /// Whether a token was sent.
    pub fn token_sent(&self) -> bool {
        self.state().token_sent
    }

    /// Whether the server asked for a client certificate. Only after that does it say whether
    /// what it got will do, by closing the connection.
    pub fn client_certificate_asked(&self) -> bool {
        self.state().client_certificate_asked
    }

    /// Every step in order; the current one has failed where `failed`. TLS is left out where
    /// it was not due (`tls` says whether it was) and not tried.
    pub fn results(&self, failed: bool, tls: bool) -> Vec<StepResult> {
        let mut state = self.state();
        state.close_current();
        let current = state.current.map(|(step, _)| step);
        Step::ALL
            .into_iter()
            .map(|step| result(step, state.took[step as usize], current, failed))
            .filter(|r| tls || r.step != Step::Tls || r.state != StepState::NotTried)
            .collect()
    }

    pub(crate) fn set_certificate(&self, facts: CertificateFacts) {
        self.state().certificate = Some(facts);
    }

    pub(crate) fn set_client_certificate_asked(&self) {
        self.state().client_certificate_asked = true;
    }

    pub(crate) fn set_token_sent(&self) {
        self.state().token_sent = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn result(step: Step, took: Option<Duration>, current: Option<Step>, failed: bool) -> StepResult {
    let state = match took {
        Some(_) if failed && current == Some(step) => StepState::Failed,
        // After a redirect a step may have been passed once and not reached again.
        Some(_) if !failed || Some(step) < current => StepState::Passed,
        _ => StepState::NotTried,
    };
    let took = took.filter(|_| state != StepState::NotTried);
    StepResult { step, state, took }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn states(trace: &Trace<'_>, failed: bool, tls: bool) -> Vec<(Step, StepState)> {
        let results = trace.results(failed, tls);
        results.into_iter().map(|r| (r.step, r.state)).collect()
    }

    #[test]
    fn what_follows_a_failure_was_not_tried() {
        let trace = Trace::new(&|_| {});
        trace.begin(Step::Resolve);
        trace.begin(Step::Connect);
        let expected = [
            (Step::Resolve, StepState::Passed),
            (Step::Connect, StepState::Failed),
            (Step::Answer, StepState::NotTried),
            (Step::Index, StepState::NotTried),
        ];
        assert_eq!(states(&trace, true, false), expected);
    }

    #[test]
    fn a_redirect_reports_no_step_twice() {
        let seen = Mutex::new(Vec::new());
        let on_step = |step| seen.lock().unwrap().push(step);
        let trace = Trace::new(&on_step);
        for step in [Step::Resolve, Step::Answer, Step::Resolve, Step::Answer] {
            trace.begin(step);
        }
        assert_eq!(*seen.lock().unwrap(), [Step::Resolve, Step::Answer]);
    }

    #[test]
    fn a_failure_after_a_redirect_takes_back_what_came_later() {
        let trace = Trace::new(&|_| {});
        for step in [Step::Resolve, Step::Connect, Step::Answer, Step::Resolve] {
            trace.begin(step);
        }
        assert_eq!(
            states(&trace, true, false)[0],
            (Step::Resolve, StepState::Failed)
        );
        assert_eq!(
            states(&trace, true, false)[2],
            (Step::Answer, StepState::NotTried)
        );
    }
}
