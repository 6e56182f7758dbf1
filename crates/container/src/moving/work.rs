//! Work that would hold up a thread of the asynchronous kind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::MoveFailure;

/// Whether nobody waits for the work any more.
#[derive(Debug, Clone, Default)]
pub(super) struct Cancelled(Arc<AtomicBool>);

impl Cancelled {
    /// # Errors
    /// Where nobody waits any more; nobody sees the error either.
    pub(super) fn check(&self) -> Result<(), MoveFailure> {
        if self.0.load(Ordering::Relaxed) {
            return Err(interrupted());
        }
        Ok(())
    }
}

/// Tells the work when the future that waits for it is dropped.
struct OnDrop(Cancelled);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Does `work` on a thread of its own. It is told when the future is dropped, but not stopped.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Cancelled) -> Result<T, MoveFailure> + Send + 'static,
) -> Result<T, MoveFailure> {
    let cancelled = Cancelled::default();
    let _guard = OnDrop(cancelled.clone());
    let done = tokio::task::spawn_blocking(move || work(&cancelled)).await;
    done.unwrap_or_else(|_| Err(interrupted()))
}

fn interrupted() -> MoveFailure {
    MoveFailure::disk("", &std::io::ErrorKind::Interrupted.into())
}
