//! Taking over what odo has.

use registrar_catalog::Catalog;
use registrar_handover::OdoEntry;
use registrar_registry::{DevfileUrl, RegistryName};

use super::page;
use crate::app::App;
use crate::wire::{
    AddRegistry, Code, CommandError, ImportOdo, Kind, OdoImport, OdoImported, RegistryDraft,
    TokenChange,
};

impl App {
    /// Adds registries that odo has, with the tokens that it has for them. odo keeps both.
    ///
    /// # Errors
    /// The vault's, where the person can open it and nothing was added yet. What else goes wrong
    /// is said of the registry it concerns.
    pub async fn import_odo(&self, request: ImportOdo) -> Result<OdoImport, CommandError> {
        let handover = self.0.handover.clone();
        let state = self.blocking(move || Ok(handover.odo().state()?)).await?;
        let mut imported: Vec<OdoImported> = Vec::new();
        for name in request.names {
            let entry = state.entries.iter().find(|entry| entry.name == name);
            let outcome = match entry {
                Some(entry) => self.take_over(entry).await,
                None => Err(CommandError::new(
                    Code::NotFound,
                    format!("odo no longer has “{name}”."),
                )),
            };
            let nothing_yet = imported.iter().all(|one| one.id.is_none());
            match outcome {
                Err(error) if nothing_yet && is_out_of_reach(&error) => return Err(error),
                outcome => imported.push(said(name, outcome)),
            }
        }
        Ok(OdoImport { imported })
    }

    async fn take_over(&self, entry: &OdoEntry) -> Result<OdoImported, CommandError> {
        if let Some(problem) = page::problem(&entry.url) {
            return Err(CommandError::new(Code::Invalid, problem));
        }
        let token = if entry.secure {
            self.odo_token(&entry.name).await?
        } else {
            None
        };
        let token_missing = entry.secure && token.is_none();
        let name = free_name(&self.shelf().await.catalog(), entry)?;
        let draft = draft(&name, entry, token.map(|token| TokenChange::Set { token }));
        let details = self.add_registry(AddRegistry { draft, test: None }).await?;
        Ok(OdoImported {
            name: entry.name.clone(),
            added_as: Some(details.row.name),
            id: Some(details.row.id),
            token_missing,
            error: None,
        })
    }
}

fn said(name: String, outcome: Result<OdoImported, CommandError>) -> OdoImported {
    outcome.unwrap_or_else(|error| OdoImported {
        name,
        added_as: None,
        id: None,
        token_missing: false,
        error: Some(error),
    })
}

/// Whether the vault is closed, rather than the registry wrong.
fn is_out_of_reach(error: &CommandError) -> bool {
    matches!(
        error.code,
        Code::VaultMissing | Code::VaultLocked | Code::VaultDismissed | Code::VaultDenied
    )
}

fn draft(name: &RegistryName, entry: &OdoEntry, token: Option<TokenChange>) -> RegistryDraft {
    let plain = DevfileUrl::parse(&entry.url).is_ok_and(|url| url.is_plain_http());
    RegistryDraft {
        kind: Kind::Devfile,
        name: name.to_string(),
        url: entry.url.clone(),
        allow_http: plain,
        token: token.unwrap_or(TokenChange::Keep),
        expires: String::new(),
        ca_file: None,
        trusted_certificate: None,
        container: None,
    }
}

/// odo's name where it is one and free, else one with a number, else the host.
fn free_name(catalog: &Catalog, entry: &OdoEntry) -> Result<RegistryName, CommandError> {
    let host = DevfileUrl::parse(&entry.url).map(|url| url.host().to_owned());
    let wanted = match RegistryName::parse(&entry.name) {
        Ok(name) => name.to_string(),
        Err(_) => host.unwrap_or_default(),
    };
    let room = RegistryName::MAX_CHARS - " 99999".len();
    let text: String = wanted.chars().take(room).collect();
    let numbered = (2..100_000).map(|number| format!("{text} {number}"));
    std::iter::once(wanted)
        .chain(numbered)
        .filter_map(|name| RegistryName::parse(&name).ok())
        .find(|name| catalog.by_name(name).is_none())
        .ok_or_else(|| CommandError::internal(&"no name is free"))
}
