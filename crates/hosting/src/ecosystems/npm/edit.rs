//! Changes to what is published: a client sends the packument that it wants there to be, or deletes.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::packument::{self, Loaded, deprecation};
use super::{name, serve};
use crate::database::versions::Listed;
use crate::error::HostError;
use crate::model::Version;
use crate::server::{Call, Problem};
use crate::tokens::Scope;

/// The most characters of a reason.
const MAX_REASON: usize = 2000;

/// Makes a package what a document says: with other reasons to avoid versions or, where the path
/// names the revision that the client has seen, without some of them.
pub(super) async fn change(
    call: &Call,
    name: &str,
    revision: Option<&str>,
    document: &Map<String, Value>,
) -> Result<Response, Problem> {
    let wanted = document.get("versions").and_then(Value::as_object);
    let wanted = wanted.ok_or(Problem::Forbidden(
        "Owners and stars of packages are not kept here: tokens decide who may publish.".into(),
    ))?;
    let loaded = load(call, name).await?;
    let seen = revision.or_else(|| document.get("_rev").and_then(Value::as_str));
    demand_current(&loaded, seen)?;
    let known = |version: &String| loaded.versions.iter().any(|one| one.version == *version);
    if !wanted.keys().all(known) {
        return Err(Problem::Bad(
            "A version cannot be published without its tarball.".into(),
        ));
    }
    let gone = |version: &&Listed| revision.is_some() && !wanted.contains_key(&version.version);
    let gone: Vec<_> = loaded.versions.iter().filter(gone).collect();
    let changed = changed(&loaded, wanted)?;
    match (gone.is_empty(), changed.is_empty()) {
        (false, false) => {
            return Err(Problem::Bad(
                "Delete versions and deprecate others one after the other.".into(),
            ));
        }
        (false, true) => delete(call, &gone).await?,
        (true, false) => deprecate(call, &loaded, &changed).await?,
        (true, true) => demand_same_tags(&loaded, document)?,
    }
    Ok(done())
}

/// `DELETE /{package}/-rev/{revision}`: deletes a package with all its versions.
pub(super) async fn unpublish(
    call: &Call,
    name: &str,
    revision: &str,
) -> Result<Response, Problem> {
    call.demand(Scope::DeletePackages)?;
    let loaded = load(call, name).await?;
    demand_current(&loaded, Some(revision))?;
    delete(call, &loaded.versions.iter().collect::<Vec<_>>()).await?;
    Ok(done())
}

/// `DELETE /{package}/-/{file}/-rev/{revision}`: clients ask for this after they have taken the
/// version out of the packument, which has deleted its tarball too.
pub(super) async fn delete_tarball(
    call: &Call,
    name: &str,
    file: &str,
) -> Result<Response, Problem> {
    call.demand(Scope::DeletePackages)?;
    let loaded = load(call, name).await?;
    let version = name::version_of(name, file);
    let version = version.ok_or(Problem::NotFound("There is no such tarball."))?;
    if let Some(found) = loaded.versions.iter().find(|one| one.version == version) {
        delete(call, &[found]).await?;
    }
    Ok(done())
}

fn done() -> Response {
    serve::plain(StatusCode::OK, json!({"ok": true, "success": true}))
}

pub(super) async fn load(call: &Call, name: &str) -> Result<Loaded, Problem> {
    let found = packument::load(call.host(), call.registry(), name).await?;
    found.ok_or(Problem::NotFound("There is no such package."))
}

/// Whoever changes a package must have seen its newest state.
fn demand_current(loaded: &Loaded, seen: Option<&str>) -> Result<(), Problem> {
    match seen {
        Some(seen) if seen != loaded.revision() => Err(Problem::Conflict(
            "The package has been changed in the meantime. Try again.".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The versions whose reason to be avoided is another one now.
fn changed<'a>(
    loaded: &'a Loaded,
    wanted: &'a Map<String, Value>,
) -> Result<Vec<(&'a Listed, Option<&'a str>)>, Problem> {
    let mut changed = Vec::new();
    for version in &loaded.versions {
        let Some(wanted) = wanted.get(&version.version) else {
            continue;
        };
        let reason = wanted.get("deprecated").and_then(Value::as_str);
        let reason = reason.filter(|reason| !reason.is_empty());
        if reason.is_some_and(|reason| reason.chars().count() > MAX_REASON) {
            return Err(Problem::Bad(
                format!("A reason has at most {MAX_REASON} characters.").into(),
            ));
        }
        if reason != deprecation(version.withdrawn.as_deref()) {
            changed.push((version, reason));
        }
    }
    Ok(changed)
}

async fn deprecate(
    call: &Call,
    loaded: &Loaded,
    changed: &[(&Listed, Option<&str>)],
) -> Result<(), Problem> {
    call.demand(Scope::WritePackages)?;
    let mut versions = Vec::new();
    for (listed, reason) in changed {
        versions.push((version(call, listed).await?, *reason));
    }
    let changed: Vec<_> = versions
        .iter()
        .map(|(one, reason)| (one, *reason))
        .collect();
    let (host, registry) = (call.host(), call.registry());
    host.withdraw(registry, &loaded.package, &changed, call.caller())
        .await?;
    Ok(())
}

async fn delete(call: &Call, gone: &[&Listed]) -> Result<(), Problem> {
    call.demand(Scope::DeletePackages)?;
    let mut versions = Vec::new();
    for listed in gone {
        versions.push(version(call, listed).await?);
    }
    let host = call.host();
    host.delete_versions(call.registry(), &versions, call.caller())
        .await?;
    Ok(())
}

async fn version(call: &Call, listed: &Listed) -> Result<Version, Problem> {
    let found = call.host().version_by_id(listed.id).await?;
    Ok(found.ok_or(HostError::NotFound("version"))?)
}

/// A document may not move tags in passing.
fn demand_same_tags(loaded: &Loaded, document: &Map<String, Value>) -> Result<(), Problem> {
    match document.get("dist-tags") {
        Some(tags) if *tags != json!(loaded.tags) => Err(Problem::Bad(
            "Tags are changed with \u{201c}npm dist-tag\u{201d}.".into(),
        )),
        _ => Ok(()),
    }
}
