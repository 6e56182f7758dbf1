//! Hosts of container registries.

use std::fmt;

use url::{Host, Url};

use super::{ReferenceError, ReferenceProblem};

/// The names of Docker Hub. All of them are one registry.
const HUB_NAMES: [&str; 4] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
];
/// The name that images of Docker Hub bear.
const HUB: &str = "docker.io";
/// Where Docker Hub's API is.
const HUB_API: &str = "registry-1.docker.io";
/// The port of https.
pub(super) const HTTPS_PORT: u16 = 443;

/// A host, perhaps with a port, as it stands before an image's repository.
///
/// A name is in lower case and in ASCII (punycode), an IPv6 address in brackets. Port 443 is left
/// out, but not after a name without a dot: `harbor/app` would be an image of Docker Hub, so that
/// host is `harbor:443`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerHost {
    /// The stored form.
    text: String,
    /// Its root by https.
    url: Url,
    port: Option<u16>,
}

impl ContainerHost {
    /// Makes a host of `host` or `host:port`, typed after a scheme whose port is `implied`.
    pub(super) fn parse(text: &str, implied: u16) -> Result<Self, ReferenceError> {
        if text.is_empty() || text.starts_with(':') {
            return Err(ReferenceProblem::NoHost.into());
        }
        let (host, written) = split_port(text)?;
        let mut url = parse_host(host)?;
        if implied != HTTPS_PORT && written == Some(HTTPS_PORT) {
            return Err(ReferenceProblem::HttpOnHttpsPort.into());
        }
        let name = url.host_str().unwrap_or_default().to_owned();
        let port = if is_qualified(&name) {
            written.filter(|port| *port != implied)
        } else {
            Some(written.unwrap_or(implied))
        };
        let name = match port {
            None if HUB_NAMES.contains(&name.as_str()) => HUB.to_owned(),
            _ => name,
        };
        let _ = url.set_host(Some(&name));
        let _ = url.set_port(port);
        let text = port.map_or_else(|| name.clone(), |port| format!("{name}:{port}"));
        Ok(Self { text, url, port })
    }

    /// The stored form: `docker.io`, `registry.example.com:5000`, `[::1]:5000`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name or address without a port: `docker.io`, `registry.example.com`, `[::1]`.
    pub fn name(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is Docker Hub.
    pub fn is_hub(&self) -> bool {
        self.text == HUB
    }

    /// The root of the registry's API, by http where `plain_http`: `https://registry-1.docker.io/`
    /// for Docker Hub.
    pub fn api_url(&self, plain_http: bool) -> Url {
        let mut url = self.url.clone();
        if self.is_hub() {
            let _ = url.set_host(Some(HUB_API));
        }
        if plain_http {
            let _ = url.set_scheme("http");
            // What https implies, http does not.
            let _ = url.set_port(self.port);
        }
        url
    }
}

/// The root of `host` by https.
fn parse_host(host: &str) -> Result<Url, ReferenceError> {
    // The `url` crate would decode percent signs, and take what follows a colon for a port.
    let odd = host.contains(['%', '@', '*']) || (host.contains(':') && !host.starts_with('['));
    let url = Url::parse(&format!("https://{}/", host.trim_end_matches('.')));
    match url {
        Ok(url) if !odd && url.host().is_some_and(|host| is_proper(&host)) => Ok(url),
        _ => Err(ReferenceProblem::BadHost.into()),
    }
}

/// `host` and the port after it.
fn split_port(text: &str) -> Result<(&str, Option<u16>), ReferenceError> {
    let after_address = text.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = text[after_address..].rfind(':') else {
        return Ok((text, None));
    };
    let (host, port) = text.split_at(after_address + colon);
    if after_address == 0 && host.contains(':') {
        return Err(ReferenceProblem::BadHost.into());
    }
    let digits = &port[1..];
    let number = digits.parse().ok().filter(|port| *port != 0);
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    match number {
        Some(port) if plain => Ok((host, Some(port))),
        _ => Err(ReferenceProblem::BadPort.into()),
    }
}

/// Whether an image's name may begin with `name` without a port.
fn is_qualified(name: &str) -> bool {
    name.contains(['.', '[']) || name == "localhost"
}

/// Whether images can be named after `host`: letters, digits and hyphens, separated by dots.
fn is_proper(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return true;
    };
    let proper = |label: &str| {
        let inner = label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inner
            && !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(proper)
}

impl fmt::Display for ContainerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ContainerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContainerHost({})", self.text)
    }
}
