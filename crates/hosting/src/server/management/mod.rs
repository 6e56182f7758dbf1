//! The interface for managing registries, with the paths, fields and errors of Buildkite's REST API.

mod publish;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use super::{Problem, Server};
use crate::access::Caller;
use crate::model::Registry;
use crate::tokens::Scope;

/// Everything below `/api/v2`.
pub(super) fn routes() -> Router<Arc<Server>> {
    let registry = "/packages/organizations/{organization}/registries/{registry}";
    Router::new().route(&format!("{registry}/packages"), post(publish::publish))
}

/// Who asks.
fn caller(server: &Server, parts: &Parts) -> Caller {
    let from: SocketAddr = super::listen::peer(&parts.extensions);
    super::data::caller(server, &parts.headers, from)
}

/// The registry that a path names, if the caller may do with it what `scope` says.
fn registry(
    server: &Server,
    caller: &Caller,
    (organization, slug): (&str, &str),
    scope: Scope,
) -> Result<Arc<Registry>, Problem> {
    let known = organization == server.host.organization().slug;
    let registry = server.host.registry(slug).filter(|_| known);
    Problem::of(caller.may(scope, registry.as_deref()))?;
    registry.ok_or(Problem::NotFound("No registry found"))
}

/// A problem as this interface says it.
fn refuse(problem: Problem) -> Response {
    match problem {
        Problem::Unprocessable {
            message,
            field: Some(field),
        } => {
            let errors = json!([{"field": field, "message": message}]);
            let body = json!({"message": "Validation Failed", "errors": errors});
            Problem::Unprocessable {
                message,
                field: Some(field),
            }
            .json(|_| body)
        }
        problem => problem.json(|message| json!({"message": message})),
    }
}
