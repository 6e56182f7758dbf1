//! The simple index: which projects there are, and which files of each.

use std::collections::HashMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::accept::Form;
use super::index::FileIndex;
use super::name;
use crate::error::HostError;
use crate::host::Host;
use crate::indexes::Index;
use crate::model::{File, Registry, Version};

/// The version of the interface, of which it has every field.
const API: &str = "1.1";
/// How many digits of a file's digest are in its address: a name that is used again is not mistaken
/// for what it was.
pub(super) const DIGITS: usize = 16;
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A file with everything that a page says of it.
pub(super) struct Listed<'a> {
    pub(super) file: &'a File,
    pub(super) index: FileIndex,
    pub(super) version: &'a Version,
}

impl<'a> Listed<'a> {
    /// Files with their versions, in the order of those.
    pub(super) fn all(files: &'a [File], versions: &'a [Version]) -> Vec<Self> {
        let by_id: HashMap<Uuid, &Version> = versions.iter().map(|one| (one.id, one)).collect();
        let listed = files.iter().filter_map(|file| {
            let version = by_id.get(&file.version).copied()?;
            let index = FileIndex::of(file);
            Some(Self {
                file,
                index,
                version,
            })
        });
        let mut listed: Vec<_> = listed.collect();
        listed.sort_by(|one, other| {
            name::compare(&one.version.version, &other.version.version)
                .then_with(|| one.file.name.cmp(&other.file.name))
        });
        listed
    }

    /// The file's path below `pypi/`.
    pub(super) fn path(&self, project: &str) -> String {
        let digest = self.file.content.sha256_hex();
        let digits = digest.get(..DIGITS).unwrap_or_default();
        let name = utf8_percent_encode(&self.file.name, NAME);
        format!("files/{project}/{digits}/{name}")
    }

    fn to_json(&self, project: &str) -> Value {
        let sha256 = self.file.content.sha256_hex();
        let metadata = self.index.metadata.as_ref();
        let mut object = json!({
            "filename": self.file.name,
            "url": format!("../../{}", self.path(project)),
            "hashes": {"sha256": sha256},
            "size": self.file.content.size,
            "upload-time": time(self.file.created_at),
            // Under its first name old versions of pip cannot read it.
            "core-metadata": metadata.map_or(json!(false), |place| json!({"sha256": place.sha256})),
            "yanked": yanked(self.version),
        });
        if let (Some(python), Some(object)) = (&self.index.requires_python, object.as_object_mut())
        {
            object.insert("requires-python".to_owned(), json!(python));
        }
        object
    }

    fn to_html(&self, project: &str, page: &mut String) {
        let url = format!(
            "../../{}#sha256={}",
            self.path(project),
            self.file.content.sha256_hex()
        );
        let _ = write!(page, "    <a href=\"{}\"", escaped(&url));
        if let Some(python) = &self.index.requires_python {
            let _ = write!(page, " data-requires-python=\"{}\"", escaped(python));
        }
        if let Some(place) = &self.index.metadata {
            // Its name now, and its first one.
            for name in ["core", "dist-info"] {
                let _ = write!(page, " data-{name}-metadata=\"sha256={}\"", place.sha256);
            }
        }
        if let Some(reason) = &self.version.withdrawn {
            let _ = write!(page, " data-yanked=\"{}\"", escaped(reason));
        }
        let _ = writeln!(page, ">{}</a><br>", escaped(&self.file.name));
    }
}

/// A time as the interface writes it, with microseconds.
pub(super) fn time(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// Why a version is yanked, `true` where no reason was given, and `false` where it is not.
fn yanked(version: &Version) -> Value {
    match version.withdrawn.as_deref() {
        None => json!(false),
        Some("") => json!(true),
        Some(reason) => json!(reason),
    }
}

/// The page of all projects.
pub(super) async fn projects(
    host: &Host,
    registry: &Registry,
    form: Form,
) -> Result<Option<Index>, HostError> {
    let names = host.package_names(registry.id).await?;
    let body = if form == Form::JsonV1 {
        let projects: Vec<_> = names
            .iter()
            .map(|(name, _)| json!({"name": name}))
            .collect();
        json!({"meta": {"api-version": API}, "projects": projects}).to_string()
    } else {
        let mut list = String::new();
        for (name, key) in &names {
            let _ = writeln!(
                list,
                "    <a href=\"{}/\">{}</a><br>",
                escaped(key),
                escaped(name)
            );
        }
        page("Simple index", &list)
    };
    Ok(Some(Index::new(body.into_bytes(), form.content_type())))
}

/// The page of a project, by its name in normal form.
pub(super) async fn project(
    host: &Host,
    registry: &Registry,
    name: &str,
    form: Form,
) -> Result<Option<Index>, HostError> {
    let Some(package) = host.package(registry, name).await? else {
        return Ok(None);
    };
    let (versions, files) = (
        host.versions(package.id).await?,
        host.files_of_package(package.id).await?,
    );
    let listed = Listed::all(&files, &versions);
    let body = if form == Form::JsonV1 {
        json_page(name, &listed)
    } else {
        let mut list = String::new();
        for one in &listed {
            one.to_html(name, &mut list);
        }
        page(&format!("Links for {name}"), &list)
    };
    Ok(Some(Index::new(body.into_bytes(), form.content_type())))
}

fn json_page(name: &str, listed: &[Listed<'_>]) -> String {
    let mut versions: Vec<&str> = listed
        .iter()
        .map(|one| one.version.version.as_str())
        .collect();
    versions.dedup();
    let files: Vec<Value> = listed.iter().map(|one| one.to_json(name)).collect();
    let mut page = Map::new();
    page.insert("meta".to_owned(), json!({"api-version": API}));
    page.insert("name".to_owned(), json!(name));
    page.insert("versions".to_owned(), json!(versions));
    page.insert("files".to_owned(), json!(files));
    Value::Object(page).to_string()
}

fn page(title: &str, list: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"{API}\">\n    \
         <title>{title}</title>\n  </head>\n  <body>\n    <h1>{title}</h1>\n{list}  </body>\n</html>\n"
    )
}

/// A text as HTML writes it, within quotes or without.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
