//! Everything that an image consists of, and what belongs to it.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use registrar_registry::Digest;

use super::checked::Blob;
use super::choose::platform_of;
use super::failure::{Bound, MoveFailure};
use super::plan::PlatformSize;
use super::source::{Belonging, Source};
use crate::images::{Content, Descriptor, Image, Manifest, Platform};

/// The most manifests of one move, and their bytes.
const MAX_MANIFESTS: usize = 2000;
const MAX_BYTES: usize = 64 << 20;
/// How many levels of indexes there may be above an image.
const MAX_DEPTH: usize = 4;
/// The most things that belong to an image, and how far these may have some of their own.
const MAX_REFERRERS: usize = 500;
const REFERRER_DEPTH: usize = 2;
/// How many manifests are asked for at the same time.
const AT_ONCE: usize = 6;

/// A manifest that moves.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) manifest: Manifest,
    /// The tag that it has besides, where it belongs to an image by that alone.
    pub(super) tag: Option<String>,
    /// Whether it is found by nothing else than itself: it belongs to an image.
    pub(super) referrer: bool,
    /// Where it runs, where an index says so.
    pub(super) platform: Option<Platform>,
}

/// What was found so far.
pub(super) struct Gathered {
    /// Parts before what they are part of; the image itself is the last one.
    pub(super) parts: Vec<Part>,
    /// What belongs to the image and is not understood.
    pub(super) left_out: usize,
    known: HashSet<Digest>,
    bytes: usize,
}

/// Something that an index or a list of referrers speaks of.
#[derive(Clone)]
struct Pointer {
    digest: Digest,
    platform: Option<Platform>,
    tag: Option<String>,
}

impl Gathered {
    /// `root` and everything below it.
    pub(super) async fn of(source: &Source, root: Manifest) -> Result<Self, MoveFailure> {
        let mut gathered = Self {
            parts: Vec::new(),
            left_out: 0,
            known: HashSet::new(),
            bytes: 0,
        };
        let part = Part {
            manifest: root,
            tag: None,
            referrer: false,
            platform: None,
        };
        gathered.parts = gathered.tree(source, part).await?;
        Ok(gathered)
    }

    /// The image itself.
    pub(super) fn root(&self) -> &Manifest {
        &self.parts[self.parts.len() - 1].manifest
    }

    /// `root` after everything below it that is not known yet.
    async fn tree(&mut self, source: &Source, root: Part) -> Result<Vec<Part>, MoveFailure> {
        self.note(&root.manifest)?;
        let mut levels = vec![vec![root]];
        for _ in 0..MAX_DEPTH {
            let last = levels.last().map_or(&[][..], |level| level);
            let pointers: Vec<_> = last
                .iter()
                .flat_map(|part| entries(&part.manifest))
                .collect();
            let new = self.fetch(source, pointers).await?;
            if new.is_empty() {
                return Ok(levels.into_iter().rev().flatten().collect());
            }
            levels.push(new);
        }
        Err(MoveFailure::TooLarge(Bound::Depth))
    }

    /// Those of `pointers` that are not known yet.
    async fn fetch(
        &mut self,
        source: &Source,
        mut pointers: Vec<Pointer>,
    ) -> Result<Vec<Part>, MoveFailure> {
        let mut asked = HashSet::new();
        pointers
            .retain(|one| !self.known.contains(&one.digest) && asked.insert(one.digest.clone()));
        if self.known.len() + pointers.len() > MAX_MANIFESTS {
            return Err(MoveFailure::TooLarge(Bound::Manifests));
        }
        let mut coming = stream::iter(pointers)
            .map(|pointer| fetch(source, pointer))
            .buffered(AT_ONCE);
        let mut parts = Vec::new();
        while let Some(part) = coming.try_next().await? {
            self.note(&part.manifest)?;
            parts.push(part);
        }
        Ok(parts)
    }

    fn note(&mut self, manifest: &Manifest) -> Result<(), MoveFailure> {
        self.known.insert(manifest.digest.clone());
        self.bytes += manifest.bytes.len();
        if self.bytes > MAX_BYTES {
            return Err(MoveFailure::TooLarge(Bound::Manifests));
        }
        Ok(())
    }

    /// What belongs to anything of the image, and to that. It is put before the image.
    pub(super) async fn add_referrers(&mut self, source: &Source) -> Result<(), MoveFailure> {
        let mut about: Vec<_> = self.digests().collect();
        for _ in 0..REFERRER_DEPTH {
            let found = referrers(source, about).await?;
            if found.len() > MAX_REFERRERS {
                return Err(MoveFailure::TooLarge(Bound::Referrers));
            }
            let mut new = Vec::new();
            for one in found {
                new.extend(self.referrer(source, one).await?);
            }
            about = new
                .iter()
                .map(|part: &Part| part.manifest.digest.clone())
                .collect();
            let before = self.parts.len() - 1;
            self.parts.splice(before..before, new);
        }
        Ok(())
    }

    async fn referrer(
        &mut self,
        source: &Source,
        one: Belonging,
    ) -> Result<Vec<Part>, MoveFailure> {
        if self.known.contains(&one.digest) {
            return Ok(Vec::new());
        }
        let pointer = Pointer {
            digest: one.digest,
            platform: None,
            tag: one.tag,
        };
        match fetch(source, pointer).await {
            Ok(part) => {
                let referrer = true;
                self.tree(source, Part { referrer, ..part }).await
            }
            Err(MoveFailure::NotUnderstood { .. } | MoveFailure::Missing(_)) => {
                self.left_out += 1;
                Ok(Vec::new())
            }
            Err(failure) => Err(failure),
        }
    }

    fn digests(&self) -> impl Iterator<Item = Digest> {
        self.parts.iter().map(|part| part.manifest.digest.clone())
    }

    /// All blobs, each once.
    pub(super) fn blobs(&self) -> Vec<Blob> {
        let mut known = HashSet::new();
        let images = self
            .parts
            .iter()
            .filter_map(|part| match &part.manifest.content {
                Content::Image(image) => Some(image),
                Content::Index(_) => None,
            });
        let all = images.flat_map(blobs_of);
        all.filter(|blob| known.insert(blob.digest.clone()))
            .collect()
    }

    /// The images by platform, with their sizes.
    pub(super) async fn platforms(
        &self,
        source: &Source,
    ) -> Result<Vec<PlatformSize>, MoveFailure> {
        let mut sizes = Vec::new();
        for part in &self.parts {
            let Content::Image(image) = &part.manifest.content else {
                continue;
            };
            let alone = self.parts.len() == 1;
            let platform = match &part.platform {
                Some(platform) if !platform.is_known() => continue,
                None if alone => platform_of(source, &part.manifest).await?,
                platform => platform.clone(),
            };
            let blobs = blobs_of(image).map(|blob| blob.size);
            sizes.push(PlatformSize {
                platform,
                digest: part.manifest.digest.clone(),
                bytes: blobs.fold(part.manifest.bytes.len() as u64, u64::saturating_add),
            });
        }
        Ok(sizes)
    }
}

fn entries(manifest: &Manifest) -> Vec<Pointer> {
    let Content::Index(index) = &manifest.content else {
        return Vec::new();
    };
    let entries = index.entries.iter().map(|entry| Pointer {
        digest: entry.descriptor.digest.clone(),
        platform: entry.platform.clone(),
        tag: None,
    });
    entries.collect()
}

async fn fetch(source: &Source, pointer: Pointer) -> Result<Part, MoveFailure> {
    Ok(Part {
        manifest: source.manifest(&pointer.digest).await?,
        tag: pointer.tag,
        referrer: false,
        platform: pointer.platform,
    })
}

/// What belongs to any of `about`, each once.
async fn referrers(source: &Source, about: Vec<Digest>) -> Result<Vec<Belonging>, MoveFailure> {
    let mut coming = stream::iter(about)
        .map(|digest| async move { source.referrers(&digest).await })
        .buffered(AT_ONCE);
    let mut found: Vec<Belonging> = Vec::new();
    while let Some((belonging, more)) = coming.try_next().await? {
        if more {
            return Err(MoveFailure::TooLarge(Bound::Referrers));
        }
        for one in belonging {
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

fn blobs_of(image: &Image) -> impl Iterator<Item = Blob> {
    let all = std::iter::once(&image.config).chain(&image.layers);
    all.map(|descriptor: &Descriptor| Blob {
        digest: descriptor.digest.clone(),
        size: descriptor.size,
        optional: ["foreign", "nondistributable"]
            .iter()
            .any(|word| descriptor.media_type.contains(word)),
    })
}
