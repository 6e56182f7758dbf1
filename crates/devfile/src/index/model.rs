//! What a registry offers, as Registrar shows it.

/// Whether an entry is a stack or a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A devfile to start a project with.
    Stack,
    /// A whole project to look at.
    Sample,
}

/// A stack or a sample. All texts are bounded and free of control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its name, which is unique among the registry's stacks or samples; never empty.
    pub name: String,
    /// The name for people; empty where there is none.
    pub display_name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Tags of its default version.
    pub tags: Vec<String>,
    /// Processor architectures; empty means any.
    pub architectures: Vec<String>,
    /// Where its icon is: a URL or a path. Never fetched without being asked.
    pub icon: Option<String>,
    /// Kind of project, like `Spring Boot`; may be empty.
    pub project_type: String,
    /// Programming language; may be empty.
    pub language: String,
    /// Who provides it; may be empty.
    pub provider: String,
    /// Where to find help: URL as text.
    pub support_url: Option<String>,
    /// Where a sample's source is.
    pub git: Option<Git>,
    /// Its versions in the registry's order, newest first. Samples may have none.
    pub versions: Vec<Version>,
}

impl Entry {
    /// The version one gets without asking for one: the marked one, else the first.
    pub fn default_version(&self) -> Option<&Version> {
        let marked = self.versions.iter().find(|version| version.is_default);
        marked.or_else(|| self.versions.first())
    }

    /// Whether its registry advises against it: the tag is exactly `Deprecated`.
    pub fn is_deprecated(&self) -> bool {
        let default = self.default_version().map(|version| &version.tags);
        let mut tags = self.tags.iter().chain(default.into_iter().flatten());
        tags.any(|tag| tag == "Deprecated")
    }
}

/// One version of a stack or sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// The version, like `2.6.0`; may be empty where an old registry gives none.
    pub version: String,
    /// The version of the devfile format, like `2.2.2`; may be empty.
    pub schema_version: String,
    /// Whether it is what one gets without asking for a version.
    pub is_default: bool,
    /// What it is for; may be empty.
    pub description: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Processor architectures; empty means any.
    pub architectures: Vec<String>,
    /// Where its icon is: a URL or a path.
    pub icon: Option<String>,
    /// Where it lies in the registry's OCI part, like `devfile-catalog/go:2.6.0`.
    pub link: Option<String>,
    /// Which commands its devfile has.
    pub command_groups: CommandGroups,
    /// What its devfile is for.
    pub deployment_scopes: DeploymentScopes,
    /// The files that belong to it.
    pub resources: Vec<String>,
    /// The names of its starter projects.
    pub starter_projects: Vec<String>,
    /// Where a sample's source is.
    pub git: Option<Git>,
    /// When it was last changed, as the registry says it.
    pub last_modified: Option<String>,
}

/// Which groups of commands a devfile has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the registry's own five flags"
)]
pub struct CommandGroups {
    /// `build`.
    pub build: bool,
    /// `run`: it supports development.
    pub run: bool,
    /// `test`.
    pub test: bool,
    /// `debug`.
    pub debug: bool,
    /// `deploy`.
    pub deploy: bool,
}

/// What a devfile is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct DeploymentScopes {
    /// Development.
    pub innerloop: bool,
    /// Deployment.
    pub outerloop: bool,
}

/// A Git repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Git {
    /// Remotes by name: URLs as text.
    pub remotes: Vec<(String, String)>,
    /// The one URL where no remotes are listed.
    pub url: Option<String>,
    /// The remote to use.
    pub remote_name: Option<String>,
    /// The folder in the repository.
    pub sub_dir: Option<String>,
    /// The branch, tag or commit.
    pub revision: Option<String>,
}
