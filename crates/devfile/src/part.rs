//! Names that become a part of an address or of a file's path.

use thiserror::Error;

/// The most characters of a part.
const MAX: usize = 200;

/// The name of a stack, of a version or of a starter project, fit to stand in an address: ASCII
/// letters, digits, and `-`, `_`, `.`, `+` but not at the beginning. A registry may list others;
/// nothing can be fetched by those.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part(String);

/// A name that cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the registry gives it a name that cannot stand in an address")]
pub struct UnfitName;

impl Part {
    /// Takes a name as a registry lists it.
    ///
    /// # Errors
    /// [`UnfitName`], which repeats nothing of it.
    pub fn parse(text: &str) -> Result<Self, UnfitName> {
        let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
        if begins && text.len() <= MAX && text.chars().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnfitName)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which version of which stack or sample.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The stack or sample.
    pub name: Part,
    /// The version; `None` for the one that the registry gives without asking.
    pub version: Option<Part>,
}

impl Wanted {
    /// A version of a stack; an empty one stands for whatever the registry gives.
    ///
    /// # Errors
    /// [`UnfitName`].
    pub fn parse(name: &str, version: &str) -> Result<Self, UnfitName> {
        let version = Some(version).filter(|version| !version.is_empty());
        Ok(Self {
            name: Part::parse(name)?,
            version: version.map(Part::parse).transpose()?,
        })
    }

    /// Where its devfile is.
    pub(crate) fn devfile_path(&self) -> String {
        match &self.version {
            Some(version) => format!("devfiles/{}/{}", self.name.0, version.0),
            None => format!("devfiles/{}", self.name.0),
        }
    }

    /// Where one of its starter projects is.
    pub(crate) fn starter_path(&self, project: &Part) -> String {
        format!("{}/starter-projects/{}", self.devfile_path(), project.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_registries_fit_and_what_could_lead_elsewhere_does_not() {
        for name in [
            "go",
            "java-openliberty-gradle",
            "2.6.0",
            "1.0.0+build_2",
            "udi",
        ] {
            assert_eq!(Part::parse(name).map(|part| part.0), Ok(name.to_owned()));
        }
        for name in [
            "", ".", "..", "../x", "a/b", "a\\b", "a%2f", "a b", "ä", ".git", "-x", "a?b",
        ] {
            assert_eq!(Part::parse(name), Err(UnfitName), "{name}");
        }
        assert_eq!(Part::parse(&"a".repeat(201)), Err(UnfitName));
    }

    #[test]
    fn a_version_that_is_not_known_is_left_to_the_registry() {
        let path = |version| Wanted::parse("go", version).unwrap().devfile_path();
        assert_eq!(
            (&*path(""), &*path("2.6.0")),
            ("devfiles/go", "devfiles/go/2.6.0")
        );
    }
}
