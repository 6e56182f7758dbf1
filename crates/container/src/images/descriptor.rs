//! What one part of an image says about another (OCI image specification, `descriptor.md`).

use std::collections::BTreeMap;
use std::fmt;

use registrar_net::clean;
use registrar_registry::Digest;
use serde::Deserialize;

use super::annotations::{self, MAX_SIZE};
use super::manifest::ManifestError;

/// Content by its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its media type, without parameters; may be empty.
    pub media_type: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes, at most 2⁵³.
    pub size: u64,
    /// What kind of artifact it is, where that is said.
    pub artifact_type: Option<String>,
    /// What else is said about it.
    pub annotations: BTreeMap<String, String>,
}

/// Where an image runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Platform {
    /// Like `linux`.
    pub os: String,
    /// Like `amd64`.
    pub architecture: String,
    /// Like `v8`; may be empty.
    pub variant: String,
    /// Like `10.0.20348.2340`; may be empty.
    pub os_version: String,
}

impl Platform {
    /// Whether it is one at all: attestations in an index have `unknown/unknown`.
    pub fn is_known(&self) -> bool {
        let known = |text: &str| !text.is_empty() && text != "unknown";
        known(&self.os) && known(&self.architecture)
    }

    /// Whether what is made for one runs on the other as well: a variant that is not said is any,
    /// and the system's version does not count.
    pub fn runs_like(&self, other: &Self) -> bool {
        let open = self.variant.is_empty() || other.variant.is_empty();
        self.os == other.os
            && self.architecture == other.architecture
            && (open || self.variant == other.variant)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        for more in [&self.variant, &self.os_version] {
            if !more.is_empty() {
                write!(f, "/{more}")?;
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireDescriptor {
    media_type: Option<String>,
    digest: String,
    size: u64,
    artifact_type: Option<String>,
    annotations: Option<BTreeMap<String, Option<String>>>,
    pub(super) platform: Option<WirePlatform>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WirePlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
}

impl WireDescriptor {
    pub(super) fn into_model(self) -> Result<Descriptor, ManifestError> {
        let bad = || ManifestError::BadDescriptor(clean(&self.digest, 80));
        let digest = Digest::parse(&self.digest).map_err(|_| bad())?;
        if self.size > MAX_SIZE {
            return Err(bad());
        }
        Ok(Descriptor {
            media_type: media_type(&self.media_type.unwrap_or_default()),
            digest,
            size: self.size,
            artifact_type: named(self.artifact_type),
            annotations: annotations::shown(self.annotations),
        })
    }
}

impl WirePlatform {
    pub(super) fn into_model(self) -> Platform {
        let text = |text: Option<String>| clean(&text.unwrap_or_default(), 60);
        Platform {
            os: text(self.os),
            architecture: text(self.architecture),
            variant: text(self.variant),
            os_version: text(self.os_version),
        }
    }
}

/// A media type that is there.
pub(super) fn named(text: Option<String>) -> Option<String> {
    text.map(|text| media_type(&text))
        .filter(|text| !text.is_empty())
}

/// A media type without parameters, in lower case.
pub(super) fn media_type(text: &str) -> String {
    let plain = text.split(';').next().unwrap_or_default();
    clean(plain, 200).to_ascii_lowercase()
}
