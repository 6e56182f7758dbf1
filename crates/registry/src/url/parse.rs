//! From what was typed to an address.
//!
//! The `url` crate repairs silently what browsers repair (backslashes, missing slashes, line
//! breaks); here a person gets to know, so the text is looked at before it is handed on.

use url::{ParseError, Url};

use super::{DevfileUrl, UrlError, UrlProblem};

/// A piece of what was typed, and where it begins there in bytes.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    fn from(self, at: usize) -> Self {
        Self {
            text: &self.text[at..],
            start: self.start + at,
        }
    }

    fn until(self, at: usize) -> Self {
        Self {
            text: &self.text[..at],
            ..self
        }
    }

    fn split_once(self, separator: &str) -> Option<(&'a str, Self)> {
        let at = self.text.find(separator)?;
        Some((&self.text[..at], self.from(at + separator.len())))
    }
}

pub(super) fn parse(typed: &str) -> Result<DevfileUrl, UrlError> {
    let start = typed.len() - typed.trim_start().len();
    let text = Piece {
        text: typed.trim(),
        start,
    };
    check(text)
        .and_then(|()| normalise(text))
        .map_err(|(problem, at)| UrlError {
            problem,
            at: at.map(|byte| typed[..byte].chars().count()),
        })
}

/// A problem, and the byte of what was typed where it stands.
type Problem = (UrlProblem, Option<usize>);

/// What the `url` crate would let pass or repair.
fn check(text: Piece<'_>) -> Result<(), Problem> {
    if text.text.is_empty() {
        return Err((UrlProblem::Empty, None));
    }
    if text.text.chars().nth(DevfileUrl::MAX_CHARS).is_some() {
        return Err((UrlProblem::TooLong, None));
    }
    if let Some(at) = text
        .text
        .find(|c: char| c.is_whitespace() || c.is_control())
    {
        return Err((UrlProblem::WhiteSpace, Some(text.start + at)));
    }
    if let Some(at) = text.text.find('\\') {
        return Err((UrlProblem::Backslash, Some(text.start + at)));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        _ => (None, text),
    };
    let authority = rest.until(rest.text.find(['/', '?', '#']).unwrap_or(rest.text.len()));
    if authority.text.contains('@') {
        return Err((UrlProblem::UserInfo, Some(authority.start)));
    }
    check_scheme(scheme, rest)?;
    // An IPv6 address without its brackets would otherwise count as a host with a wrong port.
    if !authority.text.contains('[') && authority.text.matches(':').count() > 1 {
        return Err((UrlProblem::BadHost, Some(authority.start)));
    }
    if authority.text.is_empty() || authority.text.starts_with(':') {
        return Err((UrlProblem::NoHost, Some(authority.start)));
    }
    check_tail(rest)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn check_scheme(scheme: Option<&str>, rest: Piece<'_>) -> Result<(), Problem> {
    match scheme {
        Some(scheme)
            if ["https", "http"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s)) =>
        {
            Ok(())
        }
        Some(scheme) => Err((UrlProblem::OtherScheme, Some(rest.start - scheme.len() - 3))),
        None => {
            let suggestion = suggestion(rest.text);
            Err((UrlProblem::NoScheme { suggestion }, Some(rest.start)))
        }
    }
}

/// `https://` before what looks like a host and path, without anything that may be a secret.
fn suggestion(text: &str) -> String {
    let plain = &text[..text.find(['?', '#', '@']).unwrap_or(text.len())];
    let host = match plain.split_once(':') {
        Some((scheme, rest))
            if ["https", "http"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s)) =>
        {
            rest
        }
        _ => plain,
    };
    format!("https://{}", host.trim_matches('/'))
}

fn check_tail(rest: Piece<'_>) -> Result<(), Problem> {
    match rest.text.find(['?', '#']) {
        Some(at) if rest.text[at..].starts_with('?') => {
            Err((UrlProblem::Query, Some(rest.start + at)))
        }
        Some(at) => Err((UrlProblem::Fragment, Some(rest.start + at))),
        None => Ok(()),
    }
}

fn normalise(text: Piece<'_>) -> Result<DevfileUrl, Problem> {
    let host_at = text.split_once("://").map(|(_, rest)| rest.start);
    let mut url = Url::parse(text.text).map_err(|error| match error {
        ParseError::EmptyHost => (UrlProblem::NoHost, host_at),
        ParseError::InvalidPort => (UrlProblem::BadPort, port_at(text).or(host_at)),
        _ => (UrlProblem::BadHost, host_at),
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err((UrlProblem::UserInfo, host_at));
    }
    if url.port() == Some(0) {
        return Err((UrlProblem::BadPort, port_at(text).or(host_at)));
    }
    if url.host_str().is_some_and(is_github) {
        return Err((UrlProblem::GitHub, host_at));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    let stored = url.as_str().trim_end_matches('/').to_owned();
    if stored.len() > DevfileUrl::MAX_CHARS {
        return Err((UrlProblem::TooLong, None));
    }
    Ok(DevfileUrl { text: stored, url })
}

/// Where the port begins.
fn port_at(text: Piece<'_>) -> Option<usize> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.until(rest.text.find('/').unwrap_or(rest.text.len()));
    authority.text.rfind(':').map(|at| authority.start + at + 1)
}

/// Whether the host is GitHub's. The port plays no part, nor does the dot of the root.
fn is_github(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    ["github.com", "raw.githubusercontent.com"]
        .iter()
        .any(|github| {
            host.strip_suffix(github)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}
