//! The organization.

use axum::Json;
use axum::response::IntoResponse as _;

use super::shape;
use super::{Answer, Asked};
use crate::tokens::Scope;

/// `GET /organizations/{organization}`
pub(super) async fn show(asked: Asked) -> Answer {
    asked.organization(Scope::ReadRegistries)?;
    Ok(Json(shape::organization(asked.seen())).into_response())
}
