//! Two images, side by side.

use registrar_container::images::compare::{self, Pair};
use registrar_container::images::{Content, Platform};
use registrar_registry::ImageReference;

use super::differing::differences;
use super::facts::platforms;
use super::opening::{Opened, open};
use super::{Place, failed, small};
use crate::app::App;
use crate::wire::{
    CheckFailure, CommandError, CompareImages, ComparedImage, ComparedLayer, ComparedSide,
    Comparison, ComparisonPage, ImageName, ImageRef, Presence,
};

/// One of two images as it was read, or why it was not.
struct Side {
    name: String,
    read: Result<Opened, Unread>,
}

/// Why an image was not read.
enum Unread {
    /// Its registry did not give it.
    Failed(CheckFailure),
    /// Its registry was not asked.
    Refused(CommandError),
}

impl App {
    /// Compares two images layer by layer; they may be in different registries. Where one of them
    /// is of a chosen platform, the other is taken for the same one if it has that.
    ///
    /// # Errors
    /// [`crate::wire::Code::Cancelled`]. That a side cannot be read, is no image's name, or is in a
    /// registry that is gone, is part of the answer.
    pub async fn compare_images(
        &self,
        request: CompareImages,
    ) -> Result<ComparisonPage, CommandError> {
        let both = Box::pin(self.both(&request.left, &request.right));
        let (left, right) = self.cancellable(&request.operation, both).await?;
        let comparison = match (&left.read, &right.read) {
            (Ok(one), Ok(other)) => Some(comparison(one, other)),
            _ => None,
        };
        Ok(ComparisonPage {
            left: left.shown(),
            right: right.shown(),
            comparison,
        })
    }

    /// The whole name of an image, without asking its registry.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for what is no image's name,
    /// [`crate::wire::Code::NotFound`] where the registry is gone.
    pub async fn review_image(&self, request: ImageRef) -> Result<ImageName, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let image = place.image(&request)?;
        Ok(ImageName {
            name: image.to_string(),
        })
    }

    async fn both(&self, left: &ImageRef, right: &ImageRef) -> (Side, Side) {
        let (mut one, mut other) = tokio::join!(self.side(left), self.side(right));
        match (&left.platform, &right.platform) {
            (Some(_), None) => self.same_platform(&one, &mut other, right).await,
            (None, Some(_)) => self.same_platform(&other, &mut one, left).await,
            _ => {}
        }
        (one, other)
    }

    /// Reads `side` anew for the platform of `leader`, if it has another one and that as well.
    async fn same_platform(&self, leader: &Side, side: &mut Side, wanted: &ImageRef) {
        let (Ok(leader), Ok(follower)) = (&leader.read, &side.read) else {
            return;
        };
        if let Some(platform) = follower.of_platform(leader) {
            let wanted = ImageRef {
                platform: Some(platform),
                ..wanted.clone()
            };
            *side = self.side(&wanted).await;
        }
    }

    async fn side(&self, wanted: &ImageRef) -> Side {
        match self.named(wanted).await {
            Ok((place, image)) => Side {
                name: image.to_string(),
                read: self.read(&place, &image, wanted).await,
            },
            Err(error) => Side {
                name: format!("{}:{}", wanted.repository, wanted.reference),
                read: Err(Unread::Refused(error)),
            },
        }
    }

    async fn named(&self, wanted: &ImageRef) -> Result<(Place, ImageReference), CommandError> {
        let place = self.container_place(&wanted.registry).await?;
        let image = place.image(wanted)?;
        Ok((place, image))
    }

    async fn read(
        &self,
        place: &Place,
        image: &ImageReference,
        wanted: &ImageRef,
    ) -> Result<Opened, Unread> {
        let reader = self.reader(place).await.map_err(Unread::Failed)?;
        let opened = open(&reader, image, wanted).await;
        opened.map_err(|failure| Unread::Failed(failed(failure)))
    }
}

impl Side {
    fn shown(self) -> ComparedSide {
        let (image, failure, refused) = match self.read {
            Ok(opened) => (Some(image(&opened)), None, None),
            Err(Unread::Failed(failure)) => (None, Some(failure), None),
            Err(Unread::Refused(error)) => (None, None, Some(error)),
        };
        ComparedSide {
            name: self.name,
            image,
            failure,
            refused,
        }
    }
}

impl Opened {
    /// The digest of the image that runs where `other` runs, unless it is the one that is shown.
    fn of_platform(&self, other: &Self) -> Option<String> {
        let wanted = other.platform()?;
        if self.platform()?.runs_like(wanted) {
            return None;
        }
        let Content::Index(index) = &self.top.content else {
            return None;
        };
        let same = |of: &Option<Platform>| of.as_ref().is_some_and(|of| of.runs_like(wanted));
        let found = index.entries.iter().find(|entry| same(&entry.platform))?;
        Some(found.descriptor.digest.to_string())
    }

    fn platform(&self) -> Option<&Platform> {
        self.config.as_ref().map(|config| &config.platform)
    }
}

fn image(opened: &Opened) -> ComparedImage {
    let platform = opened.platform().map(ToString::to_string);
    let platforms = match &opened.top.content {
        Content::Index(index) => platforms(index),
        Content::Image(_) => Vec::new(),
    };
    ComparedImage {
        digest: opened.manifest().digest.to_string(),
        platforms,
        platform: platform.unwrap_or_default(),
        created: opened.created(),
        layers: small(opened.image().map_or(0, |image| image.layers.len())),
        size: opened.size(),
    }
}

fn comparison(one: &Opened, other: &Opened) -> Comparison {
    let layers = layers(one, other);
    let shared = layers
        .iter()
        .filter(|layer| layer.presence == Presence::Both)
        .map(|layer| layer.layer.size);
    Comparison {
        shared: shared.fold(0, u64::saturating_add),
        differences: differences(one.config.as_ref(), other.config.as_ref()),
        layers,
    }
}

fn layers(one: &Opened, other: &Opened) -> Vec<ComparedLayer> {
    let parts = |opened: &Opened| {
        let image = opened.image();
        image.map(|image| image.layers.clone()).unwrap_or_default()
    };
    let (lefts, rights) = (one.layers(), other.layers());
    let pairs = compare::layers(&parts(one), &parts(other)).into_iter();
    pairs
        .map(|pair| {
            let (presence, layer) = match pair {
                Pair::Both(left, _) => (Presence::Both, &lefts[left]),
                Pair::Left(left) => (Presence::Left, &lefts[left]),
                Pair::Right(right) => (Presence::Right, &rights[right]),
            };
            let layer = layer.clone();
            ComparedLayer { presence, layer }
        })
        .collect()
}
