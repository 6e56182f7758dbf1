//! Yanking: installers pass over a version unless it is asked for exactly.

use axum::Json;
use axum::http::Method;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Call, Problem};
use crate::tokens::Scope;

/// The most bytes of a request, and the most characters of a reason.
const MAX_BODY: usize = 16 * 1024;
const MAX_REASON: usize = 500;

/// What a request to yank says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Yank {
    reason: String,
}

/// Answers `pypi/{name}/{version}/yank`: `POST` with `{"reason": "…"}` yanks, `DELETE` takes it back.
pub(super) async fn serve(call: &Call, name: &str, version: &str) -> Response {
    let done = match *call.method() {
        Method::POST => match reason(call).await {
            Ok(reason) => set(call, name, version, Some(&reason)).await,
            Err(problem) => Err(problem),
        },
        Method::DELETE => set(call, name, version, None).await,
        _ => Err(Problem::Method("POST, DELETE")),
    };
    match done {
        Ok(now) => Json(now).into_response(),
        Err(problem) => problem.json(|message| json!({"message": message})),
    }
}

async fn reason(call: &Call) -> Result<String, Problem> {
    call.demand(Scope::WritePackages)?;
    let body = call.take_bytes(MAX_BODY).await?;
    if body.is_empty() {
        return Ok(String::new());
    }
    let wrong =
        |_| Problem::Bad("Send a JSON object such as {\"reason\": \"broken on Windows\"}.".into());
    let Yank { reason } = serde_json::from_slice(&body).map_err(wrong)?;
    if reason.chars().count() > MAX_REASON || reason.contains(char::is_control) {
        let message = format!("The reason must be one line of at most {MAX_REASON} characters.");
        return Err(Problem::Unprocessable {
            message,
            field: Some("reason"),
        });
    }
    Ok(reason)
}

async fn set(
    call: &Call,
    name: &str,
    version: &str,
    reason: Option<&str>,
) -> Result<Value, Problem> {
    call.demand(Scope::WritePackages)?;
    let (host, registry) = (call.host(), call.registry());
    let missing = || Problem::NotFound("There is no such version.");
    let package = host.package(registry, name).await?.ok_or_else(missing)?;
    let version = host
        .version(registry, package.id, version)
        .await?
        .ok_or_else(missing)?;
    host.withdraw(registry, &package, &[(&version, reason)], call.caller())
        .await?;
    Ok(json!({
        "name": package.name,
        "version": version.version,
        "yanked": reason.is_some(),
        "yanked_reason": reason.filter(|reason| !reason.is_empty()),
    }))
}
