//! What has to move.

use std::path::Path;
use std::sync::Arc;

use registrar_registry::Digest;

use super::checked::Blob;
use super::choose::choose;
use super::end::{End, Move};
use super::failure::MoveFailure;
use super::gather::{Gathered, Part};
use super::local::Local;
use super::push::Push;
use super::retry::patiently;
use super::source::Source;
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
    pub(super) work: Arc<Work>,
}

/// Everything that has to be done.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) source: Source,
    /// In the order in which they are put there; the image itself is the last one.
    pub(super) parts: Vec<Part>,
    pub(super) blobs: Vec<Blob>,
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
    let source = Source::open(&what.from).await?;
    let found = source.root(&what.from).await?;
    let chosen = choose(&source, found, &what.platforms).await?;
    let mut gathered = Gathered::of(&source, chosen.manifest).await?;
    let platforms = gathered.platforms(&source).await?;
    let own = gathered.parts.len();
    if what.referrers {
        gathered.add_referrers(&source).await?;
    }
    let blobs = gathered.blobs();
    let sizes = blobs.iter().map(|blob| blob.size);
    let manifests = gathered.parts.iter();
    let manifests = manifests.map(|part| part.manifest.bytes.len() as u64);
    let digest = gathered.root().digest.clone();
    Ok(Plan {
        standing: standing(&what.to, &source, &digest).await?,
        new_index: chosen.new_index,
        platforms,
        manifests: gathered.parts.len(),
        blobs: blobs.len(),
        bytes_total: sizes.chain(manifests).fold(0, u64::saturating_add),
        referrers: gathered.parts.len() - own,
        left_out: gathered.left_out,
        what: what.clone(),
        digest,
        work: Arc::new(Work {
            source,
            parts: gathered.parts,
            blobs,
        }),
    })
}

/// The images in the layout folder or archive at `path`.
///
/// # Errors
/// [`MoveFailure::NotALayout`], [`MoveFailure::NotAnArchive`], [`MoveFailure::Disk`],
/// [`MoveFailure::TooLarge`].
pub async fn images(path: &Path) -> Result<Vec<Found>, MoveFailure> {
    Local::any(path).await?.images().await
}

async fn standing(to: &End, source: &Source, digest: &Digest) -> Result<Standing, MoveFailure> {
    match to {
        End::Registry(place) => {
            let push = Push::new(place, source);
            patiently(|| push.standing(digest)).await
        }
        End::Archive { file, .. } if file.is_dir() => Err(MoveFailure::Occupied(file.clone())),
        End::Archive { file, .. } if file.exists() => Ok(Standing::Other(None)),
        End::Archive { .. } => Ok(Standing::Free),
        End::Layout { folder, .. } if is_free(folder) => Ok(Standing::Free),
        End::Layout { folder, .. } => {
            let layout = Local::layout(folder).await;
            let layout = layout.map_err(|_| MoveFailure::Occupied(folder.clone()))?;
            let name = name_at(to, source);
            match layout
                .find(Some(name.as_deref().unwrap_or(digest.as_str())))
                .await
            {
                Ok(known) if known == *digest => Ok(Standing::Same),
                Ok(known) => Ok(Standing::Other(Some(known))),
                Err(_) => Ok(Standing::Free),
            }
        }
    }
}

/// Whether nothing is at `folder`, or an empty folder.
fn is_free(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// What the image is to be called in the folder or archive `to`.
pub(super) fn name_at(to: &End, source: &Source) -> Option<String> {
    let (End::Layout { name, .. } | End::Archive { name, .. }) = to else {
        return None;
    };
    let usual = || match source {
        Source::Registry(place) => {
            let image = &place.image;
            let tag = image.tag()?;
            Some(match to {
                End::Archive { .. } => format!("{}/{}:{tag}", image.host(), image.repository()),
                _ => tag.to_owned(),
            })
        }
        Source::Local(_) => None,
    };
    name.clone().or_else(usual)
}
