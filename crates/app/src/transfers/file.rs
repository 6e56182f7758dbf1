//! `transfers.json`: what is to be moved, so that it outlives the window.
//!
//! Reading is lenient: an entry that is not understood is kept as it is, and a file that is not
//! JSON at all is set aside under another name and never overwritten. There is no secret in it:
//! registries are named by their records.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::files;
use crate::wire::{Code, CommandError, NewTransfer};

/// The most that is read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// A transfer as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) added: Timestamp,
    pub(super) wanted: NewTransfer,
    pub(super) words: Words,
    pub(super) state: Kept,
}

/// How a transfer is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    /// The image: `team/app:1.0`.
    pub(super) name: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// How a transfer stands, as far as that outlives the window: what runs is `open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Kept {
    Open,
    Paused,
    Failed {
        message: String,
        hint: Option<String>,
        raw: Option<String>,
    },
    Done {
        at: Timestamp,
        digest: String,
        bytes: u64,
    },
    Cancelled,
}

impl Kept {
    pub(super) fn failed(error: &CommandError) -> Self {
        Self::Failed {
            message: error.message.clone(),
            hint: error.hint.clone(),
            raw: error.raw.clone(),
        }
    }

    /// The error of a failed one.
    pub(super) fn error(message: &str, hint: Option<&str>, raw: Option<&str>) -> CommandError {
        CommandError {
            hint: hint.map(ToOwned::to_owned),
            raw: raw.map(ToOwned::to_owned),
            ..CommandError::new(Code::Internal, message)
        }
    }
}

/// What the file holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Contents {
    pub(super) jobs: Vec<Job>,
    /// Entries that are not understood: they are written back as they were.
    pub(super) strange: Vec<Value>,
    /// What the person should hear of.
    pub(super) problem: Option<String>,
}

#[derive(Deserialize)]
struct Read {
    transfers: Vec<Value>,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    transfers: Vec<&'a Value>,
}

/// Reads the file; sets it aside where it is none of ours. Blocks.
pub(super) fn read(path: &Path) -> Contents {
    let text = match files::read_bounded(path, MAX_BYTES) {
        Ok(None) => return Contents::default(),
        Ok(Some(text)) => text,
        Err(error) => return set_aside(path, &error),
    };
    match serde_json::from_slice::<Read>(&text) {
        Ok(read) => understood(read.transfers),
        Err(error) => set_aside(path, &error),
    }
}

fn understood(entries: Vec<Value>) -> Contents {
    let mut contents = Contents::default();
    for entry in entries {
        match Job::deserialize(&entry) {
            Ok(job) => contents.jobs.push(job),
            Err(error) => {
                tracing::warn!(%error, "a transfer is not understood, and is kept as it is");
                contents.strange.push(entry);
            }
        }
    }
    let count = contents.strange.len();
    contents.problem = (count > 0).then(|| {
        format!("{count} of the remembered transfers could not be understood. They stay in the file, and are not carried out.")
    });
    contents
}

/// Puts the file where nothing overwrites it.
fn set_aside(path: &Path, why: &dyn std::fmt::Display) -> Contents {
    let aside = beside(path);
    let moved = fs::rename(path, &aside);
    tracing::warn!(%why, ?moved, "the file of transfers could not be read");
    let problem = match moved {
        Ok(()) => format!(
            "The file of transfers could not be read ({why}). It was set aside as {}; start what is missing here again.",
            aside.display()
        ),
        Err(error) => format!(
            "The file of transfers, {}, could be neither read ({why}) nor set aside ({error}). Until it can, transfers are not remembered.",
            path.display()
        ),
    };
    Contents {
        problem: Some(problem),
        ..Contents::default()
    }
}

fn beside(path: &Path) -> PathBuf {
    let stamp = Timestamp::now().as_millisecond();
    path.with_file_name(format!("transfers-unreadable-{stamp}.json"))
}

/// Writes the whole file. Blocks.
pub(super) fn write(path: &Path, jobs: &[Job], strange: &[Value]) -> io::Result<()> {
    let jobs = jobs.iter().map(serde_json::to_value);
    let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
    let transfers = jobs.iter().chain(strange).collect();
    let written = Written {
        version: 1,
        transfers,
    };
    files::write_whole(path, &serde_json::to_vec_pretty(&written)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ImageForm, TransferPlace};

    fn job(state: Kept) -> Job {
        let to = TransferPlace::File {
            form: ImageForm::Folder,
            path: "/tmp/app".to_owned(),
            image: None,
        };
        let from = TransferPlace::Registry {
            registry: Uuid::now_v7().to_string(),
            repository: "team/app".to_owned(),
            reference: "1.0".to_owned(),
        };
        Job {
            id: Uuid::now_v7(),
            added: Timestamp::now(),
            wanted: NewTransfer {
                from,
                to,
                platforms: None,
                referrers: true,
            },
            words: Words {
                name: "team/app:1.0".to_owned(),
                from: "Lab".to_owned(),
                to: "/tmp/app".to_owned(),
            },
            state,
        }
    }

    #[test]
    fn what_is_written_is_read_again_with_what_is_strange() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/transfers.json");
        let jobs = [job(Kept::Open), job(Kept::Paused)];
        let strange = [serde_json::json!({ "of": "a later version" })];
        write(&path, &jobs, &strange).unwrap();
        let contents = read(&path);
        assert_eq!(contents.jobs, jobs);
        assert_eq!(contents.strange, strange);
        assert!(contents.problem.unwrap().starts_with("1 of the remembered"));
    }

    #[test]
    fn a_file_that_is_none_is_set_aside_and_keeps_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transfers.json");
        std::fs::write(&path, "{ broken").unwrap();
        let contents = read(&path);
        assert!(contents.problem.unwrap().contains("set aside"));
        assert!(!path.exists());
        let left = std::fs::read_dir(folder.path()).unwrap().next().unwrap();
        let text = std::fs::read_to_string(left.unwrap().path()).unwrap();
        assert_eq!(text, "{ broken");
    }

    #[test]
    fn no_file_is_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transfers.json");
        assert_eq!(read(&path), Contents::default());
    }
}
