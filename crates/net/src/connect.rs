//! Opening a connection: name resolution, TCP, and a proxy's tunnel.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use registrar_registry::TlsRules;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::failure::{Failure, FailureKind, connect_kind};
use crate::route::{Endpoint, ProxyServer, Route};
use crate::tls::{self, Protocols};
use crate::trace::{Step, Trace};
use crate::trust::TrustStore;

/// A byte stream, plain or encrypted.
pub(crate) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// Any byte stream.
pub(crate) type Stream = Box<dyn Io>;

/// How long one address may take alone before the next is tried beside it.
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;
/// The most bytes of a proxy's answer to CONNECT.
const MAX_TUNNEL_ANSWER: usize = 16 * 1024;

/// Opens the way to the server of `route`, through its proxy if it has one, up to where
/// TLS or HTTP begins.
pub(crate) async fn open(
    route: &Route,
    store: &TrustStore,
    limit: Duration,
    trace: &Trace<'_>,
) -> Result<Stream, Failure> {
    let Some(proxy) = &route.proxy else {
        return reach(&route.server, limit, trace).await;
    };
    through(proxy, route, store, limit, trace)
        .await
        .map_err(|failure| Failure {
            raw: format!("proxy {}: {}", proxy.address(), failure.raw),
            kind: FailureKind::Proxy,
            ..failure
        })
}

/// Resolves `endpoint` and connects to it.
async fn reach(endpoint: &Endpoint, limit: Duration, trace: &Trace<'_>) -> Result<Stream, Failure> {
    trace.begin(Step::Resolve);
    let addresses = resolve(endpoint).await?;
    trace.begin(Step::Connect);
    match timeout(limit, dial(addresses)).await {
        Err(_) => Err(Failure::timed_out(limit, "connection")),
        Ok(Err((address, error))) => Err(Failure::new(
            connect_kind(&error),
            format!("{address}: {error}"),
        )),
        Ok(Ok(stream)) => {
            let _ = stream.set_nodelay(true);
            Ok(Box::new(stream))
        }
    }
}

async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Failure> {
    let unknown = |raw: String| {
        let raw = format!("{}: {raw}", endpoint.host);
        Failure::new(FailureKind::NameNotResolved, raw)
    };
    let found = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port)).await;
    let addresses = alternate(found.map_err(|e| unknown(e.to_string()))?);
    if addresses.is_empty() {
        return Err(unknown("no address".to_owned()));
    }
    Ok(addresses)
}

/// The addresses with the two families taking turns, the resolver's favourite first.
fn alternate(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut found = found.peekable();
    let v6_first = found.peek().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (Vec<_>, Vec<_>) = found.partition(|a| a.is_ipv6() == v6_first);
    let mut mixed = Vec::new();
    first.reverse();
    second.reverse();
    while mixed.len() < MAX_ADDRESSES && !(first.is_empty() && second.is_empty()) {
        mixed.extend(first.pop());
        mixed.extend(second.pop());
    }
    mixed
}

/// The first connection that succeeds; a slow address does not hold up the next one.
async fn dial(addresses: Vec<SocketAddr>) -> Result<TcpStream, (SocketAddr, io::Error)> {
    let mut attempts = JoinSet::new();
    let mut waiting = addresses.into_iter();
    let mut telling = None;
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(async move {
                let connected = TcpStream::connect(address).await;
                connected.map_err(|error| (address, error))
            });
        }
        let pause = if waiting.len() == 0 {
            Duration::MAX
        } else {
            NEXT_ADDRESS
        };
        match timeout(pause, attempts.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
            Ok(Some(Ok(Err(failed)))) => telling = Some(more_telling(telling, failed)),
            Ok(Some(Err(_))) | Err(_) => {}
            Ok(None) => {
                let nothing = || {
                    let unset = SocketAddr::from(([0, 0, 0, 0], 0));
                    (unset, io::ErrorKind::AddrNotAvailable.into())
                };
                return Err(telling.unwrap_or_else(nothing));
            }
        }
    }
}

type Failed = (SocketAddr, io::Error);

/// Of two failed attempts, the one that says more: a refusal proves that the host is there,
/// while "unreachable" may only mean that this computer has no IPv6.
fn more_telling(before: Option<Failed>, new: Failed) -> Failed {
    match before {
        Some(before) if connect_kind(&new.1) == FailureKind::Unreachable => before,
        Some(before) if connect_kind(&before.1) == FailureKind::Refused => before,
        _ => new,
    }
}

async fn through(
    proxy: &ProxyServer,
    route: &Route,
    store: &TrustStore,
    limit: Duration,
    trace: &Trace<'_>,
) -> Result<Stream, Failure> {
    if !matches!(proxy.scheme.as_str(), "http" | "https") {
        let raw = format!("{} proxies are not supported", proxy.scheme);
        return Err(Failure::new(FailureKind::Proxy, raw));
    }
    let mut stream = reach(&proxy.endpoint, limit, trace).await?;
    if proxy.scheme == "https" {
        let trust = store.of((&TlsRules::default()).into()).await?;
        let endpoint = &proxy.endpoint;
        let handshake =
            tls::handshake(store, trust, None, endpoint, stream, Protocols::Http1).await;
        stream = handshake.outcome?.0;
    }
    if route.tls {
        tunnel(&mut stream, &route.server, proxy).await?;
    }
    Ok(stream)
}

/// Asks the proxy to pass on bytes to `server`.
async fn tunnel(
    stream: &mut Stream,
    server: &Endpoint,
    proxy: &ProxyServer,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::from_error(FailureKind::Proxy, &error);
    let request = tunnel_request(server, proxy);
    stream.write_all(&request).await.map_err(failed)?;
    let answer = tunnel_answer(stream).await.map_err(failed)?;
    match status(&answer) {
        Some(200..300) => Ok(()),
        Some(code) => {
            let raw = format!("CONNECT was answered with status {code}");
            Err(Failure::new(FailureKind::Proxy, raw).with_status(code))
        }
        None => {
            let raw = "CONNECT was not answered in HTTP";
            Err(Failure::new(FailureKind::Proxy, raw))
        }
    }
}

fn tunnel_request(server: &Endpoint, proxy: &ProxyServer) -> Vec<u8> {
    let authority = server.authority();
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(authorization) = &proxy.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// Reads up to the empty line and not one byte more: what follows belongs to the server.
async fn tunnel_answer(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() == MAX_TUNNEL_ANSWER {
            return Err(io::Error::other("the answer to CONNECT is too long"));
        }
        answer.push(stream.read_u8().await?);
    }
    Ok(answer)
}

/// The status of an HTTP/1 answer.
fn status(answer: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(answer.split(|b| *b == b'\r').next()?).ok()?;
    let (version, rest) = line.split_once(' ')?;
    let code = rest.get(..3)?.parse().ok()?;
    version.starts_with("HTTP/1.").then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_status_of_a_proxys_answer() {
        assert_eq!(
            status(b"HTTP/1.1 200 Connection established\r\n\r\n"),
            Some(200)
        );
        assert_eq!(status(b"HTTP/1.0 407\r\n\r\n"), Some(407));
        assert_eq!(status(b"SSH-2.0-OpenSSH\r\n\r\n"), None);
    }

    #[test]
    fn the_families_take_turns() {
        let addresses = ["[::1]:1", "[::2]:1", "127.0.0.1:1"].map(|a| a.parse().unwrap());
        let mixed = alternate(addresses.into_iter());
        assert_eq!(mixed, [addresses[0], addresses[2], addresses[1]]);
    }
}
