//! What npm calls a packument: a package with all its versions, in full or as much of it as is
//! needed to install.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{manifest, name};
use crate::database::versions::Listed;
use crate::error::HostError;
use crate::host::Host;
use crate::indexes::Index;
use crate::model::{Package, Registry, hex};

/// What is said of a version that was withdrawn without a reason.
const WITHDRAWN: &str = "This version was withdrawn.";
/// The media type of the short form.
pub(super) const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";
/// What the short form keeps of a version.
const KEPT: [&str; 20] = [
    "name",
    "version",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "acceptDependencies",
    "bin",
    "directories",
    "dist",
    "engines",
    "os",
    "cpu",
    "libc",
    "funding",
    "hasInstallScript",
    "deprecated",
    "_hasShrinkwrap",
];
/// What the full form repeats of the version that clients take by default.
const REPEATED: [&str; 9] = [
    "description",
    "author",
    "bugs",
    "contributors",
    "homepage",
    "keywords",
    "license",
    "maintainers",
    "repository",
];

/// A package with all that its packument is made of.
pub(super) struct Loaded {
    pub(super) package: Package,
    pub(super) versions: Vec<Listed>,
    /// Which version each tag points to.
    pub(super) tags: BTreeMap<String, String>,
}

/// Reads a package of exactly this name.
pub(super) async fn load(
    host: &Host,
    registry: &Registry,
    name: &str,
) -> Result<Option<Loaded>, HostError> {
    let found = host.package(registry, name).await?;
    let Some(package) = found.filter(|package| package.name == name) else {
        return Ok(None);
    };
    let versions = host.listed_versions(package.id).await?;
    let tags = host.tags(package.id).await?;
    let version_of = |id| {
        let found = versions.iter().find(|version| version.id == id);
        found.map(|version| version.version.clone())
    };
    let tags = tags
        .into_iter()
        .filter_map(|(tag, id)| Some((tag, version_of(id)?)))
        .collect();
    Ok(Some(Loaded {
        package,
        versions,
        tags,
    }))
}

impl Loaded {
    /// What changes whenever the package does; clients that change it say which one they saw.
    pub(super) fn revision(&self) -> String {
        let mut digest = Sha256::new();
        for version in &self.versions {
            digest.update(version.id.as_bytes());
            digest.update(json!(version.withdrawn).to_string());
        }
        digest.update(json!(self.tags).to_string());
        let digest = hex(&digest.finalize()[..16]);
        format!("{}-{digest}", self.versions.len())
    }

    /// The short form. `url` is the registry's own address.
    pub(super) fn abbreviated(&self, url: &str) -> Index {
        let short = |mut version: Map<String, Value>| {
            version.retain(|key, _| KEPT.contains(&key.as_str()));
            version
        };
        let document = json!({
            "name": self.package.name,
            "modified": self.package.pushed_at.to_string(),
            "dist-tags": self.tags,
            "versions": self.versions(url, short),
        });
        Index::new(document.to_string().into_bytes(), ABBREVIATED)
    }

    /// The full form, with the readme of the version that clients take by default.
    pub(super) fn full(&self, url: &str, readme: Option<&str>) -> Index {
        let mut document = Map::new();
        let mut set = |key: &str, value: Value| document.insert(key.to_owned(), value);
        set("_id", json!(self.package.name));
        set("_rev", self.revision().into());
        set("name", json!(self.package.name));
        set("dist-tags", json!(self.tags));
        set("versions", self.versions(url, |version| version));
        set("time", self.times());
        set("maintainers", json!([]));
        set("readme", json!(readme.unwrap_or_default()));
        set("_attachments", json!({}));
        if let Some(latest) = self.latest() {
            for key in REPEATED {
                let value = latest.indexed.get(key).cloned();
                value.and_then(|value| set(key, value));
            }
        }
        Index::new(
            Value::from(document).to_string().into_bytes(),
            "application/json",
        )
    }

    /// One version, by its number or by a tag.
    pub(super) fn version(&self, url: &str, wanted: &str) -> Option<Index> {
        let number = self.tags.get(wanted).map_or(wanted, String::as_str);
        let found = self.versions.iter().find(|one| one.version == number)?;
        let version = Value::from(self.listed(url, found));
        Some(Index::new(
            version.to_string().into_bytes(),
            "application/json",
        ))
    }

    fn latest(&self) -> Option<&Listed> {
        let latest = self.package.latest?;
        self.versions.iter().find(|version| version.id == latest)
    }

    fn versions(
        &self,
        url: &str,
        form: impl Fn(Map<String, Value>) -> Map<String, Value>,
    ) -> Value {
        let one = |version: &Listed| {
            (
                version.version.clone(),
                form(self.listed(url, version)).into(),
            )
        };
        self.versions.iter().map(one).collect::<Map<_, _>>().into()
    }

    fn times(&self) -> Value {
        let times = self.versions.iter();
        let mut times: Map<_, _> = times
            .map(|version| (version.version.clone(), time(version.created_at)))
            .collect();
        times.insert("created".to_owned(), time(self.package.created_at));
        times.insert("modified".to_owned(), time(self.package.pushed_at));
        times.into()
    }

    /// A version as npm lists it: what its manifest says, where its tarball lies, and what became of
    /// it.
    fn listed(&self, url: &str, version: &Listed) -> Map<String, Value> {
        let package = &self.package.name;
        let mut listed = version.indexed.as_object().cloned().unwrap_or_default();
        let runs = manifest::has_install_script(&listed);
        let mut set = |key: &str, value: Value| listed.insert(key.to_owned(), value);
        let file = name::tarball(package, &version.version);
        set("_id", format!("{package}@{}", version.version).into());
        set(
            "dist",
            json!({
                "integrity": format!("sha512-{}", STANDARD.encode(version.sha512)),
                "shasum": hex(&version.sha1),
                "tarball": format!("{url}/npm/{package}/-/{file}"),
                "fileCount": version.file_indexed["fileCount"],
                "unpackedSize": version.file_indexed["unpackedSize"],
            }),
        );
        if runs {
            set("hasInstallScript", true.into());
        }
        if let Some(reason) = deprecation(version.withdrawn.as_deref()) {
            set("deprecated", reason.into());
        }
        listed
    }
}

/// What clients are told of a version that was withdrawn: an empty text would mean nothing to them.
pub(super) fn deprecation(withdrawn: Option<&str>) -> Option<&str> {
    withdrawn.map(|reason| if reason.is_empty() { WITHDRAWN } else { reason })
}

/// A time with milliseconds, as npm writes it.
fn time(at: Timestamp) -> Value {
    format!("{at:.3}").into()
}
