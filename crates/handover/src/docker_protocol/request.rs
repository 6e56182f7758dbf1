//! What a tool asks for.

use std::{ffi::OsString, io::Read};

use registrar_registry::Secret;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Credential, PROGRAM, Refusal};

/// The most bytes of standard input: room for the longest secret with every byte escaped.
const MAX_INPUT: usize = 1024 * 1024;

/// One call of the helper, read and validated.
#[derive(Debug)]
pub enum Request {
    /// The credential for a server, whose spelling is the client's own.
    Get {
        /// The server as asked for, trimmed and in one line.
        server: String,
    },
    /// Keep a credential.
    Store {
        /// The server as given.
        server: String,
        /// What to keep.
        credential: Credential,
    },
    /// Forget a credential.
    Erase {
        /// The server as given, trimmed and in one line.
        server: String,
    },
    /// All servers and their users.
    List,
    /// The helper's version.
    Version,
    /// How to call it.
    Help,
}

impl Request {
    /// Reads the call: `arguments` without the program's name, and standard input where the verb
    /// needs it.
    ///
    /// # Errors
    /// [`Refusal`] in the reference helpers' words for a wrong call, an unknown verb, a missing
    /// server or user; in our own for input that is too long or not understood.
    pub fn read(arguments: &[OsString], input: impl Read) -> Result<Self, Refusal> {
        let [verb] = arguments else {
            return Err(Refusal(usage()));
        };
        let verb = verb.to_string_lossy();
        match &*verb {
            "get" => server(input).map(|server| Self::Get { server }),
            "erase" => server(input).map(|server| Self::Erase { server }),
            "store" => store(input),
            // Clients send the word “unused”, which nobody needs to read.
            "list" => Ok(Self::List),
            "version" | "--version" | "-v" => Ok(Self::Version),
            "--help" | "-h" => Ok(Self::Help),
            unknown => Err(Refusal(format!("{PROGRAM}: unknown action: {unknown}"))),
        }
    }
}

pub(super) fn usage() -> String {
    format!("Usage: {PROGRAM} <store|get|erase|list|version>")
}

fn server(input: impl Read) -> Result<String, Refusal> {
    let text = text(input)?;
    let server = text.replace(['\r', '\n'], "").trim().to_owned();
    if server.is_empty() {
        return Err(Refusal("no credentials server URL".to_owned()));
    }
    Ok(server)
}

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "ServerURL", default)]
    server_url: String,
    #[serde(rename = "Username", default)]
    username: String,
    #[serde(rename = "Secret")]
    secret: Option<Secret>,
}

fn store(input: impl Read) -> Result<Request, Refusal> {
    let text = text(input)?;
    // The parser's message would name what it met; this one cannot hold a part of the secret.
    let stored: Stored = serde_json::from_str(&text).map_err(|_| {
        Refusal("the credentials to store are not the JSON that was expected".to_owned())
    })?;
    if stored.server_url.trim().is_empty() {
        return Err(Refusal("no credentials server URL".to_owned()));
    }
    if stored.username.is_empty() {
        return Err(Refusal("no credentials username".to_owned()));
    }
    let secret = stored.secret.unwrap_or_else(|| Secret::new(""));
    if secret.len() > Secret::MAX_BYTES {
        let most = Secret::MAX_BYTES;
        return Err(Refusal(format!(
            "the secret is too long: it exceeds {most} bytes"
        )));
    }
    Ok(Request::Store {
        server: stored.server_url,
        credential: Credential {
            user: stored.username,
            secret,
        },
    })
}

/// Standard input as text, bounded. It may hold a secret, so it is wiped when dropped.
fn text(input: impl Read) -> Result<Zeroizing<String>, Refusal> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX);
    input
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Refusal(format!("the request could not be read: {error}")))?;
    if bytes.len() > MAX_INPUT {
        return Err(Refusal(format!(
            "the request is too long: it exceeds {MAX_INPUT} bytes"
        )));
    }
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| Refusal("the request is not UTF-8 text".to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}
