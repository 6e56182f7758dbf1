//! `package.json`: what a package says of itself, brought into the form in which npm lists it.

use semver::Version;
use serde_json::{Map, Value, json};

use super::name;
use super::tarball::Contents;
use crate::error::Rejection;
use crate::model::{About, Dependency, Fact, Readme, ReadmeFormat};

/// The groups of dependencies, and what the window calls them.
pub(super) const GROUPS: [(&str, Option<&str>); 4] = [
    ("dependencies", None),
    ("peerDependencies", Some("peer")),
    ("optionalDependencies", Some("optional")),
    ("devDependencies", Some("development")),
];
/// What npm's registry says itself; what a package says under these names is not listed.
const OWN: [&str; 6] = [
    "dist",
    "deprecated",
    "readme",
    "readmeFilename",
    "gypfile",
    "hasInstallScript",
];
/// The scripts that run when a package is installed.
const INSTALL_SCRIPTS: [&str; 3] = ["preinstall", "install", "postinstall"];
/// The most bytes of a value that the window shows.
const MAX_FACT: usize = 1000;

/// What a tarball's `package.json` says.
#[derive(Debug)]
pub struct Manifest {
    /// The package's name.
    pub name: String,
    /// Its version, without build metadata: npm does not tell versions apart by it.
    pub version: Version,
    /// What indexes list of it.
    pub listed: Map<String, Value>,
    /// The same for people.
    pub about: About,
}

/// Reads a `package.json`.
///
/// # Errors
/// Says what is wrong with it.
pub fn read(contents: &Contents) -> Result<Manifest, Rejection> {
    let bytes = &contents.manifest;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut listed: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| Rejection::new(format!("package.json cannot be read: {error}.")))?;
    if listed.get("private") == Some(&Value::Bool(true)) {
        return Err(Rejection::new(
            "package.json says \u{201c}private\u{201d}: true. Remove that to publish the package.",
        ));
    }
    let name = text(&listed, "name")
        .ok_or_else(|| Rejection::new("package.json does not say the package\u{2019}s name."))?;
    name::check(&name)?;
    let version = version(&listed)?;
    listed.retain(|key, _| !key.starts_with('_') && !OWN.contains(&key.as_str()));
    check_dependencies(&listed)?;
    normalize(&mut listed, &name, contents);
    listed.insert("name".to_owned(), name.clone().into());
    listed.insert("version".to_owned(), version.to_string().into());
    let about = about(&listed, contents);
    Ok(Manifest {
        name,
        version,
        listed,
        about,
    })
}

fn version(listed: &Map<String, Value>) -> Result<Version, Rejection> {
    let text = text(listed, "version")
        .ok_or_else(|| Rejection::new("package.json does not say the package\u{2019}s version."))?;
    let mut version = Version::parse(&text).map_err(|_| {
        Rejection::new(format!(
            "\u{201c}{}\u{201d} is no version. A version has three numbers, such as 1.0.0 or 1.0.0-beta.1.",
            short(&text)
        ))
    })?;
    version.build = semver::BuildMetadata::EMPTY;
    Ok(version)
}

/// Every group is a list of names with the versions that will do.
fn check_dependencies(listed: &Map<String, Value>) -> Result<(), Rejection> {
    for (group, _) in GROUPS {
        let good = match listed.get(group) {
            None => true,
            Some(Value::Object(all)) => all.values().all(Value::is_string),
            Some(_) => false,
        };
        if !good {
            return Err(Rejection::new(format!(
                "In package.json, {group} must map names to versions."
            )));
        }
    }
    Ok(())
}

/// Brings what can be written in several ways into the one that clients expect of a registry.
fn normalize(listed: &mut Map<String, Value>, name: &str, contents: &Contents) {
    let base = name::split(name).1;
    change(listed, "bin", |bin| match bin {
        Value::String(path) => Some(json!({base: path})),
        Value::Object(_) => Some(bin),
        _ => None,
    });
    for key in ["author", "repository", "bugs"] {
        change(listed, key, |value| match value {
            Value::String(text) if key == "author" => Some(person(&text)),
            Value::String(text) if key == "repository" => Some(json!({"type": "git", "url": text})),
            Value::String(text) => Some(json!({"url": text})),
            Value::Object(_) => Some(value),
            _ => None,
        });
    }
    change(listed, "keywords", |keywords| match keywords {
        Value::String(text) => Some(
            text.split([',', ' '])
                .filter(|one| !one.is_empty())
                .collect(),
        ),
        Value::Array(all) => Some(all.into_iter().filter(Value::is_string).collect()),
        _ => None,
    });
    change(listed, "scripts", |scripts| {
        let Value::Object(mut all) = scripts else {
            return None;
        };
        all.retain(|_, script| script.is_string());
        Some(all.into())
    });
    bundle(listed);
    scripts_of_files(listed, contents);
    if contents.shrinkwrap {
        listed.insert("_hasShrinkwrap".to_owned(), true.into());
    }
}

/// Replaces a value, or takes it away.
fn change(listed: &mut Map<String, Value>, key: &str, with: impl FnOnce(Value) -> Option<Value>) {
    if let Some(value) = listed.remove(key).and_then(with) {
        listed.insert(key.to_owned(), value);
    }
}

/// `bundledDependencies` is another spelling; `true` means all of them.
fn bundle(listed: &mut Map<String, Value>) {
    let other = listed.remove("bundledDependencies");
    let bundled = listed.remove("bundleDependencies").or(other);
    let names: Value = match bundled {
        Some(Value::Bool(true)) => match listed.get("dependencies") {
            Some(Value::Object(all)) => all.keys().cloned().collect(),
            _ => return,
        },
        Some(Value::Object(all)) => all.keys().cloned().collect(),
        Some(Value::Array(all)) => all.into_iter().filter(Value::is_string).collect(),
        _ => return,
    };
    listed.insert("bundleDependencies".to_owned(), names);
}

/// A `binding.gyp` is compiled when the package is installed, unless it says otherwise.
fn scripts_of_files(listed: &mut Map<String, Value>, contents: &Contents) {
    let has = |script: &&str| script_of(listed, script).is_some();
    if contents.gyp && !["install", "preinstall"].iter().any(has) {
        let scripts = listed.entry("scripts").or_insert_with(|| json!({}));
        if let Value::Object(scripts) = scripts {
            scripts.insert("install".to_owned(), "node-gyp rebuild".into());
        }
    }
}

/// A script, if there is one.
fn script_of<'a>(listed: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    listed.get("scripts")?.get(name)?.as_str()
}

/// Whether something runs when the package is installed.
pub(super) fn has_install_script(listed: &Map<String, Value>) -> bool {
    let mut names = INSTALL_SCRIPTS.iter();
    names.any(|name| script_of(listed, name).is_some())
}

/// `Name <address> (page)`.
fn person(text: &str) -> Value {
    let between = |open, close| {
        let (_, rest) = text.split_once(open)?;
        rest.split_once(close).map(|(inside, _)| inside.trim())
    };
    let end = text.find(['<', '(']).unwrap_or(text.len());
    let mut person = Map::new();
    person.insert(
        "name".to_owned(),
        text.get(..end).unwrap_or_default().trim().into(),
    );
    let parts = [("email", between('<', '>')), ("url", between('(', ')'))];
    for (key, value) in parts {
        value.and_then(|value| person.insert(key.to_owned(), value.into()));
    }
    person.into()
}

fn about(listed: &Map<String, Value>, contents: &Contents) -> About {
    let readme = contents.readme.as_ref().map(|(name, bytes)| {
        let markdown = !matches!(name.to_ascii_lowercase().as_str(), "readme" | "readme.txt");
        let format = if markdown {
            ReadmeFormat::Markdown
        } else {
            ReadmeFormat::Text
        };
        Readme::new(format, &String::from_utf8_lossy(bytes))
    });
    About {
        summary: short(&text(listed, "description").unwrap_or_default()),
        facts: facts(listed, contents),
        dependencies: dependencies(listed),
        readme,
    }
}

fn dependencies(listed: &Map<String, Value>) -> Vec<Dependency> {
    let groups = GROUPS.iter().filter_map(|(key, group)| {
        let all = listed.get(*key)?.as_object()?;
        let one = move |(name, requirement): (&String, &Value)| Dependency {
            name: name.clone(),
            requirement: requirement.as_str().unwrap_or_default().to_owned(),
            group: group.map(str::to_owned),
        };
        Some(all.iter().map(one))
    });
    groups.flatten().collect()
}

fn facts(listed: &Map<String, Value>, contents: &Contents) -> Vec<Fact> {
    let inner = |key: &str, part: &str| listed.get(key)?.get(part)?.as_str().map(str::to_owned);
    let join = |value: &Value| {
        let all = value.as_array()?.iter().filter_map(Value::as_str);
        Some(all.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let runs = INSTALL_SCRIPTS
        .iter()
        .filter_map(|name| script_of(listed, name));
    let runs: Vec<_> = runs.collect();
    let found = [
        ("Licence", license(listed)),
        ("Author", inner("author", "name")),
        ("Homepage", text(listed, "homepage")),
        ("Repository", inner("repository", "url")),
        ("Issues", inner("bugs", "url")),
        ("Keywords", listed.get("keywords").and_then(join)),
        ("Node.js", inner("engines", "node")),
        (
            "Runs when installed",
            (!runs.is_empty()).then(|| runs.join("; ")),
        ),
        ("Files", Some(contents.files.to_string())),
        ("Unpacked", Some(format!("{} bytes", contents.unpacked))),
    ];
    let fact = |(label, value): (&str, Option<String>)| {
        let value = short(&value?);
        Some(Fact {
            label: label.to_owned(),
            value,
        })
    };
    found.into_iter().filter_map(fact).collect()
}

fn license(listed: &Map<String, Value>) -> Option<String> {
    let named = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        other => other.get("type")?.as_str().map(str::to_owned),
    };
    let several = |value: &Value| {
        let all: Vec<_> = value.as_array()?.iter().filter_map(named).collect();
        Some(all.join(", ")).filter(|text| !text.is_empty())
    };
    let one = listed.get("license").and_then(named);
    one.or_else(|| listed.get("licenses").and_then(several))
}

fn text(listed: &Map<String, Value>, key: &str) -> Option<String> {
    listed.get(key)?.as_str().map(str::to_owned)
}

/// The beginning of a text that may be long.
pub(super) fn short(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_FACT.min(text.len()));
    text.get(..end).unwrap_or_default().to_owned()
}
