//! What a client says of the package that it publishes. It is not believed: everything that is
//! listed comes from the tarball, and a client that says something else is refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::name;
use crate::error::Rejection;

/// The most tags that one publication sets.
const MAX_TAGS: usize = 16;

/// Makes sure that what a client says of `version` agrees with the tarball's own manifest.
///
/// # Errors
/// Says what does not agree.
pub fn agree(
    document: &Map<String, Value>,
    name: &str,
    listed: &Map<String, Value>,
) -> Result<(), Rejection> {
    let said = |key: &str| document.get(key).and_then(Value::as_str);
    if said("name").or(said("_id")) != Some(name) {
        return Err(differs("name"));
    }
    let version = listed.get("version").and_then(Value::as_str);
    let claimed = claimed_version(document)?;
    let same = |key: &str| text_of(claimed, key) == text_of(listed, key);
    if text_of(claimed, "name") != Some(name) || text_of(listed, "name") != Some(name) {
        return Err(differs("name"));
    }
    if !same("version") || version.is_none() {
        return Err(differs("version"));
    }
    for (field, form) in FIELDS {
        if form(claimed) != form(listed) {
            return Err(differs(field));
        }
    }
    Ok(())
}

/// The fields that decide what is installed and run, each in a form in which clients may not differ.
type Form = fn(&Map<String, Value>) -> BTreeMap<String, String>;
const FIELDS: [(&str, Form); 5] = [
    ("dependencies", dependencies),
    ("optionalDependencies", optional),
    ("peerDependencies", peers),
    ("scripts", scripts),
    ("bin", bin),
];

/// The one version that a document brings.
///
/// # Errors
/// It must be exactly one.
fn claimed_version(document: &Map<String, Value>) -> Result<&Map<String, Value>, Rejection> {
    let versions = document.get("versions").and_then(Value::as_object);
    let mut all = versions.into_iter().flat_map(Map::iter);
    match (all.next(), all.next()) {
        (Some((version, Value::Object(one))), None)
            if text_of(one, "version") == Some(version.as_str()) =>
        {
            Ok(one)
        }
        _ => Err(Rejection::new("Publish exactly one version at a time.")),
    }
}

/// The tags that shall point to the version from now on.
///
/// # Errors
/// Says which tag will not do.
pub fn tags(document: &Map<String, Value>, version: &str) -> Result<Vec<String>, Rejection> {
    let Some(Value::Object(tags)) = document.get("dist-tags") else {
        return Ok(Vec::new());
    };
    if tags.len() > MAX_TAGS {
        return Err(Rejection::new("These are more tags than one version gets."));
    }
    for (tag, target) in tags {
        name::check_tag(tag)?;
        if target.as_str() != Some(version) {
            return Err(Rejection::new(format!(
                "The tag \u{201c}{tag}\u{201d} must point to the version that is published."
            )));
        }
    }
    Ok(tags.keys().cloned().collect())
}

fn text_of<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key)?.as_str()
}

fn differs(field: &str) -> Rejection {
    Rejection::new(format!(
        "The client says something else about \u{201c}{field}\u{201d} than the package.json in the \
         tarball. What is installed is the tarball, so they must agree."
    ))
}

/// A group as names with comparable requirements.
fn group(manifest: &Map<String, Value>, key: &str) -> BTreeMap<String, String> {
    let all = manifest.get(key).and_then(Value::as_object);
    let all = all.into_iter().flat_map(Map::iter);
    let requirement = |value: &Value| normal(value.as_str().unwrap_or_default());
    all.map(|(name, value)| (name.clone(), requirement(value)))
        .collect()
}

/// Clients add the optional ones to these, or do not.
fn dependencies(manifest: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut all = group(manifest, "dependencies");
    all.extend(optional(manifest));
    all
}

fn optional(manifest: &Map<String, Value>) -> BTreeMap<String, String> {
    group(manifest, "optionalDependencies")
}

fn peers(manifest: &Map<String, Value>) -> BTreeMap<String, String> {
    group(manifest, "peerDependencies")
}

/// Clients add scripts that files stand for; those of installing are told from the tarball.
fn scripts(manifest: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut all = group(manifest, "scripts");
    if all
        .get("start")
        .is_some_and(|script| script == "node server.js")
    {
        all.remove("start");
    }
    if all
        .get("install")
        .is_some_and(|script| script == "node-gyp rebuild")
    {
        all.remove("install");
    }
    all
}

/// Commands with their files; a single one is named like the package.
fn bin(manifest: &Map<String, Value>) -> BTreeMap<String, String> {
    let plain = |path: &str| {
        path.trim_start_matches("./")
            .trim_start_matches('/')
            .to_owned()
    };
    match manifest.get("bin") {
        Some(Value::String(path)) => {
            let name = text_of(manifest, "name").unwrap_or_default();
            BTreeMap::from([(name::split(name).1.to_owned(), plain(path))])
        }
        Some(Value::Object(all)) => all
            .iter()
            .map(|(name, path)| (name.clone(), plain(path.as_str().unwrap_or_default())))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// A requirement without what clients write in several ways: a repository on GitHub.
fn normal(requirement: &str) -> String {
    let prefixes = [
        "github:",
        "git+ssh://git@github.com/",
        "git+https://github.com/",
        "git://github.com/",
        "https://github.com/",
    ];
    let text = requirement.trim();
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    let Some(rest) = rest else {
        return text.to_owned();
    };
    let (repository, commit) = rest.split_once('#').map_or((rest, ""), |(a, b)| (a, b));
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    if commit.is_empty() {
        repository.to_owned()
    } else {
        format!("{repository}#{commit}")
    }
}
