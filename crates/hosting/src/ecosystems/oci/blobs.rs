//! Blobs: sent, deleted, and given to a repository that another one has them.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::refusal::{Answered, Refusal};
use crate::digest::Digest;
use crate::error::HostError;
use crate::server::Call;
use crate::server::blob::{Sent, send_content};
use crate::tokens::Scope;

/// The digest of what is sent or was received.
pub(super) const DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

pub(super) async fn send(call: &Call, repository: &str, digest: &str) -> Answered {
    let digest: Digest = digest.parse()?;
    let host = call.host();
    let found = host
        .blob(call.registry(), repository, digest, call.caller())
        .await?;
    let (content, created_at) = found.ok_or_else(unknown)?;
    if host.is_broken(&content.sha256) {
        // Who pushes asks whether it is here first, and heals it where it is not.
        return Err(match *call.method() {
            Method::HEAD => unknown(),
            _ => HostError::Broken.into(),
        });
    }
    let sent = Sent {
        content: &content,
        created_at,
        content_type: "application/octet-stream",
        file: None,
    };
    let mut answer = send_content(call, &sent).await;
    insert(&mut answer, DIGEST, &digest.to_string());
    Ok(answer)
}

pub(super) async fn delete(call: &Call, repository: &str, digest: &str) -> Answered {
    call.demand(Scope::DeletePackages)?;
    let digest: Digest = digest.parse()?;
    let host = call.host();
    let deleted = host.delete_blob(call.registry(), repository, digest, call.caller());
    match deleted.await {
        Ok(()) => Ok(StatusCode::ACCEPTED.into_response()),
        Err(HostError::NotFound(_)) => Err(unknown()),
        Err(HostError::Invalid { message, .. }) => {
            let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "DENIED", message);
            Err(refusal.with(header::ALLOW, "GET, HEAD".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives the repository a blob that `from`, or any repository that the caller may read, has.
pub(super) async fn mount(
    call: &Call,
    repository: &str,
    digest: Digest,
    from: Option<&str>,
) -> Result<Option<Response>, Refusal> {
    let host = call.host();
    let organization = &host.organization().slug;
    let sources = match from {
        None => host.holders_of(digest, call.caller()).await?,
        Some(from) => {
            let mut parts = from.splitn(3, '/');
            let registry = match (parts.next(), parts.next()) {
                (Some(own), Some(slug)) if own == organization => host.registry(slug),
                _ => None,
            };
            let source = registry.zip(parts.next());
            source
                .map(|(registry, name)| (registry.id, name.to_owned()))
                .into_iter()
                .collect()
        }
    };
    for (registry, name) in sources {
        let from = (registry, name.as_str());
        let mounted = host.mount_blob(call.registry(), repository, from, digest, call.caller());
        match mounted.await {
            Ok(Some(_)) => return Ok(Some(created(call, repository, digest))),
            // To whom it may not be shown that it is there, it is not there.
            Ok(None) | Err(HostError::NotFound(_) | HostError::Forbidden(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// That a blob is there now, and where.
pub(super) fn created(call: &Call, repository: &str, digest: Digest) -> Response {
    let place = path(call, &format!("{repository}/blobs/{digest}"));
    let mut answer = StatusCode::CREATED.into_response();
    insert(&mut answer, header::LOCATION, &place);
    insert(&mut answer, DIGEST, &digest.to_string());
    answer
}

/// A path of the registry: clients know by which host they came.
pub(super) fn path(call: &Call, rest: &str) -> String {
    let organization = &call.host().organization().slug;
    format!("/v2/{organization}/{}/{rest}", call.registry().slug)
}

pub(super) fn insert(answer: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

fn unknown() -> Refusal {
    Refusal::missing("BLOB_UNKNOWN", "The repository has no such blob.")
}
