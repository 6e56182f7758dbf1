//! Who provides a container registry: the presets.

mod detect;
mod page;

use std::{fmt, str::FromStr};

/// Who provides a container registry, and so which credentials it takes. As text: `docker_hub`,
/// `ghcr` and so on, the names below in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// Docker Hub.
    DockerHub,
    /// GitHub's `ghcr.io`.
    Ghcr,
    /// Quay, Red Hat's or one's own.
    Quay,
    /// GitLab, its own or somebody's.
    Gitlab,
    /// Amazon ECR: one registry per account and region.
    Ecr,
    /// Amazon ECR Public.
    EcrPublic,
    /// Google Artifact Registry, and `gcr.io` before it.
    Google,
    /// Azure Container Registry.
    Acr,
    /// Harbor.
    Harbor,
    /// Artifactory, at `jfrog.io` or one's own.
    Jfrog,
    /// Gitea and Forgejo.
    Gitea,
    /// The registry of `digitalocean.com`.
    DigitalOcean,
    /// Any other.
    Generic,
}

/// The text is none of the providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the type must be one of docker_hub, ghcr, quay, gitlab, ecr, ecr_public, google, acr, harbor, jfrog, gitea, digital_ocean and generic"
)]
pub struct ProviderError;

impl Provider {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 13] = [
        Self::DockerHub,
        Self::Ghcr,
        Self::Quay,
        Self::Gitlab,
        Self::Ecr,
        Self::EcrPublic,
        Self::Google,
        Self::Acr,
        Self::Harbor,
        Self::Jfrog,
        Self::Gitea,
        Self::DigitalOcean,
        Self::Generic,
    ];

    /// The provider as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DockerHub => "docker_hub",
            Self::Ghcr => "ghcr",
            Self::Quay => "quay",
            Self::Gitlab => "gitlab",
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr_public",
            Self::Google => "google",
            Self::Acr => "acr",
            Self::Harbor => "harbor",
            Self::Jfrog => "jfrog",
            Self::Gitea => "gitea",
            Self::DigitalOcean => "digital_ocean",
            Self::Generic => "generic",
        }
    }
}

impl FromStr for Provider {
    type Err = ProviderError;

    fn from_str(text: &str) -> Result<Self, ProviderError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or(ProviderError)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests;
