//! Answers what npm, pnpm and Yarn ask below `npm/`.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::route::{Route, parse};
use super::{account, edit, name, packument, publish, search, tags};
use crate::indexes::IndexKey;
use crate::server::{Call, Problem, blob, index};

/// What the packument's form depends on.
const VARY: &str = "Accept, Accept-Encoding, Authorization";
/// What clients send to be told of vulnerabilities is read and forgotten: at most so many bytes.
const MAX_AUDIT: usize = 64 * 1024 * 1024;

/// The decoded path below `npm/`; `None` for another one.
pub(super) fn path(segments: &[&str]) -> Option<String> {
    match segments {
        ["npm", rest @ ..] => Some(rest.join("/")),
        _ => None,
    }
}

pub(super) async fn serve(call: Call) -> Response {
    let Some(path) = path(&call.segments()) else {
        return refuse(Problem::NotFound("npm\u{2019}s registry lies below npm/."));
    };
    let answered = answer(&call, &path).await;
    answered.unwrap_or_else(refuse)
}

/// An error as npm's registry writes it.
pub(super) fn refuse(problem: Problem) -> Response {
    problem.json(|message| json!({"error": message}))
}

/// An answer that nobody keeps.
pub(super) fn plain(status: StatusCode, body: Value) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (status, no_store, axum::Json(body)).into_response()
}

async fn answer(call: &Call, path: &str) -> Result<Response, Problem> {
    let method = call.method();
    let read = matches!(*method, Method::GET | Method::HEAD);
    match parse(path) {
        Route::Package(name, None) if read => package(call, name).await,
        Route::Tarball(name, file, None) if read => tarball(call, name, file).await,
        Route::Version(name, version) if read => one_version(call, name, version).await,
        Route::Package(name, None) if *method == Method::PUT => {
            publish::publish(call, name, None).await
        }
        Route::Package(name, Some(revision)) if *method == Method::PUT => {
            publish::publish(call, name, Some(revision)).await
        }
        Route::Package(name, Some(revision)) if *method == Method::DELETE => {
            edit::unpublish(call, name, revision).await
        }
        Route::Tarball(name, file, Some(_)) if *method == Method::DELETE => {
            edit::delete_tarball(call, name, file).await
        }
        Route::Tags(name) if read => tags::list(call, name).await,
        Route::Tag(name, tag) if matches!(*method, Method::PUT | Method::POST) => {
            tags::set(call, name, tag).await
        }
        Route::Tag(name, tag) if *method == Method::DELETE => tags::remove(call, name, tag).await,
        Route::Search if read => search::search(call).await,
        Route::User(name) if *method == Method::PUT => account::login(call, name).await,
        Route::Advisories if *method == Method::POST => {
            call.take_bytes(MAX_AUDIT).await?;
            Ok(plain(StatusCode::OK, json!({})))
        }
        Route::Audits if *method == Method::POST => {
            call.take_bytes(MAX_AUDIT).await?;
            Ok(plain(StatusCode::OK, nothing_known()))
        }
        route => account::answer(call, &route),
    }
}

/// That nothing is known of vulnerabilities, in the form that npm 6 and Yarn ask for.
fn nothing_known() -> Value {
    let none = json!({"info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 0});
    json!({
        "actions": [],
        "advisories": {},
        "muted": [],
        "metadata": {
            "vulnerabilities": none,
            "dependencies": 0,
            "devDependencies": 0,
            "optionalDependencies": 0,
            "totalDependencies": 0,
        },
    })
}

/// Which index of a package: its form, and what else decides what is in it.
fn key(call: &Call, name: &str, form: &str, url: &str) -> IndexKey {
    IndexKey {
        registry: call.registry().id,
        package: name.to_ascii_lowercase(),
        form: format!("{form} {name} {url}"),
    }
}

async fn package(call: &Call, name: &str) -> Result<Response, Problem> {
    let accept = call.header(header::ACCEPT).unwrap_or_default();
    let short = accept.contains(packument::ABBREVIATED);
    let url = call.url();
    let (host, registry) = (call.host(), call.registry());
    let make = || async {
        let Some(loaded) = packument::load(host, registry, name).await? else {
            return Ok(None);
        };
        if short {
            return Ok(Some(loaded.abbreviated(&url)));
        }
        let latest = match loaded.package.latest {
            Some(latest) => host.version_by_id(latest).await?,
            None => None,
        };
        let readme = latest.and_then(|version| version.about.readme);
        Ok(Some(loaded.full(
            &url,
            readme.as_ref().map(|readme| readme.text.as_str()),
        )))
    };
    let form = if short { "short" } else { "full" };
    let found = host.index(key(call, name, form, &url), make).await?;
    let found = found.ok_or(Problem::NotFound("There is no such package."))?;
    Ok(index::send(call, &found, VARY))
}

async fn one_version(call: &Call, name: &str, version: &str) -> Result<Response, Problem> {
    let url = call.url();
    let make = || async {
        let loaded = packument::load(call.host(), call.registry(), name).await?;
        Ok(loaded.and_then(|loaded| loaded.version(&url, version)))
    };
    let form = format!("version {version}");
    let found = call
        .host()
        .index(key(call, name, &form, &url), make)
        .await?;
    let found = found.ok_or(Problem::NotFound("There is no such version."))?;
    Ok(index::send(call, &found, "Accept-Encoding, Authorization"))
}

async fn tarball(call: &Call, name: &str, file: &str) -> Result<Response, Problem> {
    let missing = || Problem::NotFound("There is no such tarball.");
    let version = name::version_of(name, file).ok_or_else(missing)?;
    let key = name::tarball_key(name, version);
    let found = call.host().file_by_key(call.registry(), &key).await?;
    // The name in normal form may be spelt otherwise.
    let spelt = |name: &str| name == file.rsplit('/').next().unwrap_or(file);
    let found = found
        .filter(|found| spelt(&found.name))
        .ok_or_else(missing)?;
    Ok(blob::send(call, &found, "application/octet-stream").await)
}
