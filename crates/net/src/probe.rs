//! Finding out what a server speaks after it was spoken to in the wrong way.
//!
//! A probe opens a connection of its own, sends nothing but a greeting, and is bounded.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::connect;
use crate::route::Route;
use crate::tls::{self, Protocols};
use crate::trace::Trace;
use crate::trust::{Trust, TrustStore};

/// How long a probe may take, and at most half of what a connection may take: the outcome is
/// worth nothing where the whole request has run out of time meanwhile.
const LIMIT: Duration = Duration::from_secs(3);

/// Whether the server presents a certificate when greeted in TLS.
pub(crate) async fn speaks_tls(route: &Route, store: &TrustStore, limit: Duration) -> bool {
    let greet = async {
        let trace = Trace::new(&|_| {});
        let stream = connect::open(route, store, limit, &trace).await.ok()?;
        let server = &route.server;
        let shake = tls::handshake(
            store,
            Trust::Anything,
            None,
            server,
            stream,
            Protocols::Http2,
        );
        shake.await.certificate
    };
    timeout(LIMIT.min(limit / 2), greet)
        .await
        .ok()
        .flatten()
        .is_some()
}

/// Whether the server answers in HTTP/1 when greeted in plain text.
pub(crate) async fn speaks_http(route: &Route, store: &TrustStore, limit: Duration) -> bool {
    let greet = async {
        let trace = Trace::new(&|_| {});
        let mut stream = connect::open(route, store, limit, &trace).await.ok()?;
        let authority = route.server.authority();
        let greeting = format!("HEAD / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(greeting.as_bytes()).await.ok()?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await.ok()?;
        Some(&answer == b"HTTP/")
    };
    timeout(LIMIT.min(limit / 2), greet)
        .await
        .ok()
        .flatten()
        .unwrap_or(false)
}
