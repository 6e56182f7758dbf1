//! Saving a devfile, a starter project or a whole stack into a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::Mutex;
use registrar_catalog::Record;
use registrar_devfile::{Part, SaveError, Staging, UnpackError, Wanted, Watch, stage_devfile};
use tokio::time::Instant;

use super::page::wanted;
use crate::app::App;
use crate::wire::{
    AppEvent, ChosenFile, Code, CommandError, Field, FinishSave, Nothing, SaveOutcome, SaveStack,
    SaveWhat,
};

/// How often the window hears how far a download is.
const TELL_EVERY: Duration = Duration::from_millis(80);
/// The most files that the question about those that are there names.
const MAX_NAMED: usize = 100;

/// What is ready, and waits for the answer whether it may replace what is there.
pub(super) struct Waiting {
    ticket: String,
    record: Record,
    what: String,
    folder: PathBuf,
    staging: Staging,
}

impl App {
    /// Asks for a folder to save into.
    ///
    /// # Errors
    /// None; a dialog that was closed is an answer.
    pub async fn choose_folder(&self, _: Nothing) -> Result<ChosenFile, CommandError> {
        let path = self.0.ports.dialogs.choose_folder().await;
        Ok(ChosenFile {
            path: path.map(|path| path.display().to_string()),
        })
    }

    /// Saves a devfile, a starter project or a whole stack. Everything is made ready beside the
    /// folder first; where a file is there already, nothing is moved before [`App::finish_save`].
    ///
    /// # Errors
    /// [`Code::Invalid`] for a folder that is no absolute path; [`Code::Cancelled`]; what the
    /// registry, the archive or the disk says. Nothing is left behind then.
    pub async fn save_stack(&self, request: SaveStack) -> Result<SaveOutcome, CommandError> {
        self.discard_saves();
        let record = self.devfile_record(&request.registry).await?;
        let wanted = wanted(&request.name, &request.version)?;
        let folder = folder(&request.folder)?;
        let what = described(&request);
        // On the heap: downloads, archives and retries make it large.
        let ready = Box::pin(self.make_ready(&record, &wanted, &request, &folder)).await;
        let ready = match ready {
            Err(error) if error.code == Code::Cancelled => return Err(error),
            Err(error) => {
                return self
                    .noted("stack.saved", &record, Some(what), Err(error))
                    .await;
            }
            Ok(staging) => staging,
        };
        let (taken, staging) = self
            .blocking(move || Ok((ready.taken().map_err(disk)?, ready)))
            .await?;
        let waiting = Waiting {
            ticket: request.operation,
            record,
            what,
            folder,
            staging,
        };
        if taken.is_empty() {
            return self.place(waiting, false).await;
        }
        let named = taken.iter().take(MAX_NAMED);
        let outcome = SaveOutcome::Taken {
            ticket: waiting.ticket.clone(),
            folder: waiting.folder.display().to_string(),
            files: named.map(|path| path.display().to_string()).collect(),
            count: u32::try_from(taken.len()).unwrap_or(u32::MAX),
        };
        *self.0.stacks.waiting.lock() = Some(waiting);
        Ok(outcome)
    }

    /// Replaces the files that are there, or discards what was made ready.
    ///
    /// # Errors
    /// [`Code::NotFound`] where nothing waits for this answer; what the disk says, and everything
    /// is as it was then.
    pub async fn finish_save(&self, request: FinishSave) -> Result<SaveOutcome, CommandError> {
        let waiting = self.0.stacks.waiting.lock().take();
        let waiting = waiting.filter(|waiting| waiting.ticket == request.ticket);
        if !request.replace {
            self.blocking(move || {
                drop(waiting);
                Ok(())
            })
            .await?;
            return Ok(SaveOutcome::Discarded);
        }
        let waiting = waiting.ok_or_else(|| {
            CommandError::new(Code::NotFound, "What was downloaded is no longer there.")
                .hint("Save it again.")
        })?;
        self.place(waiting, true).await
    }

    /// Removes what waits for an answer that nobody will give.
    pub(crate) fn discard_saves(&self) {
        drop(self.0.stacks.waiting.lock().take());
    }

    /// Where something is saved where nothing else is chosen.
    pub(super) fn save_folder(&self) -> PathBuf {
        let last = self.0.stacks.last_folder.lock().clone();
        last.unwrap_or_else(|| self.0.paths.tools().home().to_owned())
    }

    async fn make_ready(
        &self,
        record: &Record,
        wanted: &Wanted,
        request: &SaveStack,
        folder: &Path,
    ) -> Result<Staging, CommandError> {
        let operation = self.0.operations.begin(&request.operation);
        let place = folder.to_owned();
        let staging = self
            .blocking(move || Staging::beside(&place).map_err(disk))
            .await?;
        let told = Mutex::new(None::<Instant>);
        let on_bytes = |done: u64, total: Option<u64>| {
            let mut told = told.lock();
            let just_told = told.is_some_and(|told| told.elapsed() < TELL_EVERY);
            if just_told && Some(done) != total {
                return;
            }
            // What is known before the first byte does not hold up that one.
            *told = (done > 0).then(Instant::now);
            drop(told);
            let operation = request.operation.clone();
            self.send(AppEvent::SaveProgress {
                operation,
                done,
                total,
            });
        };
        // Not dropped where it is cancelled, but told: what is unpacking must end before its folder
        // can go.
        let watch = Watch {
            on_bytes: &on_bytes,
            cancelled: operation.cancelled(),
        };
        let fetched = self
            .fetch_into(record, wanted, request, &staging, watch)
            .await;
        match fetched {
            Ok(()) => Ok(staging),
            Err(error) => {
                self.blocking(move || {
                    drop(staging);
                    Ok(())
                })
                .await?;
                Err(error)
            }
        }
    }

    async fn fetch_into(
        &self,
        record: &Record,
        wanted: &Wanted,
        request: &SaveStack,
        staging: &Staging,
        watch: Watch<'_>,
    ) -> Result<(), CommandError> {
        let clients = self.clients();
        let client = clients.devfile();
        match &request.what {
            SaveWhat::Devfile => {
                let reading = self.devfile_text(record, wanted, false);
                let read = watch.cancelled.run_until_cancelled(reading).await;
                let found = read.ok_or_else(CommandError::cancelled)?;
                let text = found
                    .text
                    .ok_or_else(|| not_given(found.failure.as_ref()))?;
                stage_devfile(&text, staging).map_err(disk)
            }
            SaveWhat::StarterProject { name } => {
                let project = Part::parse(name).map_err(|error| failed(error.into()))?;
                let target = self.stack_target(record).await?;
                let saved = client.starter_project(&target, wanted, &project, staging, watch);
                saved.await.map_err(failed)
            }
            SaveWhat::Stack => {
                let target = self.stack_target(record).await?;
                client
                    .stack(&target, wanted, staging, watch)
                    .await
                    .map_err(failed)
            }
        }
    }

    async fn place(&self, waiting: Waiting, replace: bool) -> Result<SaveOutcome, CommandError> {
        let Waiting {
            record,
            what,
            folder,
            staging,
            ..
        } = waiting;
        let placed = self
            .blocking(move || {
                let files = staging.files().map_err(disk)?.len();
                staging.place(replace).map_err(disk)?;
                Ok(u32::try_from(files).unwrap_or(u32::MAX))
            })
            .await;
        let detail = format!("{what} → {}", folder.display());
        let files = self
            .noted("stack.saved", &record, Some(detail), placed)
            .await?;
        *self.0.stacks.last_folder.lock() = folder.parent().map(Path::to_owned);
        Ok(SaveOutcome::Saved {
            folder: folder.display().to_string(),
            files,
        })
    }
}

fn described(request: &SaveStack) -> String {
    let SaveStack { name, version, .. } = request;
    let of = if version.is_empty() {
        name.clone()
    } else {
        format!("{name} {version}")
    };
    match &request.what {
        SaveWhat::Devfile => format!("devfile of {of}"),
        SaveWhat::StarterProject { name } => format!("starter project {name} of {of}"),
        SaveWhat::Stack => format!("all files of {of}"),
    }
}

fn folder(text: &str) -> Result<PathBuf, CommandError> {
    let path = PathBuf::from(text.trim());
    let climbs = path.components().any(|part| part.as_os_str() == "..");
    if path.is_absolute() && !climbs && !text.chars().any(char::is_control) {
        Ok(path)
    } else {
        let message = "Enter the whole path of a folder, from the root on.";
        Err(CommandError::invalid(Field::Folder, message))
    }
}

fn not_given(failure: Option<&crate::wire::CheckFailure>) -> CommandError {
    let error = CommandError::new(Code::NotFound, "The registry did not give the devfile.")
        .hint("Check the registry, then try again.")
        .retryable();
    match failure {
        Some(failure) => error.raw(&failure.raw),
        None => error,
    }
}

fn disk(error: std::io::Error) -> CommandError {
    let said = |message| CommandError::new(Code::Storage, message).raw(&error);
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            said("A folder is where a file is to go, so nothing was saved.")
                .hint("Choose another folder.")
        }
        std::io::ErrorKind::NotADirectory => {
            said("A file is where a folder is to be, so nothing was saved.")
                .hint("Choose another folder.")
        }
        _ => error.into(),
    }
}

fn failed(error: SaveError) -> CommandError {
    match error {
        SaveError::Cancelled => CommandError::cancelled(),
        SaveError::Disk(error) | SaveError::Unpack(UnpackError::Disk(error)) => disk(error),
        SaveError::Fetch(failure) => {
            let message = format!("It could not be fetched: {}.", failure.kind);
            CommandError::new(Code::Internal, message)
                .hint("Check the registry, then try again. Nothing was saved.")
                .retryable()
                .raw(&failure.raw)
        }
        error @ (SaveError::Manifest(_)
        | SaveError::Digest(_)
        | SaveError::Unpack(_)
        | SaveError::Name(_)) => CommandError::new(
            Code::Internal,
            "What the registry sent cannot be trusted, so nothing was saved.",
        )
        .hint("Tell whoever runs the registry. Nothing of it was kept.")
        .raw(&error),
    }
}
