//! HTTP/1.1 by hand, so that it can also be done wrongly.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::Seen;

/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

/// An answer before it is sent.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(super) fn json(status: u16, value: &Value) -> Self {
        let text = serde_json::to_vec_pretty(value).unwrap_or_default();
        Self::new(status, "application/json; charset=utf-8", text)
    }

    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self::empty(302).with("location", to)
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The head as it goes over the wire, promising `length` bytes.
    pub(super) fn head(&self, length: usize) -> Vec<u8> {
        let headers = self.headers.iter();
        let lines: String = headers
            .flat_map(|(name, value)| [*name, ": ", value, "\r\n"])
            .collect();
        let status = self.status;
        let head = format!(
            "HTTP/1.1 {status} Status\r\n{lines}content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        head.into_bytes()
    }

    /// Head and body.
    pub(super) fn bytes(&self) -> Vec<u8> {
        [self.head(self.body.len()), self.body.clone()].concat()
    }
}

/// Reads the head of a request; `None` where what comes is not HTTP, or nothing comes.
pub(super) async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<Seen>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD {
        head.push(stream.read_u8().await?);
        if !head[0].is_ascii_uppercase() {
            return Ok(None);
        }
    }
    Ok(std::str::from_utf8(&head).ok().and_then(parse))
}

fn parse(head: &str) -> Option<Seen> {
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    let header = |wanted: &str| {
        let found = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| (*value).to_owned())
    };
    Some(Seen {
        path,
        host: header("host"),
        authorization: header("authorization"),
        user_agent: header("user-agent"),
    })
}
