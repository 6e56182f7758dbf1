//! Names of images.

use std::{fmt, str::FromStr};

use super::parts::{self, Scheme};
use super::{ContainerHost, Digest, ReferenceError, ReferenceProblem};

/// The host that is meant where an image's name begins with none.
pub(super) const DEFAULT_HOST: &str = "docker.io";
/// The part that Docker Hub's own images have before their name.
pub(super) const HUB_LIBRARY: &str = "library/";

/// The name of an image as docker and podman understand it, written out: `nginx` is
/// `docker.io/library/nginx:latest`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    host: ContainerHost,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl ImageReference {
    /// Makes a reference of what was typed; white space at the ends does not count, nor does a
    /// `docker://` or `oci://` in front.
    ///
    /// # Errors
    /// Every [`ReferenceProblem`] but those about wildcards and plain http.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let (scheme, text) = Scheme::split(parts::check(text)?)?;
        if matches!(scheme, Some(Scheme::Http | Scheme::Https)) {
            return Err(ReferenceProblem::SchemeOfImage.into());
        }
        let (text, digest) = parts::split_digest(text)?;
        let (name, tag) = parts::split_tag(text, true)?;
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if parts::is_host(host) => (host, path),
            _ => (DEFAULT_HOST, name),
        };
        let host = ContainerHost::parse(host, Scheme::port(None))?;
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(ReferenceProblem::UpperCase.into());
        }
        let library = host.is_hub() && !path.contains('/');
        let repository = format!("{}{path}", if library { HUB_LIBRARY } else { "" });
        parts::check_repository(&host, &repository)?;
        let tag = tag.or((digest.is_none()).then_some("latest"));
        Ok(Self {
            host,
            repository,
            tag: tag.map(ToOwned::to_owned),
            digest,
        })
    }

    /// The registry's host.
    pub fn host(&self) -> &ContainerHost {
        &self.host
    }

    /// The repository within the registry, like `library/nginx`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag; `latest` where neither tag nor digest was typed.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where one was typed. It counts more than the tag.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }
}

impl FromStr for ImageReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}
