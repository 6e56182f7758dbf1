//! The door to the network: open while the server runs and the settings say so, again after a
//! failure, anew when the settings change.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use registrar_hosting::server::Server;
use registrar_hosting::sharing::{Identity, Renewal, Shared, SharedState, Sharing, share};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::hosting::following::{Following, Question};
use crate::hosting::pause::Pause;
use crate::hosting::server::Failure;
use crate::wire::{CommandError, NetworkSettings, NetworkState};

/// The first pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long whoever has asked for it waits for it to open or close.
const SETTLE_LIMIT: Duration = Duration::from_secs(20);

/// What sharing needs to remember.
pub(crate) struct Network {
    /// What the door does; asked, it does what the settings say now, or tries again.
    door: Following<NetworkState>,
    /// The person has just asked for it: only then may a keychain ask them for its password.
    pressed: AtomicBool,
    renewal: Mutex<Option<Renewal>>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            door: Following::new(NetworkState::Off),
            pressed: AtomicBool::new(false),
            renewal: Mutex::default(),
        }
    }
}

impl Network {
    pub(in crate::hosting) fn state(&self) -> NetworkState {
        self.door.state()
    }

    pub(super) fn renewal(&self) -> Option<Renewal> {
        self.renewal.lock().clone()
    }

    /// The vault has been unlocked or locked: what it has kept from opening is tried again.
    pub(crate) fn vault_changed(&self) {
        if matches!(self.state(), NetworkState::Failed { .. }) {
            self.door.ask(None);
        }
    }
}

impl App {
    /// Has the door opened, opened anew or closed, as the settings say, and waits for it. `now` is
    /// what it does meanwhile.
    pub(super) async fn follow_network(&self, now: NetworkState) {
        let network = &self.0.hosting.network;
        let opens = now == NetworkState::Starting;
        network.pressed.store(opens, Ordering::Relaxed);
        let serves = self.0.hosting.server.lock().is_some();
        let meanwhile = if serves { now } else { self.waiting() };
        let news = network.door.ask(Some(meanwhile));
        self.tell_hosting_if(news).await;
        let settled = network.door.until(|state| !is_moving(state));
        // Where it takes longer, the window hears of the rest by an event.
        let _ = timeout(SETTLE_LIMIT, settled).await;
        // It has been opened by now, or was open, or no server runs: later nobody has just asked.
        network.pressed.store(false, Ordering::Relaxed);
    }

    /// Shares while the settings say so, until `ending`: the server is about to end.
    pub(in crate::hosting) async fn keep_sharing(
        &self,
        server: &Arc<Server>,
        ending: &CancellationToken,
    ) {
        let door = &self.0.hosting.network.door;
        let mut pause = Pause::new(FIRST_PAUSE);
        while !ending.is_cancelled() {
            let question = door.question();
            let settings = self.0.settings.network();
            if !settings.on {
                let news = door.answer(question, NetworkState::Off);
                self.tell_hosting_if(news).await;
                door.asked_since(question, ending).await;
                continue;
            }
            let outcome = match self.open_door(server, settings).await {
                Ok(open) => {
                    pause.begin_anew();
                    self.hold_door(question, server, open, ending).await
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.sharing_failed(question, failure).await;
                let asked = door.asked_since(question, ending);
                pause.after_failure(asked).await;
            }
        }
    }

    async fn open_door(
        &self,
        server: &Arc<Server>,
        settings: NetworkSettings,
    ) -> Result<OpenDoor, Failure> {
        let pressed = self
            .0
            .hosting
            .network
            .pressed
            .swap(false, Ordering::Relaxed);
        if !pressed && settings.certificate.is_none() {
            // The authority lies in the vault, and nobody is asked for a password out of the blue.
            self.0.vault.probe().await?;
        }
        match share(server, sharing(settings.clone())).await {
            Ok(shared) => Ok(OpenDoor { shared, settings }),
            Err(error) => Err(self.share_failure(error).await),
        }
    }

    /// Lets others in until the door is to close, and says whenever it is another one, and that it is
    /// open as it should be to whoever asks once more.
    ///
    /// # Errors
    /// Where it has closed by itself.
    async fn hold_door(
        &self,
        mut question: Question,
        server: &Arc<Server>,
        open: OpenDoor,
        ending: &CancellationToken,
    ) -> Result<(), Failure> {
        let OpenDoor {
            mut shared,
            settings,
        } = open;
        let network = &self.0.hosting.network;
        *network.renewal.lock() = Some(shared.renewal());
        let mut known = None;
        let by_itself = loop {
            tokio::select! {
                now = server.shared_otherwise(known.as_ref()) => {
                    self.door_is_open(question, now.as_ref(), known.is_none()).await;
                    known = now;
                }
                () = shared.ended() => break true,
                () = network.door.asked_since(question, ending) => {
                    question = network.door.question();
                    if ending.is_cancelled() || self.0.settings.network() != settings {
                        break false;
                    }
                    if known.is_some() {
                        self.door_is_open(question, known.as_ref(), false).await;
                    }
                }
            }
        };
        *network.renewal.lock() = None;
        if by_itself {
            return Err(CommandError::internal(&"the port was closed").into());
        }
        self.close_door(shared).await;
        Ok(())
    }

    async fn door_is_open(&self, question: Question, now: Option<&SharedState>, first: bool) {
        let url = now.and_then(|now| now.urls().into_iter().next());
        let url = url.unwrap_or_default();
        if first {
            self.note_network("network.shared", Some(format!("at {url}")))
                .await;
        }
        let on = NetworkState::On { url };
        self.0.hosting.network.door.answer(question, on);
        // Also where it was open before: the other addresses or the certificate are others.
        self.tell_hosting().await;
    }

    async fn close_door(&self, shared: Shared) {
        let anew = self.0.settings.network().on;
        self.network_is(if anew {
            NetworkState::Starting
        } else {
            NetworkState::Stopping
        })
        .await;
        shared.end().await;
        self.note_network("network.closed", None).await;
    }

    /// Says once that it has failed, and why; trying again in vain is no news.
    async fn sharing_failed(&self, question: Question, failure: Failure) {
        let message = failure.message();
        let Failure { error, holder } = failure;
        let failed = NetworkState::Failed { error, holder };
        let news = self.0.hosting.network.door.answer(question, failed);
        if self.tell_hosting_if(news).await {
            self.note_server("network.failed", false, message).await;
        }
    }

    /// Says what it does while no server runs.
    pub(in crate::hosting) async fn network_waits(&self) {
        self.network_is(self.waiting()).await;
    }

    fn waiting(&self) -> NetworkState {
        match (self.0.settings.get().hosting, self.0.settings.network().on) {
            (true, true) => NetworkState::Waiting,
            _ => NetworkState::Off,
        }
    }

    /// Says what it does from now on, to the window too.
    async fn network_is(&self, state: NetworkState) {
        let news = self.0.hosting.network.door.say(state);
        self.tell_hosting_if(news).await;
    }
}

/// The door while it is open, and what it was opened for.
struct OpenDoor {
    shared: Shared,
    settings: NetworkSettings,
}

fn is_moving(state: &NetworkState) -> bool {
    matches!(state, NetworkState::Starting | NetworkState::Stopping)
}

fn sharing(settings: NetworkSettings) -> Sharing {
    let own = settings.certificate.map(|own| Identity::Own {
        chain: PathBuf::from(own.chain),
        key: PathBuf::from(own.key),
    });
    Sharing {
        port: settings.port,
        names: settings.names,
        identity: own.unwrap_or(Identity::Made),
    }
}
