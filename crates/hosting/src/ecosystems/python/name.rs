//! Names of projects and versions: what they may be, and when two of them are the same.

use std::cmp::Ordering;
use std::str::FromStr as _;

use pep440_rs::Version;

use crate::ecosystems::archive::shown;
use crate::error::Rejection;

/// The most characters of a project's name.
const MAX_NAME: usize = 128;
/// The most characters of a version.
const MAX_VERSION: usize = 128;

/// Whether a text is a project's name as PEP 508 has it: letters, digits and `-_.`, neither first nor
/// last one of those.
pub(super) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    bytes.len() <= MAX_NAME
        && bytes.iter().copied().all(inner)
        && outer(bytes.first())
        && outer(bytes.last())
}

/// A name in the normal form of PEP 503: lower case, one `-` for each run of `-_.`.
pub(super) fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            letter => normal.push(letter.to_ascii_lowercase()),
        }
    }
    normal
}

/// A project's name, checked.
pub(super) fn parse_name(name: &str) -> Result<&str, Rejection> {
    if is_name(name) {
        return Ok(name);
    }
    Err(Rejection::new(format!(
        "\u{201c}{}\u{201d} is no name of a Python project: letters, digits, \u{201c}-\u{201d}, \u{201c}_\u{201d} and \
         \u{201c}.\u{201d}, beginning and ending with a letter or a digit, at most {MAX_NAME} characters.",
        shown(name)
    )))
}

/// A version as PEP 440 has it.
pub(super) fn parse_version(version: &str) -> Result<Version, Rejection> {
    let parsed = (version.len() <= MAX_VERSION)
        .then(|| Version::from_str(version).ok())
        .flatten();
    parsed.ok_or_else(|| {
        Rejection::new(format!(
            "\u{201c}{}\u{201d} is no version as PEP 440 has it, such as 1.0, 1.0rc1 or 1.0.dev3.",
            shown(version)
        ))
    })
}

/// The form that all spellings of a version share: `1.0` is `1.0.0`, `1.0-RC1` is `1rc1`.
pub(super) fn version_key(version: &str) -> String {
    match parse_version(version) {
        Ok(version) => key_of(&version),
        Err(_) => version.to_ascii_lowercase(),
    }
}

/// As [`version_key`].
pub(super) fn key_of(version: &Version) -> String {
    let release = version.release();
    let last = release.iter().rposition(|&number| number != 0).unwrap_or(0);
    let kept: Vec<u64> = release.iter().copied().take(last + 1).collect();
    version.clone().with_release(kept).to_string()
}

/// Which of two versions is newer; what is none comes before all that are.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let parse = |text| parse_version(text).ok();
    parse(one).cmp(&parse(other)).then_with(|| one.cmp(other))
}
