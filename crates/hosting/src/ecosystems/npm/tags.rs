//! `-/package/{package}/dist-tags`: names that point to versions.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{LATEST, edit, name, serve};
use crate::error::HostError;
use crate::server::{Call, Problem};
use crate::tokens::Scope;

/// The most bytes of a version in JSON.
const MAX_BODY: usize = 1024;

pub(super) async fn list(call: &Call, name: &str) -> Result<Response, Problem> {
    let loaded = edit::load(call, name).await?;
    Ok(serve::plain(StatusCode::OK, json!(loaded.tags)))
}

pub(super) async fn set(call: &Call, name: &str, tag: &str) -> Result<Response, Problem> {
    call.demand(Scope::WritePackages)?;
    name::check_tag(tag).map_err(HostError::from)?;
    let body = call.take_bytes(MAX_BODY).await?;
    let number: String = serde_json::from_slice(&body)
        .map_err(|_| Problem::Bad("Send the version as a JSON string.".into()))?;
    let package = edit::load(call, name).await?.package;
    let (host, registry) = (call.host(), call.registry());
    let version = host.version(registry, package.id, &number).await?;
    let version = version.ok_or(Problem::NotFound("There is no such version."))?;
    host.set_tag(registry, &package, tag, Some(&version), call.caller())
        .await?;
    Ok(serve::plain(StatusCode::OK, json!({"ok": true})))
}

pub(super) async fn remove(call: &Call, name: &str, tag: &str) -> Result<Response, Problem> {
    call.demand(Scope::WritePackages)?;
    if tag == LATEST {
        return Err(Problem::Forbidden(
            "The tag latest cannot be taken away: it decides what is installed. Let it point to another version.".into(),
        ));
    }
    let package = edit::load(call, name).await?.package;
    let (host, registry) = (call.host(), call.registry());
    let removed = host.set_tag(registry, &package, tag, None, call.caller());
    match removed.await {
        Ok(()) => Ok(serve::plain(StatusCode::OK, json!({"ok": true}))),
        Err(HostError::NotFound(_)) => Err(Problem::NotFound("There is no such tag.")),
        Err(error) => Err(error.into()),
    }
}
