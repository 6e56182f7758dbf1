//! The application: what all use cases share.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_activity::{Activity, Entry};
use registrar_catalog::Record;
use registrar_cloud::Cache;
use registrar_handover::Handover;
use registrar_vault::Vault;
use tokio::sync::{Notify, OnceCell};

use crate::checks::{Clients, Tests};
use crate::cluster::Cluster;
use crate::deletions::Deletions;
use crate::health::HealthBook;
use crate::hosting::Hosting;
use crate::images::Images;
use crate::journal::Journal;
use crate::odo::Odo;
use crate::operations::Operations;
use crate::paths::Paths;
use crate::ports::Ports;
use crate::rounds::Rounds;
use crate::settings::SettingsFile;
use crate::sharing::Review;
use crate::shelf::{ReadAhead, Shelf};
use crate::stacks::Stacks;
use crate::tools::Tools;
use crate::transfers::Transfers;
use crate::vaulting::Stores;
use crate::wire::{AppEvent, CommandError, Settings};

/// The application. Cheap to clone; its methods are the commands of
/// [`with_commands!`](crate::with_commands).
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) paths: Paths,
    pub(crate) ports: Ports,
    pub(crate) settings: SettingsFile,
    pub(crate) stores: Stores,
    pub(crate) vault: Vault,
    pub(crate) journal: Journal,
    /// What docker, podman and the like are told.
    pub(crate) handover: Handover,
    pub(crate) tools: Tools,
    pub(crate) odo: Odo,
    pub(crate) activity: Activity,
    pub(crate) operations: Operations,
    pub(crate) clients: Mutex<Option<Arc<Clients>>>,
    /// The short-lived tokens of clouds.
    pub(crate) tokens: Arc<Cache>,
    /// Held while all registries are checked, so that they are not checked twice at a time.
    pub(crate) checking_all: tokio::sync::Mutex<()>,
    /// The clock may have to go by another interval.
    pub(crate) settings_changed: Notify,
    pub(crate) tests: Tests,
    pub(crate) deletions: Deletions,
    /// The registries that are hosted here.
    pub(crate) hosting: Hosting,
    pub(crate) stacks: Stacks,
    pub(crate) images: Images,
    /// Images on their way.
    pub(crate) transfers: Transfers,
    /// What the current context's cluster names.
    pub(crate) cluster: Cluster,
    /// Somebody else's file, as it was last shown.
    pub(crate) sharing: Mutex<Option<Review>>,
    pub(crate) recovered: Mutex<Vec<String>>,
    /// How many tokens were copied so far.
    pub(crate) copies: AtomicU64,
    /// One change at a time; what it reads stays true until it has written.
    pub(crate) changing: tokio::sync::Mutex<()>,
    shelf: OnceCell<Shelf>,
    /// Until the shelf is there.
    ahead: Mutex<Option<ReadAhead>>,
    health: OnceCell<HealthBook>,
    rounds: OnceCell<Rounds>,
    recovery: OnceCell<()>,
}

impl App {
    /// The application over the given folders. Reads the settings and nothing else; call
    /// [`App::begin`] on a tokio runtime next.
    pub fn new(paths: Paths, ports: Ports, stores: Stores) -> Self {
        let settings = SettingsFile::open(paths.settings());
        Self(Arc::new(Inner {
            vault: Vault::new(stores.of(settings.vault())),
            stores,
            settings,
            journal: Journal::new(paths.pending()),
            handover: Handover::new(paths.tools().clone(), paths.data()),
            tools: Tools::default(),
            odo: Odo::default(),
            activity: Activity::new(paths.activity()),
            operations: Operations::default(),
            clients: Mutex::default(),
            tokens: Arc::default(),
            checking_all: tokio::sync::Mutex::default(),
            settings_changed: Notify::new(),
            tests: Tests::default(),
            deletions: Deletions::default(),
            hosting: Hosting::default(),
            stacks: Stacks::new(paths.stacks()),
            images: Images::new(paths.repositories()),
            transfers: Transfers::new(paths.transfers()),
            cluster: Cluster::default(),
            sharing: Mutex::default(),
            recovered: Mutex::default(),
            copies: AtomicU64::default(),
            changing: tokio::sync::Mutex::default(),
            shelf: OnceCell::new(),
            ahead: Mutex::default(),
            health: OnceCell::new(),
            rounds: OnceCell::new(),
            recovery: OnceCell::new(),
            paths,
            ports,
        }))
    }

    /// The settings as they are.
    pub fn settings(&self) -> Settings {
        self.0.settings.get()
    }

    /// Loads the catalog and what is known of the registries' health, then starts what runs in
    /// the background: recovery, the watches on the catalog and the tools, the vault's idle lock,
    /// the clock, the server of source registries. For programs that stay; one that only answers a
    /// question does without.
    pub async fn begin(&self) {
        // Reached now, while the window comes to be, so that its question about the store is
        // answered at once. What is wrong with the store is said then.
        let vault = self.0.vault.clone();
        tokio::spawn(async move { vault.probe().await });
        let (_, _) = tokio::join!(self.shelf(), self.health());
        self.recover_once().await;
        self.watch_catalog().await;
        self.watch_tools().await;
        tokio::spawn(self.clone().lock_when_idle());
        #[cfg(unix)]
        tokio::spawn(self.clone().answer_helpers());
        tokio::spawn(self.clone().follow_the_clock());
        self.begin_transfers().await;
        self.begin_hosting();
    }

    /// Finishes what must not outlive the program: deletions become final, a token that was
    /// copied leaves the clipboard, and uploads to the server are finished or undone.
    pub async fn end(&self) {
        self.end_transfers();
        self.finish_deletions().await;
        self.discard_saves();
        let _ = self.0.ports.clipboard.clear();
        self.save_health().await;
        self.end_hosting().await;
    }

    /// Takes the catalog as it was read before this was there. Before [`Self::begin`].
    pub fn take_ahead(&self, ahead: ReadAhead) {
        *self.0.ahead.lock() = Some(ahead);
    }

    /// The catalog, loaded by whoever needs it first.
    pub(crate) async fn shelf(&self) -> &Shelf {
        let open = || async {
            let folder = self.0.paths.config().to_owned();
            let ahead = self.0.ahead.lock().take();
            let shelf = tokio::task::spawn_blocking(move || Shelf::open(folder, ahead)).await;
            // A panic while loading is a bug; an empty shelf still opens the window.
            shelf.unwrap_or_else(|_| Shelf::open(self.0.paths.config().to_owned(), None))
        };
        self.0.shelf.get_or_init(open).await
    }

    pub(crate) async fn health(&self) -> &HealthBook {
        let open = || async {
            let folder = self.0.paths.health();
            let book = tokio::task::spawn_blocking(move || HealthBook::open(folder)).await;
            book.unwrap_or_else(|_| HealthBook::open(self.0.paths.health()))
        };
        self.0.health.get_or_init(open).await
    }

    /// What the clock has done, loaded by whoever needs it first.
    pub(crate) async fn rounds(&self) -> &Rounds {
        let open = || async {
            let path = self.0.paths.rounds();
            let rounds = tokio::task::spawn_blocking(move || Rounds::open(path)).await;
            rounds.unwrap_or_else(|_| Rounds::open(self.0.paths.rounds()))
        };
        self.0.rounds.get_or_init(open).await
    }

    /// Puts right what the last run left behind, once; whoever comes second waits for it.
    pub(crate) async fn recover_once(&self) {
        let recovery = &self.0.recovery;
        recovery.get_or_init(|| Box::pin(self.recover())).await;
    }

    pub(crate) fn send(&self, event: AppEvent) {
        self.0.ports.events.send(event);
    }

    /// Writes a line of activity. Failing to is logged: what was done is done.
    pub(crate) async fn note(&self, entry: Entry) {
        let activity = self.0.activity.clone();
        let written = self.blocking(move || Ok(activity.append(&entry)?)).await;
        if let Err(error) = written {
            tracing::error!(message = error.message, raw = ?error.raw, "activity was not written");
        }
        self.send(AppEvent::ActivityChanged);
    }

    /// Notes what came of a change to a registry, and passes it on.
    pub(crate) async fn noted<T>(
        &self,
        action: &str,
        record: &Record,
        detail: Option<String>,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        self.noted_about(Some(record), action, detail, outcome)
            .await
    }

    /// Notes what came of something that concerns no single registry, and passes it on.
    pub(crate) async fn noted_general<T>(
        &self,
        action: &str,
        detail: Option<String>,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        self.noted_about(None, action, detail, outcome).await
    }

    async fn noted_about<T>(
        &self,
        record: Option<&Record>,
        action: &str,
        detail: Option<String>,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let failure = outcome.as_ref().err().map(|error| error.message.clone());
        let entry = Entry {
            at: Timestamp::now(),
            action: action.to_owned(),
            registry: record.map(|record| record.name.to_string()),
            registry_id: record.map(|record| record.id),
            ok: outcome.is_ok(),
            detail: failure.or(detail),
        };
        self.note(entry).await;
        outcome
    }

    /// Runs blocking work off the asynchronous threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
    ) -> Result<T, CommandError> {
        tokio::task::spawn_blocking(work).await?
    }
}
