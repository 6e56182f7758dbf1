//! By which names and addresses others reach this computer.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// A computer with more has them for its own containers.
const MOST: usize = 64;
/// An address that is set aside for documents: nothing is ever sent there.
const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// The names and addresses of a certificate, the most useful ones first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Host names, in lower case.
    pub hosts: Vec<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
}

impl Names {
    /// Those of this computer and `further` ones. Asks the system; may block for a moment.
    ///
    /// # Errors
    /// Where the system does not say which addresses there are.
    pub fn of_this_computer(further: &[String]) -> io::Result<Self> {
        let mut hosts: Vec<String> = further.iter().filter_map(|name| host(name)).collect();
        if let Some(own) = gethostname::gethostname().to_str().and_then(host) {
            let short = own.split('.').next().unwrap_or(&own);
            hosts.extend([own.clone(), short.to_owned(), format!("{short}.local")]);
        }
        hosts.push("localhost".to_owned());
        let further = further.iter().filter_map(|name| name.parse().ok());
        Ok(Self {
            hosts: once_each(hosts),
            addresses: once_each(further.chain(addresses()?).chain(loopback()).collect()),
        })
    }

    /// As they stand in a URL, for people: what others can use, addresses before names.
    pub fn for_others(&self) -> Vec<String> {
        let addresses = self.addresses.iter().filter(|ip| !ip.is_loopback());
        let hosts = self.hosts.iter().filter(|name| *name != "localhost");
        addresses.map(in_url).chain(hosts.cloned()).collect()
    }

    /// As they stand in a URL, all of them.
    pub fn all(&self) -> Vec<String> {
        let addresses = self.addresses.iter().map(in_url);
        addresses.chain(self.hosts.iter().cloned()).collect()
    }
}

fn in_url(ip: &IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Whether a further name or address is one that a certificate can have.
pub fn is_name(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok() || host(name).is_some()
}

/// A host name as a certificate can have it: no address, no underscore, no dot at the end.
fn host(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = name.parse::<IpAddr>().is_ok();
    (name.len() <= 253 && !is_address && name.split('.').all(label)).then_some(name)
}

fn loopback() -> [IpAddr; 2] {
    [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
}

/// The addresses of this computer's interfaces; the one that leads elsewhere first, then version 4.
/// Those that mean something on one cable only cannot be written into a URL.
fn addresses() -> io::Result<Vec<IpAddr>> {
    let local = |ip: &IpAddr| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let found = if_addrs::get_if_addrs()?.into_iter().map(|one| one.ip());
    let usable = found.filter(|ip| !ip.is_loopback() && !ip.is_unspecified() && !local(ip));
    let mut addresses: Vec<_> = usable.collect::<BTreeSet<_>>().into_iter().collect();
    let usual = usual();
    addresses.sort_by_key(|ip| (Some(*ip) != usual, ip.is_ipv6()));
    addresses.truncate(MOST);
    Ok(addresses)
}

/// The address from which this computer would ask another one. Nothing is sent for that.
fn usual() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn once_each<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::{Names, host};

    #[test]
    fn names_are_those_that_a_certificate_can_have() {
        assert_eq!(host("Build-Box.").as_deref(), Some("build-box"));
        assert_eq!(host("a.example.com").as_deref(), Some("a.example.com"));
        for odd in [
            "", "-a", "a_b", "a..b", "b\u{e4}r", "10.0.0.1", "a b", "*.a",
        ] {
            assert_eq!(host(odd), None, "{odd}");
        }
        assert!(super::is_name("10.0.0.1") && super::is_name("2001:db8::1"));
        assert!(!super::is_name("10.0.0.1:80") && !super::is_name("https://a"));
    }

    #[test]
    fn others_are_told_what_they_can_use() {
        let further = ["packages.example.com".to_owned(), "192.0.2.7".to_owned()];
        let names = Names::of_this_computer(&further).unwrap();
        let others = names.for_others();
        assert!(others.contains(&further[0]) && others.contains(&further[1]));
        assert!(
            !others
                .iter()
                .any(|name| name == "localhost" || name.starts_with("127."))
        );
        let all = names.all();
        for own in ["localhost", "127.0.0.1", "[::1]"] {
            assert!(all.iter().any(|name| name == own), "{own} in {all:?}");
        }
    }
}
