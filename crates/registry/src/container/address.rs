//! Addresses of container registries.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::image::{DEFAULT_HOST, HUB_LIBRARY};
use super::parts::{self, Scheme};
use super::{ContainerHost, ReferenceError, ReferenceProblem};

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
