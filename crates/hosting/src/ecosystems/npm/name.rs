//! Names of packages, of tarballs, and of tags.

use crate::error::Rejection;

/// The most characters of a package's name, its scope included: npm's own limit.
const MAX_NAME: usize = 214;
/// The most characters of a tag.
const MAX_TAG: usize = 128;
/// Names that mean something else to clients.
const RESERVED: [&str; 2] = ["node_modules", "favicon.ico"];

/// Makes sure that a package may have this name: ASCII letters, digits, `.`, `_` and `-`, with or
/// without a scope. What looks like another name in another script is none.
///
/// # Errors
/// Says what the name should look like.
pub(super) fn check(name: &str) -> Result<(), Rejection> {
    let wrong = |why: &str| Err(Rejection::new(format!("The package\u{2019}s name {why}.")));
    if name.len() > MAX_NAME {
        return wrong("is longer than 214 characters");
    }
    let (scope, base) = split(name);
    if !is_part(base) || scope.is_some_and(|scope| !is_part(scope)) {
        return wrong(
            "is not one that npm knows: letters a to z, digits, hyphens, dots and underscores, \
             beginning with a letter or a digit, such as my-package or @my-team/my-package",
        );
    }
    if RESERVED.iter().any(|one| base.eq_ignore_ascii_case(one)) {
        return wrong("is one that clients use for something else");
    }
    Ok(())
}

fn is_part(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(good)
}

/// The scope without its `@`, if there is one, and the rest.
pub(super) fn split(name: &str) -> (Option<&str>, &str) {
    match name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((scope, base)) => (Some(scope), base),
        None => (None, name),
    }
}

/// What the tarball of a version is called.
pub(super) fn tarball(name: &str, version: &str) -> String {
    format!("{}-{version}.tgz", split(name).1)
}

/// The normal form of a tarball's name, unique in a registry: a name with its version behind it
/// may be another name with another version.
pub(super) fn tarball_key(name: &str, version: &str) -> String {
    format!("{}/-/{version}.tgz", name.to_ascii_lowercase())
}

/// The version in a tarball's name, spelt as clients spell it: the scope may be there once more.
pub(super) fn version_of<'a>(name: &str, file: &'a str) -> Option<&'a str> {
    let file = match file.rsplit_once('/') {
        Some((before, file))
            if name.starts_with('@') && name.starts_with(&format!("{before}/")) =>
        {
            file
        }
        Some(_) => return None,
        None => file,
    };
    let rest = file.strip_prefix(split(name).1)?;
    rest.strip_prefix('-')?.strip_suffix(".tgz")
}

/// Makes sure that something may be a tag: it must not read as a version or a range of versions.
///
/// # Errors
/// Says what a tag should look like.
pub(super) fn check_tag(tag: &str) -> Result<(), Rejection> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let digits = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let is_range = digits.starts_with(|first: char| first.is_ascii_digit())
        || matches!(digits, "" | "x" | "X");
    if is_range || tag.len() > MAX_TAG || tag.starts_with(['.', '-']) || !tag.bytes().all(good) {
        return Err(Rejection::new(
            "A tag is a word such as beta: letters, digits, hyphens, dots and underscores, and \
             nothing that reads as a version.",
        ));
    }
    Ok(())
}
