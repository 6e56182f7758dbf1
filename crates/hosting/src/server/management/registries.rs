//! Registries.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use super::form::Form;
use super::refusal::Refusal;
use super::{Answer, Asked, shape};
use crate::ecosystems::Ecosystem;
use crate::model::Registry;
use crate::registries::{NewRegistry, RegistryChange};
use crate::tokens::Scope;

const NO_TEAMS: &str = "There are no teams on this server. Leave team_ids out.";
const NO_POLICIES: &str =
    "This server does not take OIDC tokens yet. Leave oidc_policy out, and use an API token.";

/// `GET …/registries`
pub(super) async fn list(asked: Asked) -> Answer {
    asked.organization(Scope::ReadRegistries)?;
    let counts = asked.host().counts().await?;
    let all = asked.host().registries();
    let count = |registry: &Registry| counts.get(&registry.id).copied().unwrap_or_default();
    let all = all
        .iter()
        .map(|registry| shape::registry(asked.seen(), registry, count(registry)));
    Ok(Json(all.collect::<Vec<_>>()).into_response())
}

/// `GET …/registries/{registry}`
pub(super) async fn show(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadRegistries)?;
    one(&asked, &registry).await
}

/// `POST …/registries`
pub(super) async fn create(asked: Asked) -> Answer {
    asked.organization(Scope::WriteRegistries)?;
    let mut form = asked.form().await?;
    let ecosystem = ecosystem(&mut form);
    let public = form.flag("public");
    let new = NewRegistry {
        name: form.required("name", "Give the registry a name."),
        description: form.text("description").flatten().unwrap_or_default(),
        ecosystem: ecosystem.unwrap_or(Ecosystem::Files),
        emoji: form.text("emoji").flatten(),
        color: form.text("color").flatten(),
    };
    finish(form)?;
    let mut made = asked.host().create_registry(new, &asked.caller).await?;
    if public == Some(true) {
        let change = RegistryChange {
            public,
            ..RegistryChange::default()
        };
        let host = asked.host();
        made = host.update_registry(made.id, change, &asked.caller).await?;
    }
    one(&asked, &made).await
}

/// `PUT`, `PATCH`, `POST …/registries/{registry}`: what is not sent stays, `null` clears.
pub(super) async fn update(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::WriteRegistries)?;
    let mut form = asked.form().await?;
    let (emoji, color) = registry.ecosystem.format().look();
    let or = |text: Option<Option<String>>, usual: &str| {
        text.map(|text| text.unwrap_or_else(|| usual.to_owned()))
    };
    let change = RegistryChange {
        // Nothing is no name, and is refused as one.
        name: or(form.text("name"), ""),
        description: or(form.text("description"), ""),
        emoji: or(form.text("emoji"), emoji),
        color: or(form.text("color"), color),
        public: form.flag("public"),
    };
    if let Some(other) = form.text("ecosystem").flatten()
        && other != registry.ecosystem.as_str()
    {
        form.refuse(
            "ecosystem",
            "A registry\u{2019}s ecosystem never changes. Make another registry.",
        );
    }
    finish(form)?;
    let host = asked.host();
    let changed = host
        .update_registry(registry.id, change, &asked.caller)
        .await?;
    one(&asked, &changed).await
}

/// `DELETE …/registries/{registry}`
pub(super) async fn delete(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::DeleteRegistries)?;
    let host = asked.host();
    host.delete_registry(registry.id, None, &asked.caller)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn one(asked: &Asked, registry: &Registry) -> Answer {
    let counts = asked.host().counts().await?;
    let counts = counts.get(&registry.id).copied().unwrap_or_default();
    Ok(Json(shape::registry(asked.seen(), registry, counts)).into_response())
}

fn ecosystem(form: &mut Form) -> Option<Ecosystem> {
    let names: Vec<_> = Ecosystem::ALL.iter().map(|one| one.as_str()).collect();
    let message = format!("Choose what the registry keeps: {}.", names.join(", "));
    let text = form.required("ecosystem", &message);
    let parsed = text.parse().ok();
    if parsed.is_none() && !text.is_empty() {
        form.refuse("ecosystem", &message);
    }
    parsed
}

fn finish(mut form: Form) -> Result<(), Refusal> {
    form.must_be_empty("team_ids", NO_TEAMS);
    form.must_be_empty("oidc_policy", NO_POLICIES);
    Ok(form.finish()?)
}
