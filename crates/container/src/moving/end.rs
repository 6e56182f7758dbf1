//! Where images come from and where they go to.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use registrar_registry::ImageReference;

use super::failure::MoveFailure;
use crate::failure::Failure;
use crate::images::{Platform, Reader};

/// One end of a move.
#[derive(Debug, Clone)]
pub enum End {
    /// An image in a registry.
    Registry(Place),
    /// An OCI image layout: a folder with `oci-layout`, `index.json` and `blobs/`.
    Layout {
        /// The folder. As a destination it may be missing, empty, or a layout to which the image
        /// is added.
        folder: PathBuf,
        /// The image's name in it, mostly a tag (`org.opencontainers.image.ref.name`), or its
        /// digest. As a source it may be left out where there is one image only.
        name: Option<String>,
    },
    /// An archive as `docker load` takes it. What is written is an OCI image layout as well; what
    /// is read may be either, plain or packed with gzip.
    Archive {
        /// The file. As a destination it is replaced.
        file: PathBuf,
        /// The image's name in it, mostly a whole reference like `example.com/team/app:1.0`, or
        /// its digest. As a source it may be left out where there is one image only.
        name: Option<String>,
    },
}

/// An image in a registry, and a reader of that registry. Cloning it is cheap.
#[derive(Clone)]
pub struct Place {
    pub(super) reader: Arc<Reader>,
    pub(super) image: ImageReference,
}

impl Place {
    /// `image`, whose host is that of `reader`.
    pub fn new(reader: Arc<Reader>, image: ImageReference) -> Self {
        Self { reader, image }
    }

    /// The image.
    pub fn image(&self) -> &ImageReference {
        &self.image
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.image).finish()
    }
}

/// Which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where the image comes from.
    From,
    /// Where it goes to.
    To,
}

impl Side {
    /// A failure of the registry at this end.
    pub(super) fn failed(self, failure: Failure) -> MoveFailure {
        match self {
            Self::From => MoveFailure::From(failure),
            Self::To => MoveFailure::To(failure),
        }
    }
}

/// Which of an index's images move.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Platforms {
    /// All, and everything else that the index has.
    #[default]
    All,
    /// Those for these platforms. Of one, its own manifest moves; of several, a new index is made,
    /// so that its digest is another one.
    Chosen(Vec<Platform>),
}

/// What is to move where.
#[derive(Debug, Clone)]
pub struct Move {
    /// Where the image is.
    pub from: End,
    /// Where it is to be. A registry's image without a tag and with a digest is pushed by that
    /// digest alone; without either, as `latest`.
    pub to: End,
    /// Which platforms.
    pub platforms: Platforms,
    /// Whether signatures, lists of parts and attestations move along.
    pub referrers: bool,
}
