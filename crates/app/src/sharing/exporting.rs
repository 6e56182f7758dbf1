//! Writing registries into a file for somebody else.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use registrar_catalog::{Record, export};

use crate::app::App;
use crate::files;
use crate::wire::{
    ChosenFile, Code, CommandError, ExportRegistries, Field, Nothing, RegistriesExported,
};

impl App {
    /// Asks where to write an export of registries.
    ///
    /// # Errors
    /// None; a dialog that was closed is an answer.
    pub async fn choose_export(&self, _: Nothing) -> Result<ChosenFile, CommandError> {
        let path = self.0.ports.dialogs.save_registries().await;
        Ok(ChosenFile {
            path: path.map(|path| path.display().to_string()),
        })
    }

    /// Writes registries into a file for somebody else, without secrets.
    ///
    /// # Errors
    /// [`Code::Invalid`] at [`Field::File`] for a path that will not do, [`Code::NotFound`] for a
    /// registry that is gone, [`Code::Storage`]. Nothing is written then.
    pub async fn export_registries(
        &self,
        request: ExportRegistries,
    ) -> Result<RegistriesExported, CommandError> {
        let path = whole_path(&request.path)?;
        let records = self.chosen(&request.ids).await?;
        self.check_not_catalog(&path).await?;
        let text = export(&records, Timestamp::now());
        let (target, replace) = (path.clone(), request.replace);
        let outcome = self.blocking(move || Ok(write(&target, &text, replace)?));
        let outcome = outcome.await;
        if matches!(outcome, Ok(false)) {
            return Ok(RegistriesExported::Taken);
        }
        let registries = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let path = path.display().to_string();
        let detail = format!("{registries} to {path}");
        self.noted_general("registries.exported", Some(detail), outcome)
            .await?;
        Ok(RegistriesExported::Written { path, registries })
    }

    /// The registries with these ids, in the catalog's order.
    async fn chosen(&self, ids: &[String]) -> Result<Vec<Record>, CommandError> {
        if ids.is_empty() {
            let message = "No registry is chosen, so there is nothing to export.";
            return Err(CommandError::new(Code::Invalid, message).hint("Choose at least one."));
        }
        let catalog = self.shelf().await.catalog();
        let is_chosen = |record: &&Record| ids.contains(&record.id.to_string());
        let records: Vec<Record> = catalog.records.iter().filter(is_chosen).cloned().collect();
        if records.len() < ids.len() {
            return Err(CommandError::not_found());
        }
        Ok(records)
    }

    /// The catalog itself must not become an export: it would lose what an export leaves out.
    async fn check_not_catalog(&self, path: &Path) -> Result<(), CommandError> {
        let (path, own) = (path.to_owned(), self.shelf().await.file.path().to_owned());
        if self.blocking(move || Ok(is_same(&path, &own))).await? {
            let message = "This is Registrar’s own list. Choose another file.";
            return Err(CommandError::invalid(Field::File, message));
        }
        Ok(())
    }
}

/// Whether it was written; not where there is a file that may not be replaced.
fn write(path: &Path, text: &str, replace: bool) -> std::io::Result<bool> {
    if replace {
        files::write_whole(path, text.as_bytes()).map(|()| true)
    } else {
        files::write_new(path, text.as_bytes())
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs_err::canonicalize(one), fs_err::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The path that a person has typed or chosen.
pub(super) fn whole_path(text: &str) -> Result<PathBuf, CommandError> {
    let path = PathBuf::from(text.trim());
    if path.is_absolute() && path.file_name().is_some() && !text.contains('\0') {
        return Ok(path);
    }
    let message = "Enter the whole path of a file, from the root of the disk on, or choose one.";
    Err(CommandError::invalid(Field::File, message))
}
