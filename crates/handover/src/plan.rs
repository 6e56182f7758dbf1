//! What is about to be written, shown before it is.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use registrar_registry::Secret;
use serde::Serialize;

use crate::{
    diff::{self, DiffLine},
    disk::{self, Staged},
    environment::Environment,
    error::HandoverError,
    ledger::{Ledger, Record},
};

/// What has to be known to read and change the configuration of tools.
#[derive(Debug, Clone)]
pub struct Handover {
    pub(crate) environment: Environment,
    /// Registrar's data folder, where the ledger `handover.json` lies.
    pub(crate) data: PathBuf,
}

/// Whether a setting of another helper may be replaced. It comes back when ours goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// Leave it and report it as a conflict.
    Never,
    /// Replace it: the person has been asked.
    Agreed,
}

/// A setting that another helper has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The registry as the tool spells it; `None` for the setting for all of them.
    pub key: Option<String>,
    /// The helper's name, such as `desktop`.
    pub helper: String,
}

/// Changes of files, not yet made. It holds what the files are to hold, secrets included.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What changes; empty where everything is as wanted already.
    pub changes: Vec<FileChange>,
    /// What was left out because another helper has it.
    pub conflicts: Vec<Conflict>,
    /// What to remember of files that stay as they are.
    pub(crate) notes: Vec<(PathBuf, Record)>,
}

impl Plan {
    /// Whether applying it would do nothing. A plan without changes may still have something to
    /// forget: that a setting was wanted which another program has removed already.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.notes.is_empty()
    }

    /// This plan and another, as one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.conflicts.extend(other.conflicts);
        self.notes.extend(other.notes);
        self
    }

    /// A plan that only remembers.
    pub(crate) fn note(path: &Path, record: Record) -> Self {
        Self {
            notes: vec![(path.to_owned(), record)],
            ..Self::default()
        }
    }
}

/// What a path leads to. A file's content may hold passwords.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    File(Secret),
    Link(PathBuf),
}

/// The change of one file, or of a link. It can be applied as long as the file is as it was.
#[derive(Clone)]
pub struct FileChange {
    pub(crate) path: PathBuf,
    pub(crate) before: Option<Body>,
    pub(crate) after: Option<Body>,
    /// What to remember of it; `None` for a link, which explains itself.
    pub(crate) record: Option<Record>,
    /// Where the file as it was is kept; `None` for files with other people's secrets.
    pub(crate) backup: Option<PathBuf>,
}

impl FileChange {
    /// The file, as the tool names it; it may be a link to the one that is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is no such file yet.
    pub fn creates(&self) -> bool {
        self.before.is_none()
    }

    /// Whether the file goes.
    pub fn deletes(&self) -> bool {
        self.after.is_none()
    }

    /// Where the file as it was is kept when it changes.
    pub fn backup(&self) -> Option<&Path> {
        let backup = self.backup.as_deref();
        backup.filter(|_| self.before.is_some())
    }

    /// The lines that change, with two lines around them. Every value but the names of helpers
    /// is shown as `…`, because it may be a secret.
    pub fn diff(&self) -> Vec<DiffLine> {
        diff::lines(&text(self.before.as_ref()), &text(self.after.as_ref()))
    }
}

fn text(body: Option<&Body>) -> String {
    match body {
        None => String::new(),
        Some(Body::Link(target)) => format!("→ {}", target.display()),
        Some(Body::File(content)) => diff::shown(content.expose_text().unwrap_or_default()),
    }
}

impl fmt::Debug for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileChange")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Handover {
    /// Hand-over in `environment`, remembered in the folder `data`. Touches nothing.
    pub fn new(environment: Environment, data: impl Into<PathBuf>) -> Self {
        Self {
            environment,
            data: data.into(),
        }
    }

    /// What the tools see of the machine.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn ledger(&self) -> Result<Ledger, HandoverError> {
        Ledger::open(&self.data)
    }

    /// Makes the changes. Each file changes in one step, after all of them have been prepared.
    ///
    /// # Errors
    /// [`HandoverError::Overtaken`] where a file is no longer what the plan began with,
    /// [`HandoverError::Busy`] after five seconds, [`HandoverError::Write`] where the system
    /// refuses. Files before the one that failed may have been changed; each can be undone.
    pub fn apply(&self, plan: Plan) -> Result<(), HandoverError> {
        disk::create_folder(&self.data)?;
        let _lock = disk::lock(&self.data.join("handover.lock"))?;
        let mut ledger = self.ledger()?;
        for change in &plan.changes {
            change.check()?;
        }
        let staged = plan
            .changes
            .into_iter()
            .map(Ready::prepare)
            .collect::<Result<Vec<_>, _>>()?;
        for ready in &staged {
            ready.announce(&mut ledger);
        }
        for (path, record) in plan.notes {
            ledger.announce(&path, None, record);
            ledger.settle(&path);
        }
        ledger.save()?;
        let mut unused = Vec::new();
        for ready in staged {
            let path = ready.change.path.clone();
            unused.extend(ready.change.unused_folders());
            ready.commit()?;
            ledger.settle(&path);
        }
        remove_folders(unused);
        ledger.save()
    }
}

impl FileChange {
    /// Whether the file is still what the plan began with.
    fn check(&self) -> Result<(), HandoverError> {
        let same = match (&self.before, current(&self.path, self.is_link())?) {
            (None, None) => true,
            (Some(Body::File(before)), Some(Body::File(now))) => before.expose() == now.expose(),
            (Some(Body::Link(before)), Some(Body::Link(now))) => *before == now,
            _ => false,
        };
        if same {
            Ok(())
        } else {
            Err(HandoverError::Overtaken {
                path: self.path.clone(),
            })
        }
    }

    fn is_link(&self) -> bool {
        [&self.before, &self.after]
            .into_iter()
            .flatten()
            .any(|body| matches!(body, Body::Link(_)))
    }

    /// The folders that were made for the file, if it goes.
    fn unused_folders(&self) -> Vec<PathBuf> {
        let record = self.record.as_ref().filter(|_| self.deletes());
        record
            .map(|record| record.folders.clone())
            .unwrap_or_default()
    }

    fn bytes(&self) -> Option<&[u8]> {
        match &self.before {
            Some(Body::File(content)) => Some(content.expose()),
            _ => None,
        }
    }
}

/// What is at `path`: the file that it leads to, or, where a link is expected, the link itself.
fn current(path: &Path, link: bool) -> Result<Option<Body>, HandoverError> {
    if !link {
        return disk::read(path).map(|content| content.map(Body::File));
    }
    match fs::read_link(path) {
        Ok(target) => Ok(Some(Body::Link(target))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(HandoverError::InTheWay {
            path: path.to_owned(),
        }),
    }
}

/// A change that only needs to be put in its place.
struct Ready {
    change: FileChange,
    staged: Option<Staged>,
    /// Folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
}

impl Ready {
    fn prepare(change: FileChange) -> Result<Self, HandoverError> {
        let place = if change.is_link() {
            change.path.clone()
        } else {
            disk::target(&change.path)
        };
        let mut made = Vec::new();
        if let (Some(_), Some(folder)) = (&change.after, place.parent()) {
            made = disk::missing_folders(&place);
            disk::create_folder(folder)?;
        }
        let staged = match &change.after {
            Some(Body::File(content)) => {
                let staged = disk::stage(&change.path, content.expose());
                Some(staged.map_err(HandoverError::write(&change.path))?)
            }
            None if !change.is_link() => {
                disk::permissions(&place).map_err(HandoverError::write(&change.path))?;
                None
            }
            _ => None,
        };
        Ok(Self {
            change,
            staged,
            made,
        })
    }

    fn announce(&self, ledger: &mut Ledger) {
        let Some(record) = &self.change.record else {
            return;
        };
        let folders = self.made.iter().chain(&record.folders).cloned().collect();
        let record = Record {
            folders,
            ..record.clone()
        };
        ledger.announce(&self.change.path, self.change.bytes(), record);
    }

    fn keep_backup(&self) -> Result<(), HandoverError> {
        let (Some(backup), Some(bytes)) = (&self.change.backup, self.change.bytes()) else {
            return Ok(());
        };
        if let Some(folder) = backup.parent() {
            disk::create_folder(folder)?;
        }
        let kept = disk::stage(backup, bytes).and_then(Staged::commit);
        kept.map_err(HandoverError::write(backup))
    }

    fn commit(self) -> Result<(), HandoverError> {
        // Whoever does not know our lock may have written while we prepared.
        self.change.check()?;
        self.keep_backup()?;
        let path = &self.change.path;
        let done = match (&self.change.after, self.staged) {
            (_, Some(staged)) => staged.commit(),
            (Some(Body::Link(target)), _) => link(target, path),
            (None, _) if self.change.is_link() => fs::remove_file(path),
            _ => remove(&disk::target(path)),
        };
        done.map_err(HandoverError::write(path))
    }
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    disk::sync_folder(path);
    Ok(())
}

/// Removes folders that were made for files now gone, as far as nobody else uses them.
fn remove_folders(mut folders: Vec<PathBuf>) {
    folders.sort_unstable_by_key(|folder| std::cmp::Reverse(folder.components().count()));
    for folder in folders {
        // What is not empty is somebody's, and stays.
        let _ = fs::remove_dir(folder);
    }
}

/// Makes a link under another name first, so that the one there is replaced in one step.
#[cfg(unix)]
fn link(target: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new()
        .prefix(".registrar-")
        .tempdir_in(folder)?;
    let link = temporary.path().join("link");
    std::os::unix::fs::symlink(target, &link)?;
    fs::rename(link, path)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
