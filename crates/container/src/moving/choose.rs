//! Choosing some images of an index.

use registrar_registry::Digest;
use serde_json::Value;

use super::end::Platforms;
use super::failure::MoveFailure;
use super::source::Source;
use crate::images::{Config, Content, Entry, Index, Manifest, Platform, digest_of};

/// The most bytes of a configuration.
const MAX_CONFIG: u64 = 8 << 20;
/// Which image an attestation in an index belongs to.
const ATTESTED: &str = "vnd.docker.reference.digest";

/// What moves.
pub(super) struct Chosen {
    pub(super) manifest: Manifest,
    /// Whether it was made here.
    pub(super) new_index: bool,
}

/// What of `found` is for `platforms`.
pub(super) async fn choose(
    source: &Source,
    found: Manifest,
    platforms: &Platforms,
) -> Result<Chosen, MoveFailure> {
    let Platforms::Chosen(wanted) = platforms else {
        return Ok(as_it_is(found));
    };
    let Content::Index(index) = &found.content else {
        let actual = platform_of(source, &found).await?;
        let same = |one: &Platform| {
            actual.as_ref().is_some_and(|actual| {
                (&one.os, &one.architecture) == (&actual.os, &actual.architecture)
            })
        };
        return if wanted.iter().any(same) {
            Ok(as_it_is(found))
        } else {
            Err(MoveFailure::NoSuchPlatform(actual.into_iter().collect()))
        };
    };
    let entries: Vec<_> = index.entries.iter().filter(|e| is_for(e, wanted)).collect();
    let missing = |one: &Platform| !entries.iter().any(|e| e.platform.as_ref() == Some(one));
    match &*entries {
        _ if wanted.iter().any(missing) => Err(MoveFailure::NoSuchPlatform(known(index))),
        [] => Err(MoveFailure::NoSuchPlatform(known(index))),
        [only] => Ok(as_it_is(source.manifest(&only.descriptor.digest).await?)),
        several => {
            let mut kept: Vec<_> = several.iter().map(|e| &e.descriptor.digest).collect();
            kept.extend(attestations(index, &kept));
            if kept.len() == index.entries.len() {
                return Ok(as_it_is(found));
            }
            let manifest = reduced(&found, &kept)?;
            Ok(Chosen {
                manifest,
                new_index: true,
            })
        }
    }
}

fn as_it_is(manifest: Manifest) -> Chosen {
    Chosen {
        manifest,
        new_index: false,
    }
}

fn is_for(entry: &Entry, wanted: &[Platform]) -> bool {
    let platform = entry.platform.as_ref();
    platform.is_some_and(|platform| wanted.contains(platform))
}

fn known(index: &Index) -> Vec<Platform> {
    let platforms = index.entries.iter().filter_map(|e| e.platform.clone());
    platforms.filter(Platform::is_known).collect()
}

/// What of the index belongs to the images `kept`.
fn attestations<'a>(index: &'a Index, kept: &[&Digest]) -> Vec<&'a Digest> {
    let belongs = |entry: &&Entry| {
        let about = entry.descriptor.annotations.get(ATTESTED);
        about.is_some_and(|about| kept.iter().any(|digest| digest.as_str() == about))
    };
    let found = index.entries.iter().filter(belongs);
    found.map(|entry| &entry.descriptor.digest).collect()
}

/// The index `whole` with the entries `kept` only; everything else stays as it is.
fn reduced(whole: &Manifest, kept: &[&Digest]) -> Result<Manifest, MoveFailure> {
    let not_understood = |error| MoveFailure::NotUnderstood {
        digest: whole.digest.clone(),
        error,
    };
    let no_index = || not_understood(crate::images::ManifestError::NotAManifest(1));
    let mut index: Value = serde_json::from_slice(&whole.bytes).map_err(|_| no_index())?;
    let entries = index["manifests"].as_array_mut().ok_or_else(no_index)?;
    entries.retain(|entry| {
        let digest = entry["digest"].as_str().unwrap_or_default();
        kept.iter().any(|kept| kept.as_str() == digest)
    });
    let bytes = index.to_string().into_bytes();
    let (content, media_type) =
        Content::parse(&bytes, &whole.media_type).map_err(not_understood)?;
    Ok(Manifest {
        digest: Digest::parse(&digest_of(&bytes)).map_err(|_| no_index())?,
        media_type,
        bytes,
        content,
    })
}

/// Where the image runs, as its configuration says.
pub(super) async fn platform_of(
    source: &Source,
    manifest: &Manifest,
) -> Result<Option<Platform>, MoveFailure> {
    let Content::Image(image) = &manifest.content else {
        return Ok(None);
    };
    if !Config::is_one(&image.config) || image.config.size > MAX_CONFIG {
        return Ok(None);
    }
    let bytes = source.small(&image.config.digest, MAX_CONFIG).await?;
    let platform = Config::parse(&bytes).ok().map(|config| config.platform);
    Ok(platform.filter(Platform::is_known))
}
