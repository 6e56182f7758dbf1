//! The tags of a repository: in order, and those that match.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_container::images::{Content, Names, order};
use registrar_container::{Failure, FailureKind, Reader};
use registrar_registry::ImageReference;

use super::opening::first_image;
use super::{Place, failed, named, small};
use crate::app::App;
use crate::checks::stamp;
use crate::wire::{AppEvent, CheckFailure, CommandError, ListTags, TagOrder, TagPage, TagRow};

/// How many tags' dates are read. On Docker Hub each is a pull.
const DATES: usize = 300;
const HUB_DATES: usize = 30;
/// How many dates are read at the same time.
const AT_ONCE: usize = 6;

/// The tags of one repository.
pub(super) struct Tags {
    /// The registry as it was, and the repository.
    key: String,
    /// The names, the highest version first.
    names: Names,
    dates: Mutex<HashMap<String, Dated>>,
}

/// What is known of a tag's image.
#[derive(Clone, Default)]
struct Dated {
    created: Option<Timestamp>,
    digest: Option<String>,
}

impl App {
    /// The tags of a repository that match, in the order that is wished.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for what is no repository's name,
    /// [`crate::wire::Code::NotFound`] where the registry is gone,
    /// [`crate::wire::Code::Cancelled`]. That the registry does not answer is part of the answer.
    pub async fn list_tags(&self, request: ListTags) -> Result<TagPage, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let image = place.repository(&request.repository)?;
        let work = self.tags(&place, &image, &request);
        let (tags, failure) = self.cancellable(&request.operation, work).await?;
        let Some(tags) = tags else {
            return Ok(TagPage {
                failure,
                ..nothing(&image)
            });
        };
        Ok(TagPage {
            failure,
            ..tags.page(&image, &request)
        })
    }

    /// The tags, and why there are none, or no dates.
    async fn tags(
        &self,
        place: &Place,
        image: &ImageReference,
        request: &ListTags,
    ) -> (Option<Arc<Tags>>, Option<CheckFailure>) {
        let key = format!("{}\n{}", stamp(&place.record), image.repository());
        let known = self.0.images.tags.lock().clone();
        let known = known.filter(|tags| tags.key == key && !request.refresh);
        let tags = match known {
            Some(tags) => tags,
            None => match self.fetch_tags(place, image, &request.operation).await {
                Ok(names) => self.keep_tags(key, names),
                Err(failure) => return (None, Some(failure)),
            },
        };
        self.remember_repository(place, image).await;
        let dated = match request.order {
            TagOrder::Version => Ok(()),
            TagOrder::Newest => {
                self.read_dates(place, image, &tags, &request.operation)
                    .await
            }
        };
        (Some(tags), dated.err())
    }

    fn keep_tags(&self, key: String, mut names: Names) -> Arc<Tags> {
        names
            .names
            .sort_by(|one, other| order::by_version(one, other));
        let dates = Mutex::default();
        let tags = Arc::new(Tags { key, names, dates });
        *self.0.images.tags.lock() = Some(Arc::clone(&tags));
        tags
    }

    async fn fetch_tags(
        &self,
        place: &Place,
        image: &ImageReference,
        operation: &str,
    ) -> Result<Names, CheckFailure> {
        let reader = self.reader(place).await?;
        let tell = |done| self.tell_images(operation, done, None);
        reader.tags(image, &tell).await.map_err(failed)
    }

    fn tell_images(&self, operation: &str, done: usize, total: Option<usize>) {
        self.send(AppEvent::ImagesProgress {
            operation: operation.to_owned(),
            done: small(done),
            total: total.map(small),
        });
    }

    /// Reads the dates that are not known yet.
    async fn read_dates(
        &self,
        place: &Place,
        image: &ImageReference,
        tags: &Tags,
        operation: &str,
    ) -> Result<(), CheckFailure> {
        let most = if image.host().is_hub() {
            HUB_DATES
        } else {
            DATES
        };
        let known: Vec<String> = tags.dates.lock().keys().cloned().collect();
        let due = tags.names.names.iter().take(most);
        let due: Vec<String> = due.filter(|name| !known.contains(name)).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        let (reader, total) = (self.reader(place).await?, known.len() + due.len());
        let read = due.into_iter().map(|name| date(&reader, image, name));
        let mut read = stream::iter(read).buffer_unordered(AT_ONCE);
        while let Some((name, found)) = read.next().await {
            let found = found.map_err(failed)?;
            let mut dates = tags.dates.lock();
            dates.insert(name, found);
            let done = dates.len();
            drop(dates);
            self.tell_images(operation, done, Some(total));
        }
        Ok(())
    }
}

/// When the image of a tag was made. One that is damaged or gone has no date; what concerns all
/// of them is an error.
async fn date(
    reader: &Reader,
    image: &ImageReference,
    name: String,
) -> (String, Result<Dated, Failure>) {
    let Ok(image) = named(image, &name) else {
        return (name, Ok(Dated::default()));
    };
    let found = match read_date(reader, &image).await {
        Err(failure) if is_about_one(&failure) => Ok(Dated::default()),
        found => found,
    };
    (name, found)
}

fn is_about_one(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NotFound | FailureKind::WrongDigest | FailureKind::NotUnderstood
    )
}

async fn read_date(reader: &Reader, image: &ImageReference) -> Result<Dated, Failure> {
    let manifest = reader.manifest(image).await?;
    let digest = Some(manifest.digest.to_string());
    let child = match &manifest.content {
        Content::Index(index) => first_image(index),
        Content::Image(_) => None,
    };
    let manifest = match child.and_then(|entry| named(image, entry.descriptor.digest.as_str()).ok())
    {
        Some(child) => reader.manifest(&child).await?,
        None => manifest,
    };
    let Content::Image(parts) = &manifest.content else {
        let created = None;
        return Ok(Dated { created, digest });
    };
    let config = reader.config(image, &parts.config).await?;
    let said = parts.annotations.get("org.opencontainers.image.created");
    let said = said.and_then(|text| text.parse().ok());
    let created = config.and_then(|config| config.created).or(said);
    Ok(Dated { created, digest })
}

impl Tags {
    fn page(&self, image: &ImageReference, request: &ListTags) -> TagPage {
        let filter = request.filter.trim().to_lowercase();
        let dates = self.dates.lock();
        let matching = self.names.names.iter();
        let matching = matching.filter(|name| name.to_lowercase().contains(&filter));
        let mut rows: Vec<(Dated, &String)> = matching
            .map(|name| (dates.get(name).cloned().unwrap_or_default(), name))
            .collect();
        if request.order == TagOrder::Newest {
            // Those without a date stay where they are, after the others.
            rows.sort_by_key(|(dated, _)| std::cmp::Reverse(dated.created));
        }
        TagPage {
            rows: rows.into_iter().map(row).collect(),
            total: small(self.names.names.len()),
            left_out: self.names.left_out,
            more: self.names.more,
            dated: small(dates.len()),
            ..nothing(image)
        }
    }
}

fn row((dated, name): (Dated, &String)) -> TagRow {
    TagRow {
        name: name.clone(),
        created: dated.created.map(|at| at.to_string()),
        digest: dated.digest,
    }
}

fn nothing(image: &ImageReference) -> TagPage {
    TagPage {
        repository: image.repository().to_owned(),
        rows: Vec::new(),
        total: 0,
        left_out: 0,
        more: false,
        dated: 0,
        failure: None,
    }
}
