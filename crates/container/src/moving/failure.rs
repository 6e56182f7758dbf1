//! Why an image could not be moved.

use std::io;
use std::path::PathBuf;

use registrar_registry::Digest;
use thiserror::Error;

use crate::failure::{Failure, FailureKind};
use crate::images::{ManifestError, Platform};

/// Why an image could not be moved or deleted. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoveFailure {
    /// The registry that it comes from.
    #[error("{0}")]
    From(Failure),
    /// The registry that it goes to, or where it is to be deleted.
    #[error("{0}")]
    To(Failure),
    /// The disk.
    #[error("{}: {raw}", path.display())]
    Disk {
        /// What could not be read or written.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
        /// The system's words.
        raw: String,
    },
    /// The folder or archive has several images, and none was chosen.
    #[error("there are several images, and none was chosen")]
    SeveralImages(Vec<String>),
    /// The folder or archive does not have this image, or no image at all.
    #[error("there is no such image")]
    NoSuchImage,
    /// The image is not for this platform; these are the ones that it is for.
    #[error("the image is not for the platform that was chosen")]
    NoSuchPlatform(Vec<Platform>),
    /// It is no OCI image layout.
    #[error("{} is not a folder with an image: {why}", path.display())]
    NotALayout {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It is no archive of images.
    #[error("{} is not an archive with an image: {why}", path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A manifest is not one that is understood.
    #[error("{digest}: {error}")]
    NotUnderstood {
        /// Its digest.
        digest: Digest,
        /// Why.
        error: ManifestError,
    },
    /// The bytes at the source are not what this digest says.
    #[error("the content of {0} is not what its digest says")]
    WrongContent(Digest),
    /// The source does not have this part of the image.
    #[error("a part of the image is missing: {0}")]
    Missing(Digest),
    /// There is more of something than is possible.
    #[error("{0}")]
    TooLarge(Bound),
    /// Another move writes there at this moment.
    #[error("another transfer writes to {}", .0.display())]
    InUse(PathBuf),
    /// Something else is where the folder would be.
    #[error("{} is there already, and is not a folder with images", .0.display())]
    Occupied(PathBuf),
    /// The registry deletes nothing for anybody (405, or `UNSUPPORTED`).
    #[error("the registry does not offer deletion")]
    DeletionNotOffered,
    /// The registry deletes by digest only, with all tags of it.
    #[error("the registry does not delete single tags")]
    TagDeletionNotOffered,
}

/// What has a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Bound {
    /// Manifests in all, or their bytes.
    #[error("the image has more manifests than is possible")]
    Manifests,
    /// Indexes within indexes.
    #[error("the image has indexes within indexes")]
    Depth,
    /// What an archive has in it.
    #[error("the archive has more in it than is possible")]
    Archive,
    /// What belongs to the image.
    #[error("more belongs to the image than can be moved with it")]
    Referrers,
}

impl MoveFailure {
    /// Whether doing the same again after a while may succeed.
    pub fn can_retry(&self) -> bool {
        match self {
            Self::From(failure) | Self::To(failure) => failure.is_passing(),
            Self::InUse(_) => true,
            _ => false,
        }
    }

    /// How many seconds the registry has asked to wait, where it has.
    pub fn wait(&self) -> Option<u32> {
        match self {
            Self::From(failure) | Self::To(failure) if failure.kind == FailureKind::RateLimited => {
                failure.seconds
            }
            _ => None,
        }
    }

    /// What to do next; `None` for a failure of a registry, whose kind says more.
    pub fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::From(_) | Self::To(_) => return None,
            Self::Disk { kind, .. } => advice_on_disk(*kind),
            Self::SeveralImages(_) => "Choose one of the images.",
            Self::NoSuchImage => "Choose one of the images that are there.",
            Self::NoSuchPlatform(_) => "Choose platforms that the image is for.",
            Self::NotALayout { .. } => {
                "Choose a folder with the files oci-layout and index.json, as skopeo makes one."
            }
            Self::NotAnArchive { .. } => "Choose a file that docker save or skopeo has made.",
            Self::NotUnderstood { .. } => "Ask whoever has made the image to build it anew.",
            Self::WrongContent(_) => {
                "Do not use this image before its owner has found out why; push it anew."
            }
            Self::Missing(_) => "Push or save the whole image anew, or choose fewer platforms.",
            Self::TooLarge(_) => "Choose fewer platforms, or leave out what belongs to the image.",
            Self::InUse(_) => "Wait until the other transfer is done, or choose another place.",
            Self::Occupied(_) => "Choose another name, or an empty folder.",
            Self::DeletionNotOffered => {
                "Ask whoever runs the registry to allow deletion, or delete in its own pages."
            }
            Self::TagDeletionNotOffered => {
                "Delete the image by its digest; all tags that share it go with it."
            }
        })
    }

    pub(super) fn disk(path: impl Into<PathBuf>, error: &io::Error) -> Self {
        Self::Disk {
            path: path.into(),
            kind: error.kind(),
            raw: error.to_string(),
        }
    }
}

fn advice_on_disk(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Make room on the disk, then try again: what has arrived is kept."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Choose a place that you may write to and read from."
        }
        io::ErrorKind::NotFound => "Choose a file or folder that is there.",
        _ => "Look whether the disk is there and sound, then try again.",
    }
}
