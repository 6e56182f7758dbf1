//! JavaScript, as npm has it: packuments, tarballs and dist-tags below `npm/`.
//!
//! Everything that is listed of a package comes from the `package.json` in its tarball; what the
//! client says when it publishes must agree with it.

mod account;
pub mod claims;
pub mod document;
mod edit;
mod incoming;
mod instructions;
pub mod manifest;
mod name;
mod packument;
mod publish;
mod route;
mod search;
mod serve;
mod tags;
pub mod tarball;

use std::cmp::Ordering;

use axum::http::Method;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Answer, Format, Upload};
use crate::error::Rejection;
use crate::instructions::{Place, Snippet};
use crate::model::Release;
use crate::server::{Call, Problem};

/// The tag of the version that clients take by default.
const LATEST: &str = "latest";

/// JavaScript (npm).
pub(crate) struct Npm;

impl Format for Npm {
    fn label(&self) -> &'static str {
        "JavaScript (npm)"
    }

    fn look(&self) -> (&'static str, &'static str) {
        ("\u{1f7e9}", "#dcfce7")
    }

    fn inspect(&self, upload: &Upload<'_>) -> Result<Release, Rejection> {
        let file = upload
            .staged
            .open()
            .map_err(|error| Rejection::new(format!("The tarball cannot be read: {error}.")))?;
        let contents = tarball::read(file, upload.staged.content().size)?;
        let read = manifest::read(&contents)?;
        let version = read.version.to_string();
        check_file_name(upload.file_name(), &version)?;
        Ok(Release {
            package_key: self.package_key(&read.name),
            file: name::tarball(&read.name, &version),
            file_key: name::tarball_key(&read.name, &version),
            version_key: self.version_key(&version),
            prerelease: !read.version.pre.is_empty(),
            package: read.name,
            version,
            about: read.about,
            version_index: Value::Object(read.listed),
            file_index: json!({"fileCount": contents.files, "unpackedSize": contents.unpacked}),
            tags: Vec::new(),
        })
    }

    fn package_key(&self, name: &str) -> String {
        name.to_ascii_lowercase()
    }

    fn spells_exactly(&self) -> bool {
        true
    }

    fn version_key(&self, version: &str) -> String {
        version.to_owned()
    }

    fn compare(&self, one: &str, other: &str) -> Ordering {
        super::compare_semver(one, other)
    }

    fn admits(&self, method: &Method, segments: &[&str]) -> bool {
        *method == Method::PUT
            && serve::path(segments)
                .is_some_and(|path| matches!(route::parse(&path), route::Route::User(_)))
    }

    fn refusal(&self, segments: &[&str]) -> Option<fn(Problem) -> Response> {
        // Yarn 1 takes one without a reason in JSON for a success.
        serve::path(segments).map(|_| serve::refuse as fn(Problem) -> Response)
    }

    fn serve(&self, call: Call) -> Answer {
        Box::pin(serve::serve(call))
    }

    fn instructions(&self, place: &Place<'_>) -> Vec<Snippet> {
        instructions::all(place)
    }

    fn can_withdraw(&self) -> bool {
        true
    }

    fn default_tag(&self) -> Option<&'static str> {
        Some(LATEST)
    }
}

/// Tarballs come under many names, but one that names another version is a mistake.
fn check_file_name(file: &str, version: &str) -> Result<(), Rejection> {
    let lower = file.to_ascii_lowercase();
    let extension = [".tgz", ".tar.gz"]
        .into_iter()
        .find(|extension| lower.ends_with(extension));
    let Some(extension) = extension else {
        return Err(Rejection::new(
            "An npm package is a tarball whose name ends in .tgz. Make it with \u{201c}npm pack\u{201d}.",
        ));
    };
    let stem = file.get(..file.len() - extension.len()).unwrap_or_default();
    let mut hyphens = stem.match_indices('-').map(|(at, _)| at + 1);
    let named = hyphens.find_map(|at| {
        let text = stem.get(at..)?;
        semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
    });
    let differs = named.is_some_and(|mut named| {
        named.build = semver::BuildMetadata::EMPTY;
        named.to_string() != version
    });
    // A version behind a hyphen may also be the end of another one: `1.0.0-2.0.0`.
    if differs && !stem.ends_with(&format!("-{version}")) {
        return Err(Rejection::new(format!(
            "The file is called {}, but the package.json in it says version {version}.",
            manifest::short(file)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
