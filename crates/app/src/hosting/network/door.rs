//! The door to the network: open while the server runs and the settings say so, again after a
//! failure, anew when the settings change.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use registrar_hosting::server::Server;
use registrar_hosting::sharing::{Identity, Renewal, Shared, Sharing, share};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::hosting::pause::{Pause, told};
use crate::hosting::server::Failure;
use crate::wire::{CommandError, NetworkSettings, NetworkState};

/// The first pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long whoever has asked for it waits for it to open or close.
const SETTLE_LIMIT: Duration = Duration::from_secs(20);

/// What sharing needs to remember.
pub(crate) struct Network {
    state: watch::Sender<NetworkState>,
    /// The settings say something else now, or it is to be tried again.
    again: Notify,
    /// The person has just asked for it: only then may a keychain ask them for its password.
    pressed: AtomicBool,
    renewal: Mutex<Option<Renewal>>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(NetworkState::Off),
            again: Notify::new(),
            pressed: AtomicBool::new(false),
            renewal: Mutex::default(),
        }
    }
}

impl Network {
    pub(in crate::hosting) fn state(&self) -> NetworkState {
        self.state.borrow().clone()
    }

    pub(super) fn renewal(&self) -> Option<Renewal> {
        self.renewal.lock().clone()
    }

    /// The vault has been unlocked or locked: what it has kept from opening is tried again.
    pub(crate) fn vault_changed(&self) {
        if matches!(self.state(), NetworkState::Failed { .. }) {
            self.again.notify_one();
        }
    }
}

impl App {
    /// Has the door opened, opened anew or closed, as the settings say, and waits for it. `now` is
    /// what it does meanwhile.
    pub(super) async fn follow_network(&self, now: NetworkState) {
        if self.0.hosting.server.lock().is_none() {
            return self.network_waits().await;
        }
        let network = &self.0.hosting.network;
        let opens = now == NetworkState::Starting;
        network.pressed.store(opens, Ordering::Relaxed);
        self.network_is(now).await;
        network.again.notify_one();
        let mut state = network.state.subscribe();
        let moving =
            |state: &NetworkState| matches!(state, NetworkState::Starting | NetworkState::Stopping);
        // Where it takes longer, the window hears of the rest by an event.
        let _ = timeout(SETTLE_LIMIT, state.wait_for(|state| !moving(state))).await;
    }

    /// Shares while the settings say so, until `ending`: the server is about to end.
    pub(in crate::hosting) async fn keep_sharing(
        &self,
        server: &Arc<Server>,
        ending: &CancellationToken,
    ) {
        let again = &self.0.hosting.network.again;
        let mut pause = Pause::new(FIRST_PAUSE);
        while !ending.is_cancelled() {
            let settings = self.0.settings.network();
            if !settings.on {
                self.network_is(NetworkState::Off).await;
                told(again, ending).await;
                continue;
            }
            let outcome = match self.open_door(server, settings).await {
                Ok(shared) => {
                    pause.begin_anew();
                    self.hold_door(server, shared, ending).await
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.sharing_failed(failure).await;
                pause.after_failure(again, ending).await;
            }
        }
        self.network_waits().await;
    }

    async fn open_door(
        &self,
        server: &Arc<Server>,
        settings: NetworkSettings,
    ) -> Result<Shared, Failure> {
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
        match share(server, sharing(settings)).await {
            Ok(shared) => Ok(shared),
            Err(error) => Err(self.share_failure(error).await),
        }
    }

    /// Lets others in until the door is to close, and says whenever it is another one.
    ///
    /// # Errors
    /// Where it has closed by itself.
    async fn hold_door(
        &self,
        server: &Arc<Server>,
        mut shared: Shared,
        ending: &CancellationToken,
    ) -> Result<(), Failure> {
        let network = &self.0.hosting.network;
        *network.renewal.lock() = Some(shared.renewal());
        let mut known = None;
        let by_itself = loop {
            tokio::select! {
                now = server.shared_otherwise(known.as_ref()) => {
                    let url = now.as_ref().and_then(|now| now.urls().into_iter().next());
                    self.door_is_open(url.unwrap_or_default(), known.is_none()).await;
                    known = now;
                }
                () = shared.ended() => break true,
                () = network.again.notified() => break false,
                () = ending.cancelled() => break false,
            }
        };
        *network.renewal.lock() = None;
        if by_itself {
            return Err(CommandError::internal(&"the port was closed").into());
        }
        self.close_door(shared).await;
        Ok(())
    }

    async fn door_is_open(&self, url: String, first: bool) {
        if first {
            self.note_network("network.shared", Some(format!("at {url}")))
                .await;
        }
        if !self.network_is(NetworkState::On { url }).await {
            // The addresses or the certificate are others.
            self.tell_hosting().await;
        }
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
    async fn sharing_failed(&self, failure: Failure) {
        let message = failure.message();
        let Failure { error, holder } = failure;
        let failed = NetworkState::Failed { error, holder };
        if self.network_is(failed).await {
            self.note_server("network.failed", false, message).await;
        }
    }

    /// Says what it does while no server runs.
    pub(in crate::hosting) async fn network_waits(&self) {
        let settings = (self.0.settings.get().hosting, self.0.settings.network().on);
        self.network_is(match settings {
            (true, true) => NetworkState::Waiting,
            _ => NetworkState::Off,
        })
        .await;
    }

    /// Says what it does from now on, to the window too; whether that is news.
    async fn network_is(&self, state: NetworkState) -> bool {
        let changed = self.0.hosting.network.state.send_if_modified(|now| {
            let changed = *now != state;
            *now = state;
            changed
        });
        if changed {
            self.tell_hosting().await;
        }
        changed
    }
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
