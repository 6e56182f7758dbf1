//! API tokens: the one that is shown, and, as our addition, all of them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use jiff::Timestamp;
use serde_json::json;

use super::form::Form;
use super::{Answer, Asked, shape};
use crate::server::Problem;
use crate::tokens::{Scope, Scopes};
use crate::use_tokens::NewToken;

/// `GET /access-token`: which token the caller has shown.
pub(super) async fn own(asked: Asked) -> Answer {
    let token = asked.caller.token().ok_or(Problem::Unauthorized)?;
    let user = json!({"user": {"name": token.created_by, "email": null}});
    Ok(Json(shape::merge(shape::access_token(token), user)).into_response())
}

/// `DELETE /access-token`: the token ends itself.
pub(super) async fn revoke(asked: Asked) -> Answer {
    let token = asked.caller.token().ok_or(Problem::Unauthorized)?;
    if token.registry.is_some() {
        let message = "A registry token is deleted on its registry\u{2019}s page.";
        return Err(Problem::Forbidden(message.into()).into());
    }
    asked
        .host()
        .delete_token(None, token.id, &asked.caller)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /access-tokens`
pub(super) async fn list(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let tokens = asked.host().api_tokens();
    let tokens = tokens.iter().map(|token| shape::access_token(token));
    Ok(Json(tokens.collect::<Vec<_>>()).into_response())
}

/// `POST /access-tokens`: the only answer that has the secret.
pub(super) async fn create(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let mut form = asked.form().await?;
    let new = NewToken {
        description: form.required("description", "Say what the token is for."),
        scopes: scopes(&mut form),
        expires_at: expiry(&mut form),
    };
    form.finish()?;
    let host = asked.host();
    let (token, secret) = host.create_api_token(new, &asked.caller).await?;
    let secret = json!({"token": secret.expose_text()});
    Ok(Json(shape::merge(shape::access_token(&token), secret)).into_response())
}

/// `DELETE /access-tokens/{token}`
pub(super) async fn delete(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let id = asked.id("token", "No token found")?;
    asked.host().delete_token(None, id, &asked.caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn scopes(form: &mut Form) -> Scopes {
    let names = form.list("scopes");
    let known: Vec<_> = names.iter().filter_map(|name| Scope::parse(name)).collect();
    if known.len() < names.len() || names.is_empty() {
        let all: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        form.refuse(
            "scopes",
            &format!("List what the token may do, of: {}.", all.join(", ")),
        );
    }
    known.into_iter().collect()
}

fn expiry(form: &mut Form) -> Option<Timestamp> {
    let text = form.text("expires_at").flatten()?;
    let parsed = text.parse().ok().filter(|end| *end > Timestamp::now());
    if parsed.is_none() {
        let message = "Send a time in the future, such as 2030-01-31T00:00:00Z, or null for never.";
        form.refuse("expires_at", message);
    }
    parsed
}
