//! Source registries: hosting them, and all that the window does with them.
//!
//! The [`Host`] with the packages is opened when something first needs it and stays open until the
//! program ends. The server before it runs while the settings say so ([`server`]).

pub(crate) mod as_registry;
mod backup;
mod belonging;
mod errors;
mod events;
mod folder;
mod following;
mod image;
mod network;
mod offers;
mod packages;
mod pause;
mod place;
mod publish;
mod safe;
mod server;
mod snippets;
mod sources;
mod storage;
pub(crate) mod throttle;
mod tokens;
mod transfer;
mod usage;
mod words;

use std::sync::Arc;

use parking_lot::Mutex;
use registrar_activity::Entry;
use registrar_hosting::server::Server;
use registrar_hosting::{Host, HostError, Options, Registry, Repair};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::App;
use crate::wire::{AppEvent, Code, CommandError, HostingStatus, Nothing, ServerState};
use events::News;
use following::Following;
use network::Network;
use offers::Offers;
use safe::VaultSafe;

/// What hosting needs to remember.
pub(crate) struct Hosting {
    open: tokio::sync::Mutex<Option<Open>>,
    /// The server that answers now.
    server: Mutex<Option<Arc<Server>>>,
    /// What the server does; asked, it is started anew or stopped: the settings say which.
    serving: Following<ServerState>,
    /// The first list of registries has been answered: the window is about to draw it.
    pub(crate) listed: Notify,
    /// Somebody works with the packages: the server need not wait until the window is at rest.
    needed: Notify,
    ending: CancellationToken,
    /// Everything has been told; whoever tells may stop.
    told: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
    offers: Offers,
    /// Somebody is putting other packages in the place of these.
    away: watch::Sender<bool>,
    /// Held while the packages move to another folder.
    moving: tokio::sync::Mutex<()>,
    /// What the last verification has proposed.
    proposed: Mutex<Vec<Repair>>,
    /// Who else may come in.
    pub(crate) network: Network,
}

struct Open {
    host: Host,
    telling: JoinHandle<()>,
    /// Ends what goes on with the packages by itself.
    working: CancellationToken,
}

impl Default for Hosting {
    fn default() -> Self {
        Self {
            open: tokio::sync::Mutex::default(),
            server: Mutex::default(),
            serving: Following::new(ServerState::Starting),
            listed: Notify::new(),
            needed: Notify::new(),
            ending: CancellationToken::new(),
            told: CancellationToken::new(),
            task: Mutex::default(),
            offers: Offers::default(),
            away: watch::Sender::new(false),
            moving: tokio::sync::Mutex::default(),
            proposed: Mutex::default(),
            network: Network::default(),
        }
    }
}

impl App {
    /// What the server does, and what the packages take.
    ///
    /// # Errors
    /// None; what is wrong with the server is part of the answer.
    pub async fn hosting_status(&self, _: Nothing) -> Result<HostingStatus, CommandError> {
        let mut away = self.0.hosting.away.subscribe();
        let host = tokio::select! {
            open = self.0.hosting.open.lock() => open.as_ref().map(|open| open.host.clone()),
            _ = away.wait_for(|away| *away) => None,
        };
        let used = match &host {
            Some(host) => host.used_bytes().await.unwrap_or_default(),
            None => 0,
        };
        let server = self.0.hosting.server.lock().clone();
        Ok(HostingStatus {
            server: self.0.hosting.serving.state(),
            network: self.0.hosting.network.state(),
            address: format!("127.0.0.1:{}", self.0.settings.get().hosting_port),
            url: self.hosting_url(),
            organization: registrar_hosting::ORGANIZATION.to_owned(),
            folder: self.shown_folder(),
            used_bytes: used,
            free_bytes: host.and_then(|host| host.free_bytes()),
            uploads: server.map_or(0, |server| server.changing()),
        })
    }

    /// The address that clients are told, without a slash at its end.
    fn hosting_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.settings.get().hosting_port)
    }

    /// The packages, opened by whoever needs them first.
    async fn open_host(&self) -> Result<Host, HostError> {
        let mut open = self.0.hosting.open.lock().await;
        if let Some(open) = &*open {
            return Ok(open.host.clone());
        }
        self.0.hosting.needed.notify_one();
        if self.0.hosting.ending.is_cancelled() {
            let folder = self.shown_folder();
            return Err(HostError::InUse { folder });
        }
        let folder = self.packages_place().to_open()?;
        let safe = Arc::new(VaultSafe(self.0.vault.clone()));
        let host = Host::open(Options {
            folder,
            safe: Some(safe),
        })
        .await?;
        let working = self.0.hosting.told.child_token();
        let told = working.clone();
        // Before anybody can do something: that is to be told.
        let news = News::after(&host).await;
        let telling = self
            .clone()
            .tell_of(host.events(), news, host.clone(), told);
        let telling = tokio::spawn(telling);
        let tended = host.clone();
        let (ending, own) = (self.0.hosting.ending.clone(), working.clone());
        tokio::spawn(async move {
            let tending = ending.run_until_cancelled(tended.tend());
            own.run_until_cancelled(tending).await
        });
        *open = Some(Open {
            host: host.clone(),
            telling,
            working,
        });
        self.clear_left_folders();
        Ok(host)
    }

    /// The same for a command.
    async fn host(&self) -> Result<Host, CommandError> {
        Ok(self.open_host().await?)
    }

    /// The host and one of its registries.
    async fn hosted(&self, id: &str) -> Result<(Host, Arc<Registry>), CommandError> {
        let host = self.host().await?;
        let registry = host.registry_by_id(parse(id)?)?;
        Ok((host, registry))
    }

    /// Stops the server, once requests under way are done, and closes the packages.
    pub(crate) async fn end_hosting(&self) {
        let hosting = &self.0.hosting;
        hosting.ending.cancel();
        let task = hosting.task.lock().take();
        if let Some(task) = task {
            let _ = task.await;
        }
        let open = hosting.open.lock().await.take();
        if let Some(Open { host, telling, .. }) = open {
            host.close().await;
            hosting.told.cancel();
            let _ = telling.await;
        }
    }

    /// Passes a failure on, and notes it; what succeeds is noted where the host tells of it.
    async fn noted_failure<T>(
        &self,
        action: &str,
        registry: Option<&Registry>,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        if let Err(error) = &outcome
            && error.code != Code::Cancelled
        {
            let mut entry = entry(action, registry);
            entry.ok = false;
            entry.detail = Some(error.message.clone());
            self.note(entry).await;
        }
        outcome
    }

    /// Tells the window what hosting does now, where that is `news`; passes on whether it is.
    async fn tell_hosting_if(&self, news: bool) -> bool {
        if news {
            self.tell_hosting().await;
        }
        news
    }

    /// Tells the window what hosting does now.
    async fn tell_hosting(&self) {
        if let Ok(status) = self.hosting_status(Nothing {}).await {
            self.send(AppEvent::HostingChanged { status });
        }
    }
}

/// An id as the window has it from us.
fn parse(id: &str) -> Result<Uuid, CommandError> {
    id.parse()
        .map_err(|_| HostError::NotFound("registry").into())
}

/// Something that has been done with a source registry, successfully, by this window.
fn entry(action: &str, registry: Option<&Registry>) -> Entry {
    Entry {
        at: jiff::Timestamp::now(),
        action: action.to_owned(),
        registry: registry.map(|registry| registry.name.clone()),
        registry_id: registry.and_then(|registry| registry.id.try_into().ok()),
        ok: true,
        detail: None,
    }
}
