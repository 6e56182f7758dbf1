//! A Kubernetes API server that is only pretended: no cluster runs in a test. It speaks the
//! documented list format of `DevfileRegistriesList` and `ClusterDevfileRegistriesList`, and every
//! way in which a cluster can fail. Nothing else of Kubernetes is there.
//!
//! It listens on a free port of loopback in a thread of its own; dropping it stops it.

#![expect(
    clippy::expect_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::background::Background;
use crate::certificates::{Authority, Quality};

/// The namespace that the kubeconfig names.
pub const NAMESPACE: &str = "team";
/// The context that the kubeconfig names.
pub const CONTEXT: &str = "dev";

/// How the cluster answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// With these registries: those of the namespace and those of the cluster, each an entry of
    /// `devfileRegistries`.
    Lists(Value, Value),
    /// It does not know such lists.
    NoLists,
    /// With this status for the namespace and a list with these for the cluster.
    NamespaceRefused(u16, Value),
    /// With this status to everything.
    Fails(u16),
    /// Not at all.
    Hangs,
    /// With a body that does not end.
    Endless,
    /// With this body.
    Body(String),
}

/// A running API server.
pub struct Kubernetes {
    state: Arc<State>,
    server: Background,
    authority: Option<Authority>,
}

struct State {
    mode: Mutex<Mode>,
    tls: Option<Arc<ServerConfig>>,
    /// Path and authorization of each request.
    seen: Mutex<Vec<(String, Option<String>)>>,
}

impl State {
    fn mode(&self) -> Mode {
        let mode = self.mode.lock();
        mode.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, path: String, authorization: Option<String>) {
        let seen = self.seen.lock();
        let mut seen = seen.unwrap_or_else(PoisonError::into_inner);
        seen.push((path, authorization));
    }
}

/// The entry of a list.
pub fn registry(name: &str, url: &str) -> Value {
    json!({ "name": name, "url": url, "skipTLSVerify": false })
}

impl Kubernetes {
    /// One with plain http.
    pub fn start(mode: Mode) -> Self {
        Self::with(mode, None)
    }

    /// One with https, by a certificate of `authority`.
    pub fn with_tls(mode: Mode, authority: &Authority) -> Self {
        Self::with(mode, Some(authority.clone()))
    }

    fn with(mode: Mode, authority: Option<Authority>) -> Self {
        let issued = authority.as_ref();
        let tls = issued.map(|authority| authority.issue(Quality::Good).server_config(false));
        let state = Arc::new(State {
            mode: Mutex::new(mode),
            tls,
            seen: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| serve(stream, Arc::clone(&shared));
        let server = Background::start(0, serve).expect("a loopback server");
        Self {
            state,
            server,
            authority,
        }
    }

    /// From now on, it answers so.
    pub fn set_mode(&self, mode: Mode) {
        *self
            .state
            .mode
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = mode;
    }

    /// Path and authorization of each request so far.
    pub fn requests(&self) -> Vec<(String, Option<String>)> {
        let seen = self.state.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its address.
    pub fn url(&self) -> String {
        let scheme = if self.authority.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://localhost:{}", self.server.address().port())
    }

    /// A kubeconfig whose current context is this cluster, for a user with a token.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_of("    token: s3cret-token\n")
    }

    /// The same for a user of whom it says `user`: lines that are indented by four.
    pub fn kubeconfig_of(&self, user: &str) -> String {
        let mut text = kubeconfig(&self.url(), user);
        if let Some(authority) = &self.authority {
            let line = format!(
                "    certificate-authority: {}\n",
                authority.file().display()
            );
            text = text.replacen("    server:", &format!("{line}    server:"), 1);
        }
        text
    }
}

/// A kubeconfig whose current context is the cluster at `server`.
pub fn kubeconfig(server: &str, user: &str) -> String {
    let mut text = String::new();
    write!(
        text,
        "apiVersion: v1\nkind: Config\ncurrent-context: {CONTEXT}\n\
         clusters:\n- name: c\n  cluster:\n    server: {server}\n\
         contexts:\n- name: {CONTEXT}\n  context:\n    cluster: c\n    user: u\n    namespace: {NAMESPACE}\n\
         users:\n- name: u\n  user:\n{user}"
    )
    .expect("writing to memory");
    text
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    // A client that goes away is no reason to complain.
    let _ = match state.tls.clone() {
        None => exchange(stream, &state).await,
        Some(config) => match TlsAcceptor::from(config).accept(stream).await {
            Ok(stream) => exchange(stream, &state).await,
            Err(error) => Err(error),
        },
    };
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    state: &State,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 * 1024 {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let authorization = lines.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let authorization = authorization.map(|(_, value)| value.to_owned());
    state.note(path.clone(), authorization);
    let mode = state.mode();
    let (status, body) = match mode {
        Mode::Hangs => {
            while stream.read(&mut [0; 256]).await? > 0 {}
            return Ok(());
        }
        Mode::Endless => return endless(&mut stream).await,
        mode => answer(&mode, path.contains("/namespaces/")),
    };
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

async fn endless(stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[";
    stream.write_all(head.as_bytes()).await?;
    let filler = vec![b' '; 64 * 1024];
    loop {
        stream.write_all(&filler).await?;
    }
}

fn answer(mode: &Mode, namespaced: bool) -> (u16, String) {
    match mode {
        Mode::Lists(own, _) if namespaced => (200, list("DevfileRegistriesList", own)),
        Mode::NamespaceRefused(status, _) if namespaced => failure(*status),
        Mode::Lists(_, all) | Mode::NamespaceRefused(_, all) => {
            (200, list("ClusterDevfileRegistriesList", all))
        }
        Mode::NoLists => (404, "404 page not found\n".to_owned()),
        Mode::Fails(status) => failure(*status),
        Mode::Body(text) => (200, text.clone()),
        Mode::Hangs | Mode::Endless => failure(500),
    }
}

/// As documented for `registry.devfile.io/v1alpha1`.
fn list(kind: &str, registries: &Value) -> String {
    json!({
        "apiVersion": "registry.devfile.io/v1alpha1",
        "kind": format!("{kind}List"),
        "metadata": { "resourceVersion": "1042" },
        "items": [{
            "apiVersion": "registry.devfile.io/v1alpha1",
            "kind": kind,
            "metadata": { "name": "registries" },
            "spec": { "devfileRegistries": registries },
            "status": { "status": "All devfile registries are active and reachable" },
        }],
    })
    .to_string()
}

fn failure(status: u16) -> (u16, String) {
    let message =
        "devfileregistrieslists.registry.devfile.io is forbidden: User \"jane\" cannot list";
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": status,
    });
    (status, body.to_string())
}
