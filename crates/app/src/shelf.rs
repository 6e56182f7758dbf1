//! The catalog as the window sees it: the last good one, and what is wrong with the file now.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::RwLock;
use registrar_catalog::{Catalog, CatalogError, CatalogFile};

use crate::draft::name_taken;
use crate::paths::Paths;
use crate::wire::{BackupFacts, CatalogProblem, Code, CommandError, Field};

/// The catalog while it is read before there is an application: a long one takes as long as the
/// system needs to get ready for a window.
pub struct ReadAhead(JoinHandle<Option<Catalog>>);

impl ReadAhead {
    /// Begins to read, on a thread of its own. Nothing is changed, so that it does not matter whether
    /// this becomes an application at all.
    #[must_use]
    pub fn begin(paths: &Paths) -> Self {
        let file = CatalogFile::new(paths.config().to_owned());
        Self(std::thread::spawn(move || file.read_ahead()))
    }
}

/// The catalog and its file.
pub(crate) struct Shelf {
    pub(crate) file: CatalogFile,
    state: RwLock<State>,
}

struct State {
    catalog: Arc<Catalog>,
    problem: Option<CatalogProblem>,
}

impl Shelf {
    /// Reads the file, as far as `ahead` has not, and writes the first one where there is none. Never
    /// fails: what is wrong is kept as the problem.
    pub(crate) fn open(folder: PathBuf, ahead: Option<ReadAhead>) -> Self {
        let file = CatalogFile::new(folder);
        let ahead = ahead.and_then(|ahead| ahead.0.join().ok().flatten());
        let (catalog, problem) = match file.open_after(ahead) {
            Ok(catalog) => (catalog, None),
            Err(error) => (Catalog::default(), Some(problem(&file, &error))),
        };
        let state = State {
            catalog: Arc::new(catalog),
            problem,
        };
        Self {
            file,
            state: RwLock::new(state),
        }
    }

    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.state.read().catalog)
    }

    pub(crate) fn problem(&self) -> Option<CatalogProblem> {
        self.state.read().problem.clone()
    }

    /// Takes over what was just written.
    pub(crate) fn replace(&self, catalog: Catalog) -> Arc<Catalog> {
        let catalog = Arc::new(catalog);
        *self.state.write() = State {
            catalog: Arc::clone(&catalog),
            problem: None,
        };
        catalog
    }

    /// Reads the file again. Says whether anything is different now.
    pub(crate) fn reload(&self) -> bool {
        let loaded = self.file.load();
        let mut state = self.state.write();
        match loaded {
            Ok(catalog) => {
                let same = catalog.revision == state.catalog.revision && state.problem.is_none();
                *state = State {
                    catalog: Arc::new(catalog),
                    problem: None,
                };
                !same
            }
            Err(error) => {
                let problem = Some(problem(&self.file, &error));
                let same = state.problem == problem;
                state.problem = problem;
                !same
            }
        }
    }
}

fn problem(file: &CatalogFile, error: &CatalogError) -> CatalogProblem {
    let (line, column, excerpt) = match error {
        CatalogError::Broken {
            line,
            column,
            excerpt,
            ..
        } => (*line, *column, excerpt.clone()),
        _ => (None, None, None),
    };
    let backup = file.backup().map(|backup| BackupFacts {
        saved_at: backup.saved_at.to_string(),
        registries: backup.registries,
    });
    CatalogProblem {
        path: file.path().display().to_string(),
        message: error.to_string(),
        line,
        column,
        excerpt,
        backup,
    }
}

impl From<CatalogError> for CommandError {
    fn from(error: CatalogError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            CatalogError::Broken { .. }
            | CatalogError::Newer { .. }
            | CatalogError::TooBig { .. } => Self::new(Code::CatalogBroken, message)
                .hint("Mend registries.toml or restore its backup; nothing was changed."),
            CatalogError::NameTaken { name } => Self {
                field: Some(Field::Name),
                ..Self::new(Code::NameTaken, name_taken(&name))
            },
            CatalogError::Missing => Self::not_found(),
            CatalogError::Busy { .. } | CatalogError::Overtaken { .. } => {
                Self::new(Code::Storage, message)
                    .hint("Try again in a moment.")
                    .retryable()
            }
            CatalogError::NoBackup { .. } => Self::new(Code::NotFound, message)
                .hint("Mend the file by hand, or remove it to start anew."),
            CatalogError::Refused { .. } | CatalogError::AlreadyThere => {
                Self::new(Code::Invalid, message)
            }
            CatalogError::Read { source, .. } | CatalogError::Write { source, .. } => Self::new(
                Code::Storage,
                message,
            )
            .hint("Make the file and its folder writable and leave some space, then try again.")
            .retryable()
            .raw(&source),
            other => Self::internal(&other),
        }
    }
}

/// The catalog's errors begin small, to stand in a longer text; here they stand alone.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let path_first = text.starts_with('/');
    let first = first
        .filter(|_| !path_first)
        .unwrap_or_else(|| text.chars().take(1).collect());
    format!("{first}{}.", letters.as_str())
}
