//! Putting a transfer into the queue.

use jiff::Timestamp;
use uuid::Uuid;

use super::ends::absolute;
use super::file::{Job, Kept, Words};
use crate::app::App;
use crate::wire::{
    AppEvent, ChooseImageFile, ChosenFile, Code, CommandError, NewTransfer, TransferPlace,
    TransferRow,
};

impl App {
    /// Asks for a folder or an archive of images.
    ///
    /// # Errors
    /// None; a dialog that was closed is an answer.
    pub async fn choose_image_file(
        &self,
        request: ChooseImageFile,
    ) -> Result<ChosenFile, CommandError> {
        let dialogs = &self.0.ports.dialogs;
        let path = dialogs.choose_image(request.purpose, &request.name).await;
        Ok(ChosenFile {
            path: path.map(|path| path.display().to_string()),
        })
    }

    /// Puts a transfer into the queue. It is in the file before this returns.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a name or a path that is none, [`Code::NotFound`] where a registry is
    /// gone, [`Code::Storage`] where the file cannot be written; then there is no transfer.
    pub async fn start_transfer(&self, wanted: NewTransfer) -> Result<TransferRow, CommandError> {
        let words = self.words_of(&wanted).await?;
        let job = Job {
            id: Uuid::now_v7(),
            added: Timestamp::now(),
            wanted,
            words,
            state: Kept::Open,
        };
        let id = job.id;
        let transfers = &self.0.transfers;
        let before: Vec<Uuid> = self.ids();
        if !transfers.queue.lock().add(job) {
            let message = "There is no room for more transfers.";
            return Err(CommandError::new(Code::Internal, message)
                .hint("Wait until some of them have ended, or cancel some."));
        }
        if let Err(error) = self.save_transfers().await {
            transfers
                .queue
                .lock()
                .items
                .retain(|item| item.job.id != id);
            return Err(error);
        }
        let after = self.ids();
        let gone = before.iter().filter(|id| !after.contains(id));
        self.tell_removed(gone.copied());
        self.tell_transfer(id);
        transfers.wake.notify_one();
        transfers
            .row(id)
            .ok_or_else(|| CommandError::internal(&"the transfer is gone"))
    }

    fn ids(&self) -> Vec<Uuid> {
        let queue = self.0.transfers.queue.lock();
        queue.items.iter().map(|item| item.job.id).collect()
    }

    pub(super) fn tell_removed(&self, ids: impl Iterator<Item = Uuid>) {
        let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
        if !ids.is_empty() {
            self.send(AppEvent::TransfersRemoved { ids });
        }
    }

    /// How it is called; also whether it makes sense.
    pub(super) async fn words_of(&self, wanted: &NewTransfer) -> Result<Words, CommandError> {
        let (from, to) = (&wanted.from, &wanted.to);
        if from == to {
            let message = "The image would go where it is already.";
            return Err(CommandError::new(Code::Internal, message)
                .hint("Choose another registry, repository or tag."));
        }
        let (from_name, to_name) = (self.name_of(from).await?, self.name_of(to).await?);
        let name = match (from, to) {
            (TransferPlace::Registry { .. }, _) => short(&from_name),
            (_, TransferPlace::Registry { .. }) => short(&to_name),
            _ => {
                let message = "An image goes from a registry, or to one, or both.";
                return Err(CommandError::new(Code::Internal, message));
            }
        };
        Ok(Words {
            name,
            from: from_name,
            to: to_name,
        })
    }

    async fn name_of(&self, place: &TransferPlace) -> Result<String, CommandError> {
        if let TransferPlace::File { form, path, .. } = place {
            return Ok(absolute(*form, path)?.display().to_string());
        }
        let (_, image) = self.image_at(place).await?;
        Ok(image.to_string())
    }
}

/// An image's name without its host.
fn short(name: &str) -> String {
    name.split_once('/')
        .map_or(name, |(_, short)| short)
        .to_owned()
}
