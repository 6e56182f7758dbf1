//! Listening: connections are bounded in number and patience, and end in peace.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Extensions;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::Server;
use super::bounds::Bounds;
use super::lingering::{Lingering, Unread, Watched};
use super::patience::Patient;

/// At so many connections, further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 2048;
/// The most that a request's header may take.
const HEADER_BYTES: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
/// What a client is told that speaks plain HTTP to the door for TLS.
const USE_HTTPS: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 58\r\nConnection: close\r\n\r\n\
    This port speaks TLS alone. Begin the address with https.\n";

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error("Another program is already using the address {0}.")]
    InUse(SocketAddr),
    /// The address is not one of this computer's own.
    #[error(
        "{0} can be reached from other computers, and tokens would cross the network in the clear. Listen on 127.0.0.1."
    )]
    NotLocal(SocketAddr),
    /// The system refuses.
    #[error("The server cannot listen on {0}: {1}")]
    Io(SocketAddr, io::Error),
}

impl ListenError {
    /// What the system's error means at this address.
    pub(crate) fn of(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(address),
            _ => Self::Io(address, error),
        }
    }

    /// The address that somebody else has, where that is the reason.
    pub fn taken(&self) -> Option<SocketAddr> {
        match self {
            Self::InUse(address) => Some(*address),
            Self::NotLocal(_) | Self::Io(..) => None,
        }
    }
}

/// A server that listens.
pub struct Listening {
    address: SocketAddr,
    end: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listening {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no further requests, lets those under way finish for a while, and ends.
    pub async fn end(self) {
        let _ = self.end.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server did not end in peace");
        }
    }

    /// Waits until the server has ended by itself, which it should not.
    pub async fn ended(&mut self) {
        let _ = (&mut self.task).await;
    }
}

/// Binds an address, without answering yet. Port 0 takes any that is free.
///
/// # Errors
/// Says why not.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLocal(address));
    }
    TcpListener::bind(address)
        .await
        .map_err(|error| ListenError::of(address, error))
}

/// Answers what comes in at `listener` from now on.
pub fn listen(listener: TcpListener, server: &Arc<Server>) -> io::Result<Listening> {
    open(listener, Door::of(server, None))
}

/// The same for the network: whoever comes has to speak TLS.
pub(crate) fn listen_secure(
    listener: TcpListener,
    server: &Arc<Server>,
    config: Arc<ServerConfig>,
) -> io::Result<Listening> {
    open(listener, Door::of(server, Some(config.into())))
}

fn open(listener: TcpListener, door: Door) -> io::Result<Listening> {
    let address = listener.local_addr()?;
    let (end, ending) = watch::channel(false);
    let task = tokio::spawn(accept(listener, door, ending));
    Ok(Listening { address, end, task })
}

async fn accept(listener: TcpListener, door: Door, mut ending: watch::Receiver<bool>) {
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (graceful, broken_off) = (GracefulShutdown::new(), CancellationToken::new());
    let grace = door.bounds.end;
    loop {
        let accepted = tokio::select! {
            accepted = next(&listener, &connections) => accepted,
            _ = ending.wait_for(|end| *end) => break,
        };
        match accepted {
            Ok((place, stream, peer)) => {
                let served = door.clone().serve(stream, peer, graceful.watcher());
                let broken_off = broken_off.clone();
                tokio::spawn(async move {
                    broken_off.run_until_cancelled(served).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let ended = tokio::time::timeout(grace, graceful.shutdown()).await;
    if ended.is_err() {
        tracing::warn!("requests under way were broken off");
        broken_off.cancel();
    }
}

/// Waits for a place and then for a connection to take it.
async fn next(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = connections.clone().acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((place, stream, peer))
}

/// What connections come to.
#[derive(Clone)]
struct Door {
    router: Router,
    bounds: Bounds,
    tls: Option<TlsAcceptor>,
}

impl Door {
    fn of(server: &Arc<Server>, tls: Option<TlsAcceptor>) -> Self {
        Self {
            router: server.router(),
            bounds: server.bounds,
            tls,
        }
    }

    /// Serves a connection until it ends. A client that goes away is no news.
    async fn serve(self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Small answers must not wait for more to come.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            let stream = Patient::new(stream, self.bounds.write);
            return self.answer(stream, peer, watcher).await;
        };
        let greeted = tokio::time::timeout(self.bounds.header, self.greet(tls, stream)).await;
        match greeted {
            Ok(Ok(Some(stream))) => self.answer(stream, peer, watcher).await,
            Ok(Ok(None)) => tracing::debug!(%peer, "a client spoke plain HTTP to the door for TLS"),
            // A client that does not trust the certificate says so here, and has its own words for it.
            Ok(Err(error)) => tracing::debug!(%error, %peer, "no TLS connection came about"),
            Err(_) => tracing::debug!(%peer, "a client did not finish its greeting"),
        }
    }

    /// Agrees with a client upon TLS. One that speaks plain HTTP is told to use https; `None` then.
    async fn greet(
        &self,
        tls: &TlsAcceptor,
        mut stream: TcpStream,
    ) -> io::Result<Option<TlsStream<Patient<TcpStream>>>> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        // Methods of HTTP are capital letters; TLS begins with a control character.
        if first[0].is_ascii_uppercase() {
            stream.write_all(USE_HTTPS.as_bytes()).await?;
            stream.shutdown().await?;
            // Closed with something unread, the connection would be reset, and the answer lost.
            let mut rest = stream.take(HEADER_BYTES as u64);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
            return Ok(None);
        }
        let stream = Patient::new(stream, self.bounds.write);
        tls.accept(stream).await.map(Some)
    }

    async fn answer<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Lingering::new(stream, self.bounds.linger);
        let service = Answering {
            router: self.router.clone(),
            unread: stream.unread(),
            peer: Peer {
                address: SocketAddr::new(peer.ip().to_canonical(), peer.port()),
                secure: self.tls.is_some(),
            },
        };
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.header)
            .max_headers(MOST_HEADERS)
            .max_buf_size(HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let _ = watcher.watch(connection).await;
    }
}

/// The router of one connection, told where that comes from.
#[derive(Clone)]
struct Answering {
    router: Router,
    unread: Unread,
    peer: Peer,
}

impl tower_service::Service<hyper::Request<hyper::body::Incoming>> for Answering {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = axum::routing::future::RouteFuture<std::convert::Infallible>;

    fn poll_ready(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        tower_service::Service::<hyper::Request<Watched>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: hyper::Request<hyper::body::Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        let unread = self.unread.clone();
        self.router
            .call(request.map(|body| Watched::new(body, unread)))
    }
}

#[derive(Clone, Copy)]
struct Peer {
    address: SocketAddr,
    /// Whether it came through the door to the network.
    secure: bool,
}

/// Where a request comes from.
pub(super) fn peer(extensions: &Extensions) -> SocketAddr {
    let peer = extensions.get::<Peer>();
    peer.map_or((Ipv4Addr::UNSPECIFIED, 0).into(), |peer| peer.address)
}

/// Whether a request came over TLS, through the door to the network.
pub(super) fn is_secure(extensions: &Extensions) -> bool {
    extensions.get::<Peer>().is_some_and(|peer| peer.secure)
}
