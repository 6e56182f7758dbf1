//! Taking what somebody else's file says.

use registrar_catalog::{ContainerOptions, Edit, EntryProblem, Record, Shared, read_shared};
use registrar_registry::{RegistryId, RegistryName, TlsRules};

use super::compare::{self, Offer};
use super::exporting::whole_path;
use super::words;
use crate::app::App;
use crate::saving::{changed_elsewhere, later_than, precise_now};
use crate::tokens::Prepared;
use crate::wire::{
    CommandError, Field, ImportShared, ReadShared, SharedImported, SharedOutcome, SharedProblem,
    SharedReview, SharedTake,
};

/// A file as it was shown, beside the catalog of that moment.
pub(crate) struct Review {
    key: String,
    path: String,
    offers: Vec<Offer>,
}

/// What is to be written.
pub(super) struct Taking {
    pub(super) changes: Vec<Change>,
    /// How many entries of the file stay out.
    pub(super) left: usize,
    /// The file.
    pub(super) path: String,
}

/// One registry of the file on its way into the catalog.
pub(super) struct Change {
    pub(super) new: Record,
    /// The one whose place it takes.
    pub(super) old: Option<Record>,
}

impl App {
    /// Reads somebody else's file and compares it with the catalog. Changes nothing.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] at [`Field::File`], with line and column where the text is
    /// wrong.
    pub async fn read_shared(&self, request: ReadShared) -> Result<SharedReview, CommandError> {
        let path = whole_path(&request.path)?;
        let shown = path.display().to_string();
        let read = self.blocking(move || read_shared(&path).map_err(words::refused));
        let Shared {
            records,
            problems,
            exported,
        } = read.await?;
        let catalog = self.shelf().await.catalog();
        let offers = compare::pair(records, &catalog);
        let entries = offers.iter().enumerate();
        let entries = entries.map(|(key, offer)| offer.entry(key)).collect();
        let review = RegistryId::new().to_string();
        *self.0.sharing.lock() = Some(Review {
            key: review.clone(),
            path: shown.clone(),
            offers,
        });
        Ok(SharedReview {
            review,
            path: shown,
            exported: exported.map(|at| at.to_string()),
            entries,
            problems: problems.into_iter().map(problem).collect(),
        })
    }

    /// Takes the chosen registries into the catalog, in one write or not at all.
    ///
    /// # Errors
    /// [`crate::wire::Code::ChangedElsewhere`] where the catalog has changed, or the file was read
    /// anew, since it was shown; [`crate::wire::Code::Invalid`] and
    /// [`crate::wire::Code::NameTaken`] for a name; the catalog's errors. Nothing is changed then.
    pub async fn import_shared(
        &self,
        request: ImportShared,
    ) -> Result<SharedImported, CommandError> {
        let _changing = self.0.changing.lock().await;
        let taking = self.taking(&request)?;
        let detail = Some(words::detail(&taking));
        let outcome = self.write_shared(&taking.changes).await;
        let ids = self
            .noted_general("registries.imported", detail, outcome)
            .await?;
        *self.0.sharing.lock() = None;
        for id in taking.changes.iter().filter_map(Change::loses_token) {
            self.health().await.forget(id);
        }
        self.announce().await;
        let imported = taking.changes.iter().zip(ids);
        Ok(SharedImported {
            imported: imported.map(|(change, id)| change.outcome(id)).collect(),
            left: u32::try_from(taking.left).unwrap_or(u32::MAX),
        })
    }

    /// What the choices mean for the review that was shown.
    fn taking(&self, request: &ImportShared) -> Result<Taking, CommandError> {
        let shown = self.0.sharing.lock();
        let review = shown.as_ref().filter(|review| review.key == request.review);
        let review = review.ok_or_else(words::outdated)?;
        let mut choices: Vec<_> = request.choices.iter().collect();
        choices.sort_by_key(|choice| choice.key);
        choices.dedup_by_key(|choice| choice.key);
        let changes = choices.into_iter().map(|choice| {
            let offer = review.offers.get(choice.key as usize);
            self.change(offer.ok_or_else(words::outdated)?, &choice.take)
        });
        let changes: Vec<Change> = changes.collect::<Result<_, CommandError>>()?;
        Ok(Taking {
            left: review.offers.len() - changes.len(),
            path: review.path.clone(),
            changes,
        })
    }

    fn change(&self, offer: &Offer, take: &SharedTake) -> Result<Change, CommandError> {
        match (take, &offer.mine) {
            (SharedTake::Replace, Some(mine)) if mine.kind == offer.theirs.kind => Ok(Change {
                new: replaced(mine, &offer.theirs),
                old: Some(mine.clone()),
            }),
            (SharedTake::Replace, _) => Err(words::outdated()),
            (SharedTake::Add { name }, _) => Ok(Change {
                new: self.added(&offer.theirs, name)?,
                old: None,
            }),
        }
    }

    /// Theirs under this name. It keeps its id, by which a later import knows it again, unless
    /// something of ours has or had it.
    fn added(&self, theirs: &Record, name: &str) -> Result<Record, CommandError> {
        let parsed = RegistryName::parse(name).map_err(|error| {
            CommandError::invalid(Field::Name, format!("“{}”: {error}", name.trim()))
        })?;
        let derived = RegistryId::derived(theirs.name.key().as_bytes());
        let id = theirs.id;
        let used = id == derived || self.0.deletions.holds(id) || self.0.journal.has(id);
        let now = precise_now();
        Ok(Record {
            id: if used { RegistryId::new() } else { id },
            name: parsed,
            created: now,
            updated: now,
            ..theirs.clone()
        })
    }

    /// Writes all changes at once, and gives the ids. The tokens that must not go along are erased
    /// with the same change.
    async fn write_shared(&self, changes: &[Change]) -> Result<Vec<RegistryId>, CommandError> {
        let mut prepared: Vec<Prepared> = Vec::new();
        for id in changes.iter().filter_map(Change::loses_token) {
            match self.prepare_erase(id).await {
                Ok(one) => prepared.push(one),
                Err(error) => return self.settle_all(prepared, Err(error)).await,
            }
        }
        let steps = changes.iter();
        let steps: Vec<_> = steps
            .map(|change| (change.new.clone(), change.old.clone()))
            .collect();
        let outcome = self.commit(move |edit| write(edit, &steps)).await;
        self.settle_all(prepared, outcome).await
    }

    async fn settle_all<T>(
        &self,
        prepared: Vec<Prepared>,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        for one in prepared {
            let written = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
            // An error is the outcome's own; what the vault refuses, recovery finishes.
            let _ = self.settle_save(Some(one), written).await;
        }
        outcome
    }
}

impl Change {
    /// Its id, where a token is stored that must not go along.
    fn loses_token(&self) -> Option<RegistryId> {
        let old = self.old.as_ref()?;
        (old.token && !self.new.token).then_some(old.id)
    }

    fn outcome(&self, id: RegistryId) -> SharedOutcome {
        let new = &self.new;
        SharedOutcome {
            id: id.to_string(),
            name: new.name.to_string(),
            url: new.url.text().into_owned(),
            replaced: self.old.is_some(),
            wants_token: (new.user.is_some() && !new.token) || self.loses_token().is_some(),
        }
    }
}

/// Mine with what theirs says. What a file does not say of a registry stays.
fn replaced(mine: &Record, theirs: &Record) -> Record {
    let keeps_token = mine.token && compare::goes_as_safely(mine, theirs);
    Record {
        id: mine.id,
        created: mine.created,
        updated: precise_now().max(later_than(mine.updated)),
        token: keeps_token,
        expires: mine.expires.filter(|_| keeps_token),
        tls: TlsRules {
            ca_file: mine.tls.ca_file.clone(),
            ..theirs.tls.clone()
        },
        container: ContainerOptions {
            client_certificate: mine.container.client_certificate.clone(),
            added_by: mine.container.added_by.clone(),
            ..theirs.container.clone()
        },
        ..theirs.clone()
    }
}

/// First those that take a place, so that the names they give up are free for the others. Gives
/// the id of each step.
fn write(
    edit: &mut Edit,
    steps: &[(Record, Option<Record>)],
) -> Result<Vec<RegistryId>, CommandError> {
    for (new, old) in steps {
        let Some(old) = old else { continue };
        // Under the lock this is the truth.
        if edit.catalog().by_id(old.id) != Some(old) {
            return Err(changed_elsewhere());
        }
        edit.replace(new)?;
    }
    let ids = steps.iter().map(|(new, old)| {
        if old.is_some() {
            return Ok(new.id);
        }
        let is_free = edit.catalog().by_id(new.id).is_none();
        let id = if is_free { new.id } else { RegistryId::new() };
        edit.insert(&Record { id, ..new.clone() })?;
        Ok(id)
    });
    ids.collect()
}

fn problem(problem: EntryProblem) -> SharedProblem {
    SharedProblem {
        line: problem.line,
        column: problem.column,
        message: problem.message,
    }
}
