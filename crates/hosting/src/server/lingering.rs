//! A connection that hears a client out before it closes.
//!
//! A request may be answered before all of it has come: no token, a wrong one, something too large.
//! Closed with the rest unread, the connection would be reset, and the client, which is still
//! sending, would never see the answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Whether something of the last request is unread. Shared by a connection and its requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread(Arc<AtomicBool>);

impl Unread {
    fn is_some(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, unread: bool) {
        self.0.store(unread, Ordering::Release);
    }
}

/// A stream that, when it is shut down with something unread, takes it and throws it away.
pub(super) struct Lingering<S> {
    stream: S,
    unread: Unread,
    limit: Duration,
    /// Runs once the stream's own half is closed.
    closing: Option<Pin<Box<Sleep>>>,
}

impl<S> Lingering<S> {
    /// Whatever has not come after `limit` is not waited for.
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self {
            stream,
            unread: Unread::default(),
            limit,
            closing: None,
        }
    }

    /// Where the connection's requests say what they leave unread.
    pub(super) fn unread(&self) -> Unread {
        self.unread.clone()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.closing.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        }
        if !this.unread.is_some() {
            return Poll::Ready(Ok(()));
        }
        let limit = this.limit;
        let closing = this.closing.get_or_insert_with(|| Box::pin(sleep(limit)));
        let mut room = [0; 16 * 1024];
        while closing.as_mut().poll(context).is_pending() {
            let mut rest = ReadBuf::new(&mut room);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut rest));
            if read.is_err() || rest.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A request's body, which says when it is dropped before its end.
pub(super) struct Watched {
    body: Incoming,
    ended: bool,
    unread: Unread,
}

impl Watched {
    pub(super) fn new(body: Incoming, unread: Unread) -> Self {
        unread.set(false);
        Self {
            body,
            ended: false,
            unread,
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.ended = frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.unread.set(!self.ended && !self.body.is_end_stream());
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Lingering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const LONG: Duration = Duration::from_mins(1);
    const SHORT: Duration = Duration::from_millis(10);

    #[tokio::test]
    async fn what_a_client_still_sends_is_taken() {
        let (near, mut far) = tokio::io::duplex(4);
        let mut stream = Lingering::new(near, LONG);
        stream.unread().set(true);
        let client = async {
            far.write_all(&[0; 1000]).await.unwrap();
            far.shutdown().await.unwrap();
            far.read_to_end(&mut Vec::new()).await.unwrap()
        };
        let (closed, read) = tokio::join!(stream.shutdown(), client);
        closed.unwrap();
        assert_eq!(read, 0);
    }

    #[tokio::test]
    async fn nobody_is_heard_out_for_ever() {
        let (near, _far) = tokio::io::duplex(4);
        let mut stream = Lingering::new(near, SHORT);
        stream.unread().set(true);
        let closed = tokio::time::timeout(LONG, stream.shutdown()).await;
        closed.expect("it waits on").unwrap();
    }

    #[tokio::test]
    async fn with_nothing_unread_nothing_is_waited_for() {
        let (near, _far) = tokio::io::duplex(4);
        let mut stream = Lingering::new(near, Duration::MAX);
        let closed = tokio::time::timeout(LONG, stream.shutdown()).await;
        closed.expect("it waits").unwrap();
    }
}
