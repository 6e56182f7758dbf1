//! Taking apart what addresses and image references have in common.

use super::host::HTTPS_PORT;
use super::{ContainerHost, Digest, ReferenceError, ReferenceProblem};

/// The most characters of what is typed.
const MAX_TYPED: usize = 512;
/// The most characters of a host with its repository.
const MAX_NAME: usize = 255;
/// The most characters of a tag.
const MAX_TAG: usize = 128;

/// How what was typed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Https,
    Http,
    /// What some tools put before an image: `docker://` and `oci://`.
    Image,
}

impl Scheme {
    const ALL: [(&'static str, Self); 4] = [
        ("https", Self::Https),
        ("http", Self::Http),
        ("docker", Self::Image),
        ("oci", Self::Image),
    ];

    /// The scheme of `text`, and what follows it.
    pub(super) fn split(text: &str) -> Result<(Option<Self>, &str), ReferenceError> {
        let Some((name, rest)) = text.split_once("://") else {
            return Ok((None, text));
        };
        let known = Self::ALL
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        match known {
            Some((_, scheme)) => Ok((Some(*scheme), rest)),
            None => Err(ReferenceProblem::OtherScheme.into()),
        }
    }

    /// The port that is meant where none is written.
    pub(super) fn port(scheme: Option<Self>) -> u16 {
        match scheme {
            Some(Self::Http) => 80,
            _ => HTTPS_PORT,
        }
    }
}

/// Refuses what neither an address nor an image can have; trims white space at the ends.
pub(super) fn check(typed: &str) -> Result<&str, ReferenceError> {
    let text = typed.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    let problem = if text.is_empty() {
        ReferenceProblem::Empty
    } else if text.chars().nth(MAX_TYPED).is_some() {
        ReferenceProblem::TooLong
    } else if text.contains(odd) {
        ReferenceProblem::BadCharacter
    } else if text.contains(['?', '#']) {
        ReferenceProblem::QueryOrFragment
    } else {
        return Ok(text);
    };
    Err(problem.into())
}

/// The digest after the last `@`, and what stands before it.
pub(super) fn split_digest(text: &str) -> Result<(&str, Option<Digest>), ReferenceError> {
    let Some((rest, digest)) = text.rsplit_once('@') else {
        return Ok((text, None));
    };
    let is_digest =
        digest.starts_with("sha") && digest.contains(':') && !digest.contains(['/', '.']);
    if !is_digest || rest.contains('@') {
        return Err(ReferenceProblem::UserInfo.into());
    }
    Ok((rest, Some(Digest::parse(digest)?)))
}

/// The tag after the last part, and what stands before it. A colon in the only part is one of a
/// tag as well, where `only_part_has_tag`.
pub(super) fn split_tag(
    text: &str,
    only_part_has_tag: bool,
) -> Result<(&str, Option<&str>), ReferenceError> {
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    let colon = text[last..].rfind(':').map(|at| last + at);
    match colon {
        Some(at) if last > 0 || only_part_has_tag => {
            let tag = &text[at + 1..];
            check_tag(tag)?;
            Ok((&text[..at], Some(tag)))
        }
        _ => Ok((text, None)),
    }
}

fn check_tag(tag: &str) -> Result<(), ReferenceError> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let valid = tag.len() <= MAX_TAG
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || matches!(b, b'.' | b'-'));
    if valid {
        Ok(())
    } else {
        Err(ReferenceProblem::BadTag.into())
    }
}

/// Whether the first part of an image's name is a host and not a part of the repository.
pub(super) fn is_host(part: &str) -> bool {
    part.contains(['.', ':']) || part.eq_ignore_ascii_case("localhost")
}

/// Whether `path` is a repository, or the first parts of one.
pub(super) fn check_repository(host: &ContainerHost, path: &str) -> Result<(), ReferenceError> {
    if host.as_str().len() + 1 + path.len() > MAX_NAME {
        return Err(ReferenceProblem::TooLong.into());
    }
    if path.split('/').all(is_component) {
        return Ok(());
    }
    Err(ReferenceProblem::BadRepository.into())
}

/// Letters and digits, with one separator between them: `.`, `_`, `__` or any number of hyphens.
fn is_component(part: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let separators = part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let proper = |s: &str| matches!(s, "" | "." | "_" | "__") || s.bytes().all(|b| b == b'-');
    part.bytes().next().is_some_and(word)
        && part.bytes().last().is_some_and(word)
        && separators.into_iter().all(proper)
}
