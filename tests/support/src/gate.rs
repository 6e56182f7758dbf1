//! A relay before a registry that holds whoever asks for the bytes of a blob until it is opened:
//! so that a transfer is surely under way when a test looks. It stops when dropped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::background::Background;

/// A request's head is shorter.
const HEAD: usize = 64 * 1024;

/// The relay.
pub struct Gate {
    open: watch::Sender<bool>,
    held: Arc<AtomicUsize>,
    server: Background,
}

impl Gate {
    /// A closed one before the registry at `host`, like `localhost:5000`.
    pub fn before(host: &str) -> Self {
        let (open, opened) = watch::channel(false);
        let held = Arc::new(AtomicUsize::new(0));
        let (counter, target) = (Arc::clone(&held), host.to_owned());
        let serve = move |stream| {
            let (opened, held, target) = (opened.clone(), Arc::clone(&counter), target.clone());
            async move {
                // A side that goes away is no reason to complain.
                let _ = relay(stream, &target, opened, &held).await;
            }
        };
        let server = Background::start(0, serve).expect("a loopback server");
        Self { open, held, server }
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    /// Lets everything through, also what is held.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// How many requests it has held so far.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

async fn relay(
    mut client: TcpStream,
    target: &str,
    mut opened: watch::Receiver<bool>,
    held: &AtomicUsize,
) -> io::Result<()> {
    let mut registry = TcpStream::connect(target).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_registry, mut to_registry) = registry.split();
    let asks = async {
        let mut head = vec![0; HEAD];
        loop {
            let count = from_client.read(&mut head).await?;
            if count == 0 {
                return to_registry.shutdown().await;
            }
            let text = String::from_utf8_lossy(&head[..count]);
            if text.starts_with("GET ") && text.lines().next().is_some_and(is_blob) {
                if !*opened.borrow() {
                    held.fetch_add(1, Ordering::Relaxed);
                }
                opened
                    .wait_for(|open| *open)
                    .await
                    .map_err(io::Error::other)?;
            }
            to_registry.write_all(&head[..count]).await?;
        }
    };
    // Where one side ends, so does the other.
    tokio::select! {
        ended = asks => ended,
        ended = io::copy(&mut from_registry, &mut to_client) => ended.map(drop),
    }
}

fn is_blob(line: &str) -> bool {
    line.contains("/blobs/sha256:")
}
