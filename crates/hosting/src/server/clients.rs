//! Who comes over the network: a bounded table for people to look at, and a limit for each address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use uuid::Uuid;

use super::bounds::Bounds;
use crate::tokens::Token;

/// The most that are remembered; those seen longest ago are forgotten first.
const MOST: usize = 256;
/// The most addresses whose requests are counted at a time.
const MOST_COUNTED: usize = 4096;
const WINDOW: Duration = Duration::from_mins(1);
/// Whoever guesses tokens waits for longer.
const FAILURE_WINDOW: Duration = Duration::from_mins(5);

/// Somebody who has come over the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// From where.
    pub address: IpAddr,
    /// With which token: its id and what it is for; `None` for none, or none that works.
    pub token: Option<(Uuid, String)>,
    /// What they called themselves last.
    pub agent: Option<String>,
    /// When they came first since the table began.
    pub first_seen: Timestamp,
    /// When they came last.
    pub last_seen: Timestamp,
    /// How often.
    pub requests: u64,
    /// How many of those showed a token that does not work.
    pub failed: u64,
    /// How many of those were turned away because there were too many.
    pub limited: u64,
}

/// What a request is like.
pub(super) struct Visit<'a> {
    pub(super) address: IpAddr,
    pub(super) token: Option<&'a Token>,
    pub(super) agent: Option<String>,
    /// Whether it shows something that ought to be a token.
    pub(super) signs_in: bool,
}

#[derive(Default)]
pub(super) struct Clients(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    seen: HashMap<(IpAddr, Option<Uuid>), Client>,
    counts: HashMap<IpAddr, Counts>,
}

#[derive(Clone, Copy)]
struct Counts {
    requests: Count,
    failures: Count,
}

#[derive(Clone, Copy)]
struct Count {
    begun: Instant,
    number: u32,
}

impl Count {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            number: 0,
        }
    }

    /// The seconds to wait where there were more than `limit` in the window.
    fn exceeded(&mut self, window: Duration, limit: u32) -> Option<u64> {
        if self.begun.elapsed() >= window {
            *self = Self::new();
        }
        let rest = window.saturating_sub(self.begun.elapsed());
        (self.number >= limit).then(|| rest.as_secs() + 1)
    }
}

impl Clients {
    /// Notes a visit and counts it; how many seconds they have to wait where it is one too many.
    pub(super) fn come(&self, visit: &Visit<'_>, bounds: Bounds) -> Result<(), u64> {
        let mut tables = self.0.lock();
        let counts = tables.counts(visit.address);
        let tired = counts.requests.exceeded(WINDOW, bounds.network_requests);
        let guessing = counts
            .failures
            .exceeded(FAILURE_WINDOW, bounds.network_failures);
        // Whoever shows nothing is not guessing: what is public stays open.
        let wait = tired.or(guessing.filter(|_| visit.signs_in));
        counts.requests.number = counts.requests.number.saturating_add(1);
        let client = tables.client(visit);
        client.limited += u64::from(wait.is_some());
        wait.map_or(Ok(()), Err)
    }

    /// The token that was shown does not work.
    pub(super) fn fail(&self, visit: &Visit<'_>) {
        let mut tables = self.0.lock();
        let failures = &mut tables.counts(visit.address).failures;
        failures.number = failures.number.saturating_add(1);
        let key = (visit.address, visit.token.map(|token| token.id));
        if let Some(client) = tables.seen.get_mut(&key) {
            client.failed += 1;
        }
    }

    /// Who has come, whoever came last first.
    pub(super) fn list(&self) -> Vec<Client> {
        let mut all: Vec<_> = self.0.lock().seen.values().cloned().collect();
        all.sort_by_key(|client| std::cmp::Reverse(client.last_seen));
        all
    }
}

impl Tables {
    fn counts(&mut self, address: IpAddr) -> &mut Counts {
        let place = neighbourhood(address);
        if self.counts.len() >= MOST_COUNTED && !self.counts.contains_key(&place) {
            let old = |counts: &Counts| counts.failures.begun.elapsed() >= FAILURE_WINDOW;
            self.counts.retain(|_, counts| !old(counts));
        }
        if self.counts.len() >= MOST_COUNTED && !self.counts.contains_key(&place) {
            // One at random goes: whoever has so many addresses is not helped by which.
            let first = self.counts.keys().next().copied();
            first.and_then(|first| self.counts.remove(&first));
        }
        self.counts.entry(place).or_insert_with(|| Counts {
            requests: Count::new(),
            failures: Count::new(),
        })
    }

    fn client(&mut self, visit: &Visit<'_>) -> &mut Client {
        let key = (visit.address, visit.token.map(|token| token.id));
        if self.seen.len() >= MOST && !self.seen.contains_key(&key) {
            let oldest = self.seen.iter().min_by_key(|(_, client)| client.last_seen);
            let oldest = oldest.map(|(key, _)| *key);
            oldest.and_then(|oldest| self.seen.remove(&oldest));
        }
        let now = Timestamp::now();
        let client = self.seen.entry(key).or_insert_with(|| Client {
            address: visit.address,
            token: visit
                .token
                .map(|token| (token.id, token.description.clone())),
            agent: None,
            first_seen: now,
            last_seen: now,
            requests: 0,
            failed: 0,
            limited: 0,
        });
        client.last_seen = now;
        client.requests += 1;
        if visit.agent.is_some() {
            client.agent.clone_from(&visit.agent);
        }
        client
    }
}

/// Whose requests are counted together: a subscriber has a whole network of version 6.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => {
            let bits = u128::from(ip) & !u128::from(u64::MAX);
            Ipv6Addr::from(bits).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Clients, IpAddr, MOST, Visit};

    fn visit(address: &str, signs_in: bool) -> Visit<'static> {
        Visit {
            address: address.parse().unwrap(),
            token: None,
            agent: Some("curl".to_owned()),
            signs_in,
        }
    }

    #[test]
    fn whoever_guesses_is_turned_away_and_may_still_read_what_is_public() {
        let bounds = Bounds {
            network_failures: 2,
            ..Bounds::default()
        };
        let clients = Clients::default();
        for _ in 0..2 {
            assert!(clients.come(&visit("2001:db8::1", true), bounds).is_ok());
            clients.fail(&visit("2001:db8::1", true));
        }
        // The same network, not the same address.
        let wait = clients
            .come(&visit("2001:db8::2", true), bounds)
            .unwrap_err();
        assert!((1..=301).contains(&wait), "{wait}");
        assert!(clients.come(&visit("2001:db8::2", false), bounds).is_ok());
        assert!(
            clients
                .come(&visit("2001:db8:0:1::1", true), bounds)
                .is_ok()
        );
        let list = clients.list();
        let second: IpAddr = "2001:db8::2".parse().unwrap();
        let second = list.iter().find(|client| client.address == second).unwrap();
        assert_eq!((second.requests, second.limited), (2, 1));
    }

    #[test]
    fn so_many_requests_are_answered_in_a_minute_and_so_many_clients_remembered() {
        let bounds = Bounds {
            network_requests: 3,
            ..Bounds::default()
        };
        let clients = Clients::default();
        let come = |address: &str| clients.come(&visit(address, false), bounds).is_ok();
        assert_eq!(
            [(); 4].map(|()| come("10.0.0.1")),
            [true, true, true, false]
        );
        for last in 0..MOST {
            assert!(come(&format!("10.1.{}.{}", last / 250, last % 250)));
        }
        assert_eq!(clients.list().len(), MOST);
    }
}
