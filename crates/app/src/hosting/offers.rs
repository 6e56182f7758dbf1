//! Files that the person has dropped or chosen, to be published: the window knows them by a name
//! that means nothing elsewhere, never by where they lie.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fs_err as fs;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::app::App;
use crate::wire::{AppEvent, CommandError, OfferedFile, OfferedFiles, SourceRef};

/// The most files that wait to be published; the oldest give way.
const MOST: usize = 10_000;

/// What has been offered, by id; ids sort by time.
#[derive(Default)]
pub(super) struct Offers(Mutex<BTreeMap<Uuid, Offer>>);

/// A file that may be published.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) path: PathBuf,
    pub(super) name: String,
}

impl Offers {
    /// Offers those of `paths` that are files.
    fn add(&self, paths: Vec<PathBuf>) -> Vec<OfferedFile> {
        let mut offers = self.0.lock();
        let mut added = Vec::new();
        for path in paths {
            let Ok(facts) = fs::metadata(&path) else {
                continue;
            };
            let (true, Some(name)) = (facts.is_file(), path.file_name()) else {
                continue;
            };
            let name = name.to_string_lossy().into_owned();
            let id = Uuid::now_v7();
            added.push(OfferedFile {
                offer: id.to_string(),
                name: name.clone(),
                size: facts.len(),
            });
            offers.insert(id, Offer { path, name });
            if offers.len() > MOST {
                offers.pop_first();
            }
        }
        added
    }

    /// Takes an offer: nobody else publishes the file meanwhile.
    pub(super) fn take(&self, id: Uuid) -> Option<Offer> {
        self.0.lock().remove(&id)
    }

    /// Gives an offer back that was not published.
    pub(super) fn give_back(&self, id: Uuid, offer: Offer) {
        self.0.lock().insert(id, offer);
    }
}

impl App {
    /// Files are being dragged over the window, or no longer are.
    pub fn files_hover(&self, over: bool) {
        self.send(AppEvent::FilesHover { over });
    }

    /// The person has dropped these on the window: offers the files among them to be published.
    pub async fn files_dropped(&self, paths: Vec<PathBuf>) {
        self.send(AppEvent::FilesHover { over: false });
        if let Ok(files) = self.offer(paths).await {
            self.send(AppEvent::FilesDropped { files });
        }
    }

    /// Asks the person for files to publish.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn choose_packages(&self, request: SourceRef) -> Result<OfferedFiles, CommandError> {
        let (_, registry) = self.hosted(&request.id).await?;
        let chosen = self.0.ports.dialogs.choose_packages(&registry.name).await;
        let files = self.offer(chosen).await?;
        Ok(OfferedFiles { files })
    }

    async fn offer(&self, paths: Vec<PathBuf>) -> Result<Vec<OfferedFile>, CommandError> {
        let app = self.clone();
        self.blocking(move || Ok(app.0.hosting.offers.add(paths)))
            .await
    }
}
