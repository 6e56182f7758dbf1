//! The steps of a check.

use std::time::Duration;

use registrar_net::{self as net, StepState, Trace};

/// The steps of a check, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The host name becomes addresses.
    Resolve,
    /// A TCP connection, to the registry or to the proxy.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The registry's answer to a request without credentials.
    Answer,
    /// The token server's answer, and the registry's to a request with credentials.
    Credentials,
}

impl Step {
    /// The step that one of the connection is part of.
    pub(crate) fn of(step: net::Step) -> Self {
        match step {
            net::Step::Resolve => Self::Resolve,
            net::Step::Connect => Self::Connect,
            net::Step::Tls => Self::Tls,
            net::Step::Answer | net::Step::Index => Self::Answer,
        }
    }
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

/// Every step in order. `credentials` is how long those took, where it came to them. TLS is left
/// out where it was not due (`tls` says whether it was).
pub(crate) fn results(
    trace: &Trace<'_>,
    credentials: Option<Duration>,
    failed: bool,
    tls: bool,
) -> Vec<StepResult> {
    let mut results: Vec<StepResult> = Vec::new();
    for part in trace.results(failed && credentials.is_none(), tls) {
        let step = Step::of(part.step);
        match results.last_mut().filter(|before| before.step == step) {
            Some(answer) => extend(answer, &part),
            None => results.push(StepResult {
                step,
                state: part.state,
                took: part.took,
            }),
        }
    }
    results.push(StepResult {
        step: Step::Credentials,
        state: match credentials {
            None => StepState::NotTried,
            Some(_) if failed => StepState::Failed,
            Some(_) => StepState::Passed,
        },
        took: credentials,
    });
    results
}

/// Adds to the answer what became of its body, if that was read.
fn extend(answer: &mut StepResult, body: &net::StepResult) {
    if body.state != StepState::NotTried {
        answer.state = body.state;
        answer.took = Some(answer.took.unwrap_or_default() + body.took.unwrap_or_default());
    }
}
