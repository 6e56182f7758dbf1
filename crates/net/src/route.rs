//! Which way a request takes: to which server, by which proxy.

use std::net::IpAddr;

use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Intercept;
use url::{Host, Url};

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Endpoint {
    /// Where `url` points; `None` without a host or a port.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let host = match url.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let port = url.port_or_known_default()?;
        Some(Self { host, port })
    }

    /// `host:port`, with brackets around an IPv6 address.
    pub(crate) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Whether it is this computer.
    pub(crate) fn is_loopback(&self) -> bool {
        let name = self.host.trim_end_matches('.');
        match name.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

/// A proxy and what it wants to know about us.
#[derive(Debug, Clone)]
pub(crate) struct ProxyServer {
    pub(crate) endpoint: Endpoint,
    /// The scheme: how the proxy itself is spoken to.
    pub(crate) scheme: String,
    /// `Proxy-Authorization`, marked as sensitive.
    pub(crate) authorization: Option<HeaderValue>,
}

impl ProxyServer {
    pub(crate) fn of(intercept: &Intercept) -> Option<Self> {
        let url = Url::parse(&intercept.uri().to_string()).ok()?;
        Some(Self {
            endpoint: Endpoint {
                // `Url` knows no default port for SOCKS.
                port: url.port_or_known_default().unwrap_or(1080),
                host: url.host_str()?.trim_matches(['[', ']']).to_owned(),
            },
            scheme: url.scheme().to_owned(),
            authorization: intercept.basic_auth().cloned(),
        })
    }

    /// The proxy's address without user and password.
    pub(crate) fn address(&self) -> String {
        format!("{}://{}", self.scheme, self.endpoint.authority())
    }
}

/// The way of one request.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) server: Endpoint,
    /// Whether the server is spoken to with TLS.
    pub(crate) tls: bool,
    pub(crate) proxy: Option<ProxyServer>,
}

impl Route {
    /// The same way, with TLS where there was none and the other way round.
    pub(crate) fn with_tls(&self, tls: bool) -> Self {
        Self {
            tls,
            ..self.clone()
        }
    }

    /// Whether the proxy itself answers instead of passing bytes on.
    pub(crate) fn is_forwarded(&self) -> bool {
        self.proxy.is_some() && !self.tls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Endpoint {
        Endpoint::of(&Url::parse(url).unwrap()).unwrap()
    }

    #[test]
    fn knows_this_computer() {
        for local in [
            "http://localhost",
            "http://a.localhost:1",
            "http://127.9.9.9",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(endpoint(local).is_loopback(), "{local}");
        }
        assert!(!endpoint("http://localhost.example").is_loopback());
        assert!(!endpoint("http://128.0.0.1").is_loopback());
    }

    #[test]
    fn puts_brackets_around_an_ipv6_address() {
        assert_eq!(
            endpoint("https://[2001:db8::1]").authority(),
            "[2001:db8::1]:443"
        );
    }
}
