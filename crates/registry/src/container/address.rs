//! Addresses of container registries, and which images they serve.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::image::{DEFAULT_HOST, HUB_LIBRARY};
use super::parts::{self, Scheme};
use super::{ContainerHost, ImageReference, ReferenceError, ReferenceProblem};

/// What a credential is for: a registry, one repository or what is below a path.
///
/// The stored form is `host[:port][/path][/*]`. A path alone means the repository of that name
/// and everything below it; with `/*`, only what is below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerAddress {
    host: ContainerHost,
    /// Empty, or parts with single slashes between them.
    path: String,
    wildcard: bool,
}

/// What a pasted text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The address.
    pub address: ContainerAddress,
    /// Whether it began with `http://`.
    pub plain_http: bool,
}

/// How closely an address fits an image; the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// It is the image's registry.
    Host,
    /// The image is below its path.
    Below {
        /// How many parts the path has.
        parts: usize,
        /// Whether it says so itself, with `/*`.
        wildcard: bool,
    },
    /// It is the image's repository.
    Repository,
}

impl ContainerAddress {
    /// Makes an address of what was typed or pasted: see [`Self::parse_pasted`].
    ///
    /// # Errors
    /// Those of [`Self::parse_pasted`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        Self::parse_pasted(text).map(|pasted| pasted.address)
    }

    /// Makes an address of what people paste: a host, a URL with `/v2/` or slashes at the end, or
    /// an image, whose repository is meant. Upper case and white space at the ends do not count.
    ///
    /// # Errors
    /// Every [`ReferenceProblem`] but those about images alone.
    pub fn parse_pasted(typed: &str) -> Result<Pasted, ReferenceError> {
        let (scheme, text) = Scheme::split(parts::check(typed)?)?;
        let (text, digest) = parts::split_digest(text)?;
        let only_part = !text.contains('/');
        let only_image = only_part && scheme.is_none() && (digest.is_some() || !has_port(text));
        let (name, tag) = parts::split_tag(text, only_image && text.contains(':'))?;
        let name = name.trim_end_matches('/');
        let (name, wildcard) = match name.strip_suffix("/*") {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.contains('*') || (wildcard && (tag.is_some() || digest.is_some())) {
            return Err(ReferenceProblem::BadWildcard.into());
        }
        let is_image = tag.is_some() || digest.is_some();
        let bare_host = !name.contains('/') && !is_image && !wildcard;
        let begins_with_host = scheme.is_some_and(|s| s != Scheme::Image) || bare_host;
        let (host, path) = split_host(name, begins_with_host);
        let host = ContainerHost::parse(host, Scheme::port(scheme))?;
        let path = own_path(path, scheme).to_ascii_lowercase();
        let library = is_image && host.is_hub() && !path.contains('/');
        let path = format!("{}{path}", if library { HUB_LIBRARY } else { "" });
        if !path.is_empty() {
            parts::check_repository(&host, &path)?;
        }
        Ok(Pasted {
            address: Self {
                host,
                path,
                wildcard,
            },
            plain_http: scheme == Some(Scheme::Http),
        })
    }

    /// The registry's host.
    pub fn host(&self) -> &ContainerHost {
        &self.host
    }

    /// The path within the registry, without slashes at the ends and without the wildcard.
    pub fn path(&self) -> Option<&str> {
        Some(self.path.as_str()).filter(|path| !path.is_empty())
    }

    /// Whether it ends with `/*`.
    pub fn has_wildcard(&self) -> bool {
        self.wildcard
    }

    /// How closely it fits `image`; `None` where it does not serve it.
    ///
    /// Docker Hub's own images may be meant with `library/` or without it.
    pub fn fit(&self, image: &ImageReference) -> Option<Fit> {
        if self.host != *image.host() {
            return None;
        }
        let repository = image.repository();
        let short = repository
            .strip_prefix(HUB_LIBRARY)
            .filter(|_| self.host.is_hub());
        if !self.wildcard && (self.path == repository || Some(self.path.as_str()) == short) {
            return Some(Fit::Repository);
        }
        let wildcard = self.wildcard;
        match self.path.as_str() {
            "" if !wildcard => Some(Fit::Host),
            "" => Some(Fit::Below { parts: 0, wildcard }),
            path => {
                let below = repository.strip_prefix(path)?.starts_with('/');
                let parts = path.split('/').count();
                below.then_some(Fit::Below { parts, wildcard })
            }
        }
    }

    /// Of `addresses`, the one that serves `image`: its repository, else the longest path above
    /// it, else its host.
    pub fn serving<'a>(
        addresses: impl IntoIterator<Item = &'a Self>,
        image: &ImageReference,
    ) -> Option<&'a Self> {
        addresses
            .into_iter()
            .filter_map(|address| Some((address.fit(image)?, address)))
            .max_by_key(|(fit, _)| *fit)
            .map(|(_, address)| address)
    }
}

/// Whether the only part ends like one with a port.
fn has_port(text: &str) -> bool {
    let bracketed = text.starts_with('[');
    let after = text.rsplit_once(':').map(|(_, after)| after);
    bracketed
        || after.is_some_and(|port| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()))
}

fn split_host(name: &str, begins_with_host: bool) -> (&str, &str) {
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    if begins_with_host || parts::is_host(first) {
        (first, rest)
    } else {
        (DEFAULT_HOST, name)
    }
}

/// `path` without the API's own part, which a copied URL may have.
fn own_path(path: &str, scheme: Option<Scheme>) -> &str {
    match path {
        "v1" | "v2" => "",
        _ if scheme.is_some() => path.strip_prefix("v2/").unwrap_or(path),
        _ => path,
    }
}

impl FromStr for ContainerAddress {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

impl fmt::Display for ContainerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.path.is_empty() { "" } else { "/" };
        let wildcard = if self.wildcard { "/*" } else { "" };
        let text = format!("{}{slash}{}{wildcard}", self.host, self.path);
        f.pad(&text)
    }
}

impl Serialize for ContainerAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContainerAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
