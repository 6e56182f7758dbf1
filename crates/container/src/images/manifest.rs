//! Manifests: an image, or an index of images (OCI image specification, and Docker's schema 2).

use std::collections::BTreeMap;

use registrar_net::{self as net, Follow, clean, header};
use registrar_registry::{Digest, ImageReference};
use serde::Deserialize;
use thiserror::Error;

use super::annotations;
use super::descriptor::{Descriptor, Platform, WireDescriptor, media_type, named};
use super::digest;
use super::reader::{Reader, Wanted, pull_scope};
use crate::failure::{Failure, FailureKind};

/// What may come instead of an image.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";
/// The most bytes of a manifest; registries themselves take 4 MiB.
pub(crate) const MAX_MANIFEST: u64 = 8 * 1024 * 1024;
/// The most images of an index, and the most layers of an image.
const MAX_PARTS: usize = 2000;

/// The media types of indexes, ours first.
pub(crate) const INDEXES: [&str; 2] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];
/// The media types of images, ours first.
pub(crate) const IMAGES: [&str; 2] = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];
/// What says nothing about the content.
const GENERIC: [&str; 4] = [
    "",
    "application/json",
    "application/octet-stream",
    "text/plain",
];

/// A manifest, whose bytes have its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// What they mean.
    pub content: Content,
}

/// What a manifest is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// One image, or another artifact.
    Image(Image),
    /// Several, mostly one for each platform.
    Index(Index),
}

/// An image's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its configuration.
    pub config: Descriptor,
    /// Its layers, from the bottom; at most 2,000.
    pub layers: Vec<Descriptor>,
    /// What kind of artifact it is, where it is no image.
    pub artifact_type: Option<String>,
    /// What it belongs to.
    pub subject: Option<Digest>,
    /// What else is said about it.
    pub annotations: BTreeMap<String, String>,
}

/// An index's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// In its order; at most 2,000.
    pub entries: Vec<Entry>,
    /// What else is said about it.
    pub annotations: BTreeMap<String, String>,
}

/// One of several images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its manifest.
    pub descriptor: Descriptor,
    /// Where it runs, where that is said.
    pub platform: Option<Platform>,
}

/// Why a manifest cannot be used. Repeats nothing of it but short texts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// It is not JSON of the right shape.
    #[error("it is no manifest of an image (line {0})")]
    NotAManifest(usize),
    /// It can be read as two different things.
    #[error("it says two different things about what it is")]
    Ambiguous,
    /// It is in a format that this program does not show.
    #[error("its format is not one that is shown: {0}")]
    OtherFormat(String),
    /// It is in Docker's first format, which registries no longer take.
    #[error("it is in Docker's first format (schema 1), which has not been used since 2017")]
    FirstFormat,
    /// It has too many parts, or is too large.
    #[error("it has more parts than is possible")]
    TooLarge,
    /// A part of it has no proper digest or size.
    #[error("a part of it has no proper digest or size: {0}")]
    BadDescriptor(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    schema_version: Option<u64>,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<WireDescriptor>,
    layers: Option<Vec<WireDescriptor>>,
    manifests: Option<Vec<WireDescriptor>>,
    subject: Option<WireDescriptor>,
    annotations: Option<BTreeMap<String, Option<String>>>,
    #[serde(rename = "fsLayers")]
    fs_layers: Option<serde::de::IgnoredAny>,
}

impl Content {
    /// Understands a manifest that came as `content_type`; its media type beside it.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn parse(bytes: &[u8], content_type: &str) -> Result<(Self, String), ManifestError> {
        if bytes.len() as u64 > MAX_MANIFEST {
            return Err(ManifestError::TooLarge);
        }
        let wire: Wire = serde_json::from_slice(bytes)
            .map_err(|error| ManifestError::NotAManifest(error.line()))?;
        let kind = wire.kind(content_type)?;
        let index = match &*kind {
            kind if INDEXES.contains(&kind) => true,
            kind if IMAGES.contains(&kind) => false,
            // Nobody says what it is, so that its parts have to.
            "" => wire.manifests.is_some(),
            _ => return Err(ManifestError::OtherFormat(kind)),
        };
        let content = if index {
            Self::Index(wire.into_index()?)
        } else {
            Self::Image(wire.into_image()?)
        };
        Ok((content, kind_or(kind, index)))
    }
}

fn kind_or(kind: String, index: bool) -> String {
    let usual = if index { INDEXES[0] } else { IMAGES[0] };
    if kind.is_empty() {
        usual.to_owned()
    } else {
        kind
    }
}

impl Wire {
    /// The media type; what the registry says and what the manifest says must be the same, or two
    /// programs could see two different images.
    fn kind(&self, content_type: &str) -> Result<String, ManifestError> {
        if self.schema_version == Some(1) || self.fs_layers.is_some() {
            return Err(ManifestError::FirstFormat);
        }
        let both = self.manifests.is_some() && (self.layers.is_some() || self.config.is_some());
        let said = media_type(content_type);
        let own = named(self.media_type.clone()).unwrap_or_default();
        let generic = GENERIC.contains(&&*said);
        if both || (!generic && !own.is_empty() && own != said) {
            return Err(ManifestError::Ambiguous);
        }
        Ok(if generic { own } else { said })
    }

    fn into_index(self) -> Result<Index, ManifestError> {
        let entries = self.manifests.ok_or(ManifestError::NotAManifest(1))?;
        if entries.len() > MAX_PARTS {
            return Err(ManifestError::TooLarge);
        }
        let entry = |mut wire: WireDescriptor| {
            let platform = wire.platform.take();
            Ok(Entry {
                descriptor: wire.into_model()?,
                platform: platform.map(super::descriptor::WirePlatform::into_model),
            })
        };
        Ok(Index {
            entries: entries.into_iter().map(entry).collect::<Result<_, _>>()?,
            annotations: annotations::shown(self.annotations),
        })
    }

    fn into_image(self) -> Result<Image, ManifestError> {
        let layers = self.layers.unwrap_or_default();
        if layers.len() > MAX_PARTS {
            return Err(ManifestError::TooLarge);
        }
        let config = self.config.ok_or(ManifestError::NotAManifest(1))?;
        let layers = layers.into_iter().map(WireDescriptor::into_model);
        let subject = self.subject.map(WireDescriptor::into_model).transpose()?;
        Ok(Image {
            config: config.into_model()?,
            layers: layers.collect::<Result<_, _>>()?,
            artifact_type: named(self.artifact_type),
            subject: subject.map(|subject| subject.digest),
            annotations: annotations::shown(self.annotations),
        })
    }
}

impl Manifest {
    /// Understands a manifest of this digest that came as `content_type`.
    ///
    /// # Errors
    /// [`ManifestError`]. Whether the bytes have that digest is for the caller to know.
    pub fn parse(
        digest: Digest,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<Self, ManifestError> {
        let (content, media_type) = Content::parse(&bytes, content_type)?;
        Ok(Self {
            digest,
            media_type,
            bytes,
            content,
        })
    }

    /// What it belongs to, where that is said.
    pub fn subject(&self) -> Option<&Digest> {
        match &self.content {
            Content::Image(image) => image.subject.as_ref(),
            Content::Index(_) => None,
        }
    }
}

impl Reader {
    /// The manifest of `image`: by its digest, else by its tag.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`]; [`FailureKind::WrongDigest`] where the bytes are not what they
    /// should be; [`FailureKind::NotUnderstood`]; those of any request.
    pub async fn manifest(&self, image: &ImageReference) -> Result<Manifest, Failure> {
        let path = format!("manifests/{}", reference(image));
        let mut answer = self
            .of_repository(image, &path, ACCEPT, MAX_MANIFEST)
            .await?;
        let said = answer.headers.get("docker-content-digest");
        let said = said.and_then(|said| Digest::parse(said.to_str().ok()?).ok());
        let expected = image.digest().cloned().or(said);
        let wrong = || wrong_digest(&answer, "the manifest");
        let digest = match expected {
            Some(expected) if digest::is_of(&expected, &answer.body) => expected,
            Some(_) => return Err(wrong()),
            None => Digest::parse(&digest::of(&answer.body)).map_err(|_| wrong())?,
        };
        let kind = answer.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_owned();
        let bytes = std::mem::take(&mut answer.body);
        Manifest::parse(digest, bytes, &kind)
            .map_err(|error| Failure::about(&answer, FailureKind::NotUnderstood, error.to_string()))
    }

    /// The digest of what the tag or digest of `image` means, without fetching it; `None` where
    /// there is nothing, or the registry does not say.
    ///
    /// # Errors
    /// Those of any request.
    pub async fn digest(&self, image: &ImageReference) -> Result<Option<Digest>, Failure> {
        let path = format!("/v2/{}/manifests/{}", image.repository(), reference(image));
        let url = self.url(&path);
        let wanted = Wanted {
            url: &url,
            scope: &pull_scope(image),
            accept: ACCEPT,
            max_body: 0,
            head_only: true,
            follow: Follow::SameOrigin,
        };
        match self.fetch(wanted).await {
            Ok(answer) => {
                let said = answer.headers.get("docker-content-digest");
                Ok(said.and_then(|said| Digest::parse(said.to_str().ok()?).ok()))
            }
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// How the API names what `image` means.
pub(super) fn reference(image: &ImageReference) -> &str {
    match image.digest() {
        Some(digest) => digest.as_str(),
        None => image.tag().unwrap_or("latest"),
    }
}

/// `what` is not what its digest says.
pub(super) fn wrong_digest(answer: &net::Answer, what: &str) -> Failure {
    let raw = format!("the digest of {what} is not the one that was expected");
    Failure::about(answer, FailureKind::WrongDigest, clean(&raw, 200))
}

#[cfg(test)]
mod tests;
