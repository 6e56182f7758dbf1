//! Helm charts: what a manifest must have to be one, and what it says of itself.

use serde::Deserialize;

use super::about::short;
use super::manifest::{Descriptor, Manifest};
use crate::digest::Digest;
use crate::error::{HostError, Rejection};
use crate::model::{About, Dependency, Fact};

/// The configuration of a chart: its `Chart.yaml`, as JSON.
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The chart itself.
const CONTENT: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// The same, as Helm called it at first.
const OLD_CONTENT: &str = "application/tar+gzip";
/// The most dependencies and keywords that are kept.
const MOST: usize = 100;

/// `Chart.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Chart {
    name: String,
    version: String,
    description: String,
    app_version: String,
    kube_version: String,
    r#type: String,
    home: String,
    sources: Vec<String>,
    keywords: Vec<String>,
    maintainers: Vec<Maintainer>,
    dependencies: Vec<Needed>,
    deprecated: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Maintainer {
    name: String,
    email: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Needed {
    name: String,
    version: String,
    repository: String,
}

/// Whether a manifest has what charts have.
pub(super) fn is_chart(manifest: &Manifest) -> bool {
    let config = manifest.config.as_ref();
    config.is_some_and(|config| config.media_type == CONFIG) && archives(manifest).count() == 1
}

/// The archive that a chart is.
pub(super) fn archive(manifest: &Manifest) -> Option<Digest> {
    archives(manifest).next().map(|layer| layer.digest)
}

fn archives(manifest: &Manifest) -> impl Iterator<Item = &Descriptor> {
    let layers = manifest.layers.iter();
    layers.filter(|layer| matches!(layer.media_type.as_str(), CONTENT | OLD_CONTENT))
}

/// Refuses what is no chart.
pub(super) fn demand(manifest: &Manifest) -> Result<(), HostError> {
    if is_chart(manifest) {
        return Ok(());
    }
    Err(Rejection::new(
        "This registry keeps Helm charts, and this is none. Push it with \u{201c}helm push\u{201d}, or \
         push images to a registry for OCI images.",
    )
    .into())
}

/// What a chart says of itself. Its name is the last part of the repository's, and a tag that is a
/// version is its own.
pub(super) fn describe(
    repository: &str,
    tags: &[String],
    config: &[u8],
) -> Result<About, HostError> {
    let chart: Chart = serde_json::from_slice(config).map_err(|error| {
        Rejection::new(format!(
            "The chart\u{2019}s configuration cannot be read: {error}."
        ))
    })?;
    let last = repository.rsplit('/').next().unwrap_or(repository);
    if chart.name != last {
        return Err(Rejection::new(format!(
            "The chart is called {}, but was pushed as {last}.",
            short(&chart.name)
        ))
        .into());
    }
    if semver::Version::parse(&chart.version).is_err() {
        return Err(Rejection::new(format!(
            "The chart\u{2019}s version, {}, is no semantic version.",
            short(&chart.version)
        ))
        .into());
    }
    // A tag cannot hold a plus.
    let own = chart.version.replace('+', "_");
    let is_version = |tag: &str| semver::Version::parse(&tag.replace('_', "+")).is_ok();
    if let Some(tag) = tags.iter().find(|tag| **tag != own && is_version(tag)) {
        return Err(Rejection::new(format!(
            "The chart\u{2019}s version is {}, but it was pushed as {tag}.",
            chart.version
        ))
        .into());
    }
    Ok(about(chart))
}

fn about(chart: Chart) -> About {
    let people = chart.maintainers.iter().take(MOST).map(|one| {
        if one.email.is_empty() {
            one.name.clone()
        } else {
            format!("{} <{}>", one.name, one.email)
        }
    });
    let joined = |all: &[String]| {
        all.iter()
            .take(MOST)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    };
    let kind = (chart.r#type != "application").then_some(chart.r#type.as_str());
    let facts = [
        ("Chart version", chart.version.clone()),
        ("App version", chart.app_version),
        ("Kubernetes", chart.kube_version),
        ("Type", kind.unwrap_or_default().to_owned()),
        ("Homepage", chart.home),
        ("Source", chart.sources.first().cloned().unwrap_or_default()),
        ("Maintainers", people.collect::<Vec<_>>().join(", ")),
        ("Keywords", joined(&chart.keywords)),
        (
            "Deprecated",
            if chart.deprecated {
                "yes".to_owned()
            } else {
                String::new()
            },
        ),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let needed = chart.dependencies.into_iter().take(MOST);
    About {
        summary: short(&chart.description),
        facts: facts
            .map(|(label, value)| Fact {
                label: label.to_owned(),
                value: short(&value),
            })
            .collect(),
        dependencies: needed
            .map(|one| Dependency {
                name: short(&one.name),
                requirement: short(&one.version),
                group: Some(short(&one.repository)).filter(|place| !place.is_empty()),
            })
            .collect(),
        readme: None,
    }
}
