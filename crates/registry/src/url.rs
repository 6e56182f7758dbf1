//! Addresses of devfile registries.

mod error;
mod parse;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Host, Url};

pub use error::{UrlError, UrlProblem};

/// The address of a devfile registry: `http` or `https`, a host, perhaps a port and a path.
///
/// It never holds a user name, a password, a query or a fragment, never points at GitHub, and
/// has at most 2,048 characters. The stored form has the host in lower case and in ASCII
/// (punycode), no default port and no slash at the end.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevfileUrl {
    /// The stored form.
    text: String,
    url: Url,
}

impl DevfileUrl {
    /// The most characters an address may have.
    pub const MAX_CHARS: usize = 2048;

    /// Makes an address of what was typed; white space at the ends does not count.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        parse::parse(text)
    }

    /// The stored form, `https://registry.devfile.io` or `http://localhost:8080/path`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address as the network client takes it.
    pub fn as_url(&self) -> &Url {
        &self.url
    }

    /// Whether it is `http`, so that everybody on the way can read along.
    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// The host: a name in ASCII, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, written or implied: 443 or 80.
    pub fn port_or_default(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// Whether `other` has the same scheme, host and port. A token may go there, and nowhere else.
    pub fn is_same_origin(&self, other: &Url) -> bool {
        self.url.origin() == other.origin()
    }

    /// The address of `path` below this registry: `v2index` of `https://h/p` is
    /// `https://h/p/v2index`. Everything in `path` is taken as path.
    pub fn endpoint(&self, path: &str) -> Url {
        let base = self.url.path().trim_end_matches('/');
        let mut url = self.url.clone();
        url.set_path(&format!("{base}/{}", path.trim_start_matches('/')));
        url
    }

    /// The address with the host in the letters of its language, for the eye only: letters of
    /// two alphabets can look the same.
    pub fn to_unicode(&self) -> String {
        let Some(Host::Domain(ascii)) = self.url.host() else {
            return self.text.clone();
        };
        let (unicode, result) = idna::domain_to_unicode(ascii);
        match result {
            Ok(()) => self.text.replacen(ascii, &unicode, 1),
            Err(_) => self.text.clone(),
        }
    }
}

impl FromStr for DevfileUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for DevfileUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for DevfileUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DevfileUrl({})", self.text)
    }
}

impl Serialize for DevfileUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DevfileUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
