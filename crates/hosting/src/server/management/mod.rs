//! The interface for managing registries, with the paths, fields and errors of Buildkite's REST API.

mod access_tokens;
mod asked;
mod audit;
mod form;
mod openapi;
mod organizations;
mod packages;
mod page;
mod publish;
mod refusal;
mod registries;
mod retention;
mod shape;
mod sharing;
mod storage;
mod tokens;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use serde_json::json;

use super::{Problem, Server};
use asked::Asked;
use refusal::{Answer, Refusal};

/// What answers a route.
type Handler = MethodRouter<Arc<Server>>;

/// Everything below `/api/v2`.
pub(super) fn routes(server: &Arc<Server>) -> Router<Arc<Server>> {
    let mut router = Router::new();
    for (_, path, handler) in table() {
        router = router.route(&path, handler);
    }
    router
        .method_not_allowed_fallback(async || Refusal(Problem::Method("")))
        .fallback(nothing)
        .layer(from_fn_with_state(server.clone(), count))
}

/// What is answered where there is nothing.
pub(super) async fn nothing() -> Response {
    Refusal(Problem::NotFound("No such resource")).into_response()
}

/// Where files arrive that are published afterwards.
pub(super) fn upload_routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/uploads", post(upload::receive))
        .route("/uploads/{*rest}", post(upload::receive))
}

/// Every route: its method, its path below `/api/v2`, and what answers it.
fn table() -> Vec<(&'static str, String, Handler)> {
    let registries = "/packages/organizations/{organization}/registries";
    let organization = "/organizations/{organization}";
    let mut table = vec![
        ("GET", "/openapi.json".to_owned(), get(openapi::show)),
        ("GET", "/access-token".to_owned(), get(access_tokens::own)),
        (
            "DELETE",
            "/access-token".to_owned(),
            delete(access_tokens::revoke),
        ),
        ("GET", "/access-tokens".to_owned(), get(access_tokens::list)),
        (
            "POST",
            "/access-tokens".to_owned(),
            post(access_tokens::create),
        ),
        (
            "DELETE",
            "/access-tokens/{token}".to_owned(),
            delete(access_tokens::delete),
        ),
        ("GET", organization.to_owned(), get(organizations::show)),
        (
            "GET",
            format!("{organization}/audit_events"),
            get(audit::list),
        ),
        (
            "GET",
            format!("{organization}/audit_events/{{event}}"),
            get(audit::show),
        ),
        ("GET", "/sharing".to_owned(), get(sharing::show)),
        ("GET", "/storage".to_owned(), get(storage::show)),
        ("GET", "/storage/backup".to_owned(), get(storage::backup)),
        ("GET", "/storage/usage".to_owned(), get(storage::usage)),
        ("POST", "/storage/verify".to_owned(), post(storage::verify)),
        ("POST", "/storage/repair".to_owned(), post(storage::repair)),
        (
            "POST",
            "/storage/collect".to_owned(),
            post(storage::collect),
        ),
        ("GET", registries.to_owned(), get(registries::list)),
        ("POST", registries.to_owned(), post(registries::create)),
    ];
    table.extend(registry_table(&format!("{registries}/{{registry}}")));
    table
}

fn registry_table(registry: &str) -> Vec<(&'static str, String, Handler)> {
    let packages = format!("{registry}/packages");
    let package = format!("{packages}/{{package}}");
    let tokens = format!("{registry}/tokens");
    let token = format!("{tokens}/{{token}}");
    let retention = format!("{registry}/retention");
    vec![
        ("GET", retention.clone(), get(retention::show)),
        ("PUT", retention.clone(), put(retention::set)),
        ("DELETE", retention.clone(), delete(retention::remove)),
        (
            "POST",
            format!("{retention}/preview"),
            post(retention::preview),
        ),
        ("POST", format!("{retention}/run"), post(retention::run)),
        ("GET", registry.to_owned(), get(registries::show)),
        ("PUT", registry.to_owned(), put(registries::update)),
        ("PATCH", registry.to_owned(), patch(registries::update)),
        ("POST", registry.to_owned(), post(registries::update)),
        ("DELETE", registry.to_owned(), delete(registries::delete)),
        ("GET", packages.clone(), get(packages::list)),
        ("POST", packages.clone(), post(publish::publish)),
        ("POST", format!("{packages}/upload"), post(upload::begin)),
        ("GET", package.clone(), get(packages::show)),
        ("DELETE", package.clone(), delete(packages::delete)),
        ("POST", format!("{package}/copy"), post(packages::copy)),
        (
            "POST",
            format!("{package}/withdrawal"),
            post(packages::withdraw),
        ),
        (
            "DELETE",
            format!("{package}/withdrawal"),
            delete(packages::restore),
        ),
        ("GET", tokens.clone(), get(tokens::list)),
        ("POST", tokens, post(tokens::create)),
        ("GET", token.clone(), get(tokens::show)),
        ("POST", token.clone(), post(tokens::update)),
        ("DELETE", token.clone(), delete(tokens::delete)),
        ("POST", format!("{token}/reveal"), post(tokens::reveal)),
    ]
}

/// Counts requests; whoever has no token cannot use up what is left for others.
async fn count(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let left = server.rate.count();
    let mut answer = if left.is_exceeded() {
        too_many(left)
    } else {
        next.run(request).await
    };
    if answer.status() == StatusCode::UNAUTHORIZED {
        server.rate.uncount();
    }
    left.tell(answer.headers_mut());
    answer
}

fn too_many(left: super::rate::Left) -> Response {
    let reset = left.reset;
    let text = format!(
        "You have exceeded your API rate limit. Please wait {reset} seconds before making more requests."
    );
    let body = json!({
        "message": text, "scope": "rest", "limit": left.limit, "current": left.current, "reset": reset,
    });
    Problem::TooMany.json(|_| body).into_response()
}
