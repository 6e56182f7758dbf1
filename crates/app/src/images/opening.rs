//! One image: what it is made of, and what belongs to it.

use registrar_container::images::{Config, Content, Entry, Image, Index, Manifest, Referrers};
use registrar_container::{Failure, FailureKind, Reader};
use registrar_registry::ImageReference;

use super::{failed, named};
use crate::app::App;
use crate::wire::{
    CheckFailure, CommandError, ImageFacts, ImagePage, ImageRef, OpenImage, RawManifest,
};

/// An image as it was read.
pub(crate) struct Opened {
    /// What the tag or digest means.
    pub(crate) top: Manifest,
    /// The image of it that was chosen; `None` where it is that itself.
    pub(crate) chosen: Option<Manifest>,
    pub(crate) config: Option<Config>,
}

impl Opened {
    /// The manifest of the image that is shown.
    pub(super) fn manifest(&self) -> &Manifest {
        self.chosen.as_ref().unwrap_or(&self.top)
    }

    /// The parts of the image that is shown; `None` where an index has none.
    pub(crate) fn image(&self) -> Option<&Image> {
        match &self.manifest().content {
            Content::Image(image) => Some(image),
            Content::Index(_) => None,
        }
    }
}

impl App {
    /// An image with everything that is known about it.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for what is no image's name,
    /// [`crate::wire::Code::NotFound`] where the registry is gone,
    /// [`crate::wire::Code::Cancelled`]. That the registry does not have it is part of the answer.
    pub async fn open_image(&self, request: OpenImage) -> Result<ImagePage, CommandError> {
        let place = self.container_place(&request.image.registry).await?;
        let image = place.image(&request.image)?;
        let work = async {
            let reader = self.reader(&place).await?;
            let opened = open(&reader, &image, &request.image).await;
            let opened = opened.map_err(failed)?;
            let shown = named(&image, opened.manifest().digest.as_str());
            let referrers = match shown {
                Ok(shown) => reader.referrers(&shown).await.map_err(failed),
                Err(_) => Ok(Referrers::default()),
            };
            Ok::<_, CheckFailure>((opened, referrers))
        };
        let read = self.cancellable(&request.operation, work).await?;
        let (facts, failure) = match read {
            Ok((opened, referrers)) => (Some(opened.facts(referrers)), None),
            Err(failure) => (None, Some(failure)),
        };
        Ok(ImagePage {
            name: image.to_string(),
            image: facts.map(|facts| ImageFacts {
                commands: super::pulling::commands(&image, &place.record),
                secret: super::pulling::preview(&place.record, &place.address),
                ..facts
            }),
            failure,
        })
    }

    /// The manifest of an image as the registry has it; that of a platform where one is named.
    ///
    /// # Errors
    /// As [`App::open_image`].
    pub async fn raw_manifest(&self, request: ImageRef) -> Result<RawManifest, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let image = place.image(&request)?;
        let image = match &request.platform {
            Some(digest) => named(&image, digest)?,
            None => image,
        };
        let read = match self.reader(&place).await {
            Ok(reader) => reader.manifest(&image).await.map_err(failed),
            Err(failure) => Err(failure),
        };
        Ok(match read {
            Ok(manifest) => RawManifest {
                text: Some(String::from_utf8_lossy(&manifest.bytes).into_owned()),
                digest: Some(manifest.digest.to_string()),
                media_type: Some(manifest.media_type),
                failure: None,
            },
            Err(failure) => RawManifest {
                text: None,
                digest: None,
                media_type: None,
                failure: Some(failure),
            },
        })
    }
}

/// Reads what `wanted` means: the image itself, or the one of an index that is wanted.
pub(super) async fn open(
    reader: &Reader,
    image: &ImageReference,
    wanted: &ImageRef,
) -> Result<Opened, Failure> {
    let top = reader.manifest(image).await?;
    let entry = choose(&top, wanted.platform.as_deref());
    let child = entry.and_then(|entry| named(image, entry.descriptor.digest.as_str()).ok());
    let chosen = match child {
        Some(child) => Some(reader.manifest(&child).await?),
        None => None,
    };
    let mut opened = Opened {
        top,
        chosen,
        config: None,
    };
    if let Some(parts) = opened.image() {
        opened.config = match reader.config(image, &parts.config).await {
            // The layers are shown all the same.
            Err(failure) if failure.kind == FailureKind::NotUnderstood => None,
            config => config?,
        };
    }
    Ok(opened)
}

/// The entry of an index that has this digest; else the one that fits this computer best.
pub(crate) fn choose<'a>(manifest: &'a Manifest, digest: Option<&str>) -> Option<&'a Entry> {
    let Content::Index(index) = &manifest.content else {
        return None;
    };
    let wanted = |entry: &&Entry| Some(entry.descriptor.digest.as_str()) == digest;
    index
        .entries
        .iter()
        .find(wanted)
        .or_else(|| first_image(index))
}

/// The image for this computer's kind of processor, else any.
pub(super) fn first_image(index: &Index) -> Option<&Entry> {
    let own = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let fits = |entry: &&Entry, own: Option<&str>| {
        entry.platform.as_ref().is_some_and(|platform| {
            let same = own.is_none_or(|own| platform.architecture == own && platform.os == "linux");
            platform.is_known() && same
        })
    };
    let mut entries = index.entries.iter();
    let found = entries.clone().find(|entry| fits(entry, Some(own)));
    let found = found.or_else(|| entries.clone().find(|entry| fits(entry, None)));
    found.or_else(|| entries.next())
}
