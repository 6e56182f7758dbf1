//! What a check found.

use std::time::Duration;

use jiff::Timestamp;
use registrar_net::CertificateFacts;

use crate::failure::Failure;
use crate::steps::StepResult;

/// How a registry can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The credentials were asked for, and with what they brought the registry answered.
    Proved,
    /// It can be used without credentials, and there are none.
    Anonymous,
    /// It can be used without credentials, so it did not ask for those that there are: they may
    /// be right or wrong.
    OpenNotChecked,
}

/// What a check of a container registry found.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// When it ended.
    pub checked_at: Timestamp,
    /// From the first request to the last answer; `None` where it failed.
    pub answer_time: Option<Duration>,
    /// Whether credentials were sent.
    pub credentials_sent: bool,
    /// How the registry can be used, or why it cannot.
    pub outcome: Result<Access, Failure>,
    /// The registry's certificate, where TLS came that far.
    pub certificate: Option<CertificateFacts>,
    /// Every step, in order; TLS only where it was due.
    pub steps: Vec<StepResult>,
}

impl CheckReport {
    /// Whether the registry can be used, as far as anybody can tell.
    pub fn passed(&self) -> bool {
        self.outcome.is_ok()
    }
}
