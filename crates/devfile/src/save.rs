//! Why something could not be saved, and how a download tells of itself.

use std::io;

use registrar_net::Failure;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::oci::ManifestError;
use crate::part::UnfitName;
use crate::unpack::UnpackError;

/// Why something could not be saved. Nothing is left behind then.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The registry did not give it.
    #[error(transparent)]
    Fetch(#[from] Failure),
    /// It has a name that cannot be asked for.
    #[error(transparent)]
    Name(#[from] UnfitName),
    /// The list of a stack's files cannot be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file is not the one that the registry's list names.
    #[error("{0} is not what the registry's list of files says: its digest differs")]
    Digest(String),
    /// An archive cannot be unpacked safely.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The disk refused.
    #[error("the file could not be written: {0}")]
    Disk(#[from] io::Error),
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// How a download tells of itself, and how it is stopped.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Told after every piece: bytes so far, and bytes in all where that is known.
    pub on_bytes: &'a (dyn Fn(u64, Option<u64>) + Send + Sync),
    /// Cancelled when the person wants no more of it.
    pub cancelled: &'a CancellationToken,
}

impl Watch<'_> {
    /// Waits for `work` unless the person cancels first.
    pub(crate) async fn unless_cancelled<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, SaveError>
    where
        SaveError: From<E>,
    {
        match self.cancelled.run_until_cancelled(work).await {
            Some(outcome) => Ok(outcome?),
            None => Err(SaveError::Cancelled),
        }
    }
}
