//! Names of registries, and the slugs that stand for them in addresses.

/// The most characters of a registry's name.
pub const MAX_NAME: usize = 63;
/// Words that a slug must not be, because the server's own addresses begin with them.
const RESERVED: [&str; 8] = [
    "api",
    "health",
    "metrics",
    "uploads",
    "v1",
    "v2",
    "well-known",
    "packages",
];

/// Why a name will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// Nothing, or only spaces.
    #[error("The registry needs a name.")]
    Empty,
    /// More than [`MAX_NAME`] characters.
    #[error("The name is longer than 63 characters.")]
    TooLong,
    /// A line break or another control character.
    #[error("The name contains a line break or another invisible character.")]
    Control,
    /// No letter or digit that an address can hold.
    #[error("The name needs a letter from a to z or a digit: its address is made of them.")]
    NoSlug,
    /// The address would be one of the server's own.
    #[error("This name is used by the server itself.")]
    Reserved,
}

/// The name without spaces around it, and its slug: the kebab-case version of it.
///
/// # Errors
/// Says what is wrong with the name.
pub fn parse_name(typed: &str) -> Result<(String, String), NameProblem> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(NameProblem::Empty);
    }
    if name.chars().count() > MAX_NAME {
        return Err(NameProblem::TooLong);
    }
    if name.chars().any(char::is_control) {
        return Err(NameProblem::Control);
    }
    let slug = slug(name);
    if slug.is_empty() {
        return Err(NameProblem::NoSlug);
    }
    if RESERVED.contains(&slug.as_str()) {
        return Err(NameProblem::Reserved);
    }
    Ok((name.to_owned(), slug))
}

/// Lower-case letters and digits with single hyphens between; empty where the name has neither.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') && letter != '\'' {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::{NameProblem, parse_name, slug};

    #[test]
    fn a_slug_is_the_name_in_kebab_case() {
        assert_eq!(slug("my registry"), "my-registry");
        assert_eq!(slug("  Design System (2) "), "design-system-2");
        assert_eq!(slug("Anna's tools"), "annas-tools");
        assert_eq!(slug("--a__b--"), "a-b");
        assert_eq!(slug("日本"), "");
    }

    #[test]
    fn names_that_make_no_address_are_refused() {
        assert_eq!(parse_name("  "), Err(NameProblem::Empty));
        assert_eq!(parse_name(&"x".repeat(64)), Err(NameProblem::TooLong));
        assert_eq!(parse_name("a\nb"), Err(NameProblem::Control));
        assert_eq!(parse_name("…"), Err(NameProblem::NoSlug));
        assert_eq!(parse_name("API"), Err(NameProblem::Reserved));
        assert_eq!(
            parse_name(" Data Tools "),
            Ok(("Data Tools".to_owned(), "data-tools".to_owned()))
        );
    }
}
