//! `docker login` and `docker logout`: record and token together or not at all.

use std::sync::Arc;

use registrar_catalog::{Address, Catalog, ContainerOptions, Edit, Record};
use registrar_handover::docker_protocol::{Credential, Key};
use registrar_registry::{ContainerAddress, RegistryId, RegistryKind, RegistryName, TlsRules};

use super::exactly;
use crate::app::App;
use crate::saving::{changed_elsewhere, later_than, precise_now};
use crate::wire::{Code, CommandError};

/// How often a change is made anew because another program was faster: two logins at once.
const ATTEMPTS: usize = 3;

impl App {
    /// Keeps a credential that `tool` signed in with.
    pub(super) async fn keep_for_tool(
        &self,
        key: &Key,
        credential: &Credential,
        tool: &str,
    ) -> Result<(), CommandError> {
        let address = ContainerAddress::parse(key.as_str()).map_err(|error| {
            CommandError::new(
                Code::Invalid,
                format!("Registrar cannot keep this: {error}"),
            )
        })?;
        let mut kept = self.keep_once(&address, credential, tool).await;
        for _ in 1..ATTEMPTS {
            if !matches!(&kept, Err(error) if error.code == Code::ChangedElsewhere) {
                break;
            }
            kept = self.keep_once(&address, credential, tool).await;
        }
        kept
    }

    async fn keep_once(
        &self,
        address: &ContainerAddress,
        credential: &Credential,
        tool: &str,
    ) -> Result<(), CommandError> {
        let _changing = self.0.changing.lock().await;
        let catalog = self.catalog_now().await?;
        let detail = Some(format!("{address}, {tool} login"));
        let (action, record, outcome) = if let Some(old) = exactly(&catalog, address) {
            signs_in_itself(old)?;
            let new = Record {
                user: Some(credential.user.clone()),
                token: true,
                updated: precise_now().max(later_than(old.updated)),
                ..old.clone()
            };
            let outcome = self.replace_credential(old, &new, credential).await;
            ("registry.updated", new, outcome)
        } else {
            let new = added(&catalog, address, credential, tool)?;
            let outcome = self.add_for_tool(&new, credential).await;
            ("registry.added", new, outcome)
        };
        self.noted(action, &record, detail, outcome).await?;
        self.health().await.forget(record.id);
        self.announce().await;
        Ok(())
    }

    async fn replace_credential(
        &self,
        old: &Record,
        new: &Record,
        credential: &Credential,
    ) -> Result<(), CommandError> {
        let prepared = self
            .prepare_replace(old.id, &credential.secret, new.updated)
            .await?;
        let outcome = self.exchange(old, new).await;
        self.settle_save(Some(prepared), outcome).await
    }

    /// Puts `new` in the place of `old`, unless somebody has changed that meanwhile.
    async fn exchange(&self, old: &Record, new: &Record) -> Result<(), CommandError> {
        let (expected, replacement) = (old.clone(), new.clone());
        let exchange = move |edit: &mut Edit| {
            if edit.catalog().by_id(expected.id) != Some(&expected) {
                return Err(changed_elsewhere());
            }
            Ok(edit.replace(&replacement)?)
        };
        self.commit(exchange).await
    }

    async fn add_for_tool(
        &self,
        record: &Record,
        credential: &Credential,
    ) -> Result<(), CommandError> {
        let prepared = self.prepare_add(record.id, &credential.secret).await?;
        let new = record.clone();
        let insert = move |edit: &mut Edit| {
            let known = match &new.url {
                Address::Container(address) => exactly(edit.catalog(), address).is_some(),
                _ => false,
            };
            if known || edit.catalog().by_name(&new.name).is_some() {
                return Err(changed_elsewhere());
            }
            Ok(edit.insert(&new)?)
        };
        let outcome = self.commit(insert).await;
        self.settle_save(Some(prepared), outcome).await
    }

    /// Forgets the credential that `tool` signs out of; no error where there is none.
    pub(super) async fn forget_for_tool(&self, key: &Key, tool: &str) -> Result<(), CommandError> {
        let Ok(address) = ContainerAddress::parse(key.as_str()) else {
            return Ok(());
        };
        let _changing = self.0.changing.lock().await;
        let catalog = self.catalog_now().await?;
        let Some(record) = exactly(&catalog, &address) else {
            return Ok(());
        };
        signs_in_itself(record)?;
        let detail = Some(format!("{address}, {tool} logout"));
        if record.container.added_by.is_some() {
            let outcome = self.remove_for_tool(record).await;
            self.noted("registry.deleted", record, detail, outcome)
                .await?;
        } else if record.token {
            let outcome = self.remove_token(record).await;
            self.noted("registry.updated", record, detail, outcome)
                .await?;
        } else {
            return Ok(());
        }
        self.health().await.forget(record.id);
        self.announce().await;
        Ok(())
    }

    /// The record goes, and its token with it.
    async fn remove_for_tool(&self, record: &Record) -> Result<(), CommandError> {
        let id = record.id;
        let prepared = if record.token {
            Some(self.prepare_erase(id).await?)
        } else {
            None
        };
        let remove = move |edit: &mut Edit| {
            let removed = edit.remove(id)?;
            removed.map(drop).ok_or_else(CommandError::not_found)
        };
        let outcome = self.commit(remove).await;
        self.settle_save(prepared, outcome).await
    }

    /// The token goes; everything else stays.
    async fn remove_token(&self, record: &Record) -> Result<(), CommandError> {
        let without = Record {
            token: false,
            updated: precise_now().max(later_than(record.updated)),
            ..record.clone()
        };
        let prepared = self.prepare_erase(record.id).await?;
        let outcome = self.exchange(record, &without).await;
        self.settle_save(Some(prepared), outcome).await
    }

    /// The catalog as the file says now; what the window shows may be a moment older.
    async fn catalog_now(&self) -> Result<Arc<Catalog>, CommandError> {
        let file = self.shelf().await.file.clone();
        let load = move || Ok(Arc::new(file.load()?));
        self.blocking(load).await
    }
}

/// Refuses to change what Registrar does itself: what a tool signs in with counts for some hours,
/// and would take the place of what makes such tokens for ever.
pub(crate) fn signs_in_itself(record: &Record) -> Result<(), CommandError> {
    let Some(cloud) = &record.container.cloud else {
        return Ok(());
    };
    let message = format!(
        "Registrar signs in to “{}” with credentials of {} itself.",
        record.name,
        cloud.way.cloud().name()
    );
    Err(CommandError::new(Code::Invalid, message)
        .hint("Open Registrar and choose another way to sign in there, or leave it as it is."))
}

/// The record of a registry that only the tool knew.
fn added(
    catalog: &Catalog,
    address: &ContainerAddress,
    credential: &Credential,
    tool: &str,
) -> Result<Record, CommandError> {
    let now = precise_now();
    Ok(Record {
        id: RegistryId::new(),
        kind: RegistryKind::Container,
        name: free_name(catalog, address)?,
        url: Address::Container(address.clone()),
        user: Some(credential.user.clone()),
        created: now,
        updated: now,
        token: true,
        expires: None,
        allow_http: false,
        tls: TlsRules::default(),
        container: ContainerOptions {
            added_by: Some(tool.to_owned()),
            ..ContainerOptions::default()
        },
    })
}

/// The address, or what fits of it, with a number behind it where another registry is called so.
pub(crate) fn free_name(
    catalog: &Catalog,
    address: &ContainerAddress,
) -> Result<RegistryName, CommandError> {
    let room = RegistryName::MAX_CHARS - " 99999".len();
    let text: String = address.to_string().chars().take(room).collect();
    let numbered = (2..100_000).map(|number| format!("{text} {number}"));
    let names = std::iter::once(text.clone()).chain(numbered);
    names
        .filter_map(|name| RegistryName::parse(&name).ok())
        .find(|name| catalog.by_name(name).is_none())
        .ok_or_else(|| CommandError::internal(&"no name is free"))
}
