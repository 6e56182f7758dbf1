//! One stack or sample: what the index says, and its devfile.

use jiff::Timestamp;
use registrar_catalog::Record;
use registrar_devfile::{Entry, MAX_DEVFILE, Summary, Wanted};

use super::finding::{origins, row_of};
use super::loading::is_fresh;
use super::{key, words};
use crate::app::App;
use crate::report;
use crate::wire::{
    CheckFailure, Code, CommandError, DevfileRef, DevfileText, StackDetails, StackOrigin, StackRef,
};

/// A devfile's text as it is known.
#[derive(Default)]
pub(super) struct Devfile {
    pub(super) text: Option<String>,
    fetched: Option<Timestamp>,
    pub(super) failure: Option<CheckFailure>,
}

impl App {
    /// What a registry's index says of a stack or sample.
    ///
    /// # Errors
    /// [`Code::NotFound`] where the registry does not have it (any more).
    pub async fn get_stack(&self, request: StackRef) -> Result<StackDetails, CommandError> {
        let record = self.devfile_record(&request.registry).await?;
        let (merged, kind) = (self.merged().await, words::kind_of(request.kind));
        let mut registries = merged.registries.iter();
        let place = registries.position(|(id, _)| *id == record.id);
        let place = place.ok_or_else(|| gone(&request.name))?;
        let entry = merged.offers.entry_of(place, kind, &request.name);
        let entry = entry.ok_or_else(|| gone(&request.name))?;
        let sources = merged.offers.sources(kind, &request.name);
        let folder = self.save_folder();
        Ok(StackDetails {
            registry: StackOrigin {
                id: record.id.to_string(),
                name: record.name.to_string(),
            },
            fetched_at: self.source(&record).fetched_at,
            save_folder: folder.display().to_string(),
            ..details(entry, origins(&merged, &sources))
        })
    }

    /// The devfile of a version: as it is kept while that is fresh, else from the registry, else
    /// as it is kept.
    ///
    /// # Errors
    /// [`Code::NotFound`] where the registry is gone. That it does not answer is part of the
    /// answer.
    pub async fn get_devfile(&self, request: DevfileRef) -> Result<DevfileText, CommandError> {
        let record = self.devfile_record(&request.registry).await?;
        let wanted = wanted(&request.name, &request.version)?;
        let found = self.devfile_text(&record, &wanted, request.refresh).await;
        let Devfile {
            text,
            fetched,
            failure,
        } = found;
        let parsed = text.clone().map(|text| move || Summary::parse(&text));
        let parsed = match parsed {
            Some(parse) => Some(tokio::task::spawn_blocking(parse).await?),
            None => None,
        };
        let (summary, problem) = match parsed {
            Some(Ok(summary)) => (Some(words::summary(summary)), None),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        Ok(DevfileText {
            text,
            fetched_at: fetched.map(|at| at.to_string()),
            failure,
            summary,
            problem,
        })
    }

    pub(super) async fn devfile_text(
        &self,
        record: &Record,
        wanted: &Wanted,
        refresh: bool,
    ) -> Devfile {
        let what = format!("devfile {wanted:?}");
        let kept = self.kept_text(record, &what).await;
        if !refresh && kept.fetched.is_some_and(is_fresh) {
            return kept;
        }
        match self.fetch_devfile(record, wanted).await {
            Ok(text) => {
                self.keep(record, &what, text.clone().into_bytes()).await;
                Devfile {
                    text: Some(text),
                    fetched: Some(Timestamp::now()),
                    failure: None,
                }
            }
            Err(failure) => Devfile {
                failure: Some(failure),
                ..kept
            },
        }
    }

    async fn kept_text(&self, record: &Record, what: &str) -> Devfile {
        let (cache, id) = (self.0.stacks.cache.clone(), record.id.to_string());
        let key = key(record, what);
        let read = tokio::task::spawn_blocking(move || cache.read(&id, &key)).await;
        let kept = read.ok().flatten();
        let kept = kept.filter(|kept| kept.bytes.len() as u64 <= MAX_DEVFILE);
        let Some(kept) = kept else {
            return Devfile::default();
        };
        Devfile {
            text: String::from_utf8(kept.bytes).ok(),
            fetched: Some(kept.fetched),
            failure: None,
        }
    }

    async fn fetch_devfile(
        &self,
        record: &Record,
        wanted: &Wanted,
    ) -> Result<String, CheckFailure> {
        let target = self.stack_target(record).await;
        let target = target.map_err(|error| report::no_token(&error))?;
        let clients = self.clients();
        let text = clients.devfile().devfile(&target, wanted).await;
        text.map_err(report::failure)
    }
}

fn details(entry: &Entry, sources: Vec<StackOrigin>) -> StackDetails {
    let only = entry.versions.len() == 1;
    StackDetails {
        row: row_of(entry, sources),
        registry: StackOrigin {
            id: String::new(),
            name: String::new(),
        },
        description: entry.description.clone(),
        tags: entry.tags.clone(),
        architectures: entry.architectures.clone(),
        support_url: entry.support_url.clone().unwrap_or_default(),
        git: entry.git.as_ref().and_then(words::git),
        versions: entry
            .versions
            .iter()
            .map(|version| words::version(version, only))
            .collect(),
        fetched_at: None,
        save_folder: String::new(),
    }
}

/// A version of a stack, as it can be asked for.
pub(super) fn wanted(name: &str, version: &str) -> Result<Wanted, CommandError> {
    Wanted::parse(name, version).map_err(|error| {
        CommandError::new(
            Code::Invalid,
            "This cannot be fetched: its name cannot stand in an address.",
        )
        .hint("Tell whoever runs the registry.")
        .raw(&error)
    })
}

fn gone(name: &str) -> CommandError {
    CommandError::new(
        Code::NotFound,
        format!("The registry no longer has “{name}”."),
    )
    .hint("Go back and refresh the list.")
}
