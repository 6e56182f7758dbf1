//! From the file's text to the catalog.

use std::path::Path;

use jiff::Timestamp;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    catalog::{Catalog, EntryProblem},
    entry::{self, Entry, Flaw},
    error::CatalogError,
    lines::Lines,
};

/// Why a text is no catalog.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Broken at this byte, if that can be said.
    Broken { at: Option<usize>, message: String },
    /// Written by a later version of the program.
    Newer { version: i64 },
}

impl Unreadable {
    /// The same as an error about the file at `path`, which has this `text`.
    pub(crate) fn of(self, path: &Path, text: &str) -> CatalogError {
        match self {
            Self::Broken { at, message } => CatalogError::broken(path, text, at, message),
            Self::Newer { version } => CatalogError::Newer {
                path: path.to_owned(),
                version,
            },
        }
    }
}

/// The bytes of the file at `path` as text.
pub(crate) fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, CatalogError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let good = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
        let message = "The file is not UTF-8 text from here on.".to_owned();
        CatalogError::broken(path, good, Some(at), message)
    })
}

/// Where an entry begins, as everybody writes it.
const HEADER: &str = "[[registry]]";

/// Reads the catalog, all but its revision. `written` stands in for times that a hand-written entry lacks.
pub(crate) fn parse(text: &str, written: Timestamp) -> Result<Catalog, Unreadable> {
    match parse_apart(text, written) {
        Some(catalog) => Ok(catalog),
        None => parse_marked(text, written, |_| Ok(())),
    }
}

/// Reads the entries one after the other, which takes a third of the memory that the document as a
/// whole would, and the allocator keeps what was needed once. `None` where only the whole tells what
/// is meant, or what is wrong.
fn parse_apart(text: &str, written: Timestamp) -> Option<Catalog> {
    let mut bounds: Vec<usize> = text
        .match_indices(HEADER)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text[..*at].ends_with('\n'))
        .collect();
    bounds.push(text.len());
    let front = DeTable::parse(&text[..bounds[0]]).ok()?;
    check_version(front.get_ref(), "version").ok()?;
    if front.get_ref().contains_key("registry") {
        return None;
    }
    let mut reader = Reader::new(text, written, bounds.len() - 1);
    for (index, pair) in bounds.windows(2).enumerate() {
        let part = &text[pair[0]..pair[1]];
        // What is a document by itself leaves nothing open: it ended where a header may stand.
        let document = DeTable::parse(part).ok()?;
        let root = document.get_ref();
        match &entries(part, root).ok()?[..] {
            [(header, table)] if root.len() == 1 => reader.take(index, pair[0], *header, table),
            _ => return None,
        }
    }
    Some(reader.catalog)
}

/// The same from the document as a whole; what `check` says of it comes before what is wrong with
/// its parts.
pub(crate) fn parse_marked(
    text: &str,
    written: Timestamp,
    check: impl FnOnce(&DeTable<'_>) -> Result<(), Unreadable>,
) -> Result<Catalog, Unreadable> {
    let document = DeTable::parse(text).map_err(|error| Unreadable::Broken {
        at: error.span().map(|span| span.start),
        message: error.message().to_owned(),
    })?;
    check_version(document.get_ref(), "version")?;
    check(document.get_ref())?;
    let entries = entries(text, document.get_ref())?;
    let mut reader = Reader::new(text, written, entries.len());
    for (index, (header, table)) in entries.into_iter().enumerate() {
        reader.take(index, 0, header, table);
    }
    Ok(reader.catalog)
}

/// Whether the version under `key` is the one that is known; one that is absent is.
pub(crate) fn check_version(root: &DeTable<'_>, key: &str) -> Result<(), Unreadable> {
    let Some(version) = root.get(key) else {
        return Ok(());
    };
    let number = match version.get_ref() {
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).ok(),
        _ => None,
    };
    match number {
        Some(1) => Ok(()),
        Some(version) if version > 1 => Err(Unreadable::Newer { version }),
        _ => Err(broken(version, &format!("`{key}` must be 1."))),
    }
}

/// The `[[registry]]` tables.
fn entries<'a, 'i>(
    text: &str,
    root: &'a DeTable<'i>,
) -> Result<Vec<(usize, &'a DeTable<'i>)>, Unreadable> {
    let Some(value) = root.get("registry") else {
        return Ok(Vec::new());
    };
    let no_tables = || {
        broken(
            value,
            "Begin every registry with a line [[registry]] of its own.",
        )
    };
    match value.get_ref() {
        DeValue::Array(tables) if text[value.span()].starts_with("[[") => tables
            .iter()
            .map(|table| header_of(table).ok_or_else(no_tables))
            .collect(),
        _ => Err(no_tables()),
    }
}

/// The table and where its header begins; `None` for what is no table.
fn header_of<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Option<(usize, &'a DeTable<'i>)> {
    match value.get_ref() {
        DeValue::Table(table) => Some((value.span().start, table)),
        _ => None,
    }
}

fn broken<T>(place: &Spanned<T>, message: &str) -> Unreadable {
    Unreadable::Broken {
        at: Some(place.span().start),
        message: message.to_owned(),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Made when the first problem needs it.
    lines: Option<Lines<'a>>,
    written: Timestamp,
    catalog: Catalog,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, written: Timestamp, entry_count: usize) -> Self {
        Self {
            text,
            lines: None,
            written,
            catalog: Catalog {
                entry_count,
                ..Catalog::default()
            },
        }
    }

    /// The entry `index` of the file; places in it count from the byte `start` of the text.
    fn take(&mut self, index: usize, start: usize, header: usize, table: &DeTable<'_>) {
        let taken = entry::parse(header, table, self.written)
            .and_then(|entry| self.check_unique(header, table, entry));
        match taken {
            Ok((Entry { record, complete }, key)) => {
                if !complete {
                    self.catalog.incomplete.push(record.id);
                }
                self.catalog.push(record, key, index);
            }
            Err(flaw) => self.report(start + flaw.at, flaw.message),
        }
    }

    /// The entry and the key of its name, if nobody has its id or name yet.
    fn check_unique(
        &self,
        header: usize,
        table: &DeTable<'_>,
        entry: Entry,
    ) -> Result<(Entry, String), Flaw> {
        let at = |key: &str| table.get(key).map_or(header, |value| value.span().start);
        let key = entry.record.name.key();
        if let Some(other) = self.catalog.by_name_key(&key) {
            let message = format!(
                "Another registry above is called “{}” as well; give this one another name.",
                other.name
            );
            return Err(Flaw {
                at: at("name"),
                message,
            });
        }
        if let Some(other) = self.catalog.by_id(entry.record.id) {
            let message = format!(
                "“{}” above has this id as well; remove the line, and a new id is made.",
                other.name
            );
            return Err(Flaw {
                at: at("id"),
                message,
            });
        }
        Ok((entry, key))
    }

    fn report(&mut self, at: usize, message: String) {
        let lines = self.lines.get_or_insert_with(|| Lines::new(self.text));
        self.catalog.problems.push(EntryProblem {
            line: lines.line(at),
            column: lines.column(at),
            message,
        });
    }
}

#[cfg(test)]
mod tests;
