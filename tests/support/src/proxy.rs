//! A forward proxy on loopback, for `http` and for CONNECT.
//!
//! It connects to `127.0.0.1` at the wanted port whatever the wanted name, so that names that
//! resolve nowhere can be reached through it and only through it.

#![expect(
    clippy::expect_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::background::Background;
use crate::certificates::{Authority, Quality};

/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

/// A running proxy. Dropping it stops it.
pub struct Proxy {
    state: Arc<Mutex<State>>,
    scheme: &'static str,
    server: Background,
}

#[derive(Default)]
struct State {
    refusal: Option<u16>,
    targets: Vec<String>,
    heads: Vec<String>,
}

impl Proxy {
    /// One that lets everything through.
    pub fn start() -> Self {
        Self::start_with(None, None)
    }

    /// One that answers everything with `status`, like 407 or 502.
    pub fn refusing(status: u16) -> Self {
        Self::start_with(Some(status), None)
    }

    /// One that is itself spoken to with TLS, with a good certificate from `authority`.
    pub fn start_tls(authority: &Authority) -> Self {
        let issued = authority.issue(Quality::Good);
        Self::start_with(None, Some(issued.server_config(false)))
    }

    fn start_with(refusal: Option<u16>, tls: Option<Arc<ServerConfig>>) -> Self {
        let state = Arc::new(Mutex::new(State {
            refusal,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let scheme = if tls.is_some() { "https" } else { "http" };
        let serve = move |stream| {
            let (state, tls) = (Arc::clone(&shared), tls.clone());
            async move {
                // A side that goes away is no reason to complain.
                let _ = accept(stream, tls, &state).await;
            }
        };
        let server = Background::start(0, serve).expect("a loopback server");
        Self {
            state,
            scheme,
            server,
        }
    }

    /// Its address: `http://127.0.0.1:40000`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.server.address())
    }

    /// Its address with user and password.
    pub fn url_with_user(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.server.address())
    }

    /// Where it was asked to go, in order: `CONNECT host:port` or `GET http://host:port/path`.
    pub fn targets(&self) -> Vec<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.targets.clone()
    }

    /// Everything that it could read of the requests: their heads.
    pub fn heads(&self) -> Vec<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.heads.clone()
    }
}

async fn accept(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    state: &Mutex<State>,
) -> io::Result<()> {
    match tls {
        Some(config) => {
            let stream = TlsAcceptor::from(config).accept(stream).await?;
            connection(stream, state).await
        }
        None => connection(stream, state).await,
    }
}

async fn connection<S>(mut client: S, state: &Mutex<State>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let head = read_head(&mut client).await?;
    let line = head.lines().next().unwrap_or_default();
    let (request, _) = line.rsplit_once(' ').unwrap_or_default();
    let refusal = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.targets.push(request.to_owned());
        state.heads.push(head.clone());
        state.refusal
    };
    if let Some(status) = refusal {
        let answer = format!("HTTP/1.1 {status} Refused\r\ncontent-length: 0\r\n\r\n");
        client.write_all(answer.as_bytes()).await?;
        return client.shutdown().await;
    }
    forward(client, request, &head).await
}

async fn forward<S>(mut client: S, request: &str, head: &str) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let malformed = || io::Error::other("malformed request");
    let (method, target) = request.split_once(' ').ok_or_else(malformed)?;
    let tunnel = method == "CONNECT";
    let rest = target.trim_start_matches("http://");
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (_, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
    let port: u16 = port.parse().map_err(io::Error::other)?;
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    if tunnel {
        let answer = b"HTTP/1.1 200 Connection established\r\n\r\n";
        client.write_all(answer).await?;
    } else {
        let relative = head.replacen(target, &format!("/{path}"), 1);
        server.write_all(relative.as_bytes()).await?;
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD {
        head.push(stream.read_u8().await?);
    }
    String::from_utf8(head).map_err(io::Error::other)
}
