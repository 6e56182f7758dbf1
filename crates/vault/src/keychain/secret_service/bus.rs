//! What is asked of the Secret Service directly: whether it is there, whether its default
//! collection is locked, and to unlock it within a bounded time.

mod foreign;

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use zbus::MatchRule;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::Message;
use zbus::names::{BusName, WellKnownName};
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type};

use super::failure;
use crate::{Absent, VaultError};

pub(super) const SERVICE_NAME: &str = "org.freedesktop.secrets";
pub(super) const SERVICE_PATH: &str = "/org/freedesktop/secrets";
pub(super) const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
pub(super) const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
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
    /// A question that was raised and is not answered yet; what comes says whether it was dismissed.
    open_question: Option<Receiver<bool>>,
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
            open_question: None,
        };
        bus.start(SERVICE_NAME)
            .map_err(|error| bus.failed(&error.into()))?;
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

    /// Unlocks the default collection; the person has `limit` to answer. A question that is late
    /// stays open, and the next call waits for its answer rather than asking again: GNOME Keyring
    /// 42 dies of a prompt that is dismissed by the caller.
    pub(super) fn unlock(&mut self, limit: Duration) -> Result<(), VaultError> {
        let collection = self.default_collection()?;
        self.unlock_collection(&collection, limit)
    }

    /// As [`Bus::unlock`], for the collection that go-keyring uses.
    pub(super) fn unlock_foreign(&mut self, limit: Duration) -> Result<(), VaultError> {
        let collection = self.foreign_collection()?;
        self.unlock_collection(&collection, limit)
    }

    fn unlock_collection(
        &mut self,
        collection: &OwnedObjectPath,
        limit: Duration,
    ) -> Result<(), VaultError> {
        if !self.is_locked(collection)? {
            self.open_question = None;
            return Ok(());
        }
        let answer = self.ask(collection, limit)?;
        match answer {
            Answer::Dismissed => Err(self.dismissed()),
            Answer::None => Err(VaultError::TimedOut { after: limit }),
            Answer::Given if self.is_locked(collection)? => Err(self.locked(None)),
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

    /// Starts a service, unless it runs.
    fn start(&self, service: &'static str) -> zbus::fdo::Result<()> {
        let bus = DBusProxy::new(&self.connection)?;
        let name = WellKnownName::from_static_str(service).map_err(zbus::Error::from)?;
        if bus.name_has_owner(BusName::from(name.clone()))? {
            return Ok(());
        }
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

    /// Waits for the answer to a question: the one that is still open, or a new one.
    fn ask(&mut self, collection: &OwnedObjectPath, limit: Duration) -> Result<Answer, VaultError> {
        let question = match self.open_question.take() {
            Some(question) => question,
            None => match self.raise_question(collection)? {
                Some(question) => question,
                None => return Ok(Answer::Given),
            },
        };
        match question.recv_timeout(limit) {
            Ok(true) => Ok(Answer::Dismissed),
            Ok(false) | Err(RecvTimeoutError::Disconnected) => Ok(Answer::Given),
            Err(RecvTimeoutError::Timeout) => {
                self.open_question = Some(question);
                Ok(Answer::None)
            }
        }
    }

    /// Asks to unlock; `None` if that needs no question. What comes later says whether the
    /// question was dismissed.
    fn raise_question(
        &self,
        collection: &OwnedObjectPath,
    ) -> Result<Option<Receiver<bool>>, VaultError> {
        let collections = (vec![collection],);
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            self.call(SERVICE_PATH, SERVICE_INTERFACE, "Unlock", &collections)?;
        if prompt.as_str() == "/" {
            return Ok(None);
        }
        let answers = self.answers(&prompt).map_err(|error| self.failed(&error))?;
        self.send(prompt.as_str(), PROMPT_INTERFACE, "Prompt", &"")
            .map_err(|error| self.failed(&error))?;
        Ok(Some(answers))
    }

    /// Whether the prompt was dismissed, once it was answered. Listens from now on, in a thread
    /// that ends with the answer or with the connection.
    fn answers(&self, prompt: &OwnedObjectPath) -> zbus::Result<Receiver<bool>> {
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

    fn dismissed(&self) -> VaultError {
        match self.cannot_ask() {
            Some(reason) => self.locked(Some(reason)),
            None => VaultError::Dismissed {
                store: self.name.clone(),
            },
        }
    }

    /// Why the service has nothing to show a question with, if it has not: without a display,
    /// GNOME Keyring's prompter does not start, and the keyring calls the question dismissed.
    fn cannot_ask(&self) -> Option<String> {
        if self.name != GNOME {
            return None;
        }
        self.start(GNOME_PROMPTER)
            .err()
            .map(|error| error.to_string())
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

    fn locked(&self, raw: Option<String>) -> VaultError {
        VaultError::Locked {
            store: self.name.clone(),
            raw,
        }
    }
}
