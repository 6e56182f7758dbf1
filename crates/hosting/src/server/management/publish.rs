//! `POST …/packages`: publishes a file of any ecosystem.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures_util::TryStreamExt as _;
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::upload::place_of;
use super::{Answer, Asked, packages};
use crate::error::HostError;
use crate::publish::{MAX_FILE, Publication};
use crate::server::bounds::Bounds;
use crate::server::call::pieces;
use crate::server::problem::FieldProblem;
use crate::server::{Problem, Server};
use crate::store::Staged;
use crate::tokens::Scope;

/// The most bytes of a field that is not the file.
const MAX_FIELD: u64 = 1024 * 1024;
const NOT_A_FORM: &str = "Send the file as multipart/form-data, in the field \u{201c}file\u{201d}.";
const NO_FILE: &str = "Send the file in the field \u{201c}file\u{201d}, or where it was uploaded in \u{201c}package_url\u{201d}.";
const NOT_UPLOADED: &str = "Nothing was uploaded there for this registry, or more than an hour ago. \
                            Begin again with POST \u{2026}/packages/upload.";

/// What a form has brought.
#[derive(Default)]
struct Sent {
    how: Publication,
    file: Option<(String, Staged)>,
    package_url: Option<String>,
}

/// `POST …/packages`
pub(super) async fn publish(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WritePackages)?;
    let form = form(asked.headers(), asked.take_body(), asked.server.bounds)?;
    let mut sent = receive(&asked.server, form).await?;
    if let Some(url) = sent.package_url.take().filter(|_| sent.file.is_none()) {
        let place = place_of(&asked.base, &url);
        let found = place.and_then(|id| asked.server.uploads.take(id, registry.id));
        sent.file = Some(found.ok_or_else(|| wrong("package_url", NOT_UPLOADED))?);
    }
    let (name, staged) = sent.file.ok_or_else(|| wrong("file", NO_FILE))?;
    let host = asked.host();
    let published = host
        .publish_file(&registry, &name, staged, sent.how, &asked.caller)
        .await?;
    packages::one(&asked, &registry, published.version_id).await
}

/// A form that is read field by field.
pub(super) fn form(
    headers: &HeaderMap,
    body: Body,
    bounds: Bounds,
) -> Result<Multipart<'static>, Problem> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::Bad(NOT_A_FORM.into()))?;
    let limits = SizeLimit::new()
        .per_field(MAX_FIELD)
        .for_field("file", MAX_FILE + 1);
    let limits = Constraints::new().size_limit(limits);
    Ok(Multipart::with_constraints(
        pieces(body, bounds),
        boundary,
        limits,
    ))
}

async fn receive(server: &Server, mut form: Multipart<'static>) -> Result<Sent, Problem> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") if sent.file.is_none() => sent.file = Some(stage(server, field).await?),
            Some("package_url") => sent.package_url = Some(field.text().await.map_err(broken)?),
            Some("reuse_deleted") => {
                sent.how.reuse_deleted = field.text().await.map_err(broken)? == "true";
            }
            _ => drop(field.bytes().await.map_err(broken)?),
        }
    }
    Ok(sent)
}

/// Takes in a file with the name that it was sent with.
pub(super) async fn stage(
    server: &Server,
    field: Field<'static>,
) -> Result<(String, Staged), Problem> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let staged = server.host.stage(field.map_err(error_of)).await?;
    Ok((name, staged))
}

pub(super) fn broken(error: multer::Error) -> Problem {
    error_of(error).into()
}

fn error_of(error: multer::Error) -> HostError {
    match error {
        multer::Error::FieldSizeExceeded { limit, .. }
        | multer::Error::StreamSizeExceeded { limit } => HostError::TooLarge { limit },
        error => {
            tracing::debug!(%error, "a form ended early");
            HostError::Interrupted
        }
    }
}

fn wrong(field: &'static str, message: &str) -> Problem {
    let message = message.to_owned();
    Problem::Fields(vec![FieldProblem { field, message }])
}
