//! How much the server bears of one client.

use std::time::Duration;

/// Limits of what a client may take. The default is generous; tests that wait for them make them
/// small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How long a client may take to send a request's header, and how long a connection may idle.
    pub header: Duration,
    /// Within so much waiting a body has to bring [`Bounds::body_pace`] bytes, or its end.
    pub body_window: Duration,
    /// In bytes.
    pub body_pace: u64,
    /// How long a client may take nothing of an answer.
    pub write: Duration,
    /// How long a client that was answered early may go on sending what nobody reads.
    pub linger: Duration,
    /// How long requests under way may take to finish once the server is to end.
    pub end: Duration,
    /// How many requests for managing registries are answered in a minute.
    pub requests: u32,
    /// How many requests of one address on the network are answered in a minute.
    pub network_requests: u32,
    /// After how many tokens that do not work, within five minutes, an address on the network may
    /// show no other for the rest of them.
    pub network_failures: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(30),
            body_window: Duration::from_mins(1),
            body_pace: 64 * 1024,
            write: Duration::from_mins(1),
            linger: Duration::from_secs(30),
            end: Duration::from_secs(10),
            requests: 60_000,
            network_requests: 12_000,
            network_failures: 30,
        }
    }
}
