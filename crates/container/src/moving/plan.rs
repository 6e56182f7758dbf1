//! What has to move.

use std::path::Path;

use registrar_registry::Digest;

use super::end::{End, Move};
use super::failure::MoveFailure;
use crate::images::Platform;

/// What has to move: found out by [`plan`], moved by [`super::carry`].
#[derive(Debug, Clone)]
pub struct Plan {
    /// What was asked for.
    pub what: Move,
    /// The digest that the image has at its destination.
    pub digest: Digest,
    /// Whether that is another one than at the source, because a new index was made.
    pub new_index: bool,
    /// What moves, by platform; the bytes of those that share layers add up to more than
    /// `bytes_total`.
    pub platforms: Vec<PlatformSize>,
    /// Manifests and indexes that move, referrers included.
    pub manifests: usize,
    /// Blobs that move, each once.
    pub blobs: usize,
    /// Bytes of all blobs and manifests, each once.
    pub bytes_total: u64,
    /// How many of `manifests` belong to the image rather than being of it.
    pub referrers: usize,
    /// What belongs to the image and is in a format that is not understood; it does not move.
    pub left_out: usize,
    /// What is at the destination under that name.
    pub standing: Standing,
}

/// One image of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformSize {
    /// Where it runs; `None` where that is not said, as for an artifact.
    pub platform: Option<Platform>,
    /// Its manifest.
    pub digest: Digest,
    /// Bytes of its manifest, configuration and layers.
    pub bytes: u64,
}

/// What is at the destination under the name that the image is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Free,
    /// The same image.
    Same,
    /// Another image, which will lose the name; its digest where the registry tells it.
    Other(Option<Digest>),
}

/// An image in a folder or archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name, by which [`End`] asks for it; its digest where it has none.
    pub name: String,
    /// The digest of its manifest or index.
    pub digest: Digest,
}

/// Finds out what has to move. Asks the registries for manifests only and changes nothing.
///
/// # Errors
/// [`MoveFailure`].
pub async fn plan(what: &Move) -> Result<Plan, MoveFailure> {
    let _ = what;
    Err(MoveFailure::NoSuchImage)
}

/// The images in the layout folder or archive at `path`.
///
/// # Errors
/// [`MoveFailure::NotALayout`], [`MoveFailure::NotAnArchive`], [`MoveFailure::Disk`],
/// [`MoveFailure::TooLarge`].
pub async fn images(path: &Path) -> Result<Vec<Found>, MoveFailure> {
    let _ = (path, None::<End>);
    Err(MoveFailure::NoSuchImage)
}
