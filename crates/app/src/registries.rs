//! Looking at the catalog: list, details, review of a draft, restoring the backup.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use registrar_catalog::{Address, Record};
use registrar_registry::{Provider, RegistryId, RegistryKind};
use url::Url;

use crate::app::App;
use crate::draft::{self, cloud_form};
use crate::health::HealthBook;
use crate::saving::parse_id;
use crate::wire::{
    ChooseFile, ChosenFile, CommandError, ContainerDetails, Done, DraftReview, EntryProblem, Kind,
    KindCounts, ListRegistries, Nothing, RegistryDetails, RegistryPage, RegistryRef, RegistryRow,
    ReviewDraft, Tls,
};

impl App {
    /// The registries in the catalog's order.
    ///
    /// # Errors
    /// None; what is wrong with the file is part of the answer.
    pub async fn list_registries(
        &self,
        request: ListRegistries,
    ) -> Result<RegistryPage, CommandError> {
        let (shelf, health) = tokio::join!(self.shelf(), self.health());
        let catalog = shelf.catalog();
        let wanted = catalog.records.iter().skip(request.offset as usize);
        let most = request.limit.map_or(usize::MAX, |limit| limit as usize);
        let problems = catalog.problems.iter().map(|problem| EntryProblem {
            line: problem.line,
            message: problem.message.clone(),
        });
        let all_checked_at = health.all_checked_at(&catalog.records);
        self.0.hosting.listed.notify_one();
        Ok(RegistryPage {
            revision: catalog.revision.to_string(),
            total: u32::try_from(catalog.records.len()).unwrap_or(u32::MAX),
            kinds: kinds(&catalog.records),
            all_checked_at: all_checked_at.map(|time| time.to_string()),
            rows: wanted
                .take(most)
                .map(|record| row(record, health))
                .collect(),
            problem: shelf.problem(),
            entry_problems: problems.collect(),
        })
    }

    /// Everything about one registry but its secret.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn get_registry(
        &self,
        request: RegistryRef,
    ) -> Result<RegistryDetails, CommandError> {
        self.details_of(parse_id(&request.id)?).await
    }

    /// What would be saved, and what speaks against it.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] for an id that is none.
    pub async fn review_draft(&self, request: ReviewDraft) -> Result<DraftReview, CommandError> {
        let id = request.id.as_deref().map(parse_id).transpose()?;
        let catalog = self.shelf().await.catalog();
        let old = id.and_then(|id| catalog.by_id(id));
        let draft = draft::completed(&request.draft, old);
        Ok(draft::review(&draft, old, &catalog))
    }

    /// Asks for a file of certificates or of a key.
    ///
    /// # Errors
    /// None; a dialog that was closed is an answer.
    pub async fn choose_file(&self, request: ChooseFile) -> Result<ChosenFile, CommandError> {
        let path = self.0.ports.dialogs.choose(request.purpose).await;
        Ok(ChosenFile {
            path: path.map(|path| path.display().to_string()),
        })
    }

    /// Puts the last good catalog in the place of a broken one, which is kept beside it.
    ///
    /// # Errors
    /// The catalog's.
    pub async fn restore_backup(&self, _: Nothing) -> Result<Done, CommandError> {
        let _changing = self.0.changing.lock().await;
        let file = self.shelf().await.file.clone();
        let restored = self.blocking(move || Ok(file.restore_backup()?)).await;
        let catalog = self
            .noted_general("catalog.restored", None, restored)
            .await?;
        self.shelf().await.replace(catalog);
        self.announce().await;
        Ok(Done {})
    }

    /// The record as it stands.
    pub(crate) async fn record(&self, id: RegistryId) -> Result<Record, CommandError> {
        let catalog = self.shelf().await.catalog();
        catalog
            .by_id(id)
            .cloned()
            .ok_or_else(CommandError::not_found)
    }

    pub(crate) async fn details_of(&self, id: RegistryId) -> Result<RegistryDetails, CommandError> {
        let record = self.record(id).await?;
        let health = self.health().await;
        let used_by = match &record.url {
            Address::Container(address) => self.tools_asking_for(address.host()).await,
            Address::Devfile(_) if self.odo_has(id).await => vec!["odo".to_owned()],
            Address::Devfile(_) | Address::Other(_) => Vec::new(),
        };
        Ok(RegistryDetails {
            row: row(&record, health),
            created: record.created.to_string(),
            updated: record.updated.to_string(),
            base: base(&record),
            ca_file: record
                .tls
                .ca_file
                .as_ref()
                .map(|path| path.display().to_string()),
            trusted_certificate: record
                .tls
                .trusted_certificate
                .map(|sha256| sha256.to_string()),
            container: container_details(&record, self.token_until(&record)),
            used_by,
            last_check: health.report(&record),
        })
    }
}

fn kinds(records: &[Record]) -> KindCounts {
    let mut counts = KindCounts::default();
    for record in records {
        match record.kind {
            RegistryKind::Devfile => counts.devfile += 1,
            RegistryKind::Container => counts.container += 1,
            RegistryKind::Source => counts.source += 1,
        }
    }
    counts
}

/// Stands for everything that a record says, whoever wrote it: an edit by hand leaves `updated`
/// as it was.
pub(crate) fn base(record: &Record) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{record:?}").hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The record as the list shows it.
pub(crate) fn row(record: &Record, health: &HealthBook) -> RegistryRow {
    let (health, last_seen) = health.of(record);
    RegistryRow {
        id: record.id.to_string(),
        kind: record.kind.into(),
        name: record.name.to_string(),
        url: record.url.text().into_owned(),
        user: record.user.clone(),
        provider: provider(record).map(Into::into),
        has_token: record.token,
        cloud: record
            .container
            .cloud
            .as_ref()
            .map(|cloud| cloud.way.into()),
        expires: record.expires.map(|day| day.to_string()),
        tls: tls(record),
        health,
        last_seen,
    }
}

impl From<RegistryKind> for Kind {
    fn from(kind: RegistryKind) -> Self {
        match kind {
            RegistryKind::Devfile => Self::Devfile,
            RegistryKind::Container => Self::Container,
            RegistryKind::Source => Self::Source,
        }
    }
}

/// Who provides a container registry: as the person chose, else as its address says.
pub(crate) fn provider(record: &Record) -> Option<Provider> {
    match &record.url {
        Address::Container(address) => {
            let chosen = record.container.provider;
            Some(chosen.unwrap_or_else(|| Provider::of(address.host())))
        }
        Address::Devfile(_) | Address::Other(_) => None,
    }
}

fn container_details(record: &Record, token_until: Option<String>) -> Option<ContainerDetails> {
    let Address::Container(address) = &record.url else {
        return None;
    };
    let options = &record.container;
    let shown = |path: &Path| path.display().to_string();
    let files = options.client_certificate.as_ref();
    let page = provider(record).and_then(|provider| provider.token_page(Some(address.host())));
    Some(ContainerDetails {
        chosen_provider: options.provider.map(Into::into),
        client_certificate: files.map(|files| shown(&files.certificate)),
        client_key: files.map(|files| shown(&files.key)),
        token_server: options.token_server.as_ref().map(Url::to_string),
        cloud: options.cloud.as_ref().map(cloud_form),
        token_until,
        added_by: options.added_by.clone(),
        token_page: page.map(Into::into),
    })
}

fn tls(record: &Record) -> Tls {
    let plain = match &record.url {
        Address::Devfile(url) => url.is_plain_http(),
        Address::Container(_) => record.allow_http,
        Address::Other(_) => false,
    };
    if plain {
        Tls::PlainHttp
    } else if record.container.insecure {
        Tls::Insecure
    } else if record.tls.trusted_certificate.is_some() {
        Tls::Pinned
    } else if record.tls.ca_file.is_some() {
        Tls::OwnCa
    } else {
        Tls::Verified
    }
}
