//! The upload of a blob at its registry, for as long as somebody goes on with it.

use std::time::Duration;

use registrar_net::Method;
use tokio::runtime::Handle;
use tokio::time::timeout;
use url::Url;

use super::Push;

/// How long the registry may take to forget an upload.
const FORGET: Duration = Duration::from_secs(15);

/// An upload that may be under way. Dropping it, as cancelling does, asks the registry to forget
/// what it has received: it would keep the bytes for days. Nobody waits for its answer.
pub(super) struct Session<'a> {
    push: &'a Push,
    location: Option<Url>,
}

impl<'a> Session<'a> {
    pub(super) fn new(push: &'a Push) -> Self {
        Self {
            push,
            location: None,
        }
    }

    /// It is there now.
    pub(super) fn is_at(&mut self, location: &Url) {
        self.location = Some(location.clone());
    }

    /// The blob has arrived.
    pub(super) fn done(&mut self) {
        self.location = None;
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let (Some(location), Ok(runtime)) = (self.location.take(), Handle::try_current()) else {
            return;
        };
        let push = self.push.clone();
        runtime.spawn(async move {
            let forgotten = push.change(Method::DELETE, &location, &push.scope);
            // A registry that does not listen forgets by itself in the end.
            let _ = timeout(FORGET, forgotten).await;
        });
    }
}
