//! Why a move broke, in sentences, and what to do next.

use registrar_container::moving::MoveFailure;
use registrar_container::{Failure, FailureKind};

use super::file::{Job, Words};
use super::queue::kind;
use crate::wire::{Code, CommandError, TransferKind};

/// Title and text of the notification that a transfer has ended.
pub(super) fn news(job: &Job, outcome: &Result<(), CommandError>) -> (String, String) {
    let Words { name, to, .. } = &job.words;
    let done = match kind(&job.wanted.from, &job.wanted.to) {
        TransferKind::Download => "Downloaded",
        TransferKind::Upload => "Uploaded",
        TransferKind::Copy => "Copied",
    };
    match outcome {
        Ok(()) => (format!("{done} {name}"), format!("It is at {to}.")),
        Err(error) => (format!("{name} did not arrive"), error.message.clone()),
    }
}

/// The failure as the window shows it.
pub(super) fn explained(failure: &MoveFailure, words: &Words) -> CommandError {
    let error = match failure {
        MoveFailure::From(failure) => of_registry(failure, &words.from, "read from"),
        MoveFailure::To(failure) => of_registry(failure, &words.to, "write to"),
        MoveFailure::Disk { path, raw, .. } => {
            let message = format!("{} could not be read or written.", path.display());
            CommandError::new(Code::Storage, message).raw(raw)
        }
        other => CommandError::new(Code::Internal, sentence(&other.to_string())),
    };
    CommandError {
        hint: failure.advice().map(ToOwned::to_owned).or(error.hint),
        retryable: failure.can_retry(),
        ..error
    }
}

/// What the registry of `image`, which was to be read or written, has said.
fn of_registry(failure: &Failure, image: &str, what: &str) -> CommandError {
    let host = image.split('/').next().unwrap_or(image);
    let message = format!("{host}: {}.", failure.kind);
    CommandError::new(Code::Internal, message)
        .hint(next(failure, image, host, what))
        .raw(&failure.raw)
}

fn next(failure: &Failure, image: &str, host: &str, what: &str) -> String {
    match &failure.kind {
        FailureKind::RateLimited => match failure.seconds {
            Some(seconds) => {
                format!("It may be asked again in {seconds} seconds; what has arrived stays.")
            }
            None => "Wait for a while, then try again; what has arrived stays.".to_owned(),
        },
        FailureKind::Registry(_) | FailureKind::TokenServer(_) | FailureKind::NotARegistry => {
            format!(
                "Look at the network and at the registry {host}, then try again; what has arrived stays."
            )
        }
        FailureKind::NotFound if what == "read from" => {
            format!("See whether {image} is still there: it may have been deleted.")
        }
        FailureKind::NotFound => {
            format!(
                "See whether {image} is there, and whether you may {what} it: many registries hide what one may not use."
            )
        }
        FailureKind::Forbidden => {
            format!(
                "Ask whoever runs {host} for the right to {what} {image}, or enter credentials that have it."
            )
        }
        FailureKind::WrongDigest | FailureKind::NotUnderstood => {
            "Do not use this image before its owner has found out why; push it anew.".to_owned()
        }
        _ => {
            format!("Edit the registry {host} so that it accepts the credentials, then try again.")
        }
    }
}

/// A sentence; a path or a digest at its beginning stays as it is.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        }
        _ => format!("{text}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(failure: &MoveFailure) -> CommandError {
        let words = Words {
            name: "team/app:1".to_owned(),
            from: "lab.example.com/team/app:1".to_owned(),
            to: "/home/jane/app.tar".to_owned(),
        };
        explained(failure, &words)
    }

    fn refused(kind: FailureKind) -> Failure {
        Failure {
            kind,
            status: None,
            redirected_to: None,
            seconds: Some(90),
            raw: "denied".to_owned(),
        }
    }

    #[test]
    fn a_failure_is_a_sentence_with_a_next_step() {
        let error = explain(&MoveFailure::NoSuchImage);
        assert_eq!(error.message, "There is no such image.");
        assert!(error.hint.unwrap().starts_with("Choose one"));
        let error = explain(&MoveFailure::Disk {
            path: "/home/jane/app.tar".into(),
            kind: std::io::ErrorKind::StorageFull,
            raw: "No space left on device".to_owned(),
        });
        assert_eq!(error.code, Code::Storage);
        assert!(error.hint.unwrap().starts_with("Make room"));
    }

    #[test]
    fn a_registry_is_named_and_so_is_what_it_asks_for() {
        let error = explain(&MoveFailure::From(refused(FailureKind::Forbidden)));
        assert_eq!(
            error.message,
            "lab.example.com: the registry does not allow this."
        );
        assert!(
            error
                .hint
                .unwrap()
                .contains("read from lab.example.com/team/app:1")
        );
        let error = explain(&MoveFailure::From(refused(FailureKind::RateLimited)));
        assert!(error.hint.unwrap().contains("90 seconds"));
    }
}
