//! A file of registries for somebody else: the tables of `registries.toml`, marked as an export,
//! without anything that is secret or means nothing on another computer.

use std::{fmt::Write as _, io, path::Path};

use jiff::Timestamp;
use registrar_registry::TlsRules;
use toml::de::DeTable;

use crate::{
    catalog::EntryProblem,
    entry::in_microseconds,
    error::CatalogError,
    read::{self, Unreadable},
    record::{ContainerOptions, Record},
    render,
    storage::{self, Content},
};

/// The most registries that are read from one file of somebody else.
const MAX_SHARED: usize = 5000;

/// What somebody else's file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The registries, each [portable], in the order of the file.
    pub records: Vec<Record>,
    /// The entries that cannot be understood.
    pub problems: Vec<EntryProblem>,
    /// When it was exported, where the file says so.
    pub exported: Option<Timestamp>,
}

/// The text of a file with `records`, exported at the moment `at`.
pub fn export(records: &[Record], at: Timestamp) -> String {
    let mut text = String::from(
        "# Registries, exported by Registrar. There are no tokens in this file.\n\
         # To use them: Registrar, Registries, \"Import from a file\".\n\
         version = 1\nexport = 1\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "exported = \"{:.6}\"", in_microseconds(at));
    for record in records {
        text.push('\n');
        text.push_str(&render::entry(&portable(record), "\n"));
    }
    text
}

/// What of a record is true on another computer as well: no token and nothing about one, no path
/// of a file, and not which tool added it.
#[must_use]
pub fn portable(record: &Record) -> Record {
    Record {
        token: false,
        expires: None,
        tls: TlsRules {
            ca_file: None,
            ..record.tls.clone()
        },
        container: ContainerOptions {
            client_certificate: None,
            added_by: None,

            ..record.container.clone()
        },
        ..record.clone()
    }
}

/// Reads somebody else's file: an export, or a `registries.toml` as it is.
///
/// Fails with [`CatalogError::Broken`], [`CatalogError::Newer`], [`CatalogError::TooBig`] above
/// 16 MiB, [`CatalogError::TooMany`] above 5,000 registries, and [`CatalogError::Read`].
pub fn read_shared(path: &Path) -> Result<Shared, CatalogError> {
    let bytes = match storage::read(path).map_err(CatalogError::read(path))? {
        Content::Absent => {
            let absent = io::Error::new(io::ErrorKind::NotFound, "there is no such file");
            return Err(CatalogError::read(path)(absent));
        }
        Content::TooBig => {
            let path = path.to_owned();
            return Err(CatalogError::TooBig { path });
        }
        Content::Bytes(bytes) => bytes,
    };
    let text = read::text(path, &bytes)?;
    let shared = parse(text).map_err(|error| error.of(path, text))?;
    if shared.records.len() > MAX_SHARED {
        let (path, most) = (path.to_owned(), MAX_SHARED);
        return Err(CatalogError::TooMany { path, most });
    }
    Ok(shared)
}

fn parse(text: &str) -> Result<Shared, Unreadable> {
    let mut exported = None;
    let catalog = read::parse_marked(text, Timestamp::UNIX_EPOCH, |root| {
        read::check_version(root, "export")?;
        exported = moment(root);
        match (root.get("export"), root.get("registry")) {
            (None, None) => Err(Unreadable::Broken {
                at: None,
                message: "There is no [[registry]] in it, so it is no list of registries."
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    })?;
    Ok(Shared {
        records: catalog.records.iter().map(portable).collect(),
        problems: catalog.problems,
        exported,
    })
}

/// When the file was exported. It is only shown, so one that cannot be read is none.
fn moment(root: &DeTable<'_>) -> Option<Timestamp> {
    root.get("exported")?.get_ref().as_str()?.parse().ok()
}
