//! Registry tokens. While a registry is public they are hidden, as if there were none.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::json;

use super::{Answer, Asked, Refusal, shape};
use crate::model::Registry;
use crate::server::Problem;
use crate::tokens::{Scope, Token};

const MISSING: &str = "No token found";

/// `GET …/tokens`
pub(super) async fn list(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadRegistries)?;
    let mut tokens = asked.host().registry_tokens(registry.id);
    tokens.retain(|_| !registry.public);
    let tokens = tokens
        .iter()
        .map(|token| shape::registry_token(asked.seen(), &registry, token));
    Ok(Json(tokens.collect::<Vec<_>>()).into_response())
}

/// `GET …/tokens/{token}`
pub(super) async fn show(asked: Asked) -> Answer {
    let (registry, token) = find(&asked, Scope::ReadRegistries)?;
    Ok(Json(shape::registry_token(asked.seen(), &registry, &token)).into_response())
}

/// `POST …/tokens`: the only answer that has the secret.
pub(super) async fn create(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WriteRegistries)?;
    let mut form = asked.form().await?;
    let description = form.required("description", "Say what the token is for.");
    form.finish()?;
    let host = asked.host();
    let (token, secret) = host
        .create_registry_token(&registry, &description, &asked.caller)
        .await?;
    let shown = shape::registry_token(asked.seen(), &registry, &token);
    let secret = json!({"token": secret.expose_text()});
    Ok(Json(shape::merge(shown, secret)).into_response())
}

/// `POST …/tokens/{token}`
pub(super) async fn update(asked: Asked) -> Answer {
    let (registry, token) = find(&asked, Scope::WriteRegistries)?;
    let mut form = asked.form().await?;
    let description = form.text("description");
    form.finish()?;
    let token = match description {
        None => token,
        Some(text) => {
            let text = text.unwrap_or_default();
            let host = asked.host();
            host.describe_registry_token(&registry, token.id, &text, &asked.caller)
                .await?
        }
    };
    Ok(Json(shape::registry_token(asked.seen(), &registry, &token)).into_response())
}

/// `DELETE …/tokens/{token}`
pub(super) async fn delete(asked: Asked) -> Answer {
    let (registry, token) = find(&asked, Scope::WriteRegistries)?;
    let host = asked.host();
    host.delete_token(Some(&registry), token.id, &asked.caller)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST …/tokens/{token}/reveal`: our addition; what Buildkite's pages show.
pub(super) async fn reveal(asked: Asked) -> Answer {
    let (registry, token) = find(&asked, Scope::WriteRegistries)?;
    let host = asked.host();
    let secret = host
        .show_registry_token(&registry, token.id, &asked.caller)
        .await?;
    Ok(Json(json!({"token": secret.expose_text()})).into_response())
}

fn find(asked: &Asked, scope: Scope) -> Result<(Arc<Registry>, Arc<Token>), Refusal> {
    let registry = asked.registry(scope)?;
    let id = asked.id("token", MISSING)?;
    let token = asked.host().token(Some(registry.id), id).ok();
    let token = token.filter(|_| !registry.public);
    Ok((registry, token.ok_or(Problem::NotFound(MISSING))?))
}
