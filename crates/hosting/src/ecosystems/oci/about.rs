//! What an image says of itself: in its manifest's annotations, and in its configuration.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::Manifest;
use crate::model::{About, Fact};

/// The most characters of a fact.
const MAX_VALUE: usize = 500;
/// The most labels without a name of their own that are kept.
const MOST_LABELS: usize = 30;

/// Labels that many images have: their names, in the order in which they are shown.
const LABELS: [(&str, &str); 9] = [
    ("version", "Version"),
    ("revision", "Revision"),
    ("licenses", "Licence"),
    ("authors", "Authors"),
    ("vendor", "Vendor"),
    ("url", "Homepage"),
    ("source", "Source"),
    ("documentation", "Documentation"),
    ("base.name", "Base image"),
];
const LEAD: &str = "org.opencontainers.image.";

/// What a manifest with this configuration says; a configuration that cannot be read says nothing.
pub(super) fn of(manifest: &Manifest, config: &[u8]) -> About {
    let config: Value = serde_json::from_slice(config).unwrap_or_default();
    let labels = labels(manifest, &config);
    let label = |name: &str| labels.get(&format!("{LEAD}{name}")).cloned();
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        let value = value
            .map(|value| short(&value))
            .filter(|value| !value.is_empty());
        facts.extend(value.map(|value| Fact {
            label: short(label),
            value,
        }));
    };
    add("Artifact type", manifest.artifact_type.clone());
    add("Platforms", platforms(manifest));
    add("Platform", platform(&config));
    add(
        "Created",
        text(&config, "/created").or_else(|| label("created")),
    );
    add(
        "Layers",
        (!manifest.is_index()).then(|| manifest.layers.len().to_string()),
    );
    for (name, shown) in LABELS {
        add(shown, label(name));
    }
    for (shown, place) in [
        ("Entry point", "/config/Entrypoint"),
        ("Command", "/config/Cmd"),
    ] {
        add(shown, words(&config, place));
    }
    add("Working folder", text(&config, "/config/WorkingDir"));
    add("User", text(&config, "/config/User"));
    add("Ports", keys(&config, "/config/ExposedPorts"));
    add(
        "About",
        manifest
            .subject
            .as_ref()
            .map(|subject| subject.digest.to_string()),
    );
    let others = labels.iter().filter(|(name, _)| !name.starts_with(LEAD));
    for (name, value) in others.take(MOST_LABELS) {
        add(name, Some(value.clone()));
    }
    About {
        summary: label("description")
            .map(|text| short(&text))
            .unwrap_or_default(),
        facts,
        ..About::default()
    }
}

/// The image's labels; what the manifest says of itself is newer.
fn labels(manifest: &Manifest, config: &Value) -> BTreeMap<String, String> {
    let own = config.pointer("/config/Labels").and_then(Value::as_object);
    let own = own.into_iter().flatten();
    let own = own.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    own.chain(manifest.annotations.clone()).collect()
}

/// The platforms that an index is for.
fn platforms(manifest: &Manifest) -> Option<String> {
    let listed = manifest.manifests.iter();
    let named = listed.filter_map(|one| one.platform.as_ref()?.in_words());
    // So build tools call what is no image, such as a record of how one was built.
    let named: Vec<_> = named.filter(|name| name != "unknown/unknown").collect();
    (!named.is_empty()).then(|| named.join(", "))
}

fn platform(config: &Value) -> Option<String> {
    let parts = ["/os", "/architecture", "/variant"].map(|place| text(config, place));
    let [Some(os), Some(architecture), variant] = parts else {
        return None;
    };
    let variant = variant
        .map(|variant| format!("/{variant}"))
        .unwrap_or_default();
    Some(format!("{os}/{architecture}{variant}"))
}

fn text(config: &Value, place: &str) -> Option<String> {
    let text = config.pointer(place)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A command, one word after the other.
fn words(config: &Value, place: &str) -> Option<String> {
    let words = config
        .pointer(place)?
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    let words: Vec<_> = words.take(100).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn keys(config: &Value, place: &str) -> Option<String> {
    let keys: Vec<_> = config
        .pointer(place)?
        .as_object()?
        .keys()
        .take(100)
        .cloned()
        .collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

/// One line, without what cannot be seen.
pub(super) fn short(text: &str) -> String {
    let seen = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = seen.take(MAX_VALUE).collect();
    short.trim().to_owned()
}
