//! Bodies, also those that never end.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::{Interval, interval};

/// A body as a server sends it.
pub(super) enum Payload {
    /// These bytes at once.
    Whole(Option<Bytes>),
    /// A space every 100 ms.
    Drip(Interval),
    /// Spaces, as many as are taken.
    Endless,
}

impl Payload {
    pub(super) fn drip() -> Self {
        Self::Drip(interval(Duration::from_millis(100)))
    }
}

impl From<String> for Payload {
    fn from(text: String) -> Self {
        Self::Whole(Some(text.into()))
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = match &mut *self {
            Self::Whole(bytes) => bytes.take(),
            Self::Drip(interval) => {
                std::task::ready!(interval.poll_tick(context));
                Some(Bytes::from_static(b" "))
            }
            Self::Endless => Some(Bytes::from_static(&[b' '; 16 * 1024])),
        };
        Poll::Ready(data.map(|data| Ok(Frame::data(data))))
    }
}
