//! How far a move is.

use std::time::Duration;

use parking_lot::Mutex;

use super::failure::MoveFailure;
use super::retry::Retry;

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
    pub failure: Box<MoveFailure>,
}

/// Counts, and tells.
pub(super) struct Meter<'a> {
    progress: Mutex<Progress>,
    on_progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl<'a> Meter<'a> {
    pub(super) fn new(
        bytes_total: u64,
        blobs_total: usize,
        on_progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        let progress = Progress {
            bytes_total,
            blobs_total,
            ..Progress::default()
        };
        on_progress(progress.clone());
        Self {
            progress: Mutex::new(progress),
            on_progress,
        }
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress.lock();
        change(&mut progress);
        let told = progress.clone();
        drop(progress);
        (self.on_progress)(told);
    }

    /// `bytes` have arrived.
    pub(super) fn add(&self, bytes: u64) {
        self.change(|progress| {
            progress.bytes_done += bytes;
            progress.retrying = None;
        });
    }

    /// `bytes` that had arrived have to move again.
    pub(super) fn take_back(&self, bytes: u64) {
        self.change(|progress| progress.bytes_done = progress.bytes_done.saturating_sub(bytes));
    }

    /// `bytes` that were taken for being there are not.
    pub(super) fn not_there(&self, bytes: u64) {
        self.change(|progress| {
            progress.bytes_done = progress.bytes_done.saturating_sub(bytes);
            progress.bytes_already_there = progress.bytes_already_there.saturating_sub(bytes);
        });
    }

    /// `bytes` are there without having moved.
    pub(super) fn there(&self, bytes: u64) {
        self.change(|progress| {
            progress.bytes_done += bytes;
            progress.bytes_already_there += bytes;
        });
    }

    /// A blob is whole.
    pub(super) fn blob(&self) {
        self.change(|progress| progress.blobs_done += 1);
    }

    pub(super) fn now(&self) -> Progress {
        self.progress.lock().clone()
    }

    /// Waits before what has failed with `failure` is tried again.
    ///
    /// # Errors
    /// `failure`, where that is of no use.
    pub(super) async fn wait(
        &self,
        retry: &mut Retry,
        failure: MoveFailure,
        further: bool,
    ) -> Result<(), MoveFailure> {
        let Some(wait) = retry.next(&failure, further) else {
            return Err(failure);
        };
        let retrying = Retrying {
            wait,
            attempt: retry.attempt(),
            failure: Box::new(failure),
        };
        self.change(|progress| progress.retrying = Some(retrying));
        tokio::time::sleep(wait).await;
        self.change(|progress| progress.retrying = None);
        Ok(())
    }
}
