//! A blob on its way, whose bytes are checked before the last of them is let through.

use bytes::Bytes;
use registrar_net as net;
use registrar_registry::Digest;

use super::end::Side;
use super::failure::MoveFailure;
use super::hash::Hasher;
use super::progress::Meter;
use super::retry::Retry;
use super::source::{Pieces, Source};
use super::work::blocking;
use crate::failure::{Failure, FailureKind};

/// How many bytes are hashed at a time.
const BATCH: usize = 1 << 20;
/// How many bytes at most are hashed where they are.
const AT_ONCE: usize = 16 * 1024;
/// After how many bytes the hasher is remembered, in case these have to come again.
const MARK: u64 = 1 << 20;
/// How many of these are kept, besides the first one.
const MARKS: usize = 64;

/// A blob of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// Whether an image may do without it, as with layers that may not be passed on.
    pub(super) optional: bool,
}

/// A blob while it comes. When the source fails, it is asked again for what is missing.
pub(super) struct Checked<'a> {
    source: &'a Source,
    blob: &'a Blob,
    meter: &'a Meter<'a>,
    retry: Retry,
    pieces: Option<Pieces>,
    /// Why the last piece did not come.
    failed: Option<MoveFailure>,
    hasher: Hasher,
    /// Bytes that were hashed.
    at: u64,
    /// Bytes that were handed out.
    given: u64,
    /// Where the source was opened the last time.
    opened: u64,
    /// What the hasher was after so many bytes.
    marks: Vec<(u64, Hasher)>,
}

impl<'a> Checked<'a> {
    pub(super) fn new(source: &'a Source, blob: &'a Blob, meter: &'a Meter<'a>) -> Self {
        Self::after(source, blob, meter, 0, Hasher::of(&blob.digest))
    }

    /// The rest after `at` bytes, which `hasher` has seen.
    pub(super) fn after(
        source: &'a Source,
        blob: &'a Blob,
        meter: &'a Meter<'a>,
        at: u64,
        hasher: Hasher,
    ) -> Self {
        Self {
            marks: vec![(at, hasher.clone())],
            retry: Retry::default(),
            pieces: None,
            failed: None,
            given: at,
            opened: at,
            source,
            blob,
            meter,
            hasher,
            at,
        }
    }

    /// How many bytes were handed out.
    pub(super) fn given(&self) -> u64 {
        self.given
    }

    /// Goes back, so that the byte `to` is the next one.
    pub(super) fn rewind(&mut self, to: u64) {
        self.meter.take_back(self.given.saturating_sub(to));
        self.marks.retain(|(at, _)| *at <= to);
        if let Some((at, hasher)) = self.marks.last() {
            (self.at, self.hasher) = (*at, hasher.clone());
        }
        self.given = to;
        self.pieces = None;
    }

    /// The next bytes, at most about a megabyte; nothing at the end.
    ///
    /// # Errors
    /// [`MoveFailure::WrongContent`] instead of the last bytes, where all together do not have the
    /// digest; what the source fails with in the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Bytes>>, MoveFailure> {
        loop {
            if self.at == self.blob.size {
                self.verify()?;
                return Ok(None);
            }
            let batch = self.batch().await?;
            let new = self.hash(batch).await?;
            if self.at == self.blob.size {
                self.verify()?;
            }
            let bytes = new.iter().map(|piece| piece.len() as u64).sum();
            if bytes > 0 {
                self.given += bytes;
                self.meter.add(bytes);
                return Ok(Some(new));
            }
        }
    }

    fn verify(&self) -> Result<(), MoveFailure> {
        if self.hasher.clone().is(&self.blob.digest) {
            return Ok(());
        }
        Err(self.wrong())
    }

    fn wrong(&self) -> MoveFailure {
        MoveFailure::WrongContent(self.blob.digest.clone())
    }

    /// Some bytes from the source, however often that takes.
    async fn batch(&mut self) -> Result<Vec<Bytes>, MoveFailure> {
        loop {
            if let Some(failure) = self.failed.take() {
                let further = self.at > self.opened;
                self.pieces = None;
                self.meter.wait(&mut self.retry, failure, further).await?;
            }
            match self.read().await {
                Ok(batch) => return Ok(batch),
                Err(failure) => self.failed = Some(failure),
            }
        }
    }

    async fn read(&mut self) -> Result<Vec<Bytes>, MoveFailure> {
        let mut left = self.blob.size - self.at;
        let mut pieces = match self.pieces.take() {
            Some(pieces) => pieces,
            None => self.open(left).await?,
        };
        let (mut batch, mut length) = (Vec::new(), 0);
        while left > 0 && length < BATCH {
            match pieces.next().await {
                Ok(Some(piece)) => {
                    let rest = left.checked_sub(piece.len() as u64);
                    left = rest.ok_or_else(|| self.wrong())?;
                    length += piece.len();
                    batch.push(piece);
                }
                outcome => {
                    let failure = outcome.err().unwrap_or_else(ended_early);
                    if batch.is_empty() {
                        return Err(failure);
                    }
                    self.failed = Some(failure);
                    return Ok(batch);
                }
            }
        }
        if left == 0 {
            // To its end, so that the connection can be used again.
            if matches!(pieces.next().await, Ok(Some(_))) {
                return Err(self.wrong());
            }
        } else {
            self.pieces = Some(pieces);
        }
        Ok(batch)
    }

    async fn open(&mut self, left: u64) -> Result<Pieces, MoveFailure> {
        self.opened = self.at;
        let blob = self.blob;
        let pieces = self.source.pieces(&blob.digest, blob.size, self.at).await?;
        match pieces.total() {
            Some(total) if total != left => Err(self.wrong()),
            _ => Ok(pieces),
        }
    }

    /// Hashes `batch`; what of it was not handed out before.
    async fn hash(&mut self, batch: Vec<Bytes>) -> Result<Vec<Bytes>, MoveFailure> {
        let length: usize = batch.iter().map(Bytes::len).sum();
        let mut hasher = self.hasher.clone();
        let work = move || {
            for piece in &batch {
                hasher.update(piece);
            }
            (hasher, batch)
        };
        let (hasher, batch) = if length <= AT_ONCE {
            work()
        } else {
            blocking(move |_| Ok(work())).await?
        };
        let mut known = self.given.saturating_sub(self.at);
        self.hasher = hasher;
        self.at += length as u64;
        if self.marks.last().is_none_or(|(at, _)| self.at >= at + MARK) {
            self.marks.push((self.at, self.hasher.clone()));
            if self.marks.len() > MARKS {
                self.marks.remove(1);
            }
        }
        let new = batch.into_iter().map(|mut piece| {
            let skipped = usize::try_from(known)
                .unwrap_or(usize::MAX)
                .min(piece.len());
            known -= skipped as u64;
            piece.split_off(skipped)
        });
        Ok(new.filter(|piece| !piece.is_empty()).collect())
    }
}

/// The body was shorter than the blob.
fn ended_early() -> MoveFailure {
    let kind = FailureKind::Registry(net::FailureKind::ConnectionClosed);
    Side::From.failed(Failure::new(kind, "the blob ended early"))
}
