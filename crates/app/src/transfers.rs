//! Moving images in a queue that outlives the window, and deleting them.
//!
//! `transfers.json` says what is to be moved and is written before anything begins; what has
//! arrived is known by the engine ([`registrar_container::moving`]), which goes on where it was.
//! So closing the window, or a crash, costs nothing but the bytes of that moment.

mod control;
mod deleting;
mod ends;
mod file;
mod meter;
mod offering;
mod queue;
mod reviewing;
mod running;
mod starting;
mod words;

use std::path::PathBuf;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::App;
use crate::wire::{AppEvent, CommandError, TransferPlace, TransferRow};

use queue::Queue;

/// The queue, and the file that remembers it.
pub(crate) struct Transfers {
    path: PathBuf,
    queue: Mutex<Queue>,
    /// What is in the file and not understood.
    strange: Mutex<Vec<Value>>,
    /// What was wrong with the file.
    problem: Mutex<Option<String>>,
    /// One writing of the file at a time, so that the last one has the last word.
    writing: tokio::sync::Mutex<()>,
    /// Something may be ready to begin.
    wake: Notify,
    ended: CancellationToken,
}

impl Transfers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            queue: Mutex::default(),
            strange: Mutex::default(),
            problem: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            ended: CancellationToken::new(),
        }
    }

    /// What waits for the vault is tried again.
    pub(crate) fn vault_changed(&self) {
        self.queue.lock().unblock();
        self.wake.notify_one();
    }

    fn row(&self, id: Uuid) -> Option<TransferRow> {
        self.queue.lock().find(id).map(|item| item.row())
    }

    fn destination(&self, id: Uuid) -> Option<TransferPlace> {
        let mut queue = self.queue.lock();
        queue.find(id).map(|item| item.job.wanted.to.clone())
    }
}

impl App {
    /// Tells the window how one stands.
    fn tell_transfer(&self, id: Uuid) {
        if let Some(row) = self.0.transfers.row(id) {
            self.send(AppEvent::TransferChanged { row });
        }
    }

    /// Writes what is in the queue.
    async fn save_transfers(&self) -> Result<(), CommandError> {
        let _alone = self.0.transfers.writing.lock().await;
        let app = self.clone();
        self.blocking(move || {
            let transfers = &app.0.transfers;
            let queue = transfers.queue.lock();
            let jobs: Vec<_> = queue.items.iter().map(|item| item.job.clone()).collect();
            drop(queue);
            let strange = transfers.strange.lock().clone();
            Ok(file::write(&transfers.path, &jobs, &strange)?)
        })
        .await
    }

    /// The same where nobody can be told that it failed.
    async fn keep_transfers(&self) {
        if let Err(error) = self.save_transfers().await {
            tracing::error!(message = error.message, raw = ?error.raw, "transfers were not written");
        }
    }
}
