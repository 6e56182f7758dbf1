//! Everything that one folder hosts.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs_err as fs;
use moka::sync::Cache;
use parking_lot::{Mutex, RwLock};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::AuditEvent;
use crate::database::{Connection, Database, audit, broken, files, registries, tokens};
use crate::error::HostError;
use crate::indexes::Indexes;
use crate::model::{Organization, Registry};
use crate::store::Store;
use crate::tokens::{Safe, SealedSafe, Token, TokenBook};

/// The slug of the organization that is made on the first start.
pub const ORGANIZATION: &str = "local";
/// The file that a host's process holds locked.
pub(crate) const LOCK: &str = "lock";
pub(crate) const DATABASE: &str = "registrar.db";
pub(crate) const SEALING_KEY: &str = "sealing-key";
/// Downloads and uses of tokens are written down this often.
const FLUSH_EVERY: Duration = Duration::from_secs(10);
/// Blobs that nothing refers to are removed this often,
const COLLECT_EVERY: Duration = Duration::from_hours(1);
/// once that has been so for this long.
pub(crate) const GRACE: Duration = Duration::from_hours(24);
/// The most blobs that are promised at a time.
const MOST_PROMISED: u64 = 100_000;
/// Events that wait for a listener that is slow.
const EVENTS: usize = 256;

/// How a host is opened.
pub struct Options {
    /// The folder of everything; made where it is not there.
    pub folder: PathBuf,
    /// Where the secrets of registry tokens lie; sealed in the database where absent.
    pub safe: Option<Arc<dyn Safe>>,
}

/// What has happened in a host, for whoever shows it.
#[derive(Debug, Clone)]
pub enum HostEvent {
    /// A registry, its packages or its tokens have changed.
    Changed {
        /// Which registry.
        registry: Uuid,
    },
    /// Something was written to the audit log.
    Audited(Arc<AuditEvent>),
}

/// Everything that one folder hosts. Cheap to clone.
#[derive(Clone)]
pub struct Host(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) folder: PathBuf,
    pub(crate) database: Database,
    pub(crate) store: Store,
    pub(crate) organization: Organization,
    /// By slug. Few, and asked for with every request.
    pub(crate) registries: RwLock<HashMap<String, Arc<Registry>>>,
    /// One change to a registry's name at a time.
    pub(crate) naming: tokio::sync::Mutex<()>,
    pub(crate) tokens: TokenBook,
    pub(crate) safe: Arc<dyn Safe>,
    pub(crate) indexes: Indexes,
    pub(crate) downloads: Mutex<HashMap<Uuid, u64>>,
    /// Blobs that somebody who pushes was told are here: they are not collected for a while.
    pub(crate) promised: Cache<[u8; 32], ()>,
    /// Blobs that are known to be broken. Few, and asked for with every download.
    pub(crate) broken: RwLock<HashSet<[u8; 32]>>,
    pub(crate) events: broadcast::Sender<HostEvent>,
    /// Held for as long as the host lives.
    _lock: fs::File,
}

impl Host {
    /// Opens a folder; makes it, and the organization `local`, on the first start.
    ///
    /// # Errors
    /// [`HostError::InUse`] where another process has it open.
    pub async fn open(options: Options) -> Result<Self, HostError> {
        let folder = options.folder;
        crate::files::make_private_folder(&folder)?;
        let lock = lock(&folder)?;
        let database = Database::open(&folder.join(DATABASE)).await?;
        let organization = organization(&database).await?;
        crate::backup::clear_up(&folder)?;
        let store = Store::on_disk(&folder)?;
        let safe = match options.safe {
            Some(safe) => safe,
            None => Arc::new(SealedSafe::open(
                database.clone(),
                &folder.join(SEALING_KEY),
            )?),
        };
        let known = registries::all(database.reader()).await?;
        let by_slug = known
            .into_iter()
            .map(|one| (one.slug.clone(), Arc::new(one)));
        let tokens = TokenBook::new(tokens::all(database.reader()).await?);
        let broken = broken::all(database.reader()).await?;
        Ok(Self(Arc::new(Inner {
            broken: RwLock::new(broken.into_iter().collect()),
            registries: RwLock::new(by_slug.collect()),
            naming: tokio::sync::Mutex::default(),
            indexes: Indexes::default(),
            downloads: Mutex::default(),
            promised: Cache::builder()
                .max_capacity(MOST_PROMISED)
                .time_to_live(crate::images::KEPT_FOR_A_PUSH)
                .build(),
            events: broadcast::channel(EVENTS).0,
            _lock: lock,
            folder,
            database,
            store,
            organization,
            tokens,
            safe,
        })))
    }

    /// Writes down what is counted and removes what nothing needs, again and again.
    pub async fn tend(&self) {
        let mut flush = tokio::time::interval(FLUSH_EVERY);
        let mut collect = tokio::time::interval(COLLECT_EVERY);
        let mut retain = tokio::time::interval(COLLECT_EVERY);
        loop {
            let done = tokio::select! {
                _ = retain.tick() => self.retain_due().await,
                _ = flush.tick() => self.flush().await,
                _ = collect.tick() => self.collect(GRACE).await.map(drop),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the packages could not be tended");
            }
        }
    }

    /// Writes everything down and closes the database. Nothing may be asked of the host any more.
    pub async fn close(&self) {
        if let Err(error) = self.flush().await {
            tracing::warn!(%error, "the last downloads were not counted");
        }
        self.0.database.close().await;
    }

    /// How many have this host, this one included: its folder is free when the last of them goes.
    pub fn users(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// The organization.
    pub fn organization(&self) -> &Organization {
        &self.0.organization
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// What will happen from now on.
    pub fn events(&self) -> broadcast::Receiver<HostEvent> {
        self.0.events.subscribe()
    }

    /// The audit log, newest first: what is older than `after` or newer than `before`, at most
    /// `limit` events.
    pub async fn audit_events(
        &self,
        after: Option<Uuid>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, HostError> {
        audit::page(self.0.database.reader(), after, before, limit).await
    }

    /// One event of the audit log.
    pub async fn audit_event(&self, id: Uuid) -> Result<Option<AuditEvent>, HostError> {
        audit::by_id(self.0.database.reader(), id).await
    }

    /// Writes to the audit log within a change.
    pub(crate) async fn audit(
        &self,
        change: &mut Connection,
        event: AuditEvent,
    ) -> Result<Told, HostError> {
        audit::insert(change, &event).await?;
        Ok(Told(Arc::new(event)))
    }

    /// Tells listeners of a change that has been committed.
    pub(crate) fn tell(&self, told: Told, registry: Option<Uuid>) {
        // Nobody listens where there is no window.
        let _ = self.0.events.send(HostEvent::Audited(told.0));
        if let Some(registry) = registry {
            let _ = self.0.events.send(HostEvent::Changed { registry });
        }
    }

    /// Writes down downloads and uses of tokens.
    pub async fn flush(&self) -> Result<(), HostError> {
        let downloads = std::mem::take(&mut *self.0.downloads.lock());
        let used = self.0.tokens.take_used();
        if downloads.is_empty() && used.is_empty() {
            return Ok(());
        }
        let mut change = self.0.database.change().await?;
        files::add_downloads(&mut change, &downloads).await?;
        for (id, at, from) in used {
            tokens::set_used(&mut change, id, at, &from).await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// A caller on the network, by the secret that they showed.
    pub(crate) fn caller(
        &self,
        secret: Option<&[u8]>,
        address: std::net::IpAddr,
        agent: Option<String>,
    ) -> Caller {
        let token = secret.and_then(|secret| self.0.tokens.find(secret));
        self.caller_with(token, address, agent)
    }

    /// A caller on the network, by the token that they have proved to have.
    pub(crate) fn caller_with(
        &self,
        token: Option<Arc<Token>>,
        address: std::net::IpAddr,
        agent: Option<String>,
    ) -> Caller {
        if let Some(token) = &token {
            self.0.tokens.use_now(token, &address.to_string());
        }
        Caller::remote(token, address, agent)
    }
}

/// An event that is in the audit log, to be told once its change is committed.
#[must_use]
pub(crate) struct Told(Arc<AuditEvent>);

/// Takes a folder for this process; it is let go with the file.
pub(crate) fn lock(folder: &Path) -> Result<fs::File, HostError> {
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))?;
    file.file().try_lock().map_err(|_| HostError::InUse {
        folder: folder.display().to_string(),
    })?;
    Ok(file)
}

async fn organization(database: &Database) -> Result<Organization, HostError> {
    if let Some(found) = registries::organization(database.reader()).await? {
        return Ok(found);
    }
    let made = Organization {
        id: Uuid::now_v7(),
        slug: ORGANIZATION.to_owned(),
        name: "This computer".to_owned(),
    };
    let mut change = database.change().await?;
    registries::insert_organization(&mut change, &made).await?;
    change.commit().await?;
    Ok(made)
}
