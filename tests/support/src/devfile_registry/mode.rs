//! The ways in which a registry can behave.

use std::str::FromStr;
use std::time::Duration;

/// How the registry behaves, whatever its transport.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mode {
    /// As a real one.
    #[default]
    Normal,
    /// As a real one, but HTTP 401 without this token.
    RequiresToken(String),
    /// HTTP 403.
    Forbidden,
    /// HTTP 404.
    NotFound,
    /// HTTP 200 with a web page on every path.
    HtmlPage,
    /// HTTP 200 with an index that has a syntax error on its third line.
    BadJson,
    /// HTTP 200 with an index whose entry has versions that are no list.
    BadShape,
    /// HTTP 200 with JSON of another kind.
    OtherJson,
    /// Nothing in it: the object that registries answer today.
    EmptyStatus,
    /// Nothing in it: `null`, as older ones answer.
    EmptyNull,
    /// Nothing in it: `[]`.
    EmptyList,
    /// As a real one, after this time.
    Slow(Duration),
    /// Never answers.
    Hangs,
    /// As a real one, but one byte every 100 ms.
    DripFeeds,
    /// Promises more bytes than it sends.
    Truncated,
    /// Resets the connection.
    Resets,
    /// Sends bytes without end.
    Endless,
    /// Promises a body of 1 GB.
    PromisesTooMuch,
    /// An index of [`super::HUGE`] stacks.
    Huge,
    /// JSON of 100,000 nested arrays.
    DeeplyNested,
    /// As a real one, compressed.
    Gzip,
    /// A small compressed body of 100 MB.
    GzipBomb,
    /// Redirects to the same path below `/moved`, where a real one is.
    RedirectsWithin,
    /// Redirects to the same path at this address.
    RedirectsTo(String),
    /// Redirects in a circle.
    RedirectLoop,
    /// Redirects to ever new paths.
    RedirectsForever,
    /// HTTP 429 with this many seconds in `Retry-After`.
    RateLimited(u32),
    /// This status, without a body.
    Fails(u16),
    /// As an old one that has only `/index`.
    V1Only,
    /// Answers bytes that are not HTTP.
    NotHttp,
    /// One stack, `go`, with its icon at this address; the rest as a real one.
    Icon(String),
    /// Three stacks of its own, called after this, and `go`; the rest as a real one.
    Own(String),
    /// As a real one, but every blob of a stack has one wrong byte.
    WrongBlobs,
    /// As a real one, but starter projects are an archive that leads out of its folder.
    HostileProjects,
    /// As a real one, but downloads never end: they begin, and then nothing more comes.
    StallsInBlobs,
}

impl FromStr for Mode {
    type Err = String;

    /// Names in lower case with hyphens; what a mode needs follows after a colon.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let number = || value.parse::<u64>().unwrap_or(7);
        let small = |default: u16| value.parse::<u16>().unwrap_or(default);
        Ok(match name {
            "normal" => Self::Normal,
            "requires-token" => Self::RequiresToken(value.to_owned()),
            "forbidden" => Self::Forbidden,
            "not-found" => Self::NotFound,
            "html-page" => Self::HtmlPage,
            "bad-json" => Self::BadJson,
            "bad-shape" => Self::BadShape,
            "other-json" => Self::OtherJson,
            "empty-status" => Self::EmptyStatus,
            "empty-null" => Self::EmptyNull,
            "empty-list" => Self::EmptyList,
            "slow" => Self::Slow(Duration::from_millis(number())),
            "hangs" => Self::Hangs,
            "drip-feeds" => Self::DripFeeds,
            "truncated" => Self::Truncated,
            "resets" => Self::Resets,
            "endless" => Self::Endless,
            "promises-too-much" => Self::PromisesTooMuch,
            "huge" => Self::Huge,
            "deeply-nested" => Self::DeeplyNested,
            "gzip" => Self::Gzip,
            "gzip-bomb" => Self::GzipBomb,
            "redirects-within" => Self::RedirectsWithin,
            "redirects-to" => Self::RedirectsTo(value.to_owned()),
            "redirect-loop" => Self::RedirectLoop,
            "redirects-forever" => Self::RedirectsForever,
            "rate-limited" => Self::RateLimited(small(30).into()),
            "fails" => Self::Fails(small(500)),
            "v1-only" => Self::V1Only,
            "not-http" => Self::NotHttp,
            "icon" => Self::Icon(value.to_owned()),
            "own" => Self::Own(value.to_owned()),
            "wrong-blobs" => Self::WrongBlobs,
            "hostile-projects" => Self::HostileProjects,
            "stalls-in-blobs" => Self::StallsInBlobs,
            _ => return Err(format!("unknown mode {name}")),
        })
    }
}
