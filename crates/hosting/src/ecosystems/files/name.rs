//! `{BASENAME}-{SEMVER}.{EXT}`.

use semver::Version;

use crate::error::Rejection;

/// The most characters of a file's name.
const MAX: usize = 200;
/// Extensions of two parts.
const DOUBLE: [&str; 6] = [
    "tar.gz", "tar.xz", "tar.bz2", "tar.zst", "tar.lz4", "tar.br",
];
/// Buildkite's own sentence.
const EXPECTED: &str = "Invalid filename format. Expected: {BASENAME}-{SEMVER}.{EXT}";

/// A file's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    whole: String,
    package: usize,
    version: (usize, usize),
    prerelease: bool,
}

impl FileName {
    /// Takes a name apart: letters, digits and hyphens, a semantic version, an extension.
    ///
    /// # Errors
    /// Says what the name should look like.
    pub fn parse(name: &str) -> Result<Self, Rejection> {
        if name.len() > MAX {
            return Err(wrong(&format!("The name is longer than {MAX} characters")));
        }
        let hyphens = name.match_indices('-').map(|(at, _)| at);
        let mut found = hyphens.filter_map(|at| Self::split(name, at));
        found
            .next()
            .ok_or_else(|| wrong("For example: my-app-1.0.0.zip"))
    }

    /// The name with its version behind the hyphen at `hyphen`, if it is one.
    fn split(name: &str, hyphen: usize) -> Option<Self> {
        let (package, rest) = (name.get(..hyphen)?, name.get(hyphen + 1..)?);
        if !is_basename(package) {
            return None;
        }
        // The longest version that leaves an extension: `1.0.0-beta.1.bin`.
        let dots: Vec<_> = rest.match_indices('.').map(|(at, _)| at).collect();
        let double = DOUBLE
            .iter()
            .find_map(|one| rest.strip_suffix(one)?.strip_suffix('.').map(str::len));
        let ends = double.into_iter().chain(dots.into_iter().rev());
        for end in ends {
            let (version, extension) = (rest.get(..end)?, rest.get(end + 1..)?);
            if !is_extension(extension) {
                continue;
            }
            if let Ok(parsed) = Version::parse(version) {
                return Some(Self {
                    whole: name.to_owned(),
                    package: hyphen,
                    version: (hyphen + 1, hyphen + 1 + end),
                    prerelease: !parsed.pre.is_empty(),
                });
            }
        }
        None
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// The part before the version.
    pub fn package(&self) -> &str {
        self.whole.get(..self.package).unwrap_or_default()
    }

    /// The version.
    pub fn version(&self) -> &str {
        let (start, end) = self.version;
        self.whole.get(start..end).unwrap_or_default()
    }

    /// Whether the version is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        self.prerelease
    }
}

fn is_basename(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(good)
}

fn is_extension(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !text.ends_with('.')
}

fn wrong(more: &str) -> Rejection {
    Rejection::new(format!("{EXPECTED}. {more}."))
}
