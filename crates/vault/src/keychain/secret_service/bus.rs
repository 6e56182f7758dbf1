//! What is asked of the Secret Service directly: whether it is there, whether its default
//! collection is locked, and to unlock it within a bounded time.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zbus::MatchRule;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::Message;
use zbus::names::BusName;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type};

use super::failure;
use crate::{Absent, VaultError};

const SERVICE_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";
const PROPERTIES_INTERFACE: &str = "org.freedesktop.DBus.Properties";

/// What GNOME Keyring asks its questions with.
const GNOME_PROMPTER: &str = "org.gnome.keyring.SystemPrompter";
const GNOME: &str = "GNOME Keyring";

/// How long one call may take: longer than the 25 s that a bus gives a service to start.
const CALL_LIMIT: Duration = Duration::from_secs(30);

/// A connection to the session bus, on which the service runs.
pub(super) struct Bus {
    connection: Connection,
    name: String,
}

/// How a prompt ended.
enum Answer {
    Given,
    Dismissed,
    None,
}

impl Bus {
    /// Connects, and starts the service if it can be started.
    pub(super) fn connect() -> Result<Self, VaultError> {
        let connection = connection::Builder::session()
            .and_then(|builder| builder.method_timeout(CALL_LIMIT).build())
            .map_err(|error| failure::from_connecting(&error))?;
        let mut bus = Self {
            connection,
            name: "The keychain".to_owned(),
        };
        bus.start().map_err(|error| bus.failed(&error.into()))?;
        bus.name = bus.product();
        Ok(bus)
    }

    /// The product name of the service.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the default collection is there and unlocked, without a prompt.
    pub(super) fn expect_unlocked(&self) -> Result<(), VaultError> {
        let collection = self.default_collection()?;
        if self.is_locked(&collection)? {
            return Err(self.locked(None));
        }
        Ok(())
    }

    /// Unlocks the default collection; the person has `limit` to answer.
    pub(super) fn unlock(&self, limit: Duration) -> Result<(), VaultError> {
        let collection = self.default_collection()?;
        if !self.is_locked(&collection)? {
            return Ok(());
        }
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = self.call(
            SERVICE_PATH,
            SERVICE_INTERFACE,
            "Unlock",
            &(vec![&collection],),
        )?;
        let answer = match prompt.as_str() {
            "/" => Answer::Given,
            _ => self.prompt(&prompt, limit)?,
        };
        match answer {
            Answer::Dismissed if self.cannot_ask() => {
                Err(self.locked(Some("GNOME Keyring's prompter is not installed")))
            }
            Answer::Dismissed => Err(VaultError::Dismissed {
                store: self.name.clone(),
            }),
            Answer::None => Err(VaultError::TimedOut { after: limit }),
            Answer::Given if self.is_locked(&collection)? => Err(self.locked(None)),
            Answer::Given => Ok(()),
        }
    }

    /// The accounts of the items under `service`.
    pub(super) fn accounts(&self, service: &str) -> Result<Vec<String>, VaultError> {
        let wanted = HashMap::from([("service", service)]);
        let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            self.call(SERVICE_PATH, SERVICE_INTERFACE, "SearchItems", &(wanted,))?;
        let mut accounts = Vec::new();
        for item in unlocked.iter().chain(&locked) {
            let mut attributes: HashMap<String, String> =
                self.property(item, ITEM_INTERFACE, "Attributes")?;
            accounts.extend(attributes.remove("username"));
        }
        Ok(accounts)
    }

    fn start(&self) -> zbus::fdo::Result<()> {
        let bus = DBusProxy::new(&self.connection)?;
        let name = BusName::try_from(SERVICE_NAME).map_err(zbus::Error::from)?;
        if bus.name_has_owner(name)? {
            return Ok(());
        }
        let name = SERVICE_NAME.try_into().map_err(zbus::Error::from)?;
        bus.start_service_by_name(name, 0).map(drop)
    }

    /// Which product serves, by its process's name.
    fn product(&self) -> String {
        let process = self.process().unwrap_or_default();
        let products = [
            ("gnome-keyring", GNOME),
            ("kwallet", "KWallet"),
            ("ksecretd", "KWallet"),
            ("keepassxc", "KeePassXC"),
        ];
        let known = products
            .iter()
            .find(|(prefix, _)| process.starts_with(prefix));
        known
            .map_or("The keychain", |(_, product)| product)
            .to_owned()
    }

    fn process(&self) -> Option<String> {
        let bus = DBusProxy::new(&self.connection).ok()?;
        let pid = bus
            .get_connection_unix_process_id(BusName::try_from(SERVICE_NAME).ok()?)
            .ok()?;
        std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()
    }

    fn default_collection(&self) -> Result<OwnedObjectPath, VaultError> {
        let path: OwnedObjectPath =
            self.call(SERVICE_PATH, SERVICE_INTERFACE, "ReadAlias", &"default")?;
        if path.as_str() == "/" {
            return Err(VaultError::Missing {
                what: Absent::Collection,
                raw: None,
            });
        }
        Ok(path)
    }

    fn is_locked(&self, collection: &OwnedObjectPath) -> Result<bool, VaultError> {
        self.property(collection, COLLECTION_INTERFACE, "Locked")
    }

    /// Shows a prompt and waits for its answer; one that is late is taken off the screen.
    fn prompt(&self, prompt: &OwnedObjectPath, limit: Duration) -> Result<Answer, VaultError> {
        let answers = self.answers(prompt).map_err(|error| self.failed(&error))?;
        self.call_without_answer(prompt, "Prompt", &"")?;
        match answers.recv_timeout(limit) {
            Ok(true) => Ok(Answer::Dismissed),
            Ok(false) => Ok(Answer::Given),
            Err(_) => {
                self.call_without_answer(prompt, "Dismiss", &())?;
                Ok(Answer::None)
            }
        }
    }

    /// Whether the prompt was dismissed, once it was answered. Listens from now on, in a thread
    /// that ends with the answer or with the connection.
    fn answers(&self, prompt: &OwnedObjectPath) -> zbus::Result<mpsc::Receiver<bool>> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface(PROMPT_INTERFACE)?
            .member("Completed")?
            .path(prompt.as_str())?
            .build();
        let mut signals = MessageIterator::for_match_rule(rule, &self.connection, None)?;
        let (sender, answers) = mpsc::channel();
        thread::Builder::new()
            .name("vault-prompt".to_owned())
            .spawn(move || {
                if let Some(Ok(signal)) = signals.next() {
                    let body = signal.body().deserialize::<(bool, OwnedValue)>();
                    // Whoever asked may have stopped waiting.
                    let _ = sender.send(body.is_ok_and(|(dismissed, _)| dismissed));
                }
            })?;
        Ok(answers)
    }

    /// Whether the service is one that has nothing to show a question with.
    fn cannot_ask(&self) -> bool {
        let prompter = || -> zbus::fdo::Result<bool> {
            let bus = DBusProxy::new(&self.connection)?;
            let running =
                bus.name_has_owner(BusName::try_from(GNOME_PROMPTER).map_err(zbus::Error::from)?)?;
            Ok(running
                || bus
                    .list_activatable_names()?
                    .iter()
                    .any(|name| name.as_str() == GNOME_PROMPTER))
        };
        self.name == GNOME && !prompter().unwrap_or(true)
    }

    fn property<T: TryFrom<OwnedValue>>(
        &self,
        path: &OwnedObjectPath,
        interface: &str,
        name: &str,
    ) -> Result<T, VaultError> {
        let value: OwnedValue = self.call(
            path.as_str(),
            PROPERTIES_INTERFACE,
            "Get",
            &(interface, name),
        )?;
        T::try_from(value).map_err(|_| VaultError::Unexpected {
            store: self.name.clone(),
            raw: format!("the property {name} is of another type"),
        })
    }

    fn call<T, B>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<T, VaultError>
    where
        T: for<'de> zbus::export::serde::Deserialize<'de> + Type,
        B: zbus::export::serde::Serialize + DynamicType,
    {
        self.send(path, interface, method, body)
            .and_then(|reply| reply.body().deserialize())
            .map_err(|error| self.failed(&error))
    }

    fn call_without_answer<B>(
        &self,
        prompt: &OwnedObjectPath,
        method: &str,
        body: &B,
    ) -> Result<(), VaultError>
    where
        B: zbus::export::serde::Serialize + DynamicType,
    {
        self.send(prompt.as_str(), PROMPT_INTERFACE, method, body)
            .map(drop)
            .map_err(|error| self.failed(&error))
    }

    fn send<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: zbus::export::serde::Serialize + DynamicType,
    {
        self.connection
            .call_method(Some(SERVICE_NAME), path, Some(interface), method, body)
    }

    fn failed(&self, error: &zbus::Error) -> VaultError {
        failure::from_bus(&self.name, error)
    }

    fn locked(&self, raw: Option<&str>) -> VaultError {
        VaultError::Locked {
            store: self.name.clone(),
            raw: raw.map(str::to_owned),
        }
    }
}
