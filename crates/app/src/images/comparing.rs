//! Two images, side by side.

use std::collections::BTreeMap;

use registrar_container::images::Config;
use registrar_container::images::compare::{self, Pair};
use registrar_registry::ImageReference;

use super::opening::{Opened, open};
use super::{Place, failed};
use crate::app::App;
use crate::wire::{
    CheckFailure, CommandError, CompareImages, ComparedImage, ComparedLayer, Comparison,
    ComparisonPage, ConfigPart, Difference, ImageRef, Presence,
};

impl App {
    /// Compares two images layer by layer; they may be in different registries.
    ///
    /// # Errors
    /// As [`App::open_image`].
    pub async fn compare_images(
        &self,
        request: CompareImages,
    ) -> Result<ComparisonPage, CommandError> {
        let one = self.container_place(&request.left.registry).await?;
        let other = self.container_place(&request.right.registry).await?;
        let left = one.image(&request.left)?;
        let right = other.image(&request.right)?;
        let both = Box::pin(async {
            tokio::join!(
                self.compared(&one, &left, &request.left),
                self.compared(&other, &right, &request.right)
            )
        });
        Ok(match self.cancellable(&request.operation, both).await? {
            (Ok(one), Ok(other)) => ComparisonPage {
                comparison: Some(comparison((&left, &one), (&right, &other))),
                failure: None,
                failed: None,
            },
            (Err(failure), _) => not_compared(&left, failure),
            (_, Err(failure)) => not_compared(&right, failure),
        })
    }

    async fn compared(
        &self,
        place: &Place,
        image: &ImageReference,
        wanted: &ImageRef,
    ) -> Result<Opened, CheckFailure> {
        let reader = self.reader(place).await?;
        open(&reader, image, wanted).await.map_err(failed)
    }
}

fn not_compared(image: &ImageReference, failure: CheckFailure) -> ComparisonPage {
    ComparisonPage {
        comparison: None,
        failure: Some(failure),
        failed: Some(image.to_string()),
    }
}

fn comparison(
    (left, one): (&ImageReference, &Opened),
    (right, other): (&ImageReference, &Opened),
) -> Comparison {
    let layers = layers(one, other);
    let shared = layers
        .iter()
        .filter(|layer| layer.presence == Presence::Both)
        .map(|layer| layer.layer.size);
    Comparison {
        shared: shared.fold(0, u64::saturating_add),
        left: side(left, one),
        right: side(right, other),
        differences: differences(one.config.as_ref(), other.config.as_ref()),
        layers,
    }
}

fn side(image: &ImageReference, opened: &Opened) -> ComparedImage {
    let config = opened.config.as_ref();
    ComparedImage {
        name: image.to_string(),
        digest: opened.manifest().digest.to_string(),
        platform: config
            .map(|config| config.platform.to_string())
            .unwrap_or_default(),
        created: opened.created(),
        size: opened.size(),
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

fn differences(left: Option<&Config>, right: Option<&Config>) -> Vec<Difference> {
    let (Some(left), Some(right)) = (left, right) else {
        return Vec::new();
    };
    let (before, after) = (settings(left), settings(right));
    let both = before.keys().chain(after.keys());
    let mut keys: Vec<_> = both.collect();
    keys.sort();
    keys.dedup();
    let differing = keys
        .into_iter()
        .filter(|key| before.get(key) != after.get(key));
    differing
        .map(|key| Difference {
            part: PARTS[key.0],
            name: key.1.clone(),
            left: before.get(key).cloned(),
            right: after.get(key).cloned(),
        })
        .collect()
}

/// In the order in which they are shown.
const PARTS: [ConfigPart; 9] = [
    ConfigPart::Platform,
    ConfigPart::Entrypoint,
    ConfigPart::Cmd,
    ConfigPart::User,
    ConfigPart::WorkingDir,
    ConfigPart::Ports,
    ConfigPart::Volumes,
    ConfigPart::Env,
    ConfigPart::Label,
];

/// What a configuration sets, by the place of its part in [`PARTS`] and its own name.
fn settings(config: &Config) -> BTreeMap<(usize, String), String> {
    let plain = [
        config.platform.to_string(),
        config.entrypoint.join(" "),
        config.cmd.join(" "),
        config.user.clone(),
        config.working_dir.clone(),
        config.ports.join(", "),
        config.volumes.join(", "),
    ];
    let plain = plain.into_iter().enumerate();
    let plain = plain.map(|(part, value)| ((part, String::new()), value));
    let set = plain.filter(|(_, value)| !value.is_empty());
    let env = config.env.iter().map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        ((7, name.to_owned()), value.to_owned())
    });
    let labels = config.labels.iter();
    let labels = labels.map(|(name, value)| ((8, name.clone()), value.clone()));
    set.chain(env).chain(labels).collect()
}
