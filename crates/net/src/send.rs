//! One HTTP connection: HTTP/1.1 or HTTP/2 over any stream.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::rt::Executor;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;

use crate::connect::Stream;
use crate::outgoing::Outgoing;

/// An open connection. Dropping it ends its tasks and closes it.
pub(crate) struct Connection {
    sender: Sender,
    tasks: Tasks,
}

enum Sender {
    Http1(http1::SendRequest<Outgoing>),
    Http2(http2::SendRequest<Outgoing>),
}

impl Connection {
    /// Speaks HTTP over `stream`.
    pub(crate) async fn new(stream: Stream, http2: bool) -> hyper::Result<Self> {
        let tasks = Tasks::default();
        let io = TokioIo::new(stream);
        let sender = if http2 {
            let (sender, connection) = http2::handshake(tasks.clone(), io).await?;
            tasks.execute(connection);
            Sender::Http2(sender)
        } else {
            let (sender, connection) = http1::handshake(io).await?;
            tasks.execute(connection);
            Sender::Http1(sender)
        };
        Ok(Self { sender, tasks })
    }

    /// Sends `request` and waits for the head of the answer. The body can be read only while
    /// the connection lives.
    pub(crate) async fn send(
        &mut self,
        request: Request<Outgoing>,
    ) -> hyper::Result<Response<Incoming>> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        }
    }

    /// Waits until it can take another request, after the answer to the last one was read to the
    /// end; says whether the server has kept it open for that.
    pub(crate) async fn is_ready(&mut self) -> bool {
        let ready = match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await,
            Sender::Http2(sender) => sender.ready().await,
        };
        ready.is_ok()
    }

    pub(crate) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tasks.lock(JoinSet::abort_all);
    }
}

/// The tasks that drive a connection.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl Tasks {
    fn lock<T>(&self, act: impl FnOnce(&mut JoinSet<()>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, task: F) {
        self.lock(|tasks| {
            tasks.spawn(async move {
                task.await;
            });
        });
    }
}
