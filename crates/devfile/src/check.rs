//! What a check found.

use std::time::Duration;

use jiff::Timestamp;
use registrar_net::{CertificateFacts, Failure, StepResult};

/// The most stacks' names that a report lists.
pub(crate) const MAX_STACK_NAMES: usize = 500;

/// What a check of a devfile registry found.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// When it ended.
    pub checked_at: Timestamp,
    /// From the request to the last byte of the index; `None` where it failed.
    pub answer_time: Option<Duration>,
    /// Whether a token was sent.
    pub token_sent: bool,
    /// Why it failed, or `None` where it passed.
    pub failure: Option<Failure>,
    /// The registry's certificate, where TLS came that far.
    pub certificate: Option<CertificateFacts>,
    /// Every step, in order; TLS only where it was due.
    pub steps: Vec<StepResult>,
    /// How many stacks the registry offers.
    pub stacks: u32,
    /// How many samples it offers.
    pub samples: u32,
    /// The stacks' names, sorted; at most 500.
    pub stack_names: Vec<String>,
}

impl CheckReport {
    /// Whether the registry can be used.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}
