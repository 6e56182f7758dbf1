//! A project as JSON, in the form that `PyPI` has for programs.

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::index::VersionIndex;
use super::name::normal;
use super::simple::{Listed, time};
use crate::error::HostError;
use crate::indexes::{Index, IndexKey};
use crate::model::{Package, Version, hex};
use crate::server::{Call, Problem, index};

/// Answers `pypi/{name}/json`, and `pypi/{name}/{version}/json`.
pub(super) async fn serve(call: &Call, name: &str, version: Option<&str>) -> Response {
    let project = normal(name);
    let key = IndexKey {
        registry: call.registry().id,
        form: format!("json {} {}", call.base(), version.unwrap_or_default()),
        package: project.clone(),
    };
    let made = call
        .host()
        .index(key, || make(call, &project, version))
        .await;
    match made {
        Ok(Some(made)) => index::send(call, &made, "Accept-Encoding, Authorization"),
        Ok(None) => {
            let problem = Problem::NotFound("There is no such project or version.");
            problem.json(|message| json!({"message": message}))
        }
        Err(error) => Problem::from(error).json(|message| json!({"message": message})),
    }
}

async fn make(
    call: &Call,
    project: &str,
    version: Option<&str>,
) -> Result<Option<Index>, HostError> {
    let (host, registry) = (call.host(), call.registry());
    let Some(package) = host.package(registry, project).await? else {
        return Ok(None);
    };
    let versions = host.versions(package.id).await?;
    let chosen = match version {
        Some(version) => host
            .version(registry, package.id, version)
            .await?
            .map(|one| one.id),
        None => package.latest,
    };
    let Some(shown) = versions.iter().find(|one| Some(one.id) == chosen) else {
        return Ok(None);
    };
    let files = host.files_of_package(package.id).await?;
    let listed = Listed::all(&files, &versions);
    let own = listed.iter().filter(|one| one.version.id == shown.id);
    let mut document = json!({
        "info": info(call, &package, shown),
        "urls": own.map(|one| file(call, project, one)).collect::<Vec<_>>(),
        "vulnerabilities": [],
    });
    if version.is_none()
        && let Some(object) = document.as_object_mut()
    {
        object.insert("releases".to_owned(), releases(call, project, &listed));
    }
    let body = document.to_string().into_bytes();
    Ok(Some(Index::new(body, "application/json")))
}

fn releases(call: &Call, project: &str, listed: &[Listed<'_>]) -> Value {
    let mut releases = Map::new();
    for one in listed {
        let files = releases
            .entry(one.version.version.clone())
            .or_insert_with(|| json!([]));
        if let Some(files) = files.as_array_mut() {
            files.push(file(call, project, one));
        }
    }
    Value::Object(releases)
}

fn info(call: &Call, package: &Package, version: &Version) -> Value {
    let index = VersionIndex::stored(version);
    let page = format!("{}/pypi/pypi/{}/", call.url(), package.key);
    let urls: Map<_, _> = index
        .project_urls
        .iter()
        .map(|(label, url)| (label.clone(), json!(url)))
        .collect();
    let homepage = urls.get("Homepage").cloned();
    let readme = version.about.readme.as_ref();
    json!({
        "name": package.name,
        "version": version.version,
        "summary": version.about.summary,
        "description": readme.map_or("", |readme| &readme.text),
        "description_content_type": index.description_content_type,
        "author": index.author,
        "author_email": index.author_email,
        "maintainer": index.maintainer,
        "maintainer_email": index.maintainer_email,
        "license": index.license,
        "license_expression": index.license_expression,
        "keywords": index.keywords,
        "platform": index.platform,
        "classifiers": index.classifiers,
        "requires_python": index.requires_python,
        "requires_dist": index.requires_dist,
        "provides_extra": index.provides_extra,
        "project_urls": urls,
        "home_page": homepage,
        "package_url": page,
        "project_url": page,
        "release_url": format!("{page}{}/", version.version),
        "yanked": version.withdrawn.is_some(),
        "yanked_reason": version.withdrawn.as_deref().filter(|reason| !reason.is_empty()),
    })
}

fn file(call: &Call, project: &str, listed: &Listed<'_>) -> Value {
    let content = &listed.file.content;
    let md5 = content.other(|more| &more.md5).map(hex);
    let uploaded = time(listed.file.created_at);
    json!({
        "filename": listed.file.name,
        "url": format!("{}/pypi/{}", call.url(), listed.path(project)),
        "packagetype": listed.index.kind,
        "python_version": listed.index.python,
        "requires_python": listed.index.requires_python,
        "size": content.size,
        "digests": {
            "blake2b_256": content.other(|more| &more.blake2b).map(hex),
            "md5": md5,
            "sha256": content.sha256_hex(),
        },
        "md5_digest": md5,
        "upload_time": uploaded.split('.').next(),
        "upload_time_iso_8601": uploaded,
        "yanked": listed.version.withdrawn.is_some(),
        "yanked_reason": listed.version.withdrawn.as_deref().filter(|reason| !reason.is_empty()),
    })
}
