//! Plain files, named `{BASENAME}-{SEMVER}.{EXT}`.

mod name;
mod serve;

use std::cmp::Ordering;

use serde_json::Value;

use super::{Answer, Format, Upload};
use crate::error::Rejection;
use crate::instructions::{MASK, Place, Purpose, Snippet};
use crate::model::{About, Release};
use crate::server::Call;

pub use name::FileName;

/// Plain files.
pub(crate) struct Files;

impl Format for Files {
    fn label(&self) -> &'static str {
        "Files"
    }

    fn look(&self) -> (&'static str, &'static str) {
        ("\u{1f4c1}", "#e8ecf5")
    }

    fn inspect(&self, upload: &Upload<'_>) -> Result<Release, Rejection> {
        let name = FileName::parse(upload.file_name())?;
        Ok(Release {
            package_key: self.package_key(name.package()),
            package: name.package().to_owned(),
            version_key: self.version_key(name.version()),
            version: name.version().to_owned(),
            prerelease: name.is_prerelease(),
            file: name.as_str().to_owned(),
            // Two names that differ in case only would be one file on many a disk.
            file_key: name.as_str().to_ascii_lowercase(),
            about: About::default(),
            version_index: Value::Null,
            file_index: Value::Null,
            tags: Vec::new(),
        })
    }

    fn package_key(&self, name: &str) -> String {
        name.to_ascii_lowercase()
    }

    fn version_key(&self, version: &str) -> String {
        version.to_ascii_lowercase()
    }

    fn compare(&self, one: &str, other: &str) -> Ordering {
        super::compare_semver(one, other)
    }

    fn serve(&self, call: Call) -> Answer {
        Box::pin(serve::serve(call))
    }

    fn instructions(&self, place: &Place<'_>) -> Vec<Snippet> {
        match place.purpose {
            Purpose::Publish => publish(place),
            Purpose::Install => vec![download(place)],
        }
    }
}

fn publish(place: &Place<'_>) -> Vec<Snippet> {
    let text = format!(
        "curl -X POST {}/api/v2/packages/organizations/{}/registries/{}/packages \\\n  \
         -H \"Authorization: Bearer {MASK}\" \\\n  -F \"file=@my-app-1.0.0.zip\"",
        place.base, place.organization, place.registry
    );
    vec![Snippet::shell("curl", "Publish a file", text)]
}

fn download(place: &Place<'_>) -> Snippet {
    let file = match (place.package, place.version) {
        // The page of a version names its file itself.
        (Some(package), _) => package,
        (None, _) => "my-app-1.0.0.zip",
    };
    let header = if place.needs_token() {
        format!(" -H \"Authorization: Bearer {MASK}\" \\\n ")
    } else {
        String::new()
    };
    let text = format!("curl -O -L{header} {}/files/{file}", place.url());
    Snippet::shell("curl", "Download a file", text)
}

#[cfg(test)]
mod tests;
