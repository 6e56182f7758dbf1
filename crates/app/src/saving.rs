//! Adding and updating a registry: record and token together or not at all.

use jiff::{Timestamp, ToSpan as _};
use registrar_catalog::{Address, Catalog, ContainerOptions, Record};
use registrar_registry::{RegistryId, Secret};

use crate::app::App;
use crate::draft::{self, Parsed, name_taken};
use crate::registries::base;
use crate::tokens::Prepared;
use crate::wire::{
    AddRegistry, AppEvent, Code, CommandError, Field, RegistryDetails, TokenChange, UpdateRegistry,
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
        let parsed = draft::parse(&request.draft)?;
        let now = precise_now();
        let record = record(
            RegistryId::new(),
            &parsed,
            &request.draft.token,
            false,
            now,
            now,
        );
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
    /// otherwise as [`App::add_registry`].
    pub async fn update_registry(
        &self,
        request: UpdateRegistry,
    ) -> Result<RegistryDetails, CommandError> {
        let _changing = self.0.changing.lock().await;
        let parsed = draft::parse(&request.draft)?;
        let id = parse_id(&request.id)?;
        let old = self.record(id).await?;
        let updated = precise_now().max(later_than(old.updated));
        let token = &request.draft.token;
        let new = record(id, &parsed, token, old.token, old.created, updated);
        let new = Record {
            user: old.user.clone(),
            ..new
        };
        let outcome = self.update(&old, &new, &request).await;
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
        self.adopt_test(&new, &request.draft, request.test.as_deref())
            .await;
        self.announce().await;
        self.details_of(id).await
    }

    async fn update(
        &self,
        old: &Record,
        new: &Record,
        request: &UpdateRegistry,
    ) -> Result<(), CommandError> {
        if base(old) != request.base {
            return Err(changed_elsewhere());
        }
        self.check_name_free(new).await?;
        let prepared = match &request.draft.token {
            TokenChange::Set { token } => Some(self.prepare_set(old, token, new.updated).await?),
            TokenChange::Remove if old.token => Some(self.prepare_erase(new.id).await?),
            TokenChange::Remove | TokenChange::Keep => None,
        };
        let (expected, replacement) = (old.clone(), new.clone());
        let commit = self.commit(move |edit| {
            // Somebody may have changed the file since; under the lock this is the truth.
            if edit.catalog().by_id(expected.id) != Some(&expected) {
                return Err(changed_elsewhere());
            }
            Ok(edit.replace(&replacement)?)
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

fn record(
    id: RegistryId,
    parsed: &Parsed,
    token: &TokenChange,
    had_token: bool,
    created: Timestamp,
    updated: Timestamp,
) -> Record {
    Record {
        id,
        kind: registrar_registry::RegistryKind::Devfile,
        name: parsed.name.clone(),
        url: Address::Devfile(parsed.url.clone()),
        user: None,
        created,
        updated,
        token: match token {
            TokenChange::Keep => had_token,
            TokenChange::Set { .. } => true,
            TokenChange::Remove => false,
        },
        expires: None,
        allow_http: parsed.allow_http,
        tls: parsed.tls.clone(),
        container: ContainerOptions::default(),
    }
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
    if old.tls != new.tls {
        said.push("trust in certificates".to_owned());
    }
    if old.allow_http != new.allow_http {
        said.push("unencrypted http".to_owned());
    }
    (!said.is_empty()).then(|| said.join("; "))
}

pub(crate) fn changed_elsewhere() -> CommandError {
    CommandError::new(
        Code::ChangedElsewhere,
        "This registry was changed in another program since you opened it.",
    )
    .hint("Compare both and choose which to keep.")
}

/// The id in a request.
pub(crate) fn parse_id(text: &str) -> Result<RegistryId, CommandError> {
    text.parse().map_err(|_| CommandError::not_found())
}
