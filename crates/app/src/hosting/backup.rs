//! Everything in one file, and back.

use std::path::Path;
use std::time::Duration;

use registrar_hosting::backup::{self, Progress};
use registrar_hosting::{Caller, HostError};
use tokio::sync::MutexGuard;
use tokio::time::sleep;

use super::throttle::Throttle;
use super::words::count;
use super::{Open, entry};
use crate::app::App;
use crate::wire::{
    AppEvent, BackUpStorage, ChosenBackup, CommandError, FilePurpose, Nothing, RestoreStorage,
    StorageBackedUp, StorageRestored,
};

/// Whoever works with the packages has so long to come to an end before they are restored.
const RELEASE_LIMIT: Duration = Duration::from_secs(20);
/// Whether they have is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl App {
    /// Asks the person where to, and writes everything into one file while it is used.
    ///
    /// # Errors
    /// [`crate::wire::Code::Cancelled`]; where there is no room, or the file cannot be written.
    pub async fn back_up_storage(
        &self,
        request: BackUpStorage,
    ) -> Result<StorageBackedUp, CommandError> {
        let host = self.host().await?;
        let today = jiff::Zoned::now().date();
        let name = format!("registrar-backup-{today}.tar");
        let Some(path) = self.0.ports.dialogs.save_backup(&name).await else {
            return Ok(StorageBackedUp {
                path: None,
                files: 0,
                bytes: 0,
                damaged: 0,
            });
        };
        let operation = self.0.operations.begin(&request.operation);
        let progress = self.bytes_progress(&request.operation);
        let owner = Caller::owner();
        let made = operation.run(host.backup(&path, progress, &owner));
        let made = match made.await {
            None => Err(CommandError::cancelled()),
            Some(made) => made.map_err(Into::into),
        };
        let made = self.noted_failure("storage.backed_up", None, made).await?;
        Ok(StorageBackedUp {
            path: Some(path.display().to_string()),
            files: count(made.blobs),
            bytes: made.bytes,
            damaged: count(made.damaged),
        })
    }

    /// Asks the person for a backup, and says what it says of itself.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where the file is none.
    pub async fn choose_backup(&self, _: Nothing) -> Result<ChosenBackup, CommandError> {
        let Some(path) = self.0.ports.dialogs.choose(FilePurpose::Backup).await else {
            return Ok(ChosenBackup {
                path: None,
                created_at: None,
                files: 0,
                bytes: 0,
            });
        };
        let facts = backup::facts(&path).await?;
        Ok(ChosenBackup {
            path: Some(path.display().to_string()),
            created_at: Some(facts.created_at.to_string()),
            files: count(facts.blobs),
            bytes: facts.bytes,
        })
    }

    /// Puts a backup in the place of everything that is hosted. Until all of it was found whole, what
    /// is there stays; nobody is served meanwhile.
    ///
    /// # Errors
    /// [`crate::wire::Code::Cancelled`]; where the file is damaged, or there is no room.
    pub async fn restore_storage(
        &self,
        request: RestoreStorage,
    ) -> Result<StorageRestored, CommandError> {
        let operation = self.0.operations.begin(&request.operation);
        let progress = self.bytes_progress(&request.operation);
        let folder = self.packages_place().to_open()?;
        let restoring = async {
            let _alone = self.alone_with_packages().await?;
            backup::restore(Path::new(&request.path), &folder, progress).await
        };
        let restored = operation.run(restoring).await;
        let restored = match restored {
            None => Err(CommandError::cancelled()),
            Some(restored) => restored.map_err(CommandError::from),
        };
        let restored = self
            .noted_failure("storage.restored", None, restored)
            .await?;
        let mut noted = entry("storage.restored", None);
        noted.detail = Some(format!(
            "{} files, as of {}",
            restored.blobs, restored.created_at
        ));
        self.note(noted).await;
        Ok(StorageRestored {
            files: count(restored.blobs),
            damaged: count(restored.damaged),
        })
    }

    /// Stops the server and closes the packages. While the answer lives, whoever asks for them waits.
    pub(super) async fn alone_with_packages(&self) -> Result<Alone<'_>, HostError> {
        let hosting = &self.0.hosting;
        let mut open = hosting.open.lock().await;
        hosting.away.send_replace(true);
        let was = open.take();
        let alone = Alone {
            app: self,
            _open: open,
        };
        hosting.serving.ask(None);
        let released = tokio::time::timeout(RELEASE_LIMIT, self.release(was)).await;
        released.map_err(|_| HostError::InUse {
            folder: self.shown_folder(),
        })?;
        Ok(alone)
    }

    async fn release(&self, was: Option<Open>) {
        let hosting = &self.0.hosting;
        while hosting.server.lock().is_some() {
            sleep(LOOK_EVERY).await;
        }
        let Some(was) = was else { return };
        was.host.close().await;
        was.working.cancel();
        let _ = was.telling.await;
        // Whoever still works with the packages finds them closed, and gives up.
        while was.host.users() > 1 {
            sleep(LOOK_EVERY).await;
        }
    }

    /// Tells the window how far an operation has come.
    pub(super) fn bytes_progress(&self, operation: &str) -> Progress {
        let (app, operation) = (self.clone(), operation.to_owned());
        let throttle = Throttle::default();
        Box::new(move |done, total| {
            if throttle.is_due() || done == total {
                let operation = operation.clone();
                app.send(AppEvent::BytesProgress {
                    operation,
                    done,
                    total,
                });
            }
        })
    }
}

/// Nobody else has the packages open.
pub(super) struct Alone<'a> {
    app: &'a App,
    _open: MutexGuard<'a, Option<Open>>,
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.app.0.hosting.away.send_replace(false);
    }
}
