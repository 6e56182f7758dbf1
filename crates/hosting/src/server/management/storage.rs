//! Looking after the storage: our addition.

use axum::Json;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, Asked};
use crate::store::{Verification, VerifyProblem};
use crate::tokens::Scope;

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
    let only = match asked.query("registry") {
        Some(slug) => {
            let found = asked.host().registry(&slug);
            let missing = crate::server::Problem::NotFound("No registry found");
            Some(found.ok_or(missing)?.id)
        }
        None => None,
    };
    let found = asked.host().verify_now(only, &asked.caller).await?;
    Ok(Json(report(&found)).into_response())
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
