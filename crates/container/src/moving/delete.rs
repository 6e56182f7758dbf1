//! Deleting tags and images in a registry.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use registrar_net::{Extra, HeaderMap, Method, StatusCode, header};
use registrar_registry::{Digest, ImageReference};

use super::end::{Place, Side};
use super::failure::MoveFailure;
use crate::failure::{Failure, FailureKind};
use crate::images::Wanted;
use crate::words;

/// How many tags are looked at.
const MAX_TAGS: usize = 1000;
/// How many at the same time.
const AT_ONCE: usize = 6;

/// Which tags lead to one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The image.
    pub digest: Digest,
    /// The tags that lead to it, in the registry's order.
    pub tags: Vec<String>,
    /// Whether there are tags that were not looked at: only the first 1,000 are.
    pub more: bool,
}

/// Which tags of its repository lead to the image at `place`. Calls `on_tags` with how many tags
/// were looked at, and how many there are.
///
/// # Errors
/// [`MoveFailure::To`].
pub async fn sharing(
    place: &Place,
    on_tags: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Sharing, MoveFailure> {
    let digest = digest_of(place, &place.image).await?.ok_or_else(missing)?;
    let listed = place.reader.tags(&place.image, &|_| {}).await;
    let mut listed = listed.map_err(|failure| Side::To.failed(failure))?;
    let more = listed.more || listed.names.len() > MAX_TAGS;
    listed.names.truncate(MAX_TAGS);
    let (total, done) = (listed.names.len(), AtomicUsize::new(0));
    let (wanted, done) = (&digest, &done);
    let asked = stream::iter(listed.names).map(|tag| async move {
        let found = digest_of(place, &tagged(place, &tag)?).await?;
        on_tags(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        Ok::<_, MoveFailure>((found.as_ref() == Some(wanted)).then_some(tag))
    });
    let tags: Vec<Option<String>> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(Sharing {
        tags: tags.into_iter().flatten().collect(),
        digest,
        more,
    })
}

async fn digest_of(place: &Place, image: &ImageReference) -> Result<Option<Digest>, MoveFailure> {
    if let Some(digest) = image.digest() {
        return Ok(Some(digest.clone()));
    }
    let said = place.reader.digest(image).await;
    if let Some(digest) = said.map_err(|failure| Side::To.failed(failure))? {
        return Ok(Some(digest));
    }
    // Old registries do not say it.
    match place.reader.manifest(image).await {
        Ok(manifest) => Ok(Some(manifest.digest)),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(Side::To.failed(failure)),
    }
}

fn tagged(place: &Place, tag: &str) -> Result<ImageReference, MoveFailure> {
    let image = &place.image;
    let name = format!("{}/{}:{tag}", image.host(), image.repository());
    ImageReference::parse(&name).map_err(|_| missing())
}

/// Deletes what the image at `place` names: the digest, with all its tags, where there is one;
/// else the tag alone.
///
/// # Errors
/// [`MoveFailure::DeletionNotOffered`], [`MoveFailure::TagDeletionNotOffered`],
/// [`MoveFailure::To`], with [`FailureKind::NotFound`] where there is nothing.
pub async fn delete(place: &Place) -> Result<(), MoveFailure> {
    let image = &place.image;
    let by_digest = image.digest().map(Digest::as_str);
    let name = by_digest.or(image.tag()).unwrap_or("latest");
    let repository = image.repository();
    let url = place
        .reader
        .url(&format!("/v2/{repository}/manifests/{name}"));
    let scope = format!("repository:{repository}:pull,push,delete");
    let extra = Extra {
        method: Some(Method::DELETE),
        headers: HeaderMap::from_iter([(header::CONTENT_LENGTH, 0.into())]),
    };
    let asked = place
        .reader
        .change(Wanted::of(&url, &scope), &extra, Bytes::new());
    let (answer, pass) = asked.await.map_err(|failure| Side::To.failed(failure))?;
    let codes = words::codes(&answer);
    let is = |code: &str| codes.iter().any(|known| known == code);
    let by_tag = by_digest.is_none();
    let unsupported = answer.status == StatusCode::METHOD_NOT_ALLOWED || is("UNSUPPORTED");
    // A registry that knows digests only takes the tag for a wrong one.
    let takes_digests = by_tag && answer.status == StatusCode::BAD_REQUEST;
    if takes_digests && (is("DIGEST_INVALID") || is("TAG_INVALID") || is("UNSUPPORTED")) {
        return Err(MoveFailure::TagDeletionNotOffered);
    }
    if unsupported {
        return Err(MoveFailure::DeletionNotOffered);
    }
    let done = place.reader.success(answer, &pass).await;
    done.map(drop).map_err(|failure| Side::To.failed(failure))
}

fn missing() -> MoveFailure {
    Side::To.failed(Failure::new(
        FailureKind::NotFound,
        "there is no such image",
    ))
}
