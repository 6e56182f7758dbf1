//! Running operations, so that they can be cancelled by the name the window gave them.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::wire::OperationId;

#[derive(Debug, Clone, Default)]
pub(crate) struct Operations(Arc<Mutex<HashMap<OperationId, CancellationToken>>>);

/// A running operation; it is forgotten when this is dropped.
pub(crate) struct Operation {
    operations: Operations,
    id: OperationId,
    cancelled: CancellationToken,
}

impl Operations {
    pub(crate) fn begin(&self, id: &str) -> Operation {
        let cancelled = CancellationToken::new();
        self.0.lock().insert(id.to_owned(), cancelled.clone());
        Operation {
            operations: self.clone(),
            id: id.to_owned(),
            cancelled,
        }
    }

    pub(crate) fn cancel(&self, id: &str) {
        if let Some(token) = self.0.lock().get(id) {
            token.cancel();
        }
    }
}

impl Operation {
    /// The work's outcome, or `None` where it was cancelled first; the work is then dropped.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.cancelled.run_until_cancelled(work).await
    }

    /// Cancelled when the operation is, for work that must not be dropped in the middle.
    pub(crate) fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.operations.0.lock().remove(&self.id);
    }
}
