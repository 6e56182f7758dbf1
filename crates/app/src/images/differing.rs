//! What is set differently in two images.

use std::collections::BTreeMap;

use registrar_container::images::Config;

use crate::wire::{ConfigPart, Difference};

pub(super) fn differences(left: Option<&Config>, right: Option<&Config>) -> Vec<Difference> {
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
