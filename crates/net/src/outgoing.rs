//! The body of a request: at hand, or coming piece by piece, so that it may be larger than memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

/// How many pieces wait to be sent.
const AHEAD: usize = 2;

/// A body on its way out.
pub struct Outgoing {
    pieces: Pieces,
    /// Bytes that are still to be sent.
    left: u64,
}

enum Pieces {
    One(Option<Bytes>),
    Many(mpsc::Receiver<Bytes>),
}

/// Where the pieces of a body are handed over. Dropping it before all of them were breaks the
/// request off.
pub struct Feed(mpsc::Sender<Bytes>);

impl Feed {
    /// Hands over a piece, as soon as there is room for it; says whether the request still wants
    /// one.
    pub async fn send(&self, piece: Bytes) -> bool {
        self.0.send(piece).await.is_ok()
    }
}

impl Outgoing {
    /// A body that is at hand.
    pub fn of(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self {
            left: body.len() as u64,
            pieces: Pieces::One(Some(body)),
        }
    }

    /// A body of `length` bytes, and where its pieces are handed over.
    pub fn channel(length: u64) -> (Feed, Self) {
        let (feed, pieces) = mpsc::channel(AHEAD);
        let pieces = Pieces::Many(pieces);
        let left = length;
        (Feed(feed), Self { pieces, left })
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let piece = match &mut self.pieces {
            Pieces::One(body) => body.take(),
            Pieces::Many(pieces) => std::task::ready!(pieces.poll_recv(context)),
        };
        // A body of another length than was said would be taken for the next request.
        let fits = piece
            .as_ref()
            .map(|piece| self.left.checked_sub(piece.len() as u64));
        let (Some(piece), Some(Some(left))) = (piece, fits) else {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        };
        self.left = left;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
