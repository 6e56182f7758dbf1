//! What is said of an import: in the record, and where a file cannot be read.

use std::io;
use std::path::Path;

use registrar_catalog::CatalogError;

use super::importing::Taking;
use crate::wire::{Code, CommandError, Field};

/// How many names a line of activity holds.
const NAMED: usize = 20;

/// What is done, for the record.
pub(super) fn detail(taking: &Taking) -> String {
    format!(
        "{}; added: {}; replaced: {}; left out: {}",
        taking.path,
        names(taking, false),
        names(taking, true),
        taking.left
    )
}

fn names(taking: &Taking, replaced: bool) -> String {
    let changes = taking.changes.iter();
    let names: Vec<&str> = changes
        .filter(|change| change.old.is_some() == replaced)
        .map(|change| change.new.name.as_str())
        .collect();
    let shown = &names[..names.len().min(NAMED)];
    match (shown.is_empty(), names.len() - shown.len()) {
        (true, _) => "none".to_owned(),
        (_, 0) => shown.join(", "),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

pub(super) fn outdated() -> CommandError {
    let message = "The file was read again since this was shown, so nothing was imported.";
    CommandError::new(Code::ChangedElsewhere, message).hint("Compare once more.")
}

/// Why a file is not read, at the field where its path stands.
pub(super) fn refused(error: CatalogError) -> CommandError {
    let raw = error.to_string();
    let (message, hint) = match error {
        CatalogError::Broken {
            line,
            column,
            message,
            excerpt,
            ..
        } => (
            broken(line.zip(column), &message, excerpt.as_deref()),
            "Ask for the file once more, or mend it in a text editor.",
        ),
        CatalogError::Newer { .. } => (
            "A newer Registrar wrote this file.".to_owned(),
            "Update Registrar, or ask for an export of this version.",
        ),
        CatalogError::TooBig { .. } => (
            "The file is bigger than 16 MiB, so it is hardly a list of registries.".to_owned(),
            "Choose another file.",
        ),
        CatalogError::TooMany { most, .. } => (
            format!("The file has more than {most} registries."),
            "Ask for a file with only those that you need.",
        ),
        CatalogError::Read { path, source } => (
            unreadable(&path, source.kind()),
            "Choose a file that is there and that you may read.",
        ),
        other => return other.into(),
    };
    CommandError::invalid(Field::File, message)
        .hint(hint)
        .raw(&raw)
}

fn broken(place: Option<(u32, u32)>, message: &str, excerpt: Option<&str>) -> String {
    let message = message.trim_end_matches('.');
    let place = place.map_or_else(String::new, |(line, column)| {
        format!("Line {line}, column {column}: ")
    });
    let excerpt = excerpt.map(str::trim).filter(|text| !text.is_empty());
    let excerpt = excerpt.map_or_else(String::new, |text| format!(", in “{text}”"));
    format!("{place}{message}{excerpt}.")
}

fn unreadable(path: &Path, kind: io::ErrorKind) -> String {
    let path = path.display();
    match kind {
        io::ErrorKind::NotFound => format!("There is no file {path}."),
        io::ErrorKind::PermissionDenied => format!("You may not read {path}."),
        _ => format!("{path} is no file that can be read."),
    }
}
