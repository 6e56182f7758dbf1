//! A stand-in for the window in which GNOME Keyring asks its questions.
//!
//! It speaks the private protocol between the keyring and its prompter: the keyring announces a
//! question (`BeginPrompting`), the prompter calls back that it is ready, the keyring puts the
//! question (`PerformPrompt`), the prompter calls back with the answer, and the keyring stops it.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use zbus::blocking::connection;
use zbus::message::Header;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::BusSession;

const NAME: &str = "org.gnome.keyring.SystemPrompter";
const PATH: &str = "/org/gnome/keyring/Prompter";
const CALLBACK_INTERFACE: &str = "org.gnome.keyring.internal.Prompter.Callback";

/// What the person in front of the [`Prompter`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Closes every question.
    Dismiss,
    /// Is away: no question is ever answered.
    Nothing,
}

/// Answers the keyring's questions on a bus, as long as it lives.
pub struct Prompter {
    _connection: zbus::blocking::Connection,
    asked: Arc<AtomicUsize>,
}

impl Prompter {
    /// Takes the place of the prompter on `bus`.
    pub fn start(bus: &BusSession, reply: Reply) -> io::Result<Self> {
        let asked = Arc::new(AtomicUsize::new(0));
        let questions = Questions {
            reply,
            asked: Arc::clone(&asked),
        };
        let connection = connection::Builder::address(bus.address().as_str())
            .and_then(|builder| builder.serve_at(PATH, questions))
            .and_then(|builder| builder.name(NAME))
            .and_then(connection::Builder::build)
            .map_err(io::Error::other)?;
        Ok(Self {
            _connection: connection,
            asked,
        })
    }

    /// How many questions the keyring has had so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

struct Questions {
    reply: Reply,
    asked: Arc<AtomicUsize>,
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "the macro sets the shape of the methods"
)]
#[zbus::interface(name = "org.gnome.keyring.internal.Prompter")]
impl Questions {
    fn begin_prompting(
        &self,
        callback: OwnedObjectPath,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        answer(connection, &header, callback, "");
    }

    fn perform_prompt(
        &self,
        callback: OwnedObjectPath,
        kind: &str,
        properties: HashMap<String, OwnedValue>,
        exchange: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) {
        // Whatever the question is, the person does not want it.
        drop((kind, properties, exchange));
        if self.reply == Reply::Dismiss {
            answer(connection, &header, callback, "no");
        }
    }

    fn stop_prompting(
        &self,
        callback: OwnedObjectPath,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) {
        call_back(connection, &header, callback, "PromptDone", ());
    }
}

fn answer(
    connection: &zbus::Connection,
    header: &Header<'_>,
    callback: OwnedObjectPath,
    reply: &'static str,
) {
    let body = (reply, HashMap::<&str, Value<'_>>::new(), "");
    call_back(connection, header, callback, "PromptReady", body);
}

/// Calls the keyring back, after this call was answered.
fn call_back<B>(
    connection: &zbus::Connection,
    header: &Header<'_>,
    callback: OwnedObjectPath,
    method: &'static str,
    body: B,
) where
    B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType + Send + Sync + 'static,
{
    let Some(keyring) = header
        .sender()
        .map(|sender| OwnedUniqueName::from(sender.to_owned()))
    else {
        return;
    };
    let own = connection.clone();
    let call = async move {
        let interface = Some(CALLBACK_INTERFACE);
        // A keyring that is gone has no questions.
        let _ = own
            .call_method(Some(keyring), callback, interface, method, &body)
            .await;
    };
    connection.executor().spawn(call, "call back").detach();
}
