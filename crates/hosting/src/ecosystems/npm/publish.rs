//! `PUT /{package}`: a tarball is published; without one, versions are deprecated or deleted.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{claims, edit, incoming, name, serve};
use crate::error::HostError;
use crate::publish::Publication;
use crate::server::{Call, Problem};
use crate::store::Staged;
use crate::tokens::Scope;

pub(super) async fn publish(
    call: &Call,
    name: &str,
    revision: Option<&str>,
) -> Result<Response, Problem> {
    if !call.may(Scope::DeletePackages) {
        call.demand(Scope::WritePackages)?;
    }
    name::check(name).map_err(HostError::from)?;
    let received = incoming::receive(call.host(), call.take_body()).await?;
    match received.tarball {
        Some((file, staged)) => {
            call.demand(Scope::WritePackages)?;
            one(call, name, &received.document, &file, staged).await
        }
        None => edit::change(call, name, revision, &received.document).await,
    }
}

async fn one(
    call: &Call,
    name: &str,
    document: &Map<String, Value>,
    file: &str,
    staged: Staged,
) -> Result<Response, Problem> {
    demand_length(document, file, &staged)?;
    let (host, registry) = (call.host(), call.registry());
    let (mut release, staged) = host.inspect(registry.ecosystem, file, staged).await?;
    let listed = release.version_index.as_object();
    claims::agree(document, name, listed.unwrap_or(&Map::new())).map_err(HostError::from)?;
    release.tags = claims::tags(document, &release.version).map_err(HostError::from)?;
    let version = release.version.clone();
    let how = Publication::default();
    match host
        .publish(registry, release, staged, how, call.caller())
        .await
    {
        Ok(_) => Ok(serve::plain(
            StatusCode::CREATED,
            json!({"ok": true, "id": name, "success": true}),
        )),
        // In npm's own words: tools that publish many packages look for them.
        Err(HostError::Exists { .. }) => Err(Problem::Forbidden(
            format!(
                "You cannot publish over the previously published versions: {version}. \
                 What is published never changes: raise the version in package.json."
            )
            .into(),
        )),
        Err(error @ HostError::Retired { .. }) => Err(Problem::Forbidden(error.to_string().into())),
        Err(error) => Err(error.into()),
    }
}

/// A client that says how long the tarball is has sent all of it.
fn demand_length(
    document: &Map<String, Value>,
    file: &str,
    staged: &Staged,
) -> Result<(), HostError> {
    let attachment = document.get("_attachments").and_then(|all| all.get(file));
    let length = attachment.and_then(|one| one.get("length")?.as_u64());
    match length {
        Some(length) if length != staged.content().size => Err(HostError::Interrupted),
        _ => Ok(()),
    }
}
