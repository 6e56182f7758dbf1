//! Looking after the storage: our addition.

use axum::Json;
use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse as _;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;

use uuid::Uuid;

use super::{Answer, Asked};
use crate::error::HostError;
use crate::model::hex;
use crate::repair::Repair;
use crate::server::Problem;
use crate::store::{Verification, VerifyProblem};
use crate::tokens::Scope;
use crate::usage::{PackageUsage, RegistryUsage, Waiting};

/// `GET /storage`
pub(super) async fn show(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let used = asked.host().used_bytes().await?;
    let free = asked.host().free_bytes();
    Ok(Json(json!({"used_bytes": used, "free_bytes": free})).into_response())
}

/// `POST /storage/verify?registry=`: reads every file, which takes its time.
pub(super) async fn verify(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let only = only(&asked)?;
    let found = asked.host().verify_now(only, &asked.caller).await?;
    Ok(Json(report(&found)).into_response())
}

/// `GET /storage/backup`: everything in one file.
pub(super) async fn backup(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let host = asked.host();
    let folder = tempfile::tempdir_in(host.0.store.uploads()).map_err(HostError::from)?;
    let path = folder.path().join("registrar-backup.tar");
    let made = host.backup(&path, Box::new(|_, _| ()), &asked.caller);
    let bytes = made.await?.bytes;
    let file = tokio::fs::File::open(&path)
        .await
        .map_err(HostError::from)?;
    let sent = ReaderStream::with_capacity(file, 256 * 1024).inspect(move |_| {
        // It goes when the last of it is sent, or the client has gone.
        let _ = &folder;
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"registrar-backup.tar\"".to_owned(),
        ),
    ];
    Ok((headers, Body::from_stream(sent)).into_response())
}

/// `POST /storage/repair?registry=`: verifies, and repairs what it finds.
pub(super) async fn repair(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let only = only(&asked)?;
    let (found, done) = asked.host().repair_now(only, &asked.caller).await?;
    let mut body = report(&found);
    body["repaired"] = done.iter().map(repaired).collect();
    Ok(Json(body).into_response())
}

/// `GET /storage/usage?registry=`: what uses the space, by registry, or by package of one.
pub(super) async fn usage(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    if let Some(id) = only(&asked)? {
        let packages = asked.host().package_usage(id).await?;
        let packages: Vec<_> = packages.iter().map(package).collect();
        return Ok(Json(json!({ "packages": packages })).into_response());
    }
    let usage = asked.host().usage().await?;
    let waiting = |waiting: Waiting| json!({"blobs": waiting.blobs, "bytes": waiting.bytes});
    let registries: Vec<_> = usage.registries.iter().map(registry).collect();
    let body = json!({
        "used_bytes": usage.used,
        "free_bytes": usage.free,
        "waiting": waiting(usage.waiting),
        "quarantined": waiting(usage.quarantined),
        "registries": registries,
    });
    Ok(Json(body).into_response())
}

fn registry(used: &RegistryUsage) -> Value {
    json!({
        "registry": used.registry.slug,
        "packages": used.packages,
        "files": used.files,
        "size": used.size,
        "stored_bytes": used.space.stored,
        "freed_bytes": used.space.alone,
    })
}

fn package(used: &PackageUsage) -> Value {
    json!({
        "package": used.name,
        "versions": used.versions,
        "files": used.files,
        "size": used.size,
        "stored_bytes": used.space.stored,
        "freed_bytes": used.space.alone,
    })
}

/// The registry that a request narrows itself to.
fn only(asked: &Asked) -> Result<Option<Uuid>, Problem> {
    let Some(slug) = asked.query("registry") else {
        return Ok(None);
    };
    let found = asked.host().registry(&slug);
    let found = found.ok_or(Problem::NotFound("No registry found"))?;
    Ok(Some(found.id))
}

fn repaired(repair: &Repair) -> Value {
    json!({
        "action": repair.kind.word(),
        "message": format!("{}.", repair.kind),
        "sha256": repair.blob.map(|sha256| hex(&sha256)),
        "count": repair.count,
        "files": repair.places,
    })
}

/// `POST /storage/collect`: removes at once what nothing refers to.
pub(super) async fn collect(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let collected = asked.host().collect_now(&asked.caller).await?;
    Ok(Json(json!({"removed": collected.removed, "bytes": collected.bytes})).into_response())
}

fn report(found: &Verification) -> Value {
    let problems = found
        .problems
        .iter()
        .map(|([registry, package, version, file], problem)| {
            json!({
                "registry": registry,
                "package": package,
                "version": version,
                "file": file,
                "problem": word(*problem),
                "message": problem.to_string(),
            })
        });
    json!({
        "whole": found.problems.is_empty(),
        "checked": found.checked,
        "bytes": found.bytes,
        "unreferenced": found.unreferenced,
        "problems": problems.collect::<Vec<_>>(),
        "repairs": found.repairs.iter().map(repaired).collect::<Vec<_>>(),
    })
}

fn word(problem: VerifyProblem) -> &'static str {
    match problem {
        VerifyProblem::Missing => "missing",
        VerifyProblem::Size => "size",
        VerifyProblem::Content => "content",
        VerifyProblem::Unreadable => "unreadable",
    }
}
