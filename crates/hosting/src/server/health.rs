//! Whether the server can do its work.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::Server;

/// 200 as soon as the database answers, 503 where it does not.
pub(super) async fn health(State(server): State<Arc<Server>>) -> Response {
    match server.host.used_bytes().await {
        Ok(_) => {
            Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the server is not well");
            let body =
                Json(json!({"status": "failing", "message": "The database does not answer."}));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}
