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
mod words;

use registrar_catalog::{Address, Catalog, CatalogFile, Record};
use registrar_handover::docker_protocol::{Credential, Credentials, Key, Refusal};
use registrar_registry::ContainerAddress;

use crate::app::App;
use crate::wire::CommandError;

pub(crate) use changes::free_name;
pub(crate) use words::user_of;

/// The catalog and the vault as the helper protocol sees them.
///
/// Its calls block until they are done, or until the person has answered the keychain or not, at
/// most a minute or so. Make them on a thread that drives no futures.
pub struct ToolCredentials {
    app: App,
    tool: String,
}

impl ToolCredentials {
    /// Those of `app`, for the `tool` that asks, such as `docker`. The application need not have
    /// [begun](App::begin).
    pub fn new(app: App, tool: impl Into<String>) -> Self {
        let tool = tool.into();
        Self { app, tool }
    }

    /// Runs one call to its end on this thread.
    fn wait<T>(&self, call: impl Future<Output = Result<T, CommandError>>) -> Result<T, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
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
        let Some(record) = serving(&catalog, key).filter(|record| record.token) else {
            return Ok(None);
        };
        let secret = self.wait(self.app.token(record.id))?;
        let user = user_of(record).to_owned();
        Ok(Some(Credential { user, secret }))
    }

    fn store(&mut self, key: &Key, credential: Credential) -> Result<(), Refusal> {
        self.wait(self.app.keep_for_tool(key, &credential, &self.tool))
    }

    fn erase(&mut self, key: &Key) -> Result<(), Refusal> {
        self.wait(self.app.forget_for_tool(key, &self.tool))
    }

    fn list(&mut self) -> Vec<(Key, String)> {
        let catalog = self.catalog().unwrap_or_default();
        let records = catalog.records.iter().filter(|record| record.token);
        records
            .filter_map(|record| Some((key_of(record)?, user_of(record).to_owned())))
            .collect()
    }
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
    records.min_by_key(|record| !record.token)
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
