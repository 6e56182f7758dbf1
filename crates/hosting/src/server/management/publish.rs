//! `POST …/packages`: publishes a file of any ecosystem.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Value, json};

use super::{caller, refuse, registry};
use crate::access::Caller;
use crate::error::HostError;
use crate::model::{Published, Registry};
use crate::publish::{MAX_FILE, Publication};
use crate::server::call::pieces;
use crate::server::{Problem, Server};
use crate::store::Staged;
use crate::tokens::Scope;

/// The most bytes of a field that is not the file.
const MAX_FIELD: u64 = 1024 * 1024;

pub(super) async fn publish(
    State(server): State<Arc<Server>>,
    Path((organization, slug)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let caller = caller(&server, &parts);
    let found = registry(
        &server,
        &caller,
        (&organization, &slug),
        Scope::WritePackages,
    );
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let made = match found {
        Ok(registry) => receive(&server, &registry, &caller, kind.unwrap_or_default(), body).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok((registry, published)) => {
            axum::Json(answer(&server, &registry, &published)).into_response()
        }
        Err(problem) => refuse(problem),
    }
}

async fn receive(
    server: &Server,
    registry: &Arc<Registry>,
    caller: &Caller,
    kind: &str,
    body: Body,
) -> Result<(Arc<Registry>, Published), Problem> {
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        Problem::Bad(
            "Send the file as multipart/form-data, in the field \u{201c}file\u{201d}.".into(),
        )
    })?;
    let limits = SizeLimit::new()
        .per_field(MAX_FIELD)
        .for_field("file", MAX_FILE + 1);
    let limits = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(pieces(body), boundary, limits);
    let mut how = Publication::default();
    let mut file: Option<(String, Staged)> = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let staged = server.host.stage(field.map_err(error_of)).await?;
                file = Some((name, staged));
            }
            Some("reuse_deleted") => {
                how.reuse_deleted = field.text().await.map_err(broken)? == "true";
            }
            _ => drop(field.bytes().await.map_err(broken)?),
        }
    }
    let missing = || Problem::Unprocessable {
        message: "The field \u{201c}file\u{201d} is missing.".to_owned(),
        field: Some("file"),
    };
    let (name, staged) = file.ok_or_else(missing)?;
    let host = &server.host;
    let published = host
        .publish_file(registry, &name, staged, how, caller)
        .await?;
    Ok((registry.clone(), published))
}

fn broken(error: multer::Error) -> Problem {
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

fn answer(server: &Server, registry: &Registry, published: &Published) -> Value {
    let organization = server.host.organization();
    let api = format!(
        "{}/api/v2/packages/organizations/{}",
        server.base(),
        organization.slug
    );
    let own = format!("{api}/registries/{}", registry.slug);
    json!({
        "id": published.version_id,
        "url": format!("{own}/packages/{}", published.version_id),
        "name": published.package,
        "version": published.version,
        "registry": {"id": registry.id, "slug": registry.slug, "url": own, "name": registry.name},
    })
}
