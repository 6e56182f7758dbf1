//! Where an image is read from.

use std::io::{Read as _, Seek as _, SeekFrom};

use bytes::Bytes;
use fs_err::File;
use registrar_net::{Download, Follow, StatusCode, header};
use registrar_registry::{Digest, ImageReference};

use super::end::{End, Place, Side};
use super::failure::MoveFailure;
use super::local::Local;
use super::retry::patiently;
use super::work::blocking;
use crate::failure::{Failure, FailureKind};
use crate::images::{Manifest, Wanted, pull_scope};

/// How much is read from a file at a time, in bytes.
const PIECE: u64 = 1 << 20;

/// Where an image is read from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Registry(Place),
    Local(Local),
}

/// Something that belongs to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Belonging {
    pub(super) digest: Digest,
    /// The tag by which alone it is found, where that is so.
    pub(super) tag: Option<String>,
}

/// A blob while it is read.
pub(super) enum Pieces {
    Remote {
        download: Box<Download>,
        /// Bytes that were not asked for and come nevertheless.
        skip: u64,
    },
    Disk {
        /// Only missing while it is read.
        file: Option<File>,
        left: u64,
        digest: Digest,
    },
}

impl Source {
    pub(super) async fn open(end: &End) -> Result<Self, MoveFailure> {
        Ok(match end {
            End::Registry(place) => Self::Registry(place.clone()),
            End::Layout { folder, .. } => Self::Local(Local::layout(folder).await?),
            End::Archive { file, .. } => Self::Local(Local::archive(file).await?),
        })
    }

    /// The manifest or index of the image that `end` names.
    pub(super) async fn root(&self, end: &End) -> Result<Manifest, MoveFailure> {
        match (self, end) {
            (Self::Local(local), End::Layout { name, .. } | End::Archive { name, .. }) => {
                let digest = local.find(name.as_deref()).await?;
                local.manifest(&digest).await
            }
            (Self::Registry(place), _) => patiently(|| place.manifest(&place.image)).await,
            (Self::Local(_), End::Registry(_)) => Err(MoveFailure::NoSuchImage),
        }
    }

    pub(super) async fn manifest(&self, digest: &Digest) -> Result<Manifest, MoveFailure> {
        match self {
            Self::Registry(place) => {
                let image = place.at(digest)?;
                let read = patiently(|| place.manifest(&image)).await;
                read.map_err(|failure| match failure {
                    MoveFailure::From(failure) if failure.kind == FailureKind::NotFound => {
                        MoveFailure::Missing(digest.clone())
                    }
                    failure => failure,
                })
            }
            Self::Local(local) => local.manifest(digest).await,
        }
    }

    /// What belongs to the manifest `digest`; also whether there is more than was read.
    pub(super) async fn referrers(
        &self,
        digest: &Digest,
    ) -> Result<(Vec<Belonging>, bool), MoveFailure> {
        match self {
            Self::Registry(place) => {
                let image = place.at(digest)?;
                let ask = || async {
                    let found = place.reader.referrers(&image).await;
                    found.map_err(|failure| Side::From.failed(failure))
                };
                let found = patiently(ask).await?;
                let belonging = found.found.into_iter().map(|one| Belonging {
                    digest: one.digest,
                    tag: one.tag,
                });
                Ok((belonging.collect(), found.more))
            }
            Self::Local(local) => Ok((local_referrers(local, digest).await?, false)),
        }
    }

    /// A small blob, like a configuration.
    pub(super) async fn small(&self, digest: &Digest, max: u64) -> Result<Vec<u8>, MoveFailure> {
        match self {
            Self::Local(local) => local.small(digest, max).await,
            Self::Registry(place) => {
                let read = || async { place.blob(digest, max, 0).await?.all().await };
                let bytes = patiently(read).await?;
                if crate::images::has_digest(digest, &bytes) {
                    Ok(bytes)
                } else {
                    Err(MoveFailure::WrongContent(digest.clone()))
                }
            }
        }
    }

    /// The blob `digest` of `size` bytes, from the byte `from` on.
    pub(super) async fn pieces(
        &self,
        digest: &Digest,
        size: u64,
        from: u64,
    ) -> Result<Pieces, MoveFailure> {
        match self {
            Self::Registry(place) => place.blob(digest, size, from).await,
            Self::Local(local) => {
                let (mut file, actual) = local.blob(digest).await?;
                if actual != size || from > size {
                    return Err(MoveFailure::WrongContent(digest.clone()));
                }
                let sought = file.seek(SeekFrom::Current(i64::try_from(from).unwrap_or(i64::MAX)));
                sought.map_err(|error| MoveFailure::disk(file.path(), &error))?;
                Ok(Pieces::Disk {
                    file: Some(file),
                    left: size - from,
                    digest: digest.clone(),
                })
            }
        }
    }
}

impl Place {
    /// The manifest `digest` in the same repository.
    pub(super) fn at(&self, digest: &Digest) -> Result<ImageReference, MoveFailure> {
        let name = format!("{}/{}@{digest}", self.image.host(), self.image.repository());
        ImageReference::parse(&name).map_err(|_| MoveFailure::NoSuchImage)
    }

    async fn manifest(&self, image: &ImageReference) -> Result<Manifest, MoveFailure> {
        let read = self.reader.manifest(image).await;
        read.map_err(|failure| Side::From.failed(failure))
    }

    async fn blob(&self, digest: &Digest, size: u64, from: u64) -> Result<Pieces, MoveFailure> {
        let path = format!("/v2/{}/blobs/{digest}", self.image.repository());
        let (url, scope) = (self.reader.url(&path), pull_scope(&self.image));
        let wanted = Wanted {
            max_body: size,
            // Blobs lie elsewhere than the registry, often.
            follow: Follow::Anywhere,
            ..Wanted::of(&url, &scope)
        };
        let opened = self.reader.open(wanted, from).await;
        let download = opened.map_err(|failure| match failure.kind {
            FailureKind::NotFound => MoveFailure::Missing(digest.clone()),
            _ => Side::From.failed(failure),
        })?;
        let partial = download.answer().status == StatusCode::PARTIAL_CONTENT;
        if partial && !begins_at(&download, from) {
            return Err(MoveFailure::WrongContent(digest.clone()));
        }
        let skip = if partial { 0 } else { from };
        Ok(Pieces::Remote {
            download: Box::new(download),
            skip,
        })
    }
}

/// Whether a part of a body is the one that was asked for.
fn begins_at(download: &Download, from: u64) -> bool {
    let range = download.answer().headers.get(header::CONTENT_RANGE);
    let range = range.and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {from}-")))
}

/// What of the same folder or archive belongs to `digest`.
async fn local_referrers(local: &Local, digest: &Digest) -> Result<Vec<Belonging>, MoveFailure> {
    let tag = format!("{}.", crate::images::tag_of(digest));
    let mut found = Vec::new();
    for one in local.top() {
        let named = one.names.iter().find(|name| name.starts_with(&tag));
        let belongs = match (named, one.names.is_empty()) {
            (Some(_), _) => true,
            (None, true) => match local.manifest(&one.digest).await {
                Ok(manifest) => manifest.subject() == Some(digest),
                Err(_) => false,
            },
            (None, false) => false,
        };
        if belongs {
            found.push(Belonging {
                digest: one.digest.clone(),
                tag: named.cloned(),
            });
        }
    }
    Ok(found)
}

impl Pieces {
    /// The next piece, of about a megabyte at most; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, MoveFailure> {
        match self {
            Self::Remote { download, skip } => loop {
                let piece = download.next().await;
                let piece = piece.map_err(|failure| Side::From.failed(Failure::from(failure)))?;
                let Some(mut piece) = piece else {
                    return Ok(None);
                };
                let skipped = usize::try_from(*skip)
                    .unwrap_or(usize::MAX)
                    .min(piece.len());
                *skip -= skipped as u64;
                let piece = piece.split_off(skipped);
                if !piece.is_empty() {
                    return Ok(Some(piece));
                }
            },
            Self::Disk { file, left, digest } => {
                let Some(open) = file.take().filter(|_| *left > 0) else {
                    return Ok(None);
                };
                let (open, bytes) = read(open, PIECE.min(*left)).await?;
                if bytes.is_empty() {
                    return Err(MoveFailure::WrongContent(digest.clone()));
                }
                *left -= bytes.len() as u64;
                *file = Some(open);
                Ok(Some(bytes))
            }
        }
    }

    /// All that comes.
    async fn all(mut self) -> Result<Vec<u8>, MoveFailure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// How many bytes are still to come, where that is known.
    pub(super) fn total(&self) -> Option<u64> {
        match self {
            Self::Remote { download, skip } => Some(download.total()?.saturating_sub(*skip)),
            Self::Disk { left, .. } => Some(*left),
        }
    }
}

async fn read(file: File, most: u64) -> Result<(File, Bytes), MoveFailure> {
    blocking(move |_| {
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
        let read = (&file).take(most).read_to_end(&mut bytes);
        read.map_err(|error| MoveFailure::disk(file.path(), &error))?;
        Ok((file, Bytes::from(bytes)))
    })
    .await
}
