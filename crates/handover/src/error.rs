//! What can go wrong with a tool's configuration.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why a tool's configuration could not be read or changed. No message repeats a file's content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandoverError {
    /// The file is not what its tool expects.
    #[error("{}, line {line}, column {column}, cannot be understood: {message}", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong there, in words.
        message: String,
    },
    /// The file is bigger than 4 MiB.
    #[error("{} is bigger than 4 MiB, so it is hardly a tool's configuration", .path.display())]
    TooBig {
        /// The file.
        path: PathBuf,
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
    #[error("{} could not be written: {}", .path.display(), reason(.source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no longer what the plan showed.
    #[error("{} was changed by another program in the meantime; nothing was written, look again", .path.display())]
    Overtaken {
        /// The file.
        path: PathBuf,
    },
    /// Another Registrar held the lock for five seconds.
    #[error("another Registrar is changing the configuration of tools; nothing was written")]
    Busy,
    /// Something else lies where the helper's link should be.
    #[error("{} is something else, so the helper cannot be linked there", .path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// The ledger cannot be understood.
    #[error("{}, where Registrar remembers what it changed, cannot be understood: {message}", .path.display())]
    Ledger {
        /// The ledger's file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A helper's name that no program can have.
    #[error("a credential helper of this name cannot be run")]
    HelperName,
    /// A program could not be started.
    #[error("{program} could not be run: {source}")]
    Start {
        /// The program's name.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A program did not answer in time.
    #[error("{program} did not answer within {} seconds", .limit.as_secs())]
    Slow {
        /// The program's name.
        program: String,
        /// How long it had.
        limit: Duration,
    },
    /// A program answered what cannot be used.
    #[error("{program} did not give a usable answer")]
    Answer {
        /// The program's name.
        program: String,
    },
    /// The credential is no longer where it was found.
    #[error("this credential is no longer there")]
    Gone,
}

impl HandoverError {
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }
}

/// The reason in words, where there are better ones than the system's.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not".to_owned(),
        _ => error.to_string(),
    }
}
