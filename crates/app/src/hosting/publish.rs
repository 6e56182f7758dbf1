//! Publishing files of this computer.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt as _;
use registrar_hosting::{Caller, Host, Publication, Published, Registry};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::offers::Offer;
use super::throttle::Throttle;
use crate::app::App;
use crate::operations::Operation;
use crate::wire::{
    AppEvent, Code, CommandError, PublishFiles, PublishOutcome, PublishResult, PublishedFile,
};

/// What is read of a file at a time.
const CHUNK: usize = 256 * 1024;

/// One publication of several files.
struct Batch<'a> {
    app: &'a App,
    host: Host,
    registry: &'a Registry,
    running: Operation,
    operation: String,
}

impl App {
    /// Publishes files one after the other. Each is published whole or not at all.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`]; what became of each file is in the answer.
    pub async fn publish_files(
        &self,
        request: PublishFiles,
    ) -> Result<PublishResult, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let batch = Batch {
            app: self,
            host,
            registry: &registry,
            running: self.0.operations.begin(&request.operation),
            operation: request.operation,
        };
        let mut files = Vec::with_capacity(request.offers.len());
        for offer in request.offers {
            files.push(batch.publish(offer).await);
        }
        Ok(PublishResult { files })
    }
}

impl Batch<'_> {
    async fn publish(&self, id: String) -> PublishedFile {
        let offers = &self.app.0.hosting.offers;
        let parsed: Option<Uuid> = id.parse().ok();
        let Some((key, offer)) = parsed.and_then(|key| Some((key, offers.take(key)?))) else {
            let error = CommandError::new(
                Code::NotFound,
                "This file has been published already, or is no longer offered.",
            )
            .hint("Choose the file again.");
            return PublishedFile {
                offer: id,
                name: String::new(),
                result: PublishOutcome::Failed { error },
            };
        };
        let published = self.publish_file(&id, &offer).await;
        let result = self.outcome(published, &offer).await;
        let name = offer.name.clone();
        if !matches!(result, PublishOutcome::Published { .. }) {
            offers.give_back(key, offer);
        }
        PublishedFile {
            offer: id,
            name,
            result,
        }
    }

    /// `None` where the person cancelled before.
    async fn publish_file(
        &self,
        id: &str,
        offer: &Offer,
    ) -> Result<Option<Published>, CommandError> {
        let prepared = self.running.run(self.prepare(id, offer)).await;
        let Some(prepared) = prepared else {
            return Ok(None);
        };
        let (release, staged) = prepared?;
        // From here on it takes no longer than a moment, and the outcome shall be known.
        let (how, by) = (Publication::default(), Caller::owner());
        let published = self.host.publish(self.registry, release, staged, how, &by);
        Ok(Some(published.await?))
    }

    /// Reads the file, and what it is.
    async fn prepare(
        &self,
        id: &str,
        offer: &Offer,
    ) -> Result<(registrar_hosting::Release, registrar_hosting::Staged), CommandError> {
        let opened = tokio::fs::File::open(&offer.path).await;
        let file = opened.map_err(|error| unreadable(offer, &error))?;
        let total = file.metadata().await?.len();
        self.tell(id, 0, total);
        let (throttle, read) = (Throttle::default(), AtomicU64::new(0));
        let chunks = ReaderStream::with_capacity(file, CHUNK).inspect(|chunk| {
            let bytes = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            let done = read.fetch_add(bytes, Ordering::Relaxed) + bytes;
            if throttle.is_due() {
                self.tell(id, done, total);
            }
        });
        let staged = self.host.stage(chunks).await?;
        self.tell(id, read.into_inner(), total);
        let ecosystem = self.registry.ecosystem;
        Ok(self.host.inspect(ecosystem, &offer.name, staged).await?)
    }

    fn tell(&self, offer: &str, done: u64, total: u64) {
        self.app.send(AppEvent::PublishProgress {
            operation: self.operation.clone(),
            offer: offer.to_owned(),
            done,
            total,
        });
    }

    async fn outcome(
        &self,
        published: Result<Option<Published>, CommandError>,
        offer: &Offer,
    ) -> PublishOutcome {
        let failed = match published {
            Ok(None) => return PublishOutcome::Cancelled,
            Ok(Some(Published {
                package, version, ..
            })) => return PublishOutcome::Published { package, version },
            Err(error) => error,
        };
        let noted = Err::<(), _>(CommandError {
            message: format!("{}: {}", offer.name, failed.message),
            ..failed.clone()
        });
        let _ = self
            .app
            .noted_failure("package.published", Some(self.registry), noted)
            .await;
        PublishOutcome::Failed { error: failed }
    }
}

fn unreadable(offer: &Offer, error: &std::io::Error) -> CommandError {
    let message = format!("{} cannot be read any more.", offer.name);
    CommandError::new(Code::Storage, message)
        .hint("See that the file is still where it was, or choose it again.")
        .retryable()
        .raw(error)
}
