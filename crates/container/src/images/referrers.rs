//! What belongs to an image: signatures, lists of its parts, attestations.
//!
//! A registry is asked by the API of OCI 1.1, else for the tag that stands in its place. Cosign
//! has tags of its own, which are older than either.

use registrar_net::{Answer, clean, header};
use registrar_registry::{Digest, ImageReference};

use super::manifest::{ACCEPT, Content, Index, MAX_MANIFEST};
use super::paging::Pages;
use super::reader::{Reader, pull_scope};
use crate::failure::{Failure, FailureKind};

/// The most referrers of one image.
const MAX_REFERRERS: usize = 500;
/// The tags that cosign makes, after the image's digest.
const COSIGN: [(&str, ReferrerKind); 3] = [
    ("sig", ReferrerKind::Signature),
    ("att", ReferrerKind::Attestation),
    ("sbom", ReferrerKind::Sbom),
];

/// What something is to the image that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferrerKind {
    /// Somebody vouches for it.
    Signature,
    /// A list of what is in it.
    Sbom,
    /// A statement about how it was made or checked.
    Attestation,
    /// Something else.
    Other,
}

/// Where referrers were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// By the registry's API.
    Api,
    /// In a tag named after the image's digest.
    Tag,
    /// Beside the image, in its index.
    Index,
}

/// Something that belongs to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// Its manifest's digest.
    pub digest: Digest,
    /// Its manifest's size in bytes, where that is said.
    pub size: Option<u64>,
    /// What it calls itself, a media type; may be empty.
    pub artifact_type: String,
    /// What that means.
    pub kind: ReferrerKind,
    /// Where it was found.
    pub source: Source,
    /// The tag, where it has one.
    pub tag: Option<String>,
    /// When it was made, as it says itself.
    pub created: Option<String>,
}

/// What belongs to an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Referrers {
    /// In the registry's order.
    pub found: Vec<Referrer>,
    /// Whether there are more than were read.
    pub more: bool,
}

impl ReferrerKind {
    /// What a media type means.
    pub fn of(artifact_type: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| artifact_type.contains(word));
        if has(&["spdx", "cyclonedx", "syft", "sbom"]) {
            Self::Sbom
        } else if has(&["in-toto", "attestation", "provenance", "dsse"]) {
            Self::Attestation
        } else if has(&["signature", "simplesigning", ".sig.", "sigstore", "cosign"]) {
            Self::Signature
        } else {
            Self::Other
        }
    }

    /// What a tag means that cosign has made, and how it is called here; `None` for any other tag.
    pub fn of_tag(tag: &str) -> Option<(Self, String)> {
        let (_, ending) = tag.rsplit_once('.')?;
        let (suffix, kind) = COSIGN.into_iter().find(|(suffix, _)| *suffix == ending)?;
        Some((kind, artifact_type(suffix)))
    }
}

fn artifact_type(suffix: &str) -> String {
    format!("cosign ({suffix})")
}

impl Reader {
    /// What belongs to the image that the digest of `image` names.
    ///
    /// # Errors
    /// Those of any request. That there is nothing is none.
    pub async fn referrers(&self, image: &ImageReference) -> Result<Referrers, Failure> {
        let Some(digest) = image.digest() else {
            return Ok(Referrers::default());
        };
        let mut referrers = match self.by_api(image, digest).await? {
            Some(found) => found,
            None => self.by_tag(image, digest).await?,
        };
        for (suffix, kind) in COSIGN {
            let signed = self.by_cosign(image, digest, suffix, kind).await?;
            referrers.found.extend(signed);
        }
        Ok(referrers)
    }

    /// `None` where the registry does not have the API.
    async fn by_api(
        &self,
        image: &ImageReference,
        digest: &Digest,
    ) -> Result<Option<Referrers>, Failure> {
        let url = self.url(&format!("/v2/{}/referrers/{digest}", image.repository()));
        let pages = Pages {
            reader: self,
            scope: pull_scope(image),
            accept: "application/vnd.oci.image.index.v1+json",
        };
        let mut found = Vec::new();
        let mut is_index = true;
        let read = pages
            .read(url, |answer| {
                match index_of(answer) {
                    Some(index) => found.extend(of_index(index, Source::Api)),
                    None => is_index = false,
                }
                Ok(!is_index || found.len() >= MAX_REFERRERS)
            })
            .await;
        match read {
            Ok(more) if is_index => {
                let more = more || found.len() > MAX_REFERRERS;
                found.truncate(MAX_REFERRERS);
                Ok(Some(Referrers { found, more }))
            }
            Ok(_) => Ok(None),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn by_tag(&self, image: &ImageReference, digest: &Digest) -> Result<Referrers, Failure> {
        let path = format!("manifests/{}", tag_of(digest));
        let answer = self.of_repository(image, &path, ACCEPT, MAX_MANIFEST);
        match answer.await {
            Ok(answer) => {
                let mut found = index_of(&answer).map_or_else(Vec::new, |index| {
                    of_index(index, Source::Tag).collect::<Vec<_>>()
                });
                let more = found.len() > MAX_REFERRERS;
                found.truncate(MAX_REFERRERS);
                Ok(Referrers { found, more })
            }
            Err(failure) if is_missing(&failure) => Ok(Referrers::default()),
            Err(failure) => Err(failure),
        }
    }

    async fn by_cosign(
        &self,
        image: &ImageReference,
        digest: &Digest,
        suffix: &str,
        kind: ReferrerKind,
    ) -> Result<Option<Referrer>, Failure> {
        let tag = format!("{}.{suffix}", tag_of(digest));
        let name = format!("{}/{}:{tag}", image.host(), image.repository());
        let Ok(place) = ImageReference::parse(&name) else {
            return Ok(None);
        };
        Ok(self.digest(&place).await?.map(|digest| Referrer {
            digest,
            size: None,
            artifact_type: artifact_type(suffix),
            kind,
            source: Source::Tag,
            tag: Some(tag),
            created: None,
        }))
    }
}

/// How a registry that does not have the API says so.
fn is_missing(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NotFound | FailureKind::NotARegistry
    )
}

/// The tag that stands for what belongs to `digest`.
pub(crate) fn tag_of(digest: &Digest) -> String {
    let mut tag = digest.as_str().replace(':', "-");
    // A tag has 128 characters at most; the specification cuts the digest.
    tag.truncate(7 + 64);
    tag
}

fn index_of(answer: &Answer) -> Option<Index> {
    let kind = answer.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match Content::parse(&answer.body, kind).ok()?.0 {
        Content::Index(index) => Some(index),
        Content::Image(_) => None,
    }
}

fn of_index(index: Index, source: Source) -> impl Iterator<Item = Referrer> {
    index.entries.into_iter().map(move |entry| {
        let descriptor = entry.descriptor;
        let created = descriptor
            .annotations
            .get("org.opencontainers.image.created");
        let artifact_type = descriptor.artifact_type.clone().unwrap_or_default();
        Referrer {
            created: created.map(|text| clean(text, 60)),
            kind: ReferrerKind::of(&artifact_type),
            artifact_type,
            digest: descriptor.digest,
            size: Some(descriptor.size),
            source,
            tag: None,
        }
    })
}

impl Index {
    /// What the index itself has beside the image of this digest: attestations by Docker's builder.
    pub fn attestations(&self, image: &Digest) -> Vec<Referrer> {
        let kind = "vnd.docker.reference.type";
        let subject = "vnd.docker.reference.digest";
        let belongs = |entry: &&super::Entry| {
            let said = &entry.descriptor.annotations;
            said.contains_key(kind) && said.get(subject).map(String::as_str) == Some(image.as_str())
        };
        let found = self.entries.iter().filter(belongs).take(MAX_REFERRERS);
        found
            .map(|entry| Referrer {
                digest: entry.descriptor.digest.clone(),
                size: Some(entry.descriptor.size),
                artifact_type: entry.descriptor.annotations[kind].clone(),
                kind: ReferrerKind::Attestation,
                source: Source::Index,
                tag: None,
                created: None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_named() {
        use ReferrerKind::{Attestation, Other, Sbom, Signature};
        for (artifact_type, kind) in [
            ("application/vnd.dev.cosign.artifact.sig.v1+json", Signature),
            ("application/vnd.cncf.notary.signature", Signature),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", Signature),
            ("application/spdx+json", Sbom),
            ("application/vnd.cyclonedx+json", Sbom),
            ("application/vnd.in-toto+json", Attestation),
            ("application/vnd.example.report", Other),
            ("", Other),
        ] {
            assert_eq!(ReferrerKind::of(artifact_type), kind, "{artifact_type}");
        }
    }

    #[test]
    fn the_fallback_tag_is_one() {
        for length in [("sha256", 64), ("sha512", 128)] {
            let digest = format!("{}:{}", length.0, "a".repeat(length.1));
            let tag = tag_of(&Digest::parse(&digest).unwrap());
            assert!(ImageReference::parse(&format!("h.io/x:{tag}")).is_ok());
            assert_eq!(tag, format!("{}-{}", length.0, "a".repeat(64)));
        }
    }
}
