//! What can go wrong with the catalog's file.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::lines::Lines;

/// Why the catalog could not be read or written. Whatever it is, the file is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The file as a whole cannot be understood.
    #[error("{}{} cannot be understood: {message}", .path.display(), place(*.line, *.column))]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: Option<u32>,
        /// Column in characters, from 1.
        column: Option<u32>,
        /// What is wrong there, in words.
        message: String,
        /// The text of that line, at most 200 characters.
        excerpt: Option<String>,
    },
    /// A later version of the program wrote the file.
    #[error("{} has version {version}, which a newer Registrar wrote; this one knows version 1", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The file is bigger than 16 MiB.
    #[error("{} is bigger than 16 MiB, so it is hardly a list of registries", .path.display())]
    TooBig {
        /// The file.
        path: PathBuf,
    },
    /// An exported file has more registries than one file may have.
    #[error("{} has more than {most} registries", .path.display())]
    TooMany {
        /// The file.
        path: PathBuf,
        /// How many it may have.
        most: usize,
    },
    /// The file could not be read.
    #[error("{} could not be read: {}", .path.display(), reason(.source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file, or one beside it, could not be written.
    #[error("{} could not be written: {}; nothing was changed", .path.display(), reason(.source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another program held the lock for five seconds.
    #[error("another program is changing {}; nothing was changed", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Another program, which does not know the lock, wrote the file during the edit.
    #[error("{} was changed by another program at this very moment; nothing was changed, try again", .path.display())]
    Overtaken {
        /// The file.
        path: PathBuf,
    },
    /// Another registry has the name, or one that differs only in case.
    #[error("another registry is already called “{name}”")]
    NameTaken {
        /// The other registry's name.
        name: String,
    },
    /// A registry with this id is there already.
    #[error("this registry is already in the list")]
    AlreadyThere,
    /// No registry has this id.
    #[error("this registry is no longer in the list")]
    Missing,
    /// The record would not be understood when read again.
    #[error("the registry cannot be saved: {message}")]
    Refused {
        /// Why not.
        message: String,
    },
    /// There is no backup that could be restored.
    #[error("there is no backup of {}", .path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
    },
    /// The operating system will not watch the file.
    #[error("{} cannot be watched: {source}", .path.display())]
    Watch {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl CatalogError {
    /// The file at `path`, which has this `text`, is wrong at the byte `at`.
    pub(crate) fn broken(path: &Path, text: &str, at: Option<usize>, message: String) -> Self {
        let lines = at.map(|at| (at, Lines::new(text)));
        Self::Broken {
            path: path.to_owned(),
            line: lines.as_ref().map(|(at, lines)| lines.line(*at)),
            column: lines.as_ref().map(|(at, lines)| lines.column(*at)),
            message,
            excerpt: lines.map(|(at, lines)| lines.excerpt(at)),
        }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }
}

fn place(line: Option<u32>, column: Option<u32>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(", line {line}, column {column},"),
        (Some(line), None) => format!(", line {line},"),
        _ => String::new(),
    }
}

/// The reason in words, where there are better ones than the system's.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "it is read-only for you".to_owned(),
        io::ErrorKind::FileTooLarge => "the file would become larger than allowed".to_owned(),
        _ => error.to_string(),
    }
}
