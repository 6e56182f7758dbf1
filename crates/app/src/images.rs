//! Images in container registries, as the window shows them.
//!
//! Every command reads with a client of its own, whose tokens end with it. What is kept between
//! commands is the tags of the repository that was listed last, so that filtering asks nobody, and
//! on the disk the names of repositories that were opened.

mod comparing;
mod differing;
mod facts;
mod listing;
pub(crate) mod opening;
mod pulling;
mod remembered;
mod tags;

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use registrar_catalog::{Address, Record};
use registrar_container::{Failure, Reader};
use registrar_registry::{ContainerAddress, Digest, ImageReference, Secret};

use crate::app::App;
use crate::checks::Asked;
use crate::clouds::Freshness;
use crate::draft;
use crate::hosting::as_registry::Own;
use crate::report;
use crate::saving::parse_id;
use crate::wire::{CheckFailure, CommandError, Field, ImageRef};

use remembered::Remembered;
use tags::Tags;

/// What is kept between commands.
pub(crate) struct Images {
    remembered: Remembered,
    /// The tags that were listed last.
    tags: Mutex<Option<Arc<Tags>>>,
}

impl Images {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            remembered: Remembered::new(path),
            tags: Mutex::default(),
        }
    }
}

/// A container registry that is to be read.
pub(crate) struct Place {
    pub(crate) record: Record,
    pub(crate) address: ContainerAddress,
    /// The registry itself, where it is hosted here.
    pub(crate) own: Option<Own>,
}

impl App {
    /// The container registry of this id: one of the list, or one that is hosted here.
    pub(crate) async fn container_place(&self, id: &str) -> Result<Place, CommandError> {
        let Ok(record) = self.record(parse_id(id)?).await else {
            return self.hosted_place(id).await;
        };
        match record.url.clone() {
            Address::Container(address) => Ok(Place {
                record,
                address,
                own: None,
            }),
            Address::Devfile(_) | Address::Other(_) => Err(CommandError::not_found()),
        }
    }

    /// What signs in to it; `None` where nothing does.
    pub(crate) async fn place_token(
        &self,
        place: &Place,
        asked: Asked,
    ) -> Result<Option<Secret>, CommandError> {
        match &place.own {
            Some(own) => own.token().map(Some),
            None => self.stored_token(&place.record, asked).await,
        }
    }

    /// A client that reads the registry as the person who uses it.
    pub(crate) async fn reader(&self, place: &Place) -> Result<Reader, CheckFailure> {
        let token = self.place_token(place, Asked::Person).await;
        let token = token.map_err(|error| report::no_token(&error))?;
        let stored = draft::Place::of(&place.record);
        let shown = self.shown(&stored, token, Freshness::Good).await;
        let (shown, token) = shown.map_err(|failure| report::cloud_gave_none(&failure))?;
        Ok(self.clients().reader(&shown, &place.address, token))
    }

    /// Runs `work` unless the person cancels the operation.
    pub(crate) async fn cancellable<T>(
        &self,
        operation: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, CommandError> {
        let operation = self.0.operations.begin(operation);
        operation
            .run(Box::pin(work))
            .await
            .ok_or_else(CommandError::cancelled)
    }
}

impl Place {
    /// What was listed or typed as a repository of this registry; the tag of an image's whole name
    /// does not count.
    pub(crate) fn repository(&self, typed: &str) -> Result<ImageReference, CommandError> {
        let host = self.address.host().as_str();
        let typed = typed.trim();
        let name = typed.strip_prefix(&format!("{host}/")).unwrap_or(typed);
        let whole = format!("{host}/{name}");
        let image = ImageReference::parse(&whole).map_err(|error| {
            let message = format!("This is no repository’s name: {error}.");
            CommandError::invalid(Field::Repository, message)
                .hint("Type it as it stands in an image’s name, like “team/app”.")
        })?;
        if self.address.fit(&image).is_some() {
            return Ok(image);
        }
        let message = format!("This registry is for “{}” alone.", self.address);
        let hint = "Type a repository below that, or add the registry’s host as a registry.";
        Err(CommandError::invalid(Field::Repository, message).hint(hint))
    }

    /// The image that a tag or digest names in a repository.
    pub(crate) fn image(&self, wanted: &ImageRef) -> Result<ImageReference, CommandError> {
        let repository = self.repository(&wanted.repository)?;
        named(&repository, &wanted.reference)
    }
}

/// The image in the repository of `image` that `reference`, a tag or digest, names.
pub(crate) fn named(
    image: &ImageReference,
    reference: &str,
) -> Result<ImageReference, CommandError> {
    let mark = if reference.contains(':') { '@' } else { ':' };
    let (host, repository) = (image.host(), image.repository());
    let parsed = ImageReference::parse(&format!("{host}/{repository}{mark}{reference}"));
    let parsed = parsed.ok().filter(|parsed| {
        let names = [parsed.tag(), parsed.digest().map(Digest::as_str)];
        names.contains(&Some(reference)) && parsed.repository() == repository
    });
    parsed.ok_or_else(|| {
        let message = "This is neither a tag nor a digest.";
        CommandError::invalid(Field::Image, message)
            .hint("Choose one of the list, or type it like “1.2” or “sha256:…”.")
    })
}

fn failed(failure: Failure) -> CheckFailure {
    report::container_failure(failure)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
