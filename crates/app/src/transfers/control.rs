//! What a person does with transfers.

use std::path::Path;

use fs_err as fs;
use url::Url;
use uuid::Uuid;

use super::ends::absolute;
use super::file::Kept;
use super::queue::Item;
use crate::app::App;
use crate::wire::{
    Code, CommandError, ControlTransfer, Done, ImageForm, Nothing, TransferAction, TransferList,
    TransferPlace, TransferRef,
};

impl App {
    /// All transfers, the newest first.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "every command is asynchronous")]
    pub async fn list_transfers(&self, _: Nothing) -> Result<TransferList, CommandError> {
        Ok(self.transfers())
    }

    fn transfers(&self) -> TransferList {
        let transfers = &self.0.transfers;
        let queue = transfers.queue.lock();
        TransferList {
            rows: queue.items.iter().rev().map(Item::row).collect(),
            problem: transfers.problem.lock().clone(),
        }
    }

    /// Pauses, goes on with, cancels, repeats or forgets a transfer. What makes no sense any more,
    /// because the transfer has gone on meanwhile, does nothing.
    ///
    /// # Errors
    /// [`Code::NotFound`] where there is none; [`Code::Storage`] where the file cannot be written.
    pub async fn control_transfer(
        &self,
        request: ControlTransfer,
    ) -> Result<TransferList, CommandError> {
        let id = parse(&request.id)?;
        let transfers = &self.0.transfers;
        let before = transfers.queue.lock().find(id).map(|item| item.leftover());
        let done = transfers.queue.lock().act(id, request.action);
        let done = done.ok_or_else(gone)?;
        if done {
            self.save_transfers().await?;
            match request.action {
                TransferAction::Remove => self.tell_removed(std::iter::once(id)),
                _ => self.tell_transfer(id),
            }
            if matches!(
                request.action,
                TransferAction::Cancel | TransferAction::Remove
            ) && let Some(Some(place)) = before
            {
                self.discard_leftover(&place).await;
            }
        }
        transfers.wake.notify_one();
        Ok(self.transfers())
    }

    /// Takes all that have ended out of the list, but for those that failed: they wait for an
    /// answer.
    ///
    /// # Errors
    /// [`Code::Storage`] where the file cannot be written.
    pub async fn remove_ended(&self, _: Nothing) -> Result<TransferList, CommandError> {
        let ended = |state: &Kept| matches!(state, Kept::Done { .. } | Kept::Cancelled);
        let mut removed = Vec::new();
        self.0.transfers.queue.lock().items.retain(|item| {
            let goes = ended(&item.job.state);
            if goes {
                removed.push(item.job.id);
            }
            !goes
        });
        self.save_transfers().await?;
        self.tell_removed(removed.into_iter());
        Ok(self.transfers())
    }

    /// Opens the folder where a download lies, in the system's file manager.
    ///
    /// # Errors
    /// [`Code::NotFound`] where there is no such transfer, or its folder has gone;
    /// [`Code::Internal`] where no file manager could be opened.
    pub async fn open_transfer(&self, request: TransferRef) -> Result<Done, CommandError> {
        let id = parse(&request.id)?;
        let Some(TransferPlace::File { form, path, .. }) = self.0.transfers.destination(id) else {
            return Err(gone());
        };
        let path = absolute(form, &path)?;
        let folder = match form {
            ImageForm::Folder => Some(path.as_path()),
            ImageForm::Archive => path.parent(),
        };
        // Nothing but a folder is ever opened: a file could be a program.
        let folder = folder.filter(|folder| folder.is_dir());
        let folder = folder.ok_or_else(folder_gone)?.to_owned();
        let app = self.clone();
        self.blocking(move || app.show_folder(&folder)).await?;
        Ok(Done {})
    }

    pub(crate) fn show_folder(&self, folder: &Path) -> Result<(), CommandError> {
        let page = Url::from_directory_path(folder).map_err(|()| folder_gone())?;
        self.0.ports.links.open(&page).map_err(|error| {
            CommandError::new(Code::Internal, "The folder could not be opened.")
                .hint(format!("Open {} yourself.", folder.display()))
                .raw(&error)
        })
    }

    /// Deletes what an unfinished download has left beside its destination: see
    /// [`registrar_container::moving`]. Nothing runs to this place any more.
    pub(super) async fn discard_leftover(&self, place: &TransferPlace) {
        let TransferPlace::File { form, path, .. } = place else {
            return;
        };
        let Ok(path) = absolute(*form, path) else {
            return;
        };
        let discarded = self.blocking(move || Ok(discard(&path)?)).await;
        if let Err(error) = discarded {
            tracing::info!(raw = ?error.raw, "what an unfinished download has left stays");
        }
    }
}

fn discard(path: &Path) -> std::io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    match fs::symlink_metadata(partial) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(partial),
        Ok(found) if found.is_file() => fs::remove_file(partial),
        _ => Ok(()),
    }
}

fn parse(id: &str) -> Result<Uuid, CommandError> {
    id.parse().map_err(|_| gone())
}

fn gone() -> CommandError {
    CommandError::new(Code::NotFound, "This transfer is no longer in the list.")
        .hint("It may have been removed meanwhile.")
}

fn folder_gone() -> CommandError {
    CommandError::new(Code::NotFound, "The folder is no longer there.")
        .hint("It may have been moved or deleted. Download the image again.")
}
