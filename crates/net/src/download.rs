//! An answer whose body is read piece by piece, so that it may be larger than memory.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::{Body as _, Incoming};
use hyper::header::CONTENT_ENCODING;
use tokio::time::timeout;

use crate::answer::Answer;
use crate::failure::{Failure, FailureKind};
use crate::kept::Keep;
use crate::redirect::Redirects;
use crate::send::Connection;

/// An answer whose head has come. Dropping it closes the connection.
pub struct Download {
    answer: Answer,
    body: Incoming,
    /// Bytes that may still come.
    left: u64,
    max: u64,
    stall: Duration,
    connection: Option<Connection>,
    /// Where the connection goes when the body was read to the end.
    keep: Option<Keep>,
}

/// The most bytes of a refusal, and how long they may take.
const MAX_REFUSAL: u64 = 64 * 1024;
const REFUSAL_LIMIT: Duration = Duration::from_secs(2);

impl Download {
    pub(crate) fn new(
        response: Response<Incoming>,
        connection: Connection,
        redirects: &Redirects,
        max: u64,
        stall: Duration,
        keep: Option<Keep>,
    ) -> Result<Self, Failure> {
        let (head, body) = response.into_parts();
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            url: redirects.current().clone(),
            redirected_to: redirects.redirected_to(),
            body: Vec::new(),
        };
        let packing = answer.headers.get(CONTENT_ENCODING);
        if packing.is_some_and(|packing| !matches!(packing.as_bytes(), b"" | b"identity")) {
            let raw = "the answer is packed in a way that was not asked for";
            return Err(answer.fail(FailureKind::NotARegistry, raw));
        }
        if answer.status.is_success() && body.size_hint().lower() > max {
            return Err(answer.fail(FailureKind::TooLarge, too_large(max)));
        }
        let left = max;
        Ok(Self {
            answer,
            body,
            left,
            max,
            stall,
            connection: Some(connection),
            keep,
        })
    }

    /// Status and headers; its body is empty.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// How many bytes the body has, where the server says so.
    pub fn total(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`FailureKind::TooLarge`], [`FailureKind::ConnectionClosed`] where it ends early,
    /// [`FailureKind::TimedOut`] where nothing comes for too long.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let frame = timeout(self.stall, self.body.frame()).await;
            let frame = frame.map_err(|_| Failure::timed_out(self.stall, "more of the answer"))?;
            let Some(frame) = frame else {
                self.finish();
                return Ok(None);
            };
            let frame =
                frame.map_err(|e| Failure::from_error(FailureKind::ConnectionClosed, &e))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            let length = data.len() as u64;
            let left = self.left.checked_sub(length);
            self.left =
                left.ok_or_else(|| self.answer.fail(FailureKind::TooLarge, too_large(self.max)))?;
            return Ok(Some(data));
        }
    }

    /// The whole answer with what comes of its body soon: for one that is no success.
    pub async fn refusal(mut self) -> Answer {
        self.left = MAX_REFUSAL;
        let mut body = Vec::new();
        let reading = async {
            while let Ok(Some(piece)) = self.next().await {
                body.extend_from_slice(&piece);
            }
        };
        let _ = timeout(REFUSAL_LIMIT, reading).await;
        self.answer.body = body;
        self.answer
    }

    /// The body was read to the end: the connection can serve another request.
    fn finish(&mut self) {
        if let (Some(connection), Some(keep)) = (self.connection.take(), self.keep.take()) {
            keep.put(connection);
        }
    }
}

fn too_large(max: u64) -> String {
    format!("the answer has more than {max} bytes")
}
