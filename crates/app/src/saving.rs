//! Adding and updating a registry: record and token together or not at all.

use jiff::{Timestamp, ToSpan as _};
use registrar_catalog::{Catalog, ContainerOptions, Record};
use registrar_registry::{RegistryId, RegistryKind, Secret};

use crate::app::App;
use crate::draft::{self, Parsed, name_taken, will_have_token};
use crate::registries::base;
use crate::tokens::Prepared;
use crate::wire::{
    AddRegistry, AppEvent, Code, CommandError, Field, RegistryDetails, RegistryDraft, TokenChange,
    UpdateRegistry,
};

impl App {
    /// Adds a registry at the end of the catalog.
    ///
    /// # Errors
    /// [`Code::Invalid`] and [`Code::NameTaken`] with their field; the vault's and the catalog's
    /// errors. Nothing is changed then.
    pub async fn add_registry(
        &self,
        request: AddRegistry,
    ) -> Result<RegistryDetails, CommandError> {
        let _changing = self.0.changing.lock().await;
        let parsed = draft::parse(&request.draft, false)?;
        let record = new_record(parsed, &request.draft);
        let outcome = self.add(&record, &request.draft.token).await;
        let detail = Some(record.url.text().into_owned());
        self.noted("registry.added", &record, detail, outcome)
            .await?;
        self.adopt_test(&record, &request.draft, request.test.as_deref())
            .await;
        self.announce().await;
        self.details_of(record.id).await
    }

    async fn add(&self, record: &Record, token: &TokenChange) -> Result<(), CommandError> {
        self.check_name_free(record).await?;
        let prepared = match token {
            TokenChange::Set { token } => Some(self.prepare_add(record.id, token).await?),
            TokenChange::Keep | TokenChange::Remove => None,
        };
        let added = record.clone();
        let outcome = self.commit(move |edit| Ok(edit.insert(&added)?)).await;
        self.settle_save(prepared, outcome).await
    }

    /// Changes a registry.
    ///
    /// # Errors
    /// [`Code::ChangedElsewhere`] where the record is no longer what the form was opened with;
    /// [`Code::NotFound`] where it has been deleted; otherwise as [`App::add_registry`].
    pub async fn update_registry(
        &self,
        request: UpdateRegistry,
    ) -> Result<RegistryDetails, CommandError> {
        let _changing = self.0.changing.lock().await;
        let id = parse_id(&request.id)?;
        let old = self.record(id).await;
        let old = old.map_err(|_| gone_elsewhere(&request.draft.token))?;
        let draft = draft::completed(&request.draft, Some(&old));
        let token = &draft.token;
        let new = changed_record(&old, draft::parse(&draft, old.token)?, &draft)?;
        let outcome = self.update(&old, &new, &request.base, token).await;
        self.noted(
            "registry.updated",
            &new,
            changes(&old, &new, token),
            outcome,
        )
        .await?;
        if !matches!(token, TokenChange::Keep) {
            self.health().await.forget(id);
        }
        if new.kind == RegistryKind::Devfile {
            self.follow_in_odo(&new, token).await;
        }
        self.adopt_test(&new, &draft, request.test.as_deref()).await;
        self.announce().await;
        self.details_of(id).await
    }

    async fn update(
        &self,
        old: &Record,
        new: &Record,
        expected: &str,
        token: &TokenChange,
    ) -> Result<(), CommandError> {
        if base(old) != expected {
            return Err(changed_elsewhere());
        }
        self.check_name_free(new).await?;
        let prepared = match token {
            TokenChange::Set { token } => Some(self.prepare_set(old, token, new.updated).await?),
            TokenChange::Remove if old.token => Some(self.prepare_erase(new.id).await?),
            TokenChange::Remove | TokenChange::Keep => None,
        };
        let (expected, replacement) = (old.clone(), new.clone());
        let gone = gone_elsewhere(token);
        let commit = self.commit(move |edit| {
            // Somebody may have changed the file since; under the lock this is the truth.
            match edit.catalog().by_id(expected.id) {
                Some(found) if *found == expected => Ok(edit.replace(&replacement)?),
                Some(_) => Err(changed_elsewhere()),
                None => Err(gone),
            }
        });
        let outcome = commit.await;
        self.settle_save(prepared, outcome).await
    }

    async fn prepare_set(
        &self,
        old: &Record,
        token: &Secret,
        updated: Timestamp,
    ) -> Result<Prepared, CommandError> {
        self.prepare_replace(old.id, token, updated).await
    }

    /// After the catalog was written, or was not: the vault follows, or is put back.
    pub(crate) async fn settle_save(
        &self,
        prepared: Option<Prepared>,
        outcome: Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        match (prepared, outcome) {
            (Some(prepared), Ok(())) => {
                self.follow(prepared).await;
                Ok(())
            }
            (Some(prepared), Err(error)) => Err(self.take_back_after(prepared, error).await),
            (None, outcome) => outcome,
        }
    }

    /// Changes the file under its lock, and takes over what was written.
    pub(crate) async fn commit<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut registrar_catalog::Edit) -> Result<T, CommandError> + Send + 'static,
    ) -> Result<T, CommandError> {
        let app = self.clone();
        let file = self.shelf().await.file.clone();
        let (value, catalog) = self
            .blocking(move || {
                let mut edit = file.edit()?;
                let value = change(&mut edit)?;
                Ok((value, edit.commit()?))
            })
            .await?;
        app.shelf().await.replace(catalog);
        Ok(value)
    }

    /// Tells the window that the catalog has changed.
    pub(crate) async fn announce(&self) {
        let revision = self.shelf().await.catalog().revision.to_string();
        self.send(AppEvent::RegistriesChanged {
            revision,
            outside: false,
        });
    }

    async fn check_name_free(&self, record: &Record) -> Result<(), CommandError> {
        check_name_free(&self.shelf().await.catalog(), record)
    }
}

fn check_name_free(catalog: &Catalog, record: &Record) -> Result<(), CommandError> {
    match catalog
        .by_name(&record.name)
        .filter(|other| other.id != record.id)
    {
        Some(other) => Err(CommandError {
            field: Some(Field::Name),
            ..CommandError::new(Code::NameTaken, name_taken(other.name.as_str()))
        }),
        None => Ok(()),
    }
}

fn new_record(parsed: Parsed, draft: &RegistryDraft) -> Record {
    let now = precise_now();
    let place = parsed.place;
    Record {
        id: RegistryId::new(),
        kind: place.kind,
        name: parsed.name,
        url: place.address,
        user: place.user,
        created: now,
        updated: now,
        token: will_have_token(draft, false),
        expires: parsed.expires,
        allow_http: place.allow_http,
        tls: place.tls,
        container: place.container,
    }
}

/// `old` with what the draft says; who it is and where it comes from stays.
fn changed_record(
    old: &Record,
    parsed: Parsed,
    draft: &RegistryDraft,
) -> Result<Record, CommandError> {
    let new = new_record(parsed, draft);
    if new.kind != old.kind {
        return Err(
            CommandError::new(Code::Invalid, "The kind of a registry cannot be changed.")
                .hint("Add another registry of that kind, and delete this one."),
        );
    }
    let user = match new.kind {
        RegistryKind::Container => new.user,
        // The form has no field for it.
        RegistryKind::Devfile | RegistryKind::Source => old.user.clone(),
    };
    Ok(Record {
        id: old.id,
        user,
        created: old.created,
        updated: precise_now().max(later_than(old.updated)),
        token: will_have_token(draft, old.token),
        container: ContainerOptions {
            added_by: old.container.added_by.clone(),
            ..new.container
        },
        ..new
    })
}

/// Now, in the whole microseconds that the catalog keeps.
pub(crate) fn precise_now() -> Timestamp {
    Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or_default()
}

/// The next moment that the catalog can tell from `time`: every save has a time of its own.
pub(crate) fn later_than(time: Timestamp) -> Timestamp {
    time.checked_add(1.microsecond()).unwrap_or(time)
}

fn changes(old: &Record, new: &Record, token: &TokenChange) -> Option<String> {
    let mut said = Vec::new();
    let (before, after) = (&old.container, &new.container);
    if old.name != new.name {
        said.push(format!("name: {} → {}", old.name, new.name));
    }
    if old.url != new.url {
        said.push(format!("address: {} → {}", old.url.text(), new.url.text()));
    }
    match token {
        TokenChange::Set { .. } if old.token => said.push("token replaced".to_owned()),
        TokenChange::Set { .. } => said.push("token added".to_owned()),
        TokenChange::Remove if old.token => said.push("token removed".to_owned()),
        TokenChange::Remove | TokenChange::Keep => {}
    }
    let changed: [(bool, &str); 9] = [
        (old.user != new.user, "user"),
        (old.expires != new.expires, "last day"),
        (old.tls != new.tls, "trust in certificates"),
        (old.allow_http != new.allow_http, "unencrypted http"),
        (before.insecure != after.insecure, "verification"),
        (before.provider != after.provider, "provider"),
        (
            before.client_certificate != after.client_certificate,
            "client certificate",
        ),
        (before.token_server != after.token_server, "token server"),
        (before.cloud != after.cloud, "cloud credentials"),
    ];
    let changed = changed.into_iter().filter(|(is, _)| *is);
    said.extend(changed.map(|(_, what)| what.to_owned()));
    (!said.is_empty()).then(|| said.join("; "))
}

pub(crate) fn changed_elsewhere() -> CommandError {
    CommandError::new(
        Code::ChangedElsewhere,
        "This registry was changed in another program since you opened it.",
    )
    .hint("Compare both and choose which to keep.")
}

/// The registry that the form edits is gone. Its token went with it, and the form does not have it.
fn gone_elsewhere(token: &TokenChange) -> CommandError {
    let message = "This registry was deleted in another program since you opened it.";
    CommandError::new(Code::NotFound, message).hint(match token {
        TokenChange::Keep => {
            "Save it again as a new one. If it had a token, that is gone: enter it again first."
        }
        TokenChange::Set { .. } | TokenChange::Remove => "Save it again as a new one.",
    })
}

/// The id in a request.
pub(crate) fn parse_id(text: &str) -> Result<RegistryId, CommandError> {
    text.parse().map_err(|_| CommandError::not_found())
}
