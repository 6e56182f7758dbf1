//! What is kept of each file and version for the pages that clients ask for.

use serde::{Deserialize, Serialize};

use super::about::urls;
use super::metadata::Metadata;
use crate::model::{File, Version};

/// What is kept of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FileIndex {
    /// `bdist_wheel` or `sdist`.
    pub(super) kind: String,
    /// `py3` and the like, or `source`.
    pub(super) python: String,
    /// Which versions of Python it is for.
    pub(super) requires_python: Option<String>,
    /// Where a wheel's metadata lies.
    pub(super) metadata: Option<Place>,
}

/// Where metadata lies within its wheel. It is read from there: a copy beside every file would make
/// each page of a project as slow as all of its metadata together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Of the metadata, in hexadecimal.
    pub(super) sha256: String,
    /// Its first byte in the wheel.
    pub(super) start: u64,
    /// How many bytes it takes there.
    pub(super) packed: u64,
    /// How many it has.
    pub(super) size: u64,
    /// Whether it is packed with deflate.
    pub(super) deflated: bool,
}

impl FileIndex {
    /// As it was stored with a file.
    pub(super) fn of(file: &File) -> Self {
        serde_json::from_value(file.indexed.clone()).unwrap_or_default()
    }
}

/// What is kept of a version: what the JSON interface calls `info`, without the description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct VersionIndex {
    pub(super) author: String,
    pub(super) author_email: String,
    pub(super) maintainer: String,
    pub(super) maintainer_email: String,
    pub(super) license: String,
    pub(super) license_expression: Option<String>,
    pub(super) keywords: String,
    pub(super) platform: String,
    pub(super) requires_python: Option<String>,
    pub(super) description_content_type: String,
    pub(super) classifiers: Vec<String>,
    pub(super) requires_dist: Vec<String>,
    pub(super) provides_extra: Vec<String>,
    pub(super) project_urls: Vec<(String, String)>,
}

impl VersionIndex {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let one = |name| metadata.one(name).unwrap_or_default();
        let all = |name| metadata.all(name).collect();
        Self {
            author: one("Author"),
            author_email: one("Author-email"),
            maintainer: one("Maintainer"),
            maintainer_email: one("Maintainer-email"),
            license: one("License"),
            license_expression: metadata.one("License-Expression"),
            keywords: one("Keywords"),
            platform: one("Platform"),
            requires_python: metadata.one("Requires-Python"),
            description_content_type: one("Description-Content-Type"),
            classifiers: all("Classifier"),
            requires_dist: all("Requires-Dist"),
            provides_extra: all("Provides-Extra"),
            project_urls: urls(metadata),
        }
    }

    /// As it was stored with a version.
    pub(super) fn stored(version: &Version) -> Self {
        serde_json::from_value(version.indexed.clone()).unwrap_or_default()
    }
}
