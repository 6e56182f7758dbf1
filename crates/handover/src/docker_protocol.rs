//! The helper's side of docker's credential protocol: words in, words and an exit code out.
//!
//! A tool runs `docker-credential-registrar <verb>` with the request on standard input. The
//! strings and exit codes are those of the reference helpers, because clients compare them;
//! errors go to standard *output*, with exit code 1. This module knows neither the catalog nor the
//! keychain: they stand behind [`Credentials`].
//!
//! - `erase` of something unknown succeeds, because podman's logout fails otherwise.
//! - `list` can neither fail nor ask: docker calls it before every build.

mod key;
mod request;

use std::{ffi::OsString, io::Read};

use registrar_registry::Secret;
use serde::Serialize;
use zeroize::Zeroizing;

pub use key::Key;
pub use request::Request;

/// What tools call the helper: its program is `docker-credential-registrar`.
pub const HELPER: &str = "registrar";
/// The helper's program.
pub const PROGRAM: &str = "docker-credential-registrar";
/// The user name under which an identity token, and not a password, is kept.
pub const IDENTITY_TOKEN_USER: &str = "<token>";

const PACKAGE: &str = "github.com/registrar-app/registrar";
/// What clients compare.
pub(crate) const NOT_FOUND: &str = "credentials not found in native keychain";

/// A user and what proves them.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The user's name, or [`IDENTITY_TOKEN_USER`].
    pub user: String,
    /// The password or token.
    pub secret: Secret,
}

/// Why a request cannot be served: one sentence for the person, without a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// Where the credentials are.
pub trait Credentials {
    /// The credential for `key`; `None` where there is none. Must answer for an unknown key
    /// without waking the keychain, because a tool asks before it pulls anything public.
    ///
    /// # Errors
    /// [`Refusal`] where there is one that cannot be had, as with a locked keychain.
    fn get(&mut self, key: &Key) -> Result<Option<Credential>, Refusal>;

    /// Keeps `credential` for `key`, in place of the one there.
    ///
    /// # Errors
    /// [`Refusal`] where it cannot be kept.
    fn store(&mut self, key: &Key, credential: Credential) -> Result<(), Refusal>;

    /// Forgets the credential for `key`; no error where there is none.
    ///
    /// # Errors
    /// [`Refusal`] where it cannot be removed.
    fn erase(&mut self, key: &Key) -> Result<(), Refusal>;

    /// The keys and their users. Never asks anybody, and is empty rather than failing.
    fn list(&mut self) -> Vec<(Key, String)>;
}

/// What the program prints on standard output, and its exit code.
#[derive(Debug)]
pub struct Answer {
    /// The bytes to print; they may hold a secret.
    pub output: Secret,
    /// 0 for success, 1 for any failure.
    pub code: u8,
}

impl Answer {
    fn success(output: impl Into<Vec<u8>>) -> Self {
        Self {
            output: Secret::new(output),
            code: 0,
        }
    }

    fn failure(message: impl std::fmt::Display) -> Self {
        Self {
            output: Secret::new(format!("{message}\n")),
            code: 1,
        }
    }
}

/// Serves one call: `arguments` without the program's own name, `input` its standard input, of
/// which at most 1 MiB is read.
pub fn serve(
    arguments: &[OsString],
    input: impl Read,
    credentials: &mut impl Credentials,
) -> Answer {
    Request::read(arguments, input)
        .and_then(|request| answer(request, credentials))
        .unwrap_or_else(Answer::failure)
}

fn answer(request: Request, credentials: &mut impl Credentials) -> Result<Answer, Refusal> {
    match request {
        Request::Get { server } => get(&server, credentials),
        Request::Store { server, credential } => credentials
            .store(&Key::parse(&server)?, credential)
            .map(|()| Answer::success("")),
        Request::Erase { server } => credentials
            .erase(&Key::parse(&server)?)
            .map(|()| Answer::success("")),
        Request::List => Ok(list(credentials)),
        Request::Version => Ok(Answer::success(format!(
            "{PROGRAM} ({PACKAGE}) {}\n",
            env!("CARGO_PKG_VERSION")
        ))),
        Request::Help => Ok(Answer::success(format!("{}\n", request::usage()))),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Got<'a> {
    #[serde(rename = "ServerURL")]
    server_url: &'a str,
    username: &'a str,
    secret: &'a str,
}

/// The answer names the server as it was asked for: some clients look it up by that.
fn get(server: &str, credentials: &mut impl Credentials) -> Result<Answer, Refusal> {
    let found = credentials.get(&Key::parse(server)?)?;
    let credential = found.ok_or_else(|| Refusal(NOT_FOUND.to_owned()))?;
    let secret = credential.secret.expose_text().ok_or_else(|| {
        Refusal("this secret is not text, so docker's protocol cannot carry it".to_owned())
    })?;
    let got = Got {
        server_url: server,
        username: &credential.user,
        secret,
    };
    // Big enough for every escape, so that no half-grown copy stays behind in memory.
    let room = 6 * (server.len() + credential.user.len() + secret.len()) + 64;
    let mut output = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *output, &got).map_err(|error| Refusal(error.to_string()))?;
    output.push(b'\n');
    Ok(Answer::success(std::mem::take(&mut *output)))
}

fn list(credentials: &mut impl Credentials) -> Answer {
    let entries = credentials.list().into_iter();
    let map: serde_json::Map<String, serde_json::Value> = entries
        .map(|(key, user)| (key.docker_spelling().to_owned(), user.into()))
        .collect();
    Answer::success(format!("{}\n", serde_json::Value::Object(map)))
}

#[cfg(test)]
mod tests;
