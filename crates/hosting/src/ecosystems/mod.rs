//! The ecosystems: one module each, behind one trait.
//!
//! To add one: copy `files/`, implement [`Format`] for it, and add it to [`Ecosystem`]. Nothing
//! else in the crate names an ecosystem.

mod archive;
pub mod files;
pub mod npm;
pub mod oci;
pub mod python;

use std::cmp::Ordering;
use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;

use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

use crate::digest::Digest;
use crate::error::Rejection;
use crate::instructions::{Place, Snippet};
use crate::model::Release;
use crate::server::{Call, Problem, RootCall};
use crate::store::Staged;

/// What a registry keeps. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// Plain files.
    Files,
    /// JavaScript, as npm has it.
    Javascript,
    /// Python, as `PyPI` has it.
    Python,
    /// Container images and whatever else is pushed like them.
    Container,
    /// Helm charts, pushed like images.
    HelmOci,
}

impl Ecosystem {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Files,
        Self::Javascript,
        Self::Python,
        Self::Container,
        Self::HelmOci,
    ];

    /// What is special about it.
    pub fn format(self) -> &'static dyn Format {
        match self {
            Self::Files => &files::Files,
            Self::Javascript => &npm::Npm,
            Self::Python => &python::Python,
            Self::Container => &oci::Oci::Images,
            Self::HelmOci => &oci::Oci::Charts,
        }
    }

    /// As it is written in the database and in Buildkite's interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Javascript => "javascript",
            Self::Python => "python",
            Self::Container => "container",
            Self::HelmOci => "helm_oci",
        }
    }
}

/// The text is no ecosystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such ecosystem")]
pub struct EcosystemError;

impl FromStr for Ecosystem {
    type Err = EcosystemError;

    fn from_str(text: &str) -> Result<Self, EcosystemError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or(EcosystemError)
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A future of a [`Format`].
pub type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// An upload to be looked at.
pub struct Upload<'a> {
    /// The name that it came with.
    pub name: &'a str,
    /// The file, all of it.
    pub staged: &'a Staged,
}

impl Upload<'_> {
    /// The name's last part: some clients send a path.
    pub fn file_name(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next();
        name.unwrap_or(self.name)
    }

    /// Where the file lies while it is looked at.
    pub fn path(&self) -> &Path {
        self.staged.path()
    }
}

/// What is special about an ecosystem.
pub trait Format: Send + Sync + 'static {
    /// What people call it, `JavaScript (npm)`.
    fn label(&self) -> &'static str;

    /// The emoji and the colour (`#rrggbb`) that a registry gets where nobody chooses others.
    fn look(&self) -> (&'static str, &'static str);

    /// Reads from an uploaded file what it is. Everything is taken from the file itself; its name
    /// must agree. May block.
    fn inspect(&self, upload: &Upload<'_>) -> Result<Release, Rejection>;

    /// A package's name in normal form: two names with the same form are the same package.
    fn package_key(&self, name: &str) -> String;

    /// Whether a package is found by the exact spelling of its name only, so that names with the
    /// same normal form but another spelling are refused.
    fn spells_exactly(&self) -> bool {
        false
    }

    /// A version in normal form, as [`Format::package_key`].
    fn version_key(&self, version: &str) -> String;

    /// Which of two versions is newer, for choosing and for sorting.
    fn compare(&self, one: &str, other: &str) -> Ordering;

    /// Whether a request is answered before it is known who asks, such as one to sign in.
    fn admits(&self, _: &Method, _: &[&str]) -> bool {
        false
    }

    /// The form of a refusal that clients of this ecosystem read, where nobody else asks for such a
    /// path. It is used whether there is such a registry or not, so that it gives nothing away.
    fn refusal(&self, _: &[&str]) -> Option<fn(Problem) -> Response> {
        None
    }

    /// The first part of the paths below which clients look for registries of this ecosystem, where
    /// that is not the registry's own path: `v2` in `/v2/{organization}/{registry}/…`.
    fn root(&self) -> Option<&'static str> {
        None
    }

    /// Answers what comes in below [`Format::root`]. It is not known yet who asks, nor whether there
    /// is such a registry.
    fn serve_root(&self, call: RootCall) -> Answer {
        Box::pin(async move { call.nothing() })
    }

    /// Answers what comes in below a registry's path. The caller may read the registry,
    /// unless [`Format::admits`] let them in.
    fn serve(&self, call: Call) -> Answer;

    /// How clients publish to a registry and install from it.
    fn instructions(&self, place: &Place<'_>) -> Vec<Snippet>;

    /// Whether a version can be withdrawn (yanked, deprecated) without being deleted.
    fn can_withdraw(&self) -> bool {
        false
    }

    /// The tag that decides which version clients take by default, where the ecosystem has one.
    fn default_tag(&self) -> Option<&'static str> {
        None
    }

    /// Whether publishers alone set tags: no version gets one by itself, and where the default tag is
    /// not set, clients are shown the newest version that has one.
    fn tags_are_free(&self) -> bool {
        false
    }

    /// Whether the name of a file says its content, so that a deleted one may come again.
    fn names_are_digests(&self) -> bool {
        false
    }

    /// The digest of the version that what a tag points to belongs to: such a tag is no name by which
    /// people ask for something.
    fn subject_of_tag(&self, _: &str) -> Option<Digest> {
        None
    }

    /// The digests of the other versions that a version consists of, from what is kept of it for
    /// indexes. They belong to the same package.
    fn parts(&self, _: &Value) -> Vec<Digest> {
        Vec::new()
    }
}

/// Compares semantic versions; what is none comes before all that are.
pub(crate) fn compare_semver(one: &str, other: &str) -> Ordering {
    let parse = |text: &str| semver::Version::parse(text).ok();
    parse(one).cmp(&parse(other)).then_with(|| one.cmp(other))
}
