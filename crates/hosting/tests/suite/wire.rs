//! Bytes on a connection, for what no well-behaved client would send.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Hosted;

/// Whatever is waited for has happened by then, or never will.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// A connection to a server.
pub(crate) struct Wire(TcpStream);

impl Wire {
    pub(crate) async fn open(hosted: &Hosted) -> Self {
        Self(TcpStream::connect(hosted.address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await
    }

    /// Everything until the server ends the connection. A reset counts as its end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let read = self.0.read_to_end(&mut all);
        let read = tokio::time::timeout(LIMIT, read).await;
        let _reset_or_end = read.expect("the server does not end the connection");
        all
    }
}

/// The status of an answer to a request that is sent as it is; 0 where there is no answer.
pub(crate) async fn status(hosted: &Hosted, request: &[u8]) -> u16 {
    let mut wire = Wire::open(hosted).await;
    // The server may refuse before it has taken all of it.
    let _ = wire.send(request).await;
    status_of(&wire.rest().await)
}

/// The status in an answer's first line.
pub(crate) fn status_of(answer: &[u8]) -> u16 {
    let line = String::from_utf8_lossy(&answer[..answer.len().min(12)]).into_owned();
    let status = line.strip_prefix("HTTP/1.1 ");
    status.map_or(0, |status| status.parse().unwrap())
}

/// A request without a body, with the token that may do everything.
pub(crate) fn request(hosted: &Hosted, method: &str, path: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
        hosted.address, hosted.token
    )
}
