//! One credential on its way into the vault.

use registrar_catalog::Record;
use registrar_handover::docker_protocol::Credential;
use registrar_handover::import::Place;
use registrar_registry::{ContainerAddress, RegistryId};

use super::offers::{self, Offer};
use crate::app::App;
use crate::from_tools::{free_name, signs_in_itself};
use crate::registries::base;
use crate::wire::{
    AddRegistry, Code, CommandError, ContainerDraft, Imported, Kind, RegistryDraft, TokenChange,
    UpdateRegistry,
};

/// What has become of a credential.
pub(super) struct Moved {
    key: String,
    outcome: Result<Arrived, CommandError>,
}

/// A credential that has arrived.
#[derive(Clone)]
struct Arrived {
    id: RegistryId,
    address: ContainerAddress,
    /// Stands for user and secret.
    print: u64,
    is_plaintext: bool,
}

impl Moved {
    /// One that was cancelled first.
    pub(super) fn not_begun(key: String) -> Self {
        Self {
            key,
            outcome: Err(CommandError::cancelled()),
        }
    }

    /// The registry's id, where it has arrived.
    pub(super) fn id(&self) -> Option<String> {
        let arrived = self.outcome.as_ref().ok()?;
        Some(arrived.id.to_string())
    }
}

impl App {
    /// Moves what was taken. `before`: what has been moved in the same import.
    ///
    /// # Errors
    /// The vault's where the person can open it, unless something has been moved already: the
    /// window then asks for that and begins anew.
    pub(super) async fn moved(
        &self,
        key: String,
        taken: Result<(Offer, Credential), CommandError>,
        before: &[Moved],
    ) -> Result<Moved, CommandError> {
        let outcome = match taken {
            Ok((offer, credential)) => self.arrive(&offer, credential, before).await,
            Err(error) => Err(error),
        };
        let can_wait = before.iter().all(|moved| moved.outcome.is_err());
        match outcome {
            Err(error) if can_wait && needs_vault(&error) => Err(error),
            outcome => Ok(Moved { key, outcome }),
        }
    }

    async fn arrive(
        &self,
        offer: &Offer,
        credential: Credential,
        before: &[Moved],
    ) -> Result<Arrived, CommandError> {
        let address = offer.address.clone().ok_or_else(offers::not_understood)?;
        let print = self.0.tools.import.lock().print(&credential);
        let arrived = before
            .iter()
            .filter_map(|moved| moved.outcome.as_ref().ok());
        let mut same = arrived.filter(|arrived| arrived.address == address);
        let id = match same.next() {
            Some(first) if first.print == print => first.id,
            Some(_) => return Err(another_already(&address)),
            None => self.put(&address, credential).await?,
        };
        Ok(Arrived {
            id,
            address,
            print,
            is_plaintext: offer.found.place == Place::Plaintext,
        })
    }

    /// Puts the credential into the registry with this address, which is added where there is none.
    async fn put(
        &self,
        address: &ContainerAddress,
        credential: Credential,
    ) -> Result<RegistryId, CommandError> {
        let catalog = self.shelf().await.catalog();
        let user = Some(credential.user.as_str());
        let details = if let Some(record) = offers::existing(&catalog, address, user) {
            signs_in_itself(record)?;
            let request = UpdateRegistry {
                id: record.id.to_string(),
                base: base(record),
                draft: with_credential(record, credential),
                test: None,
            };
            self.update_registry(request).await?
        } else {
            let name = free_name(&catalog, address)?.to_string();
            let draft = new(name, address, credential);
            self.add_registry(AddRegistry { draft, test: None }).await?
        };
        crate::saving::parse_id(&details.row.id)
    }

    /// What the window is told, with the check as it is known now.
    pub(super) async fn imported(&self, moved: Moved) -> Imported {
        let mut imported = Imported {
            id: moved.id(),
            key: moved.key,
            report: None,
            error: None,
            can_scrub: false,
        };
        let arrived = match moved.outcome {
            Ok(arrived) => arrived,
            Err(error) => {
                imported.error = Some(error);
                return imported;
            }
        };
        if let Ok(record) = self.record(arrived.id).await {
            imported.report = self.health().await.report(&record);
        }
        let passed = imported
            .report
            .as_ref()
            .is_some_and(|report| report.failure.is_none());
        imported.can_scrub = arrived.is_plaintext && passed;
        if imported.can_scrub {
            let mut import = self.0.tools.import.lock();
            import.proved.insert(imported.key.clone(), arrived.print);
        }
        imported
    }
}

/// Whether the vault is closed, rather than the credential wrong.
fn needs_vault(error: &CommandError) -> bool {
    matches!(
        error.code,
        Code::VaultMissing | Code::VaultLocked | Code::VaultDismissed | Code::VaultDenied
    )
}

fn another_already(address: &ContainerAddress) -> CommandError {
    let message = format!(
        "Another credential for {address} was imported just now, and would be replaced by this one."
    );
    CommandError::new(Code::Invalid, message)
        .hint("Import this one alone if it is the one you want.")
}

/// The draft of a registry that only the tool knew.
fn new(name: String, address: &ContainerAddress, credential: Credential) -> RegistryDraft {
    RegistryDraft {
        kind: Kind::Container,
        name,
        url: address.to_string(),
        allow_http: false,
        token: TokenChange::Set {
            token: credential.secret,
        },
        expires: String::new(),
        ca_file: None,
        trusted_certificate: None,
        container: Some(ContainerDraft {
            user: credential.user,
            ..ContainerDraft::default()
        }),
    }
}

/// The draft that replaces user and token, and the last day of the old token, and nothing else.
fn with_credential(record: &Record, credential: Credential) -> RegistryDraft {
    let options = &record.container;
    let shown = |path: &std::path::PathBuf| path.display().to_string();
    let certificate = options.client_certificate.as_ref();
    RegistryDraft {
        kind: Kind::Container,
        name: record.name.to_string(),
        url: record.url.text().into_owned(),
        allow_http: record.allow_http,
        token: TokenChange::Set {
            token: credential.secret,
        },
        expires: String::new(),
        ca_file: record.tls.ca_file.as_ref().map(shown),
        trusted_certificate: record
            .tls
            .trusted_certificate
            .map(|sha256| sha256.to_string()),
        container: Some(ContainerDraft {
            cloud: None,
            user: credential.user,
            provider: options.provider.map(Into::into),
            client_certificate: certificate.map(|files| shown(&files.certificate)),
            client_key: certificate.map(|files| shown(&files.key)),
            insecure: options.insecure,
            token_server: options.token_server.as_ref().map(ToString::to_string),
        }),
    }
}
