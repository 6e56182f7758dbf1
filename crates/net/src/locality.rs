//! Which addresses belong to this computer or its own network, where a server on the internet
//! has no business sending anybody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Where an address leads, as far as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locality {
    /// This computer.
    Loopback,
    /// The network link, and where clouds answer with the secrets of the machine that asks.
    Link,
    /// Anywhere else.
    Elsewhere,
}

/// Where clouds answer with a machine's secrets, outside the link's own range.
const METADATA_V4: [Ipv4Addr; 2] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
const METADATA_NAMES: [&str; 2] = ["metadata", "metadata.google.internal"];
/// The prefix under which IPv6 networks reach IPv4 addresses (RFC 6052).
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

impl Locality {
    /// Where `url` leads.
    pub fn of(url: &Url) -> Self {
        match url.host() {
            Some(Host::Domain(name)) => of_name(name.trim_end_matches('.')),
            Some(Host::Ipv4(address)) => of_v4(address),
            Some(Host::Ipv6(address)) => of_v6(address),
            None => Self::Elsewhere,
        }
    }
}

fn of_name(name: &str) -> Locality {
    if name == "localhost" || name.ends_with(".localhost") {
        Locality::Loopback
    } else if METADATA_NAMES.contains(&name) {
        Locality::Link
    } else {
        Locality::Elsewhere
    }
}

fn of_v4(address: Ipv4Addr) -> Locality {
    // Systems take 0.0.0.0 for themselves.
    if address.is_loopback() || address.octets()[0] == 0 {
        Locality::Loopback
    } else if address.is_link_local() || METADATA_V4.contains(&address) {
        Locality::Link
    } else {
        Locality::Elsewhere
    }
}

fn of_v6(address: Ipv6Addr) -> Locality {
    if let IpAddr::V4(mapped) = address.to_canonical() {
        return of_v4(mapped);
    }
    let [.., high, low] = address.segments();
    if address.segments()[..6] == NAT64 {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return of_v4(Ipv4Addr::new(a, b, c, d));
    }
    if address.is_loopback() || address.is_unspecified() {
        Locality::Loopback
    } else if address.is_unicast_link_local() || address == METADATA_V6 {
        Locality::Link
    } else {
        Locality::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str) -> Locality {
        Locality::of(&Url::parse(&format!("https://{host}/token")).unwrap())
    }

    #[test]
    fn knows_what_is_near_in_every_spelling() {
        for host in [
            "localhost",
            "a.localhost.",
            "127.1",
            "0",
            "[::]",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(of(host), Locality::Loopback, "{host}");
        }
        for host in [
            "169.254.169.254",
            "0xa9fea9fe",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::169.254.169.254]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "100.100.100.200",
            "metadata.google.internal",
        ] {
            assert_eq!(of(host), Locality::Link, "{host}");
        }
        for host in [
            "example.com",
            "10.0.0.1",
            "[2001:db8::1]",
            "localhost.example",
        ] {
            assert_eq!(of(host), Locality::Elsewhere, "{host}");
        }
    }
}
