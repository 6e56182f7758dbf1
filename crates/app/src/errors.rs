//! How errors of the lower crates become what the window shows.

use std::io;

use crate::wire::{Code, CommandError, Field};

impl CommandError {
    /// An error with a code and a sentence, and nothing else.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            retryable: false,
            field: None,
            raw: None,
        }
    }

    /// The same error with a next step.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The same error, worth repeating.
    #[must_use]
    pub fn retryable(self) -> Self {
        Self {
            retryable: true,
            ..self
        }
    }

    /// The same error with the underlying one.
    #[must_use]
    pub fn raw(self, raw: &impl ToString) -> Self {
        Self {
            raw: Some(raw.to_string()),
            ..self
        }
    }

    /// A field of the form that is wrong.
    pub fn invalid(field: Field, message: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new(Code::Invalid, message)
        }
    }

    /// The registry is not there (any more).
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "This registry is no longer in the list.")
            .hint("It may have been deleted in another program.")
    }

    /// The person cancelled.
    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "Cancelled.")
    }

    /// Something nobody foresaw.
    pub fn internal(error: &impl ToString) -> Self {
        Self::new(Code::Internal, "Something went wrong inside Registrar.")
            .hint("Try again. If it happens again, the log in the data folder says more.")
            .raw(error)
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        let (message, hint) = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
                "The disk is full, so nothing was changed.",
                "Free some space and try again.",
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
                "The file or its folder is read-only, so nothing was changed.",
                "Make it writable and try again.",
            ),
            _ => ("A file could not be read or written.", "Try again."),
        };
        Self::new(Code::Storage, message)
            .hint(hint)
            .retryable()
            .raw(&error)
    }
}

impl From<registrar_activity::ActivityError> for CommandError {
    fn from(error: registrar_activity::ActivityError) -> Self {
        let registrar_activity::ActivityError::Io(error) = error;
        error.into()
    }
}

impl From<tokio::task::JoinError> for CommandError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::internal(&error)
    }
}
