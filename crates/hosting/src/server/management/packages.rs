//! Packages, by which Buildkite means versions.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::json;
use uuid::Uuid;

use super::page::{self, Page};
use super::{Answer, Asked, shape};
use crate::error::HostError;
use crate::model::{File, Package, Registry, Version};
use crate::server::Problem;
use crate::server::problem::FieldProblem;
use crate::tokens::Scope;

const MISSING: &str = "No package found";

/// `GET …/packages`: newest first.
pub(super) async fn list(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadPackages)?;
    let page = Page::of(&asked, Some("name"))?;
    let format = registry.ecosystem.format();
    let name = page.filter().map(|name| format.package_key(name));
    let (after, before) = (page.after, page.before);
    let host = asked.host();
    let found = host
        .version_page(registry.id, name.as_deref(), after, before, page.fetch())
        .await?;
    let cut = page.cut(found, |(version, _)| version.id);
    let ids: Vec<_> = cut.items.iter().map(|(version, _)| version.id).collect();
    let mut first: HashMap<Uuid, File> = HashMap::new();
    for file in host.files_of_versions(&ids).await? {
        first.entry(file.version).or_insert(file);
    }
    let lines = cut.items.iter().map(|(version, name)| {
        let first = first.get(&version.id);
        shape::package_line(asked.seen(), &registry, (version, name), first)
    });
    let items: Vec<_> = lines.collect();
    let list = format!("{}/packages", shape::registry_url(asked.seen(), &registry));
    let links = page::object(page.links(&list, &cut));
    Ok(Json(json!({"items": items, "links": links})).into_response())
}

/// `GET …/packages/{package}`
pub(super) async fn show(asked: Asked) -> Answer {
    let registry = asked.registry(Scope::ReadPackages)?;
    let id = asked.id("package", MISSING)?;
    one(&asked, &registry, id).await
}

/// `DELETE …/packages/{package}`
pub(super) async fn delete(asked: Asked) -> Answer {
    let (registry, version, _) = find(&asked, Scope::DeletePackages).await?;
    let host = asked.host();
    host.delete_version(&registry, &version, &asked.caller)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST …/packages/{package}/copy?to=`
pub(super) async fn copy(asked: Asked) -> Answer {
    let (_, version, _) = find(&asked, Scope::ReadPackages).await?;
    let missing = || {
        Problem::Fields(vec![FieldProblem {
            field: "to",
            message: "Say to which registry: \u{2026}/copy?to=its-slug".to_owned(),
        }])
    };
    let to = asked
        .query("to")
        .filter(|to| !to.is_empty())
        .ok_or_else(missing)?;
    let to = asked.registry_called(&to, Scope::WritePackages)?;
    let host = asked.host();
    let copied = host.copy_version(&version, &to, &asked.caller).await?;
    one(&asked, &to, copied.version_id).await
}

/// `POST …/packages/{package}/withdrawal`: our addition.
pub(super) async fn withdraw(asked: Asked) -> Answer {
    let (registry, version, package) = find(&asked, Scope::WritePackages).await?;
    let mut form = asked.form().await?;
    let reason = form.text("reason").flatten().unwrap_or_default();
    let reason = reason.trim();
    if reason.chars().count() > 500 || reason.chars().any(char::is_control) {
        form.refuse(
            "reason",
            "The reason has more than 500 characters, or invisible ones.",
        );
    }
    form.finish()?;
    let changed = [(&version, Some(reason))];
    let host = asked.host();
    host.withdraw(&registry, &package, &changed, &asked.caller)
        .await?;
    one(&asked, &registry, version.id).await
}

/// `DELETE …/packages/{package}/withdrawal`: our addition.
pub(super) async fn restore(asked: Asked) -> Answer {
    let (registry, version, package) = find(&asked, Scope::WritePackages).await?;
    let changed = [(&version, None)];
    let host = asked.host();
    host.withdraw(&registry, &package, &changed, &asked.caller)
        .await?;
    one(&asked, &registry, version.id).await
}

/// The version that the path names, in a registry with which the caller may do this.
async fn find(
    asked: &Asked,
    scope: Scope,
) -> Result<(Arc<Registry>, Version, Package), super::Refusal> {
    let registry = asked.registry(scope)?;
    let id = asked.id("package", MISSING)?;
    let (version, package) = version(asked, &registry, id).await?;
    Ok((registry, version, package))
}

async fn version(
    asked: &Asked,
    registry: &Registry,
    id: Uuid,
) -> Result<(Version, Package), super::Refusal> {
    let host = asked.host();
    let version = host.version_by_id(id).await?;
    let version = version.filter(|version| version.registry == registry.id);
    let version = version.ok_or(Problem::NotFound(MISSING))?;
    let package = host.package_by_id(version.package).await?;
    Ok((version, package.ok_or(HostError::NotFound("package"))?))
}

/// Answers with a version as it is now.
pub(super) async fn one(asked: &Asked, registry: &Registry, id: Uuid) -> Answer {
    let (version, package) = version(asked, registry, id).await?;
    let files = asked.host().files_of_version(id).await?;
    let named = (&version, package.name.as_str());
    Ok(Json(shape::package(asked.seen(), registry, named, &files)).into_response())
}
