//! What docker, podman and the like ask for, store and erase, in their helper protocol.
//!
//! Reading writes nothing and takes no lock: the catalog alone says whether there is a credential,
//! and only where there is one is the vault asked. Changes go through the journal like those that
//! are made in the window, which sees them because it watches the file.
//!
//! - A key means the record that [`Catalog::for_key`] gives; what is stored or erased is only ever
//!   the record with exactly this address.
//! - `docker login` adds a record where there is none, and `docker logout` takes that one away
//!   again. A record that the person made loses no more than its token.

mod changes;
#[cfg(unix)]
mod window;
mod words;

use registrar_catalog::{Address, Catalog, CatalogFile, Record};
use registrar_handover::docker_protocol::{Credential, Credentials, Key, Refusal};
use registrar_registry::{ContainerAddress, Secret};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clouds::{self, Freshness};
use crate::draft::{Place, user_at};
use crate::wire::{CommandError, VaultKind};

pub(crate) use changes::{free_name, signs_in_itself};

/// The catalog and the vault as the helper protocol sees them.
///
/// Its calls block until they are done, or until the person has answered the keychain or not, at
/// most a minute or so. Make them on a thread that drives no futures.
pub struct ToolCredentials {
    app: App,
    tool: String,
    /// Whether a window may be open elsewhere that can do what this process cannot.
    outside: bool,
}

impl ToolCredentials {
    /// Those of `app`, for the `tool` that asks, such as `docker`. The application need not have
    /// [begun](App::begin).
    pub fn new(app: App, tool: impl Into<String>) -> Self {
        Self {
            app,
            tool: tool.into(),
            outside: false,
        }
    }

    /// The same in a process beside the window, which is asked where only it has unlocked the
    /// passphrase vault.
    pub fn beside_window(app: App, tool: impl Into<String>) -> Self {
        Self {
            outside: true,
            ..Self::new(app, tool)
        }
    }

    /// The window's answer; `None` where it is not needed or not there.
    fn ask_window(&self, verb: &str, input: &Secret) -> Option<Result<Secret, Refusal>> {
        if !self.outside || self.app.0.settings.vault() != VaultKind::Passphrase {
            return None;
        }
        let (code, output) = self.ask(verb, input.expose())?;
        if code == 0 {
            return Some(Ok(output));
        }
        let said = output.expose_text().unwrap_or_default().trim_end();
        Some(Err(Refusal(said.to_owned())))
    }

    #[cfg(unix)]
    fn ask(&self, verb: &str, input: &[u8]) -> Option<(u8, Secret)> {
        window::ask(&self.app.0.paths, &self.tool, verb, input).ok()
    }

    #[cfg(not(unix))]
    fn ask(&self, _: &str, _: &[u8]) -> Option<(u8, Secret)> {
        None
    }

    /// The credential of `record` as its registry takes it.
    async fn credential(&self, record: &Record) -> Result<Credential, CommandError> {
        let stored = if record.token {
            Some(self.app.token(record.id).await?)
        } else {
            None
        };
        let place = Place::of(record);
        let (place, secret) = self.app.shown(&place, stored, Freshness::Good).await?;
        let secret = secret.ok_or_else(CommandError::not_found)?;
        let user = match place.user {
            Some(user) => user,
            None => user_of(record, Some(&secret)).to_owned(),
        };
        Ok(Credential { user, secret })
    }

    /// Runs one call to its end on this thread.
    fn wait<T>(&self, call: impl Future<Output = Result<T, CommandError>>) -> Result<T, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let outcome = match runtime {
            Ok(runtime) => runtime.block_on(call),
            Err(error) => Err(CommandError::internal(&error)),
        };
        outcome.map_err(|error| self.refusal(&error))
    }

    fn refusal(&self, error: &CommandError) -> Refusal {
        words::refusal(error, self.app.0.settings.vault())
    }

    /// The catalog as it is now; nothing is written.
    fn catalog(&self) -> Result<Catalog, CommandError> {
        Ok(CatalogFile::new(self.app.0.paths.config()).peek()?)
    }
}

impl Credentials for ToolCredentials {
    fn get(&mut self, key: &Key) -> Result<Option<Credential>, Refusal> {
        let catalog = self.catalog().map_err(|error| self.refusal(&error))?;
        let Some(record) = serving(&catalog, key).filter(|record| record.signs_in()) else {
            return Ok(None);
        };
        if record.token
            && let Some(answer) = self.ask_window("get", &spelled(key))
        {
            return given(&answer?).map(Some);
        }
        self.wait(Box::pin(self.credential(record))).map(Some)
    }

    fn store(&mut self, key: &Key, credential: Credential) -> Result<(), Refusal> {
        if let Some(answer) = self.ask_window("store", &login(key, &credential)?) {
            return answer.map(drop);
        }
        self.wait(self.app.keep_for_tool(key, &credential, &self.tool))
    }

    fn erase(&mut self, key: &Key) -> Result<(), Refusal> {
        if let Some(answer) = self.ask_window("erase", &spelled(key)) {
            return answer.map(drop);
        }
        self.wait(self.app.forget_for_tool(key, &self.tool))
    }

    fn list(&mut self) -> Vec<(Key, String)> {
        let catalog = self.catalog().unwrap_or_default();
        let records = catalog.records.iter().filter(|record| record.signs_in());
        records
            .filter_map(|record| Some((key_of(record)?, user_of(record, None).to_owned())))
            .collect()
    }
}

/// A credential in the words of the helper protocol.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Login<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    username: &'a str,
    secret: &'a str,
}

fn spelled(key: &Key) -> Secret {
    Secret::new(key.docker_spelling())
}

fn login(key: &Key, credential: &Credential) -> Result<Secret, Refusal> {
    let secret = credential.secret.expose_text();
    let secret = secret.ok_or_else(|| Refusal("this secret is not text".to_owned()))?;
    let login = Login {
        server: key.docker_spelling(),
        username: &credential.user,
        secret,
    };
    let text = serde_json::to_vec(&login).map_err(|error| Refusal(error.to_string()))?;
    Ok(Secret::new(text))
}

fn given(answer: &Secret) -> Result<Credential, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Given {
        username: String,
        secret: Secret,
    }
    let given: Given = serde_json::from_slice(answer.expose()).map_err(|_| {
        Refusal(
            "Registrar's window gave an answer of another version: close it and open it again."
                .to_owned(),
        )
    })?;
    Ok(Credential {
        user: given.username,
        secret: given.secret,
    })
}

/// The record whose credential `key` gets.
fn serving<'a>(catalog: &'a Catalog, key: &Key) -> Option<&'a Record> {
    let address = ContainerAddress::parse(key.as_str()).ok()?;
    if key.is_hub_token() {
        return exactly(catalog, &address);
    }
    // Docker's own tokens of the Hub are nobody else's.
    catalog
        .for_key(&address)
        .filter(|record| !key_of(record).is_some_and(|key| key.is_hub_token()))
}

/// The record with this very address; of several, the one that is served.
fn exactly<'a>(catalog: &'a Catalog, address: &ContainerAddress) -> Option<&'a Record> {
    let same = |record: &&Record| matches!(&record.url, Address::Container(url) if url == address);
    let records = catalog.records.iter().filter(same);
    records.min_by_key(|record| !record.signs_in())
}

/// The user whom tools are told, with the token where that is known already.
fn user_of<'a>(record: &'a Record, token: Option<&Secret>) -> &'a str {
    if let Some(user) = clouds::user(record) {
        return user;
    }
    let user = record.user.as_deref();
    match &record.url {
        Address::Container(address) => {
            user_at(address.host(), user, record.container.provider, token)
        }
        Address::Devfile(_) | Address::Other(_) => user.unwrap_or_default(),
    }
}

/// How tools spell the record's address; `None` for other kinds.
fn key_of(record: &Record) -> Option<Key> {
    let Address::Container(address) = &record.url else {
        return None;
    };
    let text = address.to_string();
    let hub_token = text
        .strip_prefix("docker.io/v1/")
        .and_then(|name| Key::parse(&format!("https://index.docker.io/v1/{name}")).ok())
        .filter(Key::is_hub_token);
    hub_token.or_else(|| Key::parse(&text).ok())
}
