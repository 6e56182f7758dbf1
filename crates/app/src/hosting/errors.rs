//! What the host says went wrong, as the window shows it.

use std::net::SocketAddr;

use registrar_hosting::backup::BackupError;
use registrar_hosting::relocation::PlaceError;
use registrar_hosting::server::ListenError;
use registrar_hosting::{HostError, SafeError};

use super::safe::Coded;
use crate::wire::{Code, CommandError, Field};

impl From<HostError> for CommandError {
    fn from(error: HostError) -> Self {
        let message = error.to_string();
        match error {
            HostError::Io(error) => error.into(),
            HostError::Safe(error) => of_safe(&error),
            HostError::Name(_) => Self::invalid(Field::Name, message),
            HostError::SlugTaken { .. } => Self {
                field: Some(Field::Name),
                ..Self::new(Code::NameTaken, message)
            },
            HostError::Invalid { field, .. } => Self {
                field: field_of(field),
                ..Self::new(Code::Invalid, message)
            },
            HostError::NotFound(_) => Self::new(Code::NotFound, message)
                .hint("It may have been deleted elsewhere. Look at the list again."),
            HostError::Exists { file } => published(&file),
            HostError::Retired { file } => retired(&file),
            HostError::Rejected(_) | HostError::TooLarge { .. } | HostError::Forbidden(_) => {
                Self::new(Code::Invalid, message)
            }
            HostError::DiskFull => Self::new(
                Code::Storage,
                "There is not enough free space on the disk for this.",
            )
            .hint("Free some space and try again.")
            .retryable(),
            HostError::InUse { .. } => Self::new(Code::Storage, message)
                .hint("Close that window or stop that server. Registrar takes over by itself then.")
                .retryable(),
            HostError::Missing { .. } => Self::new(
                Code::Storage,
                "The content of this file is missing from the package store.",
            )
            .hint("Verify the storage to see what else is."),
            HostError::Backup(error) => of_backup(&error),
            HostError::Place(error) => of_place(&error),
            HostError::Broken => Self::new(
                Code::Storage,
                "This file was found damaged and has been put aside.",
            )
            .hint("Publish the same file again to heal it."),
            HostError::Interrupted | HostError::DigestMismatch { .. } => {
                Self::new(Code::Storage, message)
                    .hint("Try again.")
                    .retryable()
            }
            HostError::Database(error) => unusable(&error),
            HostError::Store(error) => unusable(&error),
            HostError::Damaged(said) => unusable(&said),
        }
    }
}

fn of_backup(error: &BackupError) -> CommandError {
    match error {
        BackupError::Cancelled => CommandError::cancelled(),
        BackupError::NoRoom { .. } => {
            CommandError::new(Code::Storage, error.to_string()).retryable()
        }
        _ => CommandError::new(Code::Invalid, error.to_string()),
    }
}

fn of_place(error: &PlaceError) -> CommandError {
    let message = error.to_string();
    match error {
        PlaceError::Gone { .. } => CommandError::new(Code::Storage, message)
            .hint(
                "Connect the disk that it lies on; Registrar goes on by itself then. If it is \
                 elsewhere now, say where under Packages, Storage.",
            )
            .retryable(),
        PlaceError::Unreadable { .. } => CommandError::new(Code::Storage, message),
        _ => CommandError::new(Code::Invalid, message),
    }
}

fn published(file: &str) -> CommandError {
    let message = format!("{file} is published already, and what is published never changes.");
    CommandError::new(Code::Invalid, message).hint("Publish a new version.")
}

fn retired(file: &str) -> CommandError {
    let message = format!(
        "A file called {file} was published here and deleted. Lock files may still expect the old \
         one, so its name is not used again."
    );
    CommandError::new(Code::Invalid, message).hint("Publish a new version.")
}

/// The folder of the packages cannot be used.
fn unusable(raw: &impl ToString) -> CommandError {
    CommandError::new(
        Code::Storage,
        "The packages\u{2019} folder could not be read or written.",
    )
    .hint("Make the folder writable, leave some space on the disk, and try again.")
    .retryable()
    .raw(raw)
}

fn of_safe(error: &SafeError) -> CommandError {
    let coded = error
        .cause()
        .and_then(|cause| cause.downcast_ref::<Coded>());
    match coded {
        Some(Coded(error)) => error.clone(),
        None => CommandError::new(Code::Internal, error.to_string()),
    }
}

/// The field of a form that the host's interface calls so.
fn field_of(name: &str) -> Option<Field> {
    match name {
        "name" => Some(Field::Name),
        "description" => Some(Field::Description),
        "emoji" => Some(Field::Emoji),
        "color" => Some(Field::Color),
        "scopes" => Some(Field::Scopes),
        _ => None,
    }
}

impl From<ListenError> for CommandError {
    fn from(error: ListenError) -> Self {
        let message = error.to_string();
        match error {
            ListenError::InUse(address) => in_use(address),
            ListenError::NotLocal(_) => Self::internal(&message),
            ListenError::Io(address, error) => Self::new(
                Code::Internal,
                format!("The system does not let Registrar listen on {address}."),
            )
            .hint("Choose another port in the settings.")
            .retryable()
            .raw(&error),
        }
    }
}

fn in_use(address: SocketAddr) -> CommandError {
    let message = format!("Another program is already using the address {address}.");
    CommandError::new(Code::Internal, message)
        .hint("Close that program, or choose another port in the settings.")
        .retryable()
}
