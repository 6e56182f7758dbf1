//! Requests that belong together.

use std::sync::Arc;

use crate::answer::Answer;
use crate::client::Http;
use crate::download::Download;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::outgoing::Outgoing;
use crate::request::Request;
use crate::trace::Trace;

/// A client for requests that belong together: those to one origin, by the same rules, share a
/// connection where its server keeps it open. Dropping it closes the connections.
///
/// A form always goes over a connection of its own, because it must not be sent twice where a
/// server has just closed the old one.
pub struct Session {
    http: Http,
    kept: Arc<Kept>,
}

impl Session {
    pub(crate) fn new(http: Http) -> Self {
        let kept = Arc::default();
        Self { http, kept }
    }

    /// As [`Http::send`].
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub async fn send(&self, request: &Request<'_>, trace: &Trace<'_>) -> Result<Answer, Failure> {
        self.http.deliver(request, trace, &self.kept).await
    }

    /// As [`Http::open`].
    ///
    /// # Errors
    /// Those of [`Http::open`].
    pub async fn open(
        &self,
        request: &Request<'_>,
        trace: &Trace<'_>,
    ) -> Result<Download, Failure> {
        self.http.open_kept(request, trace, Some(&self.kept)).await
    }

    /// Sends `request` with `body`, by the method that it names, and reads the answer. No redirect
    /// is followed. The request's deadline does not count, because a body may take any time: who
    /// feeds it has to see that it goes on.
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub async fn push(
        &self,
        request: &Request<'_>,
        body: Outgoing,
        trace: &Trace<'_>,
    ) -> Result<Answer, Failure> {
        self.http.push(request, body, trace, &self.kept).await
    }
}
