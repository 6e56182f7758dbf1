//! How far a move is.

use std::time::Duration;

/// How far a move is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes that are at the destination, of blobs and manifests, those that were there included.
    pub bytes_done: u64,
    /// Bytes that are to be there in the end.
    pub bytes_total: u64,
    /// Bytes of `bytes_done` that did not have to move: they were there, or were mounted. A rate
    /// leaves them out.
    pub bytes_already_there: u64,
    /// Blobs that are whole.
    pub blobs_done: usize,
    /// Blobs in all.
    pub blobs_total: usize,
    /// That something has failed and is tried again.
    pub retrying: Option<Retrying>,
}

/// Something has failed and is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrying {
    /// How long it waits before that, from now.
    pub wait: Duration,
    /// How often it was tried again without getting any further, from 1.
    pub attempt: u32,
    /// What has failed.
    pub failure: Box<super::MoveFailure>,
}
