//! A real gnome-keyring on a session bus of its own.
//!
//! Nothing here touches the keyring of the person who runs the tests: bus, home and runtime folder
//! are temporary. Give [`KeyringSession::env`] to the process under test. Everything that was
//! started, and every service that the bus started, is stopped when the session is dropped.

mod bus;
mod prompter;

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use zbus::blocking::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

pub use bus::BusSession;
use bus::wait_for;
pub use prompter::{Prompter, Reply};

const SECRETS: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const INTERNAL_INTERFACE: &str = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";

/// The password of the login keyring that a session begins with.
pub const PASSWORD: &str = "correct horse";

/// How long a daemon may take to come up.
const START_LIMIT: Duration = Duration::from_secs(20);

/// An item in the keyring, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What keyring managers show.
    pub label: String,
    /// What it is found by: `service`, `username` and others.
    pub attributes: HashMap<String, String>,
}

/// A session bus with a gnome-keyring whose login keyring is empty and unlocked.
pub struct KeyringSession {
    daemon: Child,
    connection: Connection,
    // Dropped last: the bus outlives who is on it.
    bus: BusSession,
}

impl KeyringSession {
    /// Starts the bus and the keyring, and makes sure that it keeps a secret.
    pub fn start() -> io::Result<Self> {
        let bus = BusSession::start()?;
        // The unlocking must be the first that the bus hears of secrets, else it starts a
        // locked daemon by itself, and this one has no effect.
        let daemon = spawn_daemon(&bus)?;
        let connection = bus.connect()?;
        let session = Self {
            daemon,
            connection,
            bus,
        };
        session.wait_until_ready()?;
        Ok(session)
    }

    /// The environment for the process under test: the bus, and folders of its own.
    pub fn env(&self) -> Vec<(String, String)> {
        self.bus.env()
    }

    /// The bus, to own names on it or to look at it.
    pub fn bus(&self) -> &BusSession {
        &self.bus
    }

    /// Ends the keyring and starts it anew, unlocked, with what it kept.
    pub fn restart(&mut self) -> io::Result<()> {
        self.daemon.kill()?;
        self.daemon.wait()?;
        self.daemon = spawn_daemon(&self.bus)?;
        self.wait_until_ready()
    }

    /// Whether the keyring has not ended by itself.
    pub fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.daemon.try_wait()?.is_none())
    }

    /// Locks the login keyring, as a screen lock may.
    pub fn lock(&self) -> io::Result<()> {
        let login = OwnedObjectPath::try_from(LOGIN).map_err(io::Error::other)?;
        self.call(SERVICE_INTERFACE, "Lock", &(vec![login],))?;
        Ok(())
    }

    /// Unlocks the login keyring with its password, without a prompt.
    pub fn unlock(&self, password: &str) -> io::Result<()> {
        let plain = ("plain", Value::from(""));
        let reply = self.call(SERVICE_INTERFACE, "OpenSession", &plain)?;
        let (_, session): (OwnedValue, OwnedObjectPath) = body(&reply)?;
        let login = OwnedObjectPath::try_from(LOGIN).map_err(io::Error::other)?;
        let secret = (
            session,
            Vec::<u8>::new(),
            password.as_bytes().to_vec(),
            "text/plain",
        );
        self.call(
            INTERNAL_INTERFACE,
            "UnlockWithMasterPassword",
            &(login, secret),
        )?;
        Ok(())
    }

    /// Keeps a secret as any other program would.
    pub fn store(&self, service: &str, account: &str, secret: &[u8]) -> io::Result<()> {
        let label = format!("--label={account}");
        let output = self.secret_tool(
            &["store", &label, "service", service, "username", account],
            secret,
        )?;
        if !output.status.success() {
            return Err(io::Error::other(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ));
        }
        Ok(())
    }

    /// The secret of an account, as any other program finds it; `None` if there is none, or if
    /// the keyring is locked.
    pub fn lookup(&self, service: &str, account: &str) -> io::Result<Option<Vec<u8>>> {
        let output = self.secret_tool(&["lookup", "service", service, "username", account], b"")?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// Every item in the keyring.
    pub fn items(&self) -> io::Result<Vec<Item>> {
        let everything = HashMap::<&str, &str>::new();
        let reply = self.call(SERVICE_INTERFACE, "SearchItems", &(everything,))?;
        let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = body(&reply)?;
        unlocked
            .iter()
            .chain(&locked)
            .map(|path| self.item(path))
            .collect()
    }

    /// The accounts under `service`, sorted.
    pub fn accounts(&self, service: &str) -> io::Result<Vec<String>> {
        let of_service = |item: &Item| item.attributes.get("service").is_some_and(|s| s == service);
        let items = self.items()?.into_iter().filter(of_service);
        let mut accounts: Vec<String> = items
            .filter_map(|mut item| item.attributes.remove("username"))
            .collect();
        accounts.sort();
        Ok(accounts)
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        wait_for(START_LIMIT, "gnome-keyring-daemon", || {
            Ok(self.bus.has_owner(SECRETS))
        })?;
        self.round_trip()
    }

    fn item(&self, path: &OwnedObjectPath) -> io::Result<Item> {
        let property = |name: &str| -> io::Result<OwnedValue> {
            let interface = Some("org.freedesktop.DBus.Properties");
            let wanted = ("org.freedesktop.Secret.Item", name);
            let reply = self
                .connection
                .call_method(Some(SECRETS), path, interface, "Get", &wanted);
            body(&reply.map_err(io::Error::other)?)
        };
        Ok(Item {
            label: property("Label")?.try_into().map_err(io::Error::other)?,
            attributes: property("Attributes")?
                .try_into()
                .map_err(io::Error::other)?,
        })
    }

    /// `gnome-keyring-daemon --unlock` succeeds whatever happens; only a secret that comes back
    /// proves that the keyring is unlocked.
    fn round_trip(&self) -> io::Result<()> {
        let (service, account) = ("acceptance-support", "probe");
        self.store(service, account, b"kept")?;
        let kept = self.lookup(service, account)?;
        self.secret_tool(&["clear", "service", service, "username", account], b"")?;
        if kept.as_deref() == Some(b"kept") {
            return Ok(());
        }
        Err(io::Error::other("the keyring does not keep a secret"))
    }

    fn secret_tool(&self, args: &[&str], input: &[u8]) -> io::Result<Output> {
        let mut child = Command::new("secret-tool")
            .args(args)
            .envs(self.env())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        feed(&mut child, input)?;
        child.wait_with_output()
    }

    fn call<B>(&self, interface: &str, method: &str, body: &B) -> io::Result<zbus::message::Message>
    where
        B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.connection
            .call_method(Some(SECRETS), SERVICE_PATH, Some(interface), method, body)
            .map_err(io::Error::other)
    }
}

impl Drop for KeyringSession {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn spawn_daemon(bus: &BusSession) -> io::Result<Child> {
    let mut child = bus
        .command("gnome-keyring-daemon")?
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .spawn()?;
    feed(&mut child, PASSWORD.as_bytes())?;
    Ok(child)
}

/// Writes `input` to the child and closes its input.
fn feed(child: &mut Child, input: &[u8]) -> io::Result<()> {
    match child.stdin.take() {
        Some(mut stdin) => stdin.write_all(input),
        None => Ok(()),
    }
}

fn body<T>(message: &zbus::message::Message) -> io::Result<T>
where
    T: for<'de> zbus::export::serde::Deserialize<'de> + zbus::zvariant::Type,
{
    message.body().deserialize().map_err(io::Error::other)
}

#[cfg(test)]
mod tests;
