//! Uploads of blobs: at once, in two requests, or in pieces.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use parking_lot::MutexGuard;
use uuid::Uuid;

use super::blobs::{created, insert, mount, path};
use super::refusal::{Answered, Refusal};
use crate::digest::Digest;
use crate::error::HostError;
use crate::publish::MAX_FILE;
use crate::server::{Call, Session};
use crate::store::{Hashed, Limits, Partial, Staged};
use crate::tokens::Scope;

const LIMITS: Limits = Limits { bytes: MAX_FILE };
const UPLOAD: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// `POST …/blobs/uploads/`: begins an upload, or is one, or needs none.
pub(super) async fn begin(call: &Call, repository: &str) -> Answered {
    call.demand(Scope::WritePackages)?;
    if let Some(digest) = call.query("mount") {
        let digest: Digest = digest.parse()?;
        let from = call.query("from");
        if let Some(mounted) = mount(call, repository, digest, from.as_deref()).await? {
            return Ok(mounted);
        }
    } else if let Some(digest) = call.query("digest") {
        return at_once(call, repository, digest.parse()?).await;
    }
    let hashed = match call.query("digest-algorithm").as_deref() {
        None | Some("sha256") => Hashed::BySha256,
        Some("sha512") => Hashed::ByAll,
        Some(_) => return Err(Refusal::bad("DIGEST_INVALID", "Use sha256 or sha512.")),
    };
    let id = call.begin_session(repository, hashed)?;
    Ok(under_way(call, repository, id, 0, StatusCode::ACCEPTED))
}

async fn at_once(call: &Call, repository: &str, digest: Digest) -> Answered {
    let store = &call.host().0.store;
    let hashed = Hashed::to_know(digest);
    let staged = store.stage(call.take_body(), LIMITS, hashed).await?;
    keep(call, repository, digest, staged).await
}

/// `PATCH`: the next piece. Where it says which bytes it has, they must be the next ones.
pub(super) async fn append(call: &Call, repository: &str, id: Uuid) -> Answered {
    call.demand(Scope::WritePackages)?;
    let session = find(call, repository, id)?;
    let size = take_in(call, repository, id, &session).await?;
    Ok(under_way(call, repository, id, size, StatusCode::ACCEPTED))
}

/// `PUT`: the last piece, which may be empty or all of it, and the digest of everything.
pub(super) async fn finish(call: &Call, repository: &str, id: Uuid) -> Answered {
    call.demand(Scope::WritePackages)?;
    let session = find(call, repository, id)?;
    let digest: Digest = call.query("digest").unwrap_or_default().parse()?;
    take_in(call, repository, id, &session).await?;
    let partial = arrived(&session)?.take();
    call.end_session(id);
    let partial = partial.ok_or_else(unknown)?;
    let finish = move || Ok::<_, HostError>(partial.finish()?.hashed_for(digest)?);
    let finished = tokio::task::spawn_blocking(finish).await;
    let staged = finished.map_err(HostError::from)??;
    keep(call, repository, digest, staged).await
}

/// `GET`: how much has arrived.
pub(super) fn status(call: &Call, repository: &str, id: Uuid) -> Answered {
    call.demand(Scope::WritePackages)?;
    let session = find(call, repository, id)?;
    let size = arrived(&session)?.as_ref().map_or(0, Partial::size);
    Ok(under_way(
        call,
        repository,
        id,
        size,
        StatusCode::NO_CONTENT,
    ))
}

/// `DELETE`: what has arrived is forgotten.
pub(super) fn cancel(call: &Call, repository: &str, id: Uuid) -> Answered {
    call.demand(Scope::WritePackages)?;
    find(call, repository, id)?;
    call.end_session(id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn find(call: &Call, repository: &str, id: Uuid) -> Result<std::sync::Arc<Session>, Refusal> {
    call.session(id, repository).ok_or_else(unknown)
}

/// What has arrived, unless something is arriving.
fn arrived(session: &Session) -> Result<MutexGuard<'_, Option<Partial>>, Refusal> {
    session.partial.try_lock().ok_or_else(|| {
        let text = "Another request is sending to this upload. Wait for its end.";
        Refusal::new(StatusCode::CONFLICT, "BLOB_UPLOAD_INVALID", text)
    })
}

/// Takes in the body; how much has arrived then.
async fn take_in(
    call: &Call,
    repository: &str,
    id: Uuid,
    session: &Session,
) -> Result<u64, Refusal> {
    let size = match arrived(session)?.as_ref() {
        Some(partial) => partial.size(),
        None => return Err(unknown()),
    };
    let range = call.header(header::CONTENT_RANGE).map(parse_range);
    let expected = match range {
        None => None,
        Some(Some((from, to))) if from == size => Some(to + 1 - from),
        Some(_) => return Err(out_of_order(call, repository, id, size)),
    };
    let store = &call.host().0.store;
    let body = call.take_body();
    store.append(session.partial.clone(), body, LIMITS).await?;
    let now = arrived(session)?.as_ref().map_or(size, Partial::size);
    match expected {
        Some(expected) if now - size != expected => Err(Refusal::bad(
            "SIZE_INVALID",
            "The piece is not as long as its Content-Range says. Ask how much has arrived.",
        )),
        _ => Ok(now),
    }
}

/// `0-99`, with both ends, and with what HTTP itself writes around it.
fn parse_range(text: &str) -> Option<(u64, u64)> {
    let text = text.strip_prefix("bytes ").unwrap_or(text);
    let text = text.split_once('/').map_or(text, |(range, _)| range);
    let (from, to) = text.split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (from, to) = (number(from)?, number(to)?);
    (from <= to && to < u64::MAX).then_some((from, to))
}

fn out_of_order(call: &Call, repository: &str, id: Uuid, size: u64) -> Refusal {
    let text = "The piece is not the next one. The header Range says what has arrived.";
    Refusal::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "BLOB_UPLOAD_INVALID",
        text,
    )
    .with(header::LOCATION, place(call, repository, id))
    .with(header::RANGE, range(size))
}

/// Makes a blob of what has arrived, if it is what was announced.
async fn keep(call: &Call, repository: &str, digest: Digest, staged: Staged) -> Answered {
    if !digest.is_of(staged.content()) {
        return Err(Refusal::bad(
            "DIGEST_INVALID",
            "What has arrived has another digest than was announced.",
        ));
    }
    let added = call
        .host()
        .add_blob(call.registry(), repository, staged, call.caller());
    added.await?;
    Ok(created(call, repository, digest))
}

/// That an upload is under way: where, and how much has arrived.
fn under_way(call: &Call, repository: &str, id: Uuid, size: u64, status: StatusCode) -> Response {
    let mut answer = status.into_response();
    insert(&mut answer, header::LOCATION, &place(call, repository, id));
    insert(&mut answer, header::RANGE, &range(size));
    insert(&mut answer, UPLOAD, &id.to_string());
    answer
}

fn place(call: &Call, repository: &str, id: Uuid) -> String {
    path(call, &format!("{repository}/blobs/uploads/{id}"))
}

/// The last byte that has arrived; nothing at all is written as the first one would be.
fn range(size: u64) -> String {
    format!("0-{}", size.saturating_sub(1))
}

fn unknown() -> Refusal {
    Refusal::missing(
        "BLOB_UPLOAD_UNKNOWN",
        "There is no such upload: it was finished, cancelled, or not continued for an hour.",
    )
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    #[test]
    fn a_piece_says_which_bytes_it_has() {
        assert_eq!(parse_range("0-99"), Some((0, 99)));
        assert_eq!(parse_range("bytes 5-5/10"), Some((5, 5)));
        for bad in [
            "",
            "-",
            "5",
            "5-",
            "-5",
            "6-5",
            "a-b",
            "+1-2",
            "0--1",
            "0-18446744073709551615",
        ] {
            assert_eq!(parse_range(bad), None, "{bad}");
        }
    }
}
