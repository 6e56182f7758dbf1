//! Sharing: the door to the network, and the certificate that is renewed behind it.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_blocking};

use super::authority::{Authority, Signer, fingerprint};
use super::own::{self, Facts};
use super::{Identity, Names, ShareError, Sharing};
use crate::error::HostError;
use crate::server::{ListenError, Listening, Server, listen_secure};

/// Addresses and files are looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// A certificate that has fewer days left is replaced.
const RENEW_BEFORE: i64 = 30;

/// How registries are shared now. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedState {
    /// The port.
    pub port: u16,
    /// The names and addresses by which this computer may be asked.
    pub names: Names,
    /// The authority; `None` where the certificate is the person's own.
    pub authority: Option<Authority>,
    /// The SHA-256 of the certificate that clients see.
    pub fingerprint: String,
    /// When that ends.
    pub not_after: Timestamp,
    /// Why it could not be renewed when that was tried last; it stays in use all the same.
    pub trouble: Option<String>,
}

impl SharedState {
    /// A host with the port, as it stands in a URL; the usual port of https is not said.
    pub(crate) fn with_port(&self, host: &str) -> String {
        match self.port {
            443 => host.to_owned(),
            port => format!("{host}:{port}"),
        }
    }

    /// The addresses for others, the most useful one first, without a slash at their ends.
    pub fn urls(&self) -> Vec<String> {
        let others = self.names.for_others().into_iter();
        let urls = others.map(|host| format!("https://{}", self.with_port(&host)));
        urls.collect()
    }
}

/// The certificate that clients see. Connections that stand keep the one that they began with.
struct Shown(RwLock<Option<Arc<CertifiedKey>>>);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.read().clone()
    }
}

/// Registries that are shared until this is ended.
pub struct Shared {
    keeper: Arc<Keeper>,
    listening: Vec<Listening>,
    looking: JoinHandle<()>,
}

impl Shared {
    /// The certificate's renewal, for whoever has not the door itself.
    pub fn renewal(&self) -> Renewal {
        Renewal(self.keeper.clone())
    }

    /// Waits until a door has closed by itself, which it should not.
    pub async fn ended(&mut self) {
        let doors = self.listening.iter_mut();
        let doors = doors.map(|door| Box::pin(door.ended()));
        futures_util::future::select_all(doors).await;
    }

    /// Closes the door: no further connection, and those that stand end after a short grace.
    pub async fn end(mut self) {
        self.looking.abort();
        let ending = self.listening.drain(..).map(Listening::end);
        futures_util::future::join_all(ending).await;
        self.keeper.server.set_shared(None);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.looking.abort();
        self.keeper.server.set_shared(None);
    }
}

/// Renews the certificate of what is shared. Cheap to clone.
#[derive(Clone)]
pub struct Renewal(Arc<Keeper>);

impl Renewal {
    /// Looks now whether addresses or files have changed; `anew` makes another certificate in any
    /// case.
    ///
    /// # Errors
    /// Why the old certificate stays in use.
    pub async fn renew(&self, anew: bool) -> Result<(), ShareError> {
        self.0.renew(anew).await
    }
}

/// Whether a port can be had on every address of this computer. Needs a runtime.
///
/// # Errors
/// Says why not.
pub fn port_is_free(port: u16) -> Result<(), ShareError> {
    bind(port).map(drop)
}

/// Shares what `server` hosts on every address of this computer.
///
/// # Errors
/// Says why not; nothing is shared then.
pub async fn share(server: &Arc<Server>, sharing: Sharing) -> Result<Shared, ShareError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let listeners = bind(sharing.port)?;
    let port = listeners[0].local_addr().map_err(HostError::from)?.port();
    let keeper = Arc::new(Keeper {
        server: server.clone(),
        shown: Arc::new(Shown(RwLock::default())),
        made: tokio::sync::Mutex::default(),
        provider: provider.clone(),
        sharing,
        port,
    });
    keeper.look(true).await?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(keeper.shown.clone());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let doors = listeners.into_iter();
    let doors = doors.map(|listener| listen_secure(listener, server, config.clone()));
    Ok(Shared {
        listening: doors.collect::<Result<_, _>>().map_err(HostError::from)?,
        looking: tokio::spawn(keeper.clone().keep_looking()),
        keeper,
    })
}

/// Both versions of IP where the computer has both; each only its own, which is the same everywhere.
fn bind(port: u16) -> Result<Vec<TcpListener>, ShareError> {
    let first = bind_one((Ipv4Addr::UNSPECIFIED, port).into())?;
    let port = first.local_addr().map_err(HostError::from)?.port();
    let mut all = vec![first];
    match bind_one((Ipv6Addr::UNSPECIFIED, port).into()) {
        Ok(second) => all.push(second),
        Err(ListenError::InUse(address)) => return Err(ListenError::InUse(address).into()),
        // The computer has no such addresses.
        Err(error) => tracing::info!(%error, "shared over IPv4 alone"),
    }
    Ok(all)
}

fn bind_one(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let bound = || {
        let domain = socket2::Domain::for_address(address);
        let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(1024)?;
        TcpListener::from_std(socket.into())
    };
    bound().map_err(|error| ListenError::of(address, error))
}

/// Keeps the certificate good for what this computer is called.
struct Keeper {
    server: Arc<Server>,
    shown: Arc<Shown>,
    /// What the certificate that is shown was made of.
    made: tokio::sync::Mutex<Option<Made>>,
    provider: Arc<CryptoProvider>,
    sharing: Sharing,
    port: u16,
}

struct Made {
    signer: Option<Signer>,
    names: Names,
    not_after: Timestamp,
}

impl Keeper {
    async fn keep_looking(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.renew(false).await {
                tracing::warn!(%error, "the certificate could not be renewed; the old one stays");
            }
        }
    }

    /// Looks, and says why the old certificate stays where it does.
    async fn renew(&self, anew: bool) -> Result<(), ShareError> {
        let looked = self.look(anew).await;
        let trouble = looked.as_ref().err().map(ToString::to_string);
        self.server.set_trouble(trouble);
        looked
    }

    async fn look(&self, anew: bool) -> Result<(), ShareError> {
        let further = self.sharing.names.clone();
        let names = spawn_blocking(move || Names::of_this_computer(&further));
        let names = names
            .await
            .map_err(HostError::from)?
            .map_err(HostError::from)?;
        let mut made = self.made.lock().await;
        match &self.sharing.identity {
            Identity::Made => self.make(&mut made, names, anew).await,
            Identity::Own { chain, key } => {
                let (chain, key, provider) = (chain.clone(), key.clone(), self.provider.clone());
                let read = spawn_blocking(move || own::read(&chain, &key, &provider));
                let (pair, facts) = read.await.map_err(HostError::from)??;
                self.show(pair, facts, None)
            }
        }
    }

    /// Makes a certificate where the one that is shown does not fit any more.
    async fn make(
        &self,
        made: &mut Option<Made>,
        names: Names,
        anew: bool,
    ) -> Result<(), ShareError> {
        let fits = made.as_ref().is_some_and(|made| {
            let left = made.not_after.duration_since(Timestamp::now());
            same(&made.names, &names) && left.as_hours() > RENEW_BEFORE * 24
        });
        if fits && !anew {
            return Ok(());
        }
        let signer = match made.take().and_then(|made| made.signer) {
            Some(signer) => signer,
            None => self.server.host().signer().await?,
        };
        let leaf = signer.issue(&names)?;
        let pair = CertifiedKey::from_der(leaf.chain, leaf.key, &self.provider)?;
        let broken = || ShareError::Making("the new certificate is damaged".to_owned());
        let mut facts = own::facts(pair.end_entity_cert()?).ok_or_else(broken)?;
        // In the order of their use, which a certificate does not keep.
        facts.names = names.clone();
        let not_after = facts.not_after;
        self.show(pair, facts, Some(signer.authority.clone()))?;
        *made = Some(Made {
            signer: Some(signer),
            names,
            not_after,
        });
        Ok(())
    }

    /// From now on clients see this certificate, and its names are ours.
    fn show(
        &self,
        pair: CertifiedKey,
        facts: Facts,
        authority: Option<Authority>,
    ) -> Result<(), ShareError> {
        let state = SharedState {
            port: self.port,
            names: facts.names,
            authority,
            fingerprint: fingerprint(pair.end_entity_cert()?),
            not_after: facts.not_after,
            trouble: None,
        };
        *self.shown.0.write() = Some(Arc::new(pair));
        self.server.set_shared(Some(state));
        Ok(())
    }
}

/// Whether the same names are meant, in whatever order the system says them.
fn same(left: &Names, right: &Names) -> bool {
    let set = |names: &Names| names.all().into_iter().collect::<BTreeSet<_>>();
    set(left) == set(right)
}
