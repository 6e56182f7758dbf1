//! What is hosted: registries, packages, versions, files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ecosystems::Ecosystem;

/// The one organization that every registry belongs to.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// The first part of every registry's path.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A registry as it is named and may be seen. Its numbers are in [`RegistryCounts`].
#[derive(Debug, Clone)]
pub struct Registry {
    /// Its id, which stays when it is renamed.
    pub id: Uuid,
    /// The second part of its path.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it keeps.
    pub ecosystem: Ecosystem,
    /// What it is for; may be empty.
    pub description: String,
    /// One emoji.
    pub emoji: String,
    /// `#rrggbb`.
    pub color: String,
    /// Whether anybody may read it without a token.
    pub public: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last, not counting packages.
    pub updated_at: Timestamp,
}

/// How much a registry holds. Sizes are bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegistryCounts {
    /// Names.
    pub packages: u64,
    /// Versions of all of them.
    pub versions: u64,
    /// Files of all of those.
    pub files: u64,
    /// What the files take, without regard to blobs that several share.
    pub size: u64,
    /// How often files were downloaded, those of deleted versions included.
    pub downloads: u64,
    /// When something was published last.
    pub pushed_at: Option<Timestamp>,
}

/// A package: a name with versions.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its id.
    pub id: Uuid,
    /// Its registry.
    pub registry: Uuid,
    /// Its name as it was published first.
    pub name: String,
    /// The name in the ecosystem's normal form, unique in the registry.
    pub key: String,
    /// The version that clients take when they are not told another; `None` only within a change.
    pub latest: Option<Uuid>,
    /// How many versions it has.
    pub versions: u64,
    /// What all its files take.
    pub size: u64,
    /// How often its files were downloaded.
    pub downloads: u64,
    /// When it was published first.
    pub created_at: Timestamp,
    /// When a version was published last.
    pub pushed_at: Timestamp,
}

/// A version of a package. Buildkite's interface calls this a package.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its id.
    pub id: Uuid,
    /// Its registry.
    pub registry: Uuid,
    /// Its package.
    pub package: Uuid,
    /// The version as it was published.
    pub version: String,
    /// The version in the ecosystem's normal form, unique in the package.
    pub key: String,
    /// Whether the ecosystem calls it a pre-release.
    pub prerelease: bool,
    /// What it says about itself.
    pub about: About,
    /// What the ecosystem's indexes need of it: the ecosystem's own form.
    pub indexed: serde_json::Value,
    /// Why it should no longer be used; empty where no reason was given.
    pub withdrawn: Option<String>,
    /// Who published it, in words.
    pub published_by: String,
    /// When.
    pub created_at: Timestamp,
    /// What its files take.
    pub size: u64,
    /// How often they were downloaded.
    pub downloads: u64,
}

/// A file of a version.
#[derive(Debug, Clone)]
pub struct File {
    /// Its id.
    pub id: Uuid,
    /// Its registry.
    pub registry: Uuid,
    /// Its package.
    pub package: Uuid,
    /// Its version.
    pub version: Uuid,
    /// Its name, unique in the registry.
    pub name: String,
    /// Its size and digests.
    pub content: Content,
    /// What the ecosystem's indexes need of it: the ecosystem's own form.
    pub indexed: serde_json::Value,
    /// When it was published.
    pub created_at: Timestamp,
    /// How often it was downloaded.
    pub downloads: u64,
}

/// A blob's size and digests, made in one pass while it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// In bytes.
    pub size: u64,
    /// The digest by which it is stored.
    pub sha256: [u8; 32],
    /// `None` for what is only ever asked for by its SHA-256, as the layers of images are.
    pub more: Option<Digests>,
}

/// The other digests by which clients know content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// For old clients.
    pub md5: [u8; 16],
    /// For npm's `shasum`.
    pub sha1: [u8; 20],
    /// For npm's `integrity`.
    pub sha512: [u8; 64],
    /// `BLAKE2b-256`, for uploads to Python registries.
    pub blake2b: [u8; 32],
}

impl Content {
    /// The SHA-256 in hexadecimal.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }

    /// One of the digests that not all content has.
    pub fn other(&self, digest: fn(&Digests) -> &[u8]) -> Option<&[u8]> {
        self.more.as_ref().map(digest)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a version says about itself, in the same form for every ecosystem.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// One line.
    pub summary: String,
    /// Licence, homepage, authors and the like.
    pub facts: Vec<Fact>,
    /// What it needs.
    pub dependencies: Vec<Dependency>,
    /// What it says at length; at most [`About::MAX_README`] bytes.
    pub readme: Option<Readme>,
}

impl About {
    /// The most bytes of a readme that are kept.
    pub const MAX_README: usize = 256 * 1024;
}

/// Something that a package says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What, in words.
    pub label: String,
    /// The value.
    pub value: String,
}

/// Another package that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Which versions will do, as the ecosystem writes it.
    pub requirement: String,
    /// What for; `None` for always.
    #[serde(default)]
    pub group: Option<String>,
}

/// What a version says about itself at length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readme {
    /// `text`, `markdown` or `rst`.
    pub format: ReadmeFormat,
    /// The text.
    pub text: String,
}

/// The form of a readme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadmeFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// reStructuredText.
    Rst,
}

impl Readme {
    /// A readme, cut to the most that is kept.
    pub fn new(format: ReadmeFormat, text: &str) -> Self {
        let end = text.floor_char_boundary(About::MAX_README.min(text.len()));
        Self {
            format,
            text: text.get(..end).unwrap_or_default().to_owned(),
        }
    }
}

/// What an upload is, as read from itself: what a publication stores.
#[derive(Debug, Clone)]
pub struct Release {
    /// The package's name.
    pub package: String,
    /// The name in the ecosystem's normal form.
    pub package_key: String,
    /// The version.
    pub version: String,
    /// The version in the ecosystem's normal form.
    pub version_key: String,
    /// Whether it is a pre-release.
    pub prerelease: bool,
    /// The file's name.
    pub file: String,
    /// The file's name in the ecosystem's normal form.
    pub file_key: String,
    /// What it says about itself; kept from the first file of a version.
    pub about: About,
    /// What indexes need of the version; kept from the first file of a version.
    pub version_index: serde_json::Value,
    /// What indexes need of the file.
    pub file_index: serde_json::Value,
    /// Names that shall point to the version from now on.
    pub tags: Vec<String>,
}

/// What a publication has made.
#[derive(Debug, Clone)]
pub struct Published {
    /// The package's name.
    pub package: String,
    /// The version.
    pub version: String,
    /// The version's id.
    pub version_id: Uuid,
    /// The file's id.
    pub file_id: Uuid,
}
