//! Manifests: sent, and deleted by tag or by digest.

use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::IntoResponse as _;

use super::blobs::{DIGEST, insert};
use super::name::is_tag;
use super::refusal::{Answered, Refusal};
use crate::digest::{Digest, DigestError};
use crate::error::HostError;
use crate::images::{Reference, manifest_key};
use crate::indexes::{Index, IndexKey};
use crate::model::{Package, Version};
use crate::server::{Call, index};
use crate::store::Opened;
use crate::tokens::Scope;

/// A reference as a path has it: a digest has a colon, a tag has none. `None` for what can be
/// neither.
pub(super) fn reference(text: &str) -> Result<Option<Reference<'_>>, DigestError> {
    if text.contains(':') {
        return Ok(Some(Reference::Digest(text.parse()?)));
    }
    Ok(is_tag(text).then_some(Reference::Tag(text)))
}

pub(super) async fn send(call: &Call, repository: &str, text: &str) -> Answered {
    let reference = reference(text)?.ok_or_else(unknown)?;
    let key = IndexKey {
        registry: call.registry().id,
        package: repository.to_owned(),
        form: format!("manifest {text}"),
    };
    let found = call.host().index(key, || load(call, repository, reference));
    let found = match found.await {
        // Who pushes asks whether it is here first, and heals it where it is not.
        Err(HostError::Broken) if *call.method() == Method::HEAD => None,
        found => found?,
    };
    let found = found.ok_or_else(unknown)?;
    let mut answer = index::send(call, &found, "Accept, Authorization");
    insert(&mut answer, DIGEST, found.etag.trim_matches('"'));
    Ok(answer)
}

async fn load(
    call: &Call,
    repository: &str,
    reference: Reference<'_>,
) -> Result<Option<Index>, HostError> {
    let (host, registry) = (call.host(), call.registry());
    let Some(key) = host.version_key_of(registry, repository, reference).await? else {
        return Ok(None);
    };
    let key = manifest_key(repository, &key);
    let Some(file) = host.file_by_key(registry, &key).await? else {
        return Ok(None);
    };
    let said = |field: &str| file.indexed.get(field)?.as_str();
    let digest = match reference {
        Reference::Digest(digest) => digest.to_string(),
        // By the algorithm by which it was pushed.
        Reference::Tag(_) => said("digest").unwrap_or_default().to_owned(),
    };
    let kind = HeaderValue::from_str(said("mediaType").unwrap_or_default())
        .map_err(|_| HostError::Damaged("a manifest\u{2019}s type".to_owned()))?;
    let whole = 0..file.content.size;
    match host.read(&file, whole).await? {
        Opened::Whole(bytes) => {
            let etag = format!("\"{digest}\"");
            Ok(Some(Index::of_file(bytes, etag, kind, file.id)))
        }
        Opened::Stream(_) => Err(HostError::Damaged("a manifest\u{2019}s size".to_owned())),
    }
}

pub(super) async fn delete(call: &Call, repository: &str, text: &str) -> Answered {
    call.demand(Scope::DeletePackages)?;
    let reference = reference(text)?.ok_or_else(unknown)?;
    let (host, registry, by) = (call.host(), call.registry(), call.caller());
    let package = package(call, repository).await?;
    let deleted = match reference {
        Reference::Tag(tag) => host.retag(registry, &package, tag, None, by).await,
        Reference::Digest(_) => {
            let version = version(call, &package, reference).await?;
            host.delete_version(registry, &version, by).await
        }
    };
    match deleted {
        Ok(()) => Ok(StatusCode::ACCEPTED.into_response()),
        Err(HostError::NotFound(_)) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}

/// The package of a repository that has a manifest.
pub(super) async fn package(call: &Call, repository: &str) -> Result<Package, Refusal> {
    let found = call.host().package(call.registry(), repository).await?;
    found.ok_or_else(|| Refusal::missing("NAME_UNKNOWN", "There is no such repository."))
}

async fn version(
    call: &Call,
    package: &Package,
    reference: Reference<'_>,
) -> Result<Version, Refusal> {
    let (host, registry) = (call.host(), call.registry());
    let key = host
        .version_key_of(registry, &package.key, reference)
        .await?;
    let key = key.ok_or_else(unknown)?;
    let found = host.version(registry, package.id, &key).await?;
    found.ok_or_else(unknown)
}

/// A reference that a manifest is pushed by.
pub(super) fn target(text: &str) -> Result<(Option<Digest>, Vec<String>), Refusal> {
    match reference(text)? {
        Some(Reference::Digest(digest)) => Ok((Some(digest), Vec::new())),
        Some(Reference::Tag(tag)) => Ok((None, vec![tag.to_owned()])),
        None => Err(bad_tag()),
    }
}

pub(super) fn bad_tag() -> Refusal {
    Refusal::bad(
        "MANIFEST_INVALID",
        "A tag has at most 128 letters, digits, dots, underscores and hyphens, and begins with neither \
         dot nor hyphen.",
    )
}

pub(super) fn unknown() -> Refusal {
    Refusal::missing("MANIFEST_UNKNOWN", "The repository has no such manifest.")
}
