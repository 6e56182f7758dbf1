//! A document to publish while it arrives.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::{Map, Value};

use super::document::{Found, Scanner};
use crate::error::{HostError, Rejection};
use crate::host::Host;
use crate::store::Staged;

/// What a client has sent: everything but the tarball, and the tarball with its name.
pub(super) struct Received {
    pub(super) document: Map<String, Value>,
    pub(super) tarball: Option<(String, Staged)>,
}

/// Takes in a whole document; its tarball goes to the disk.
pub(super) async fn receive(
    host: &Host,
    body: impl Stream<Item = Result<Bytes, HostError>> + Unpin + Send,
) -> Result<Received, HostError> {
    let mut incoming = Incoming {
        body,
        part: Bytes::new(),
        scanner: Scanner::default(),
    };
    let staged = match incoming.next().await? {
        Some(Found::Begin) => Some(host.stage(incoming.tarball()).await?),
        _ => None,
    };
    if incoming.next().await?.is_some() {
        return Err(Rejection::new("Publish exactly one tarball at a time.").into());
    }
    let (name, rest) = incoming.scanner.finish()?;
    let document = serde_json::from_slice(&rest)
        .map_err(|error| Rejection::new(format!("The document cannot be read: {error}.")))?;
    Ok(Received {
        document,
        tarball: name.zip(staged),
    })
}

struct Incoming<S> {
    body: S,
    part: Bytes,
    scanner: Scanner,
}

impl<S: Stream<Item = Result<Bytes, HostError>> + Unpin + Send> Incoming<S> {
    /// What is found next; `None` at the end of the body.
    async fn next(&mut self) -> Result<Option<Found>, HostError> {
        loop {
            match self.scanner.read(&mut self.part)? {
                Found::More => {}
                found => return Ok(Some(found)),
            }
            match self.body.next().await {
                Some(part) => self.part = part?,
                None => return Ok(None),
            }
        }
    }

    /// The tarball, piece by piece.
    fn tarball(&mut self) -> impl Stream<Item = Result<Bytes, HostError>> + Unpin + Send + '_ {
        Box::pin(futures_util::stream::unfold(self, |incoming| async {
            let piece = match incoming.next().await {
                Ok(Some(Found::Piece(piece))) => Ok(piece),
                Ok(Some(_)) => return None,
                Ok(None) => Err(HostError::Interrupted),
                Err(error) => Err(error),
            };
            Some((piece, incoming))
        }))
    }
}
