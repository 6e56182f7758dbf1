//! Requests that belong together.

use crate::answer::Answer;
use crate::client::Http;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::request::Request;
use crate::trace::Trace;

/// A client for requests that belong together: those to one origin, by the same rules, share a
/// connection where its server keeps it open. Dropping it closes the connections.
///
/// A form always goes over a connection of its own, because it must not be sent twice where a
/// server has just closed the old one.
pub struct Session {
    http: Http,
    kept: Kept,
}

impl Session {
    pub(crate) fn new(http: Http) -> Self {
        let kept = Kept::default();
        Self { http, kept }
    }

    /// As [`Http::send`].
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub async fn send(&self, request: &Request<'_>, trace: &Trace<'_>) -> Result<Answer, Failure> {
        self.http.deliver(request, trace, &self.kept).await
    }
}
