//! Blobs on their way out.

use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore as _};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::{MEMORY_EACH, Store, location};
use crate::error::HostError;
use crate::model::Content;

/// What is read from the disk at a time.
const CHUNK: usize = 256 * 1024;

/// A part of a blob, or all of it.
pub enum Opened {
    /// All at once.
    Whole(Bytes),
    /// Piece by piece.
    Stream(BoxStream<'static, std::io::Result<Bytes>>),
}

impl Store {
    /// Opens a part of a blob. Small blobs stay in memory for whoever asks next.
    pub(crate) async fn open(
        &self,
        content: &Content,
        range: Range<u64>,
    ) -> Result<Option<Opened>, HostError> {
        if content.size > MEMORY_EACH {
            return self.stream(content, range).await;
        }
        let Some(whole) = self.small(content).await? else {
            return Ok(None);
        };
        let at = |position: u64| {
            usize::try_from(position)
                .unwrap_or(usize::MAX)
                .min(whole.len())
        };
        Ok(Some(Opened::Whole(
            whole.slice(at(range.start)..at(range.end)),
        )))
    }

    /// All of a blob that is small enough to be kept in memory.
    async fn small(&self, content: &Content) -> Result<Option<Bytes>, HostError> {
        if let Some(bytes) = self.0.memory.get(&content.sha256) {
            return Ok(Some(bytes));
        }
        let Some(opened) = self.stream(content, 0..content.size).await? else {
            return Ok(None);
        };
        let bytes = match opened {
            Opened::Whole(bytes) => bytes,
            Opened::Stream(stream) => {
                let parts: Vec<Bytes> = stream.try_collect().await?;
                Bytes::from(parts.concat())
            }
        };
        self.0.memory.insert(content.sha256, bytes.clone());
        Ok(Some(bytes))
    }

    pub(super) async fn stream(
        &self,
        content: &Content,
        range: Range<u64>,
    ) -> Result<Option<Opened>, HostError> {
        let options = GetOptions {
            range: (range.start < range.end).then(|| GetRange::Bounded(range.clone())),
            ..GetOptions::default()
        };
        let result = self
            .0
            .objects
            .get_opts(&location(&content.sha256), options)
            .await;
        let found = match result {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Opened::Stream(match found.payload {
            GetResultPayload::File(file, _) => {
                let mut file = tokio::fs::File::from_std(file);
                file.set_max_buf_size(CHUNK);
                file.seek(std::io::SeekFrom::Start(range.start)).await?;
                let part = file.take(range.end - range.start);
                ReaderStream::with_capacity(part, CHUNK).boxed()
            }
            GetResultPayload::Stream(stream) => stream.map_err(std::io::Error::other).boxed(),
        })))
    }
}
