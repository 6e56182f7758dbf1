//! An image as it was read, in the wire's words.

use std::collections::BTreeMap;

use registrar_container::images::{
    self as found, Config, Content, Descriptor, HistoryStep, Index, Referrer, Referrers,
};

use super::opening::Opened;
use crate::wire::{
    CheckFailure, ConfigFacts, HistoryRow, ImageFacts, LayerRow, Pair, PlatformRow, ReferrerKind,
    ReferrerRow, ReferrerSource,
};

impl Opened {
    pub(crate) fn facts(&self, referrers: Result<Referrers, CheckFailure>) -> ImageFacts {
        let (manifest, image) = (self.manifest(), self.image());
        let (referrers, failure) = match referrers {
            Ok(referrers) => (referrers, None),
            Err(failure) => (Referrers::default(), Some(failure)),
        };
        let index = match &self.top.content {
            Content::Index(index) => Some(index),
            Content::Image(_) => None,
        };
        let attestations = index.map(|index| index.attestations(&manifest.digest));
        let belonging = attestations.into_iter().flatten().chain(referrers.found);
        ImageFacts {
            digest: self.top.digest.to_string(),
            media_type: self.top.media_type.clone(),
            platforms: index.map(platforms).unwrap_or_default(),
            image_digest: manifest.digest.to_string(),
            image_media_type: manifest.media_type.clone(),
            artifact_type: self.artifact_type(),
            created: self.created(),
            size: self.size(),
            layers: self.layers(),
            config: self.config.as_ref().map(config),
            history: self.history(),
            annotations: pairs(image.map(|image| &image.annotations)),
            referrers: belonging.map(referrer).collect(),
            more_referrers: referrers.more,
            referrers_failure: failure,
            commands: Vec::new(),
            secret: None,
        }
    }

    /// What it is where it is no image that can be run.
    fn artifact_type(&self) -> Option<String> {
        let image = self.image()?;
        let config = &image.config.media_type;
        let other = self.config.is_none() && !config.is_empty();
        image
            .artifact_type
            .clone()
            .or_else(|| other.then(|| config.clone()))
    }

    pub(super) fn created(&self) -> Option<String> {
        let config = self.config.as_ref().and_then(|config| config.created);
        let said = || {
            let annotations = &self.image()?.annotations;
            annotations.get("org.opencontainers.image.created").cloned()
        };
        config.map(|at| at.to_string()).or_else(said)
    }

    /// Bytes of all layers.
    pub(super) fn size(&self) -> u64 {
        let layers = self.image().map_or(&[][..], |image| &image.layers);
        let sizes = layers.iter().map(|layer| layer.size);
        sizes.fold(0, u64::saturating_add)
    }

    pub(super) fn layers(&self) -> Vec<LayerRow> {
        let Some(image) = self.image() else {
            return Vec::new();
        };
        let made = self.steps_with_layers(image.layers.len());
        let row = |(at, layer): (usize, &Descriptor)| LayerRow {
            digest: layer.digest.to_string(),
            media_type: layer.media_type.clone(),
            size: layer.size,
            created_by: made
                .get(at)
                .map(|step| step.created_by.clone())
                .unwrap_or_default(),
        };
        image.layers.iter().enumerate().map(row).collect()
    }

    /// The steps that made the layers, one for each; none where they do not fit together.
    fn steps_with_layers(&self, layers: usize) -> Vec<&HistoryStep> {
        let config = self.config.iter();
        let steps = config.flat_map(|config| &config.history);
        let made: Vec<_> = steps.filter(|step| !step.empty_layer).collect();
        if made.len() == layers {
            made
        } else {
            Vec::new()
        }
    }

    fn history(&self) -> Vec<HistoryRow> {
        let layers = self.image().map_or(&[][..], |image| &image.layers);
        let known = !self.steps_with_layers(layers.len()).is_empty();
        let mut sizes = layers.iter().map(|layer| layer.size).filter(|_| known);
        let steps = self.config.iter().flat_map(|config| &config.history);
        let row = |step: &HistoryStep| HistoryRow {
            created: step.created.map(|at| at.to_string()),
            created_by: step.created_by.clone(),
            comment: step.comment.clone(),
            size: if step.empty_layer { None } else { sizes.next() },
        };
        steps.map(row).collect()
    }
}

pub(super) fn platforms(index: &Index) -> Vec<PlatformRow> {
    let row = |entry: &found::Entry| {
        let known = entry.platform.as_ref().filter(|one| one.is_known());
        PlatformRow {
            digest: entry.descriptor.digest.to_string(),
            name: known.map_or_else(|| entry.descriptor.media_type.clone(), ToString::to_string),
            is_image: known.is_some(),
        }
    };
    index.entries.iter().map(row).collect()
}

fn config(config: &Config) -> ConfigFacts {
    ConfigFacts {
        platform: config.platform.to_string(),
        author: config.author.clone(),
        entrypoint: config.entrypoint.clone(),
        cmd: config.cmd.clone(),
        env: config.env.clone(),
        user: config.user.clone(),
        working_dir: config.working_dir.clone(),
        ports: config.ports.clone(),
        volumes: config.volumes.clone(),
        stop_signal: config.stop_signal.clone(),
        labels: pairs(Some(&config.labels)),
    }
}

fn pairs(map: Option<&BTreeMap<String, String>>) -> Vec<Pair> {
    let pairs = map.into_iter().flatten();
    pairs
        .map(|(name, value)| Pair {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

impl From<found::ReferrerKind> for ReferrerKind {
    fn from(kind: found::ReferrerKind) -> Self {
        match kind {
            found::ReferrerKind::Signature => Self::Signature,
            found::ReferrerKind::Sbom => Self::Sbom,
            found::ReferrerKind::Attestation => Self::Attestation,
            found::ReferrerKind::Other => Self::Other,
        }
    }
}

fn referrer(referrer: Referrer) -> ReferrerRow {
    ReferrerRow {
        digest: referrer.digest.to_string(),
        kind: referrer.kind.into(),
        artifact_type: referrer.artifact_type,
        source: match referrer.source {
            found::ReferrerSource::Api => ReferrerSource::Api,
            found::ReferrerSource::Tag => ReferrerSource::Tag,
            found::ReferrerSource::Index => ReferrerSource::Index,
        },
        size: referrer.size,
        created: referrer.created,
    }
}
