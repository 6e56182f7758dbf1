//! What a registry keeps: our addition.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, Asked};
use crate::retention::{Retained, Rule};
use crate::server::Problem;
use crate::tokens::Scope;

/// `GET …/retention`
pub(super) async fn show(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadRegistries)?;
    let rule = asked.host().retention(registry.id).await?;
    Ok(Json(shape(rule.as_ref())).into_response())
}

/// `PUT …/retention` with `keep_newest`, `keep_days` or both, and perhaps `keep_tags`.
pub(super) async fn set(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WriteRegistries)?;
    let rule = rule(&asked).await?;
    let host = asked.host();
    host.set_retention(&registry, Some(&rule), &asked.caller)
        .await?;
    Ok(Json(shape(Some(&rule))).into_response())
}

/// `DELETE …/retention`: everything is kept from now on.
pub(super) async fn remove(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WriteRegistries)?;
    let host = asked.host();
    host.set_retention(&registry, None, &asked.caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST …/retention/preview`: what such a rule would remove now.
pub(super) async fn preview(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadPackages)?;
    let rule = rule(&asked).await?;
    let found = asked.host().preview_retention(&registry, &rule).await?;
    Ok(Json(report(&found)).into_response())
}

/// `POST …/retention/run`: follows the rule at once.
pub(super) async fn run(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::DeletePackages)?;
    let done = asked.host().retain(&registry, &asked.caller).await?;
    Ok(Json(report(&done)).into_response())
}

async fn rule(asked: &Asked) -> Result<Rule, Problem> {
    let mut form = asked.form().await?;
    let (newest, days) = (form.number("keep_newest"), form.number("keep_days"));
    let tags = form.maybe_list("keep_tags");
    form.finish()?;
    Ok(Rule::new(newest, days, tags)?)
}

fn shape(rule: Option<&Rule>) -> Value {
    json!({
        "keep_newest": rule.and_then(|rule| rule.newest),
        "keep_days": rule.and_then(|rule| rule.days),
        "keep_tags": rule.and_then(Rule::kept_tags),
    })
}

fn report(found: &Retained) -> Value {
    let going = found.going.iter().map(|one| {
        json!({
            "package": one.package,
            "version": one.version,
            "id": one.id,
            "created_at": one.created_at.to_string(),
            "size": one.size,
        })
    });
    json!({
        "versions": going.collect::<Vec<_>>(),
        "kept": found.kept,
        "protected": found.protected,
        "freed_bytes": found.freed,
    })
}
