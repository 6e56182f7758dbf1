//! What can go wrong while hosting, in words for the person or the client that asked.

use std::error::Error;
use std::io;
use std::sync::Arc;

use uuid::Uuid;

use crate::slug::NameProblem;

/// Why something was not done. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The registry's name will not do.
    #[error("{0}")]
    Name(#[from] NameProblem),
    /// Another registry has this slug.
    #[error(
        "There is already a registry at this address: \u{201c}{name}\u{201d}. Choose another name."
    )]
    SlugTaken {
        /// That registry's name.
        name: String,
    },
    /// A field is not what it must be.
    #[error("{message}")]
    Invalid {
        /// Which field, as the interface calls it.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// What was asked for is not there.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The package says something else than it must.
    #[error("{0}")]
    Rejected(Rejection),
    /// The file is published already.
    #[error(
        "{file} is published already, and what is published never changes. Publish a new version."
    )]
    Exists {
        /// The file's name.
        file: String,
    },
    /// A file of this name was deleted.
    #[error(
        "A file called {file} was published here and deleted. Lock files may still expect the old one, \
         so the name is not used again unless you ask for it. Publish a new version instead."
    )]
    Retired {
        /// The file's name.
        file: String,
    },
    /// The upload is larger than it may be.
    #[error("The upload is larger than {limit} bytes.")]
    TooLarge {
        /// What is allowed.
        limit: u64,
    },
    /// The disk would become too full.
    #[error(
        "There is not enough free space on the disk for this upload. Free some space and try again."
    )]
    DiskFull,
    /// The upload broke off, or the client cancelled it.
    #[error("The upload ended before all of it had arrived.")]
    Interrupted,
    /// The upload is not what the client said that it is.
    #[error("The {algorithm} digest of the upload is not the one that was announced.")]
    DigestMismatch {
        /// Which digest.
        algorithm: &'static str,
    },
    /// Another Registrar has the folder open.
    #[error("Another Registrar is already hosting from {folder}.")]
    InUse {
        /// The folder.
        folder: String,
    },
    /// A token may not do this.
    #[error("This token may not {0}.")]
    Forbidden(&'static str),
    /// A registry token's secret could not be kept or read.
    #[error("{0}")]
    Safe(#[from] SafeError),
    /// A backup could not be made or restored.
    #[error("{0}")]
    Backup(#[from] crate::backup::BackupError),
    /// Packages cannot lie in a folder, or do not.
    #[error("{0}")]
    Place(#[from] crate::relocation::PlaceError),
    /// The file system.
    #[error("A file could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// The metadata.
    #[error("The database of packages could not be read or written: {0}")]
    Database(#[from] sqlx::Error),
    /// The store of blobs.
    #[error("The package store could not be read or written: {0}")]
    Store(#[from] object_store::Error),
    /// Stored metadata cannot be understood: a bug, or damage.
    #[error("The database of packages holds something unreadable: {0}")]
    Damaged(String),
    /// A file of a package was found damaged.
    #[error(
        "This file was found damaged and has been put aside, so that nobody gets wrong bytes. Publishing \
         the same file again heals it; until then, use another version."
    )]
    Broken,
    /// A file of a package is missing.
    #[error(
        "The content of file {file} is missing from the store. Verify the storage to see what else is."
    )]
    Missing {
        /// The file's id.
        file: Uuid,
    },
}

/// Why a package was not accepted: a sentence for whoever built it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Rejection(pub String);

impl Rejection {
    /// A rejection with this sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<Rejection> for HostError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Why a token's secret could not be kept or read. The message is for people and holds no secret.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct SafeError {
    message: String,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl SafeError {
    /// An error with this sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            cause: None,
        }
    }

    /// An error of the safe's own, for whoever knows that safe.
    pub fn of(cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            message: cause.to_string(),
            cause: Some(Arc::new(cause)),
        }
    }

    /// The safe's own error.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }
}

impl From<sqlx::migrate::MigrateError> for HostError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Database(sqlx::Error::from(error))
    }
}

impl From<serde_json::Error> for HostError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<tokio::task::JoinError> for HostError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(io::Error::other(error))
    }
}
