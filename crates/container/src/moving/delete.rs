//! Deleting tags and images in a registry.

use registrar_registry::Digest;

use super::end::Place;
use super::failure::MoveFailure;

/// Which tags lead to one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The image.
    pub digest: Digest,
    /// The tags that lead to it, in the registry's order.
    pub tags: Vec<String>,
    /// Whether there are tags that were not looked at: only the first 1,000 are.
    pub more: bool,
}

/// Which tags of its repository lead to the image at `place`. Calls `on_tags` with how many tags
/// were looked at, and how many there are.
///
/// # Errors
/// [`MoveFailure::To`].
pub async fn sharing(
    place: &Place,
    on_tags: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Sharing, MoveFailure> {
    let _ = place;
    on_tags(0, 0);
    Err(MoveFailure::NoSuchImage)
}

/// Deletes what the image at `place` names: the digest, with all its tags, where there is one;
/// else the tag alone.
///
/// # Errors
/// [`MoveFailure::DeletionNotOffered`], [`MoveFailure::TagDeletionNotOffered`],
/// [`MoveFailure::To`], with [`crate::FailureKind::NotFound`] where there is nothing.
pub async fn delete(place: &Place) -> Result<(), MoveFailure> {
    let _ = place;
    Err(MoveFailure::DeletionNotOffered)
}
