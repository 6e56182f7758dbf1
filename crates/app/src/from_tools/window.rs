//! The open window answers for a passphrase vault, which only it has unlocked.
//!
//! A tool's helper is a process of its own and cannot know the passphrase. It asks the window over
//! a socket in the data folder: a folder that only this person may enter, and a peer that must be
//! this person. One request per connection, bounded in size and time; while the vault is locked,
//! or the keychain is in use, nothing is given away.
//!
//! A request is a line `<tool> <verb>` and then what the helper protocol has on standard input; the
//! answer is the exit code in one byte and then what it has on standard output.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use registrar_handover::docker_protocol;
use registrar_registry::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use super::ToolCredentials;
use crate::app::App;
use crate::paths::Paths;
use crate::wire::VaultKind;

/// The most bytes of a request: a little more than the helper protocol reads.
const MAX_REQUEST: u64 = 1024 * 1024 + 64;
/// How long a request may take to arrive.
const ARRIVES: Duration = Duration::from_secs(5);
/// How long the answer may take.
const ANSWERED: Duration = Duration::from_secs(90);
/// How many are answered at once; others wait.
const AT_ONCE: usize = 8;

/// Where the socket is.
fn socket(paths: &Paths) -> PathBuf {
    paths.data().join("helper").join("socket")
}

impl App {
    /// Answers helpers as long as the program runs. Where that cannot be, they say that the vault
    /// has to be unlocked in the window.
    pub(crate) async fn answer_helpers(self) {
        let listener = match listen(&socket(&self.0.paths)) {
            Ok(listener) => listener,
            Err(error) => return tracing::warn!(%error, "helpers cannot ask this window"),
        };
        let places = std::sync::Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        while let Ok(place) = std::sync::Arc::clone(&places).acquire_owned().await {
            let Ok((stream, _)) = listener.accept().await else {
                // Too many files are open, perhaps: it may get better.
                tokio::time::sleep(ARRIVES).await;
                continue;
            };
            let app = self.clone();
            tokio::spawn(async move {
                let answered = tokio::time::timeout(ANSWERED, app.answer(stream)).await;
                drop(place);
                if let Ok(Err(error)) = answered {
                    tracing::debug!(%error, "a helper was not answered");
                }
            });
        }
    }

    async fn answer(&self, mut stream: UnixStream) -> io::Result<()> {
        let owner = fs::metadata(socket(&self.0.paths))?.uid();
        if stream.peer_cred()?.uid() != owner {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if self.0.settings.vault() != VaultKind::Passphrase {
            return Ok(());
        }
        let mut request = Vec::with_capacity(8 * 1024);
        let mut bounded = (&mut stream).take(MAX_REQUEST);
        let arriving = bounded.read_to_end(&mut request);
        let arrived = tokio::time::timeout(ARRIVES, arriving).await;
        let request = Secret::new(request);
        arrived??;
        let app = self.clone();
        let serve = move || serve(app, &request);
        let (code, output) = tokio::task::spawn_blocking(serve).await??;
        stream.write_u8(code).await?;
        stream.write_all(output.expose()).await?;
        stream.shutdown().await
    }
}

/// Serves one request, on a thread that drives no futures.
fn serve(app: App, request: &Secret) -> io::Result<(u8, Secret)> {
    let mut parts = request.expose().splitn(2, |byte| *byte == b'\n');
    let head = parts.next().and_then(|head| std::str::from_utf8(head).ok());
    let (tool, verb) = head
        .and_then(|head| head.split_once(' '))
        .filter(|(tool, _)| is_plain(tool))
        .ok_or(io::ErrorKind::InvalidData)?;
    let input = parts.next().unwrap_or_default();
    let mut credentials = ToolCredentials::new(app, tool);
    let answer = docker_protocol::serve(&[OsString::from(verb)], input, &mut credentials);
    Ok((answer.code, answer.output))
}

/// Whether a tool may be called so: it goes into the catalog.
fn is_plain(tool: &str) -> bool {
    (1..=16).contains(&tool.len()) && tool.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Listens in a folder that only this person may enter. A socket that nobody answers any more is
/// what a crash left; where somebody does, this is not the first window.
fn listen(socket: &Path) -> io::Result<UnixListener> {
    if let Some(folder) = socket.parent() {
        let mut private = std::fs::DirBuilder::new();
        private.recursive(true).mode(0o700).create(folder)?;
        fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    if BlockingStream::connect(socket).is_ok() {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    match fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Asks the open window, if there is one: exit code and output.
pub(super) fn ask(paths: &Paths, tool: &str, verb: &str, input: &[u8]) -> io::Result<(u8, Secret)> {
    let mut stream = BlockingStream::connect(socket(paths))?;
    stream.set_write_timeout(Some(ARRIVES))?;
    stream.set_read_timeout(Some(ANSWERED))?;
    stream.write_all(format!("{tool} {verb}\n").as_bytes())?;
    stream.write_all(input)?;
    stream.shutdown(Shutdown::Write)?;
    let mut code = [0];
    stream.read_exact(&mut code)?;
    let mut output = Vec::with_capacity(8 * 1024);
    stream.take(MAX_REQUEST).read_to_end(&mut output)?;
    Ok((code[0], Secret::new(output)))
}
