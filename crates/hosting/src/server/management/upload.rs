//! Uploads in three steps, as `bk` and go-buildkite make them: ask for a place, send the file there
//! without a token, publish what lies there.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use jiff::{SignedDuration, Timestamp};
use registrar_registry::Secret;
use serde_json::json;
use uuid::Uuid;

use super::publish::{broken, form, stage};
use super::{Answer, Asked};
use crate::publish::MAX_FILE;
use crate::server::uploads::{Filling, LIFETIME};
use crate::server::{Problem, Server};
use crate::tokens::Scope;

const FULL: &str = "Too many uploads were begun and not published. Wait an hour, or publish them.";
const NO_KEY: &str = "The key does not fit, was used, or is older than an hour. \
                      Begin again with POST \u{2026}/packages/upload.";

/// `POST …/packages/upload`
pub(super) async fn begin(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WritePackages)?;
    let begun = asked.server.uploads.begin(registry.id);
    let begun = begun.map_err(crate::error::HostError::from)?;
    let (id, key) = begun.ok_or(Problem::Full(FULL.to_owned()))?;
    let lifetime = SignedDuration::try_from(LIFETIME).unwrap_or_default();
    let url = format!("{}/uploads", asked.base);
    let body = json!({
        "uri": format!("{url}/{id}"),
        "form": {
            "file_input": "file",
            "method": "POST",
            "url": url,
            "data": {
                "key": format!("{id}/${{filename}}"),
                "expires": (Timestamp::now() + lifetime).to_string(),
                "max_bytes": MAX_FILE.to_string(),
                "signature": key.expose_text(),
            },
        },
    });
    Ok(Json(body).into_response())
}

/// `POST /uploads`: the fields of the form first, the file last. No token is asked for: the key is
/// what allows this.
pub(super) async fn receive(State(server): State<Arc<Server>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    take_in(&server, &parts.headers, body).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn take_in(
    server: &Server,
    headers: &axum::http::HeaderMap,
    body: Body,
) -> Result<(), Problem> {
    let (mut id, mut key) = (None, Secret::new(""));
    let mut form = form(headers, body, server.bounds)?;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("key") => id = id_in(&field.text().await.map_err(broken)?),
            Some("signature") => key = Secret::new(field.text().await.map_err(broken)?),
            Some("file") => {
                let filling = filling(server, id, &key)?;
                let (name, staged) = stage(server, field).await?;
                filling.done(name, staged);
                return Ok(());
            }
            _ => drop(field.bytes().await.map_err(broken)?),
        }
    }
    Err(Problem::Bad(
        "Send the file last, in the field \u{201c}file\u{201d}.".into(),
    ))
}

fn filling(server: &Server, id: Option<Uuid>, key: &Secret) -> Result<Filling, Problem> {
    let filling = id.and_then(|id| server.uploads.fill(id, key.expose()));
    filling.ok_or(Problem::Forbidden(NO_KEY.into()))
}

/// The id in a key, `{id}/${filename}`.
fn id_in(key: &str) -> Option<Uuid> {
    let (id, _) = key.split_once('/')?;
    Uuid::try_parse(id).ok()
}

/// The place that an address of this server's uploads names. No other address is ever asked.
pub(super) fn place_of(base: &str, url: &str) -> Option<Uuid> {
    id_in(url.strip_prefix(base)?.strip_prefix("/uploads/")?)
}

#[cfg(test)]
mod tests {
    use super::{Uuid, place_of};

    #[test]
    fn only_this_servers_uploads_are_places() {
        let id = Uuid::now_v7();
        let base = "http://127.0.0.1:4747";
        let place = |url: String| place_of(base, &url);
        assert_eq!(
            place(format!("{base}/uploads/{id}/tool-1.0.0.zip")),
            Some(id)
        );
        for other in [
            format!("http://127.0.0.1:47470/uploads/{id}/x"),
            format!("http://evil.example/uploads/{id}/x"),
            format!("{base}/local/{id}/x"),
            format!("{base}/uploads/x/y"),
            "file:///etc/passwd".to_owned(),
        ] {
            assert_eq!(place(other.clone()), None, "{other}");
        }
    }
}
