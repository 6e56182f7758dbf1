//! The many spellings of a registry, and the one that is kept.

use std::fmt;

use super::Refusal;

/// Docker Hub's canonical name.
const HUB: &str = "docker.io";
/// What docker calls Docker Hub.
const HUB_URL: &str = "https://index.docker.io/v1/";
const HUB_HOSTS: [&str; 4] = [
    HUB,
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
];
/// Docker keeps the tokens of its own sign-in here. They are not the password of Docker Hub.
const HUB_TOKENS: [&str; 2] = [
    "https://index.docker.io/v1/access-token",
    "https://index.docker.io/v1/refresh-token",
];

/// A registry as tools name it, in one spelling: `host[:port][/path]`, the host in lower case,
/// Docker Hub always `docker.io`. Only docker's own two tokens of the Hub keep their address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// Reads a `ServerURL` as any client spells it: with or without scheme, `/v1/`, `/v2/`,
    /// trailing slashes, capitals.
    ///
    /// # Errors
    /// [`Refusal`] with the reference helpers' words where there is no host in it.
    pub fn parse(server: &str) -> Result<Self, Refusal> {
        let server = server.trim();
        if HUB_TOKENS.contains(&server) {
            return Ok(Self(server.to_owned()));
        }
        let rest = bare(server);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(Refusal("no credentials server URL".to_owned()));
        }
        let host = host.to_ascii_lowercase();
        let host = if HUB_HOSTS.contains(&host.as_str()) {
            HUB
        } else {
            &host
        };
        Ok(Self(match path {
            "" => host.to_owned(),
            path => format!("{host}/{path}"),
        }))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How docker's configuration and `list` spell it: the Hub by its address.
    pub fn docker_spelling(&self) -> &str {
        if self.0 == HUB { HUB_URL } else { &self.0 }
    }

    /// Whether this is one of docker's own tokens of Docker Hub, which nobody else uses.
    pub fn is_hub_token(&self) -> bool {
        HUB_TOKENS.contains(&self.0.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `server` without anything that could be left out, also where it stands twice: a key that is
/// read again has to be the same key.
fn bare(mut server: &str) -> &str {
    loop {
        let shorter = without_api(without_scheme(server)).trim();
        if shorter.len() == server.len() {
            return server;
        }
        server = shorter;
    }
}

fn without_scheme(server: &str) -> &str {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        server
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    &server[scheme.map_or(0, str::len)..]
}

fn without_api(server: &str) -> &str {
    let server = server.trim_end_matches('/');
    ["/v1", "/v2"]
        .into_iter()
        .find_map(|api| server.strip_suffix(api))
        .unwrap_or(server)
        .trim_end_matches('/')
}
