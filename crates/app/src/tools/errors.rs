//! What is wrong with a tool's configuration, and the next step.

use registrar_handover::HandoverError;

use crate::wire::{Code, CommandError};

impl From<HandoverError> for CommandError {
    fn from(error: HandoverError) -> Self {
        let message = sentence(&error);
        let (code, hint) = next_step(&error);
        let converted = Self::new(code, message).hint(hint);
        let converted = match &error {
            HandoverError::Read { source, .. }
            | HandoverError::Write { source, .. }
            | HandoverError::Start { source, .. } => converted.raw(source),
            _ => converted,
        };
        let again = matches!(
            error,
            HandoverError::Busy
                | HandoverError::Read { .. }
                | HandoverError::Write { .. }
                | HandoverError::InTheWay { .. }
                | HandoverError::Slow { .. }
        );
        if again {
            converted.retryable()
        } else {
            converted
        }
    }
}

/// A sentence of its own. Most begin with the name of a file or program, which stays as it is.
fn sentence(error: &HandoverError) -> String {
    match error {
        HandoverError::Busy => {
            "Another Registrar is changing the configuration of tools, so nothing was written."
                .to_owned()
        }
        HandoverError::HelperName => {
            "A configuration names a credential helper that cannot be a program.".to_owned()
        }
        HandoverError::Gone => "This credential is no longer where it was found.".to_owned(),
        HandoverError::Start { program, .. } => format!("{program} could not be run."),
        other => format!("{other}."),
    }
}

fn next_step(error: &HandoverError) -> (Code, &'static str) {
    match error {
        HandoverError::Broken { .. } => (
            Code::Storage,
            "Mend the file in an editor; nothing in it was changed.",
        ),
        HandoverError::TooBig { .. } => (
            Code::Storage,
            "Look whether it is the right file, and move it away if it is not.",
        ),
        HandoverError::Read { .. } => (Code::Storage, "Make the file readable, then try again."),
        HandoverError::Write { .. } => (
            Code::Storage,
            "Make the file and its folder writable and leave some space, then try again.",
        ),
        HandoverError::Overtaken { .. } => (
            Code::PlanOutdated,
            "Look at the change again before it is made.",
        ),
        HandoverError::Busy => (Code::Storage, "Try again in a moment."),
        HandoverError::InTheWay { .. } => {
            (Code::Storage, "Move it away or rename it, then try again.")
        }
        HandoverError::Ledger { .. } => (
            Code::Storage,
            "Update Registrar; or remove that file, after which Registrar no longer knows what it replaced.",
        ),
        HandoverError::HelperName => (
            Code::Invalid,
            "Correct the name in the tool's configuration.",
        ),
        HandoverError::Start { .. } => (
            Code::NotFound,
            "Install it again or repair it, or sign in with the tool anew.",
        ),
        HandoverError::Slow { .. } => (
            Code::Internal,
            "It may be waiting for a password in another window. Answer there, then try again.",
        ),
        HandoverError::Answer { .. } => (
            Code::Internal,
            "Its own keychain may be locked: unlock it, then try again.",
        ),
        HandoverError::Gone => (Code::NotFound, "Search again."),
        _ => (
            Code::Internal,
            "Try again. If it happens again, the log in the data folder says more.",
        ),
    }
}

/// What happened and the next step, in words.
pub(crate) fn said(error: HandoverError) -> String {
    let error = CommandError::from(error);
    match error.hint {
        Some(hint) => format!("{} {hint}", error.message),
        None => error.message,
    }
}
