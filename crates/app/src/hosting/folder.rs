//! The folder of the packages: where it is, and another one in its place.

use std::path::{Path, PathBuf};

use registrar_hosting::HostError;
use registrar_hosting::relocation::{Relocated, Relocation, demand_free, demand_hosted};

use super::entry;
use super::place::PlaceFile;
use super::words::count;
use crate::app::App;
use crate::wire::{
    ChosenStorageFolder, CommandError, Done, MoveStorage, Nothing, StorageFolder, StorageMoved,
};

/// The folder that is made within one that has something in it.
const OWN: &str = "registrar-packages";

impl App {
    pub(super) fn packages_place(&self) -> PlaceFile {
        let data = self.0.paths.data();
        PlaceFile::new(data.join("hosting.json"), self.0.paths.hosting())
    }

    /// The folder, to be shown.
    pub(super) fn shown_folder(&self) -> String {
        let folder = self.packages_place().folder();
        let folder = folder.unwrap_or_else(|_| self.0.paths.hosting());
        folder.display().to_string()
    }

    /// Where the packages lie, and whether they are there.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the file that says so cannot be read.
    pub async fn storage_folder(&self, _: Nothing) -> Result<StorageFolder, CommandError> {
        let (place, usual) = (self.packages_place(), self.0.paths.hosting());
        let look = move || {
            let folder = place.folder()?;
            Ok(StorageFolder {
                usual: folder == usual,
                there: place.to_open().is_ok(),
                folder: folder.display().to_string(),
            })
        };
        // A disk may take its time to wake up.
        self.blocking(look).await
    }

    /// Opens the folder in the system's file manager.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] where it is not there.
    pub async fn open_storage_folder(&self, _: Nothing) -> Result<Done, CommandError> {
        let folder = self.packages_place().to_open()?;
        let app = self.clone();
        self.blocking(move || app.show_folder(&folder)).await?;
        Ok(Done {})
    }

    /// Asks the person for another folder. Where there is something in it, it is a new one within
    /// that is meant.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where it will not do.
    pub async fn choose_storage_folder(
        &self,
        _: Nothing,
    ) -> Result<ChosenStorageFolder, CommandError> {
        let host = self.host().await?;
        let bytes = host.used_bytes().await?;
        let chosen = self.0.ports.dialogs.choose_folder().await;
        let path = match chosen {
            None => None,
            Some(chosen) => Some(suitable(host.folder(), &chosen)?),
        };
        Ok(ChosenStorageFolder {
            path: path.map(|path| path.display().to_string()),
            bytes,
        })
    }

    /// Moves everything to a folder. Clients go on while most of it is copied. Until all of it has
    /// arrived the old folder is the one in use; then it is removed.
    ///
    /// # Errors
    /// [`crate::wire::Code::Cancelled`]; where the folder will not do, or has no room.
    pub async fn move_storage(&self, request: MoveStorage) -> Result<StorageMoved, CommandError> {
        let _one = self.0.hosting.moving.lock().await;
        let operation = self.0.operations.begin(&request.operation);
        let moving = self.relocate(Path::new(&request.path), &request.operation);
        let moved = match operation.run(moving).await {
            None => Err(CommandError::cancelled()),
            Some(moved) => moved.map_err(CommandError::from),
        };
        // What is no longer needed: the old folder, or a copy that was not finished.
        let place = self.packages_place();
        let left = self.blocking(move || Ok(place.clear()?)).await;
        let (old, moved) = self.noted_failure("storage.moved", None, moved).await?;
        let folder = self.shown_folder();
        let mut noted = entry("storage.moved", None);
        noted.detail = Some(format!("to {folder}"));
        self.note(noted).await;
        let is_left = left.is_ok_and(|left| left.contains(&old)) && old.exists();
        Ok(StorageMoved {
            folder,
            files: count(moved.blobs),
            bytes: moved.bytes,
            damaged: count(moved.damaged),
            left: is_left.then(|| old.display().to_string()),
        })
    }

    /// The old folder, and what has moved.
    async fn relocate(
        &self,
        to: &Path,
        operation: &str,
    ) -> Result<(PathBuf, Relocated), HostError> {
        let (host, place) = (self.open_host().await?, self.packages_place());
        let from = place.folder()?;
        demand_free(&from, to)?;
        place.begin(to)?;
        let mut moving = Relocation::begin(&from, to).await?;
        let progress = self.bytes_progress(operation);
        moving.copy_ahead(&host, progress).await?;
        drop(host);
        let _alone = self.alone_with_packages().await?;
        let moved = moving.finish(self.bytes_progress(operation)).await?;
        place.switch(moving.folder(), Some(from.clone()))?;
        moving.keep();
        Ok((from, moved))
    }

    /// Asks the person where the packages lie that are not where they should be.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where no packages lie there.
    pub async fn find_storage(&self, request: Nothing) -> Result<StorageFolder, CommandError> {
        if let Some(chosen) = self.0.ports.dialogs.choose_folder().await {
            let _one = self.0.hosting.moving.lock().await;
            let found = [chosen.join(OWN), chosen.clone()];
            let found = found.iter().find(|folder| demand_hosted(folder).is_ok());
            let found = found.unwrap_or(&chosen);
            let use_it = self.use_folder(found).await;
            self.noted_failure("storage.found", None, use_it).await?;
        }
        self.storage_folder(request).await
    }

    async fn use_folder(&self, folder: &Path) -> Result<(), CommandError> {
        let _alone = self.alone_with_packages().await?;
        demand_hosted(folder)?;
        self.packages_place().switch(folder, None)?;
        self.note_place("storage.found").await;
        Ok(())
    }

    /// Gives up packages that are not where they should be, and begins without any in the usual
    /// folder. Where they are, nothing is done.
    ///
    /// # Errors
    /// Where that cannot be written down.
    pub async fn start_storage_anew(
        &self,
        request: Nothing,
    ) -> Result<StorageFolder, CommandError> {
        let _one = self.0.hosting.moving.lock().await;
        let place = self.packages_place();
        if place.to_open().is_err() {
            let _alone = self.alone_with_packages().await?;
            place.switch(&self.0.paths.hosting(), None)?;
            self.note_place("storage.anew").await;
        }
        self.storage_folder(request).await
    }

    async fn note_place(&self, action: &str) {
        let mut noted = entry(action, None);
        noted.detail = Some(format!("in {}", self.shown_folder()));
        self.note(noted).await;
    }

    /// Clears, in the background, what a move that a crash has ended has left.
    pub(super) fn clear_left_folders(&self) {
        let (app, place) = (self.clone(), self.packages_place());
        if place.read().is_ok_and(|place| place.clear.is_empty()) {
            return;
        }
        tokio::spawn(async move {
            let _one = app.0.hosting.moving.lock().await;
            let cleared = app.blocking(move || Ok(place.clear()?)).await;
            cleared.inspect_err(|error| tracing::warn!("{}", error.message))
        });
    }
}

/// The chosen folder, or a new one within.
fn suitable(from: &Path, chosen: &Path) -> Result<PathBuf, HostError> {
    if demand_free(from, chosen).is_ok() {
        return Ok(chosen.to_owned());
    }
    let within = chosen.join(OWN);
    demand_free(from, &within)?;
    Ok(within)
}
