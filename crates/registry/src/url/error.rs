//! What can be wrong with an address, in a person's words.

use std::fmt;

use super::DevfileUrl;

/// Why a text is not the address of a devfile registry. The `Display` says what is wrong, where,
/// and what to do; it never repeats a user name or password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlError {
    /// What is wrong.
    pub problem: UrlProblem,
    /// Where in the text as it was given, in characters from 0, if that can be said.
    pub at: Option<usize>,
}

/// What can be wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlProblem {
    /// Nothing but white space.
    Empty,
    /// More than 2,048 characters, as typed or in the stored form.
    TooLong,
    /// White space or a control character inside.
    WhiteSpace,
    /// A backslash, which some programs take for a slash.
    Backslash,
    /// Neither `https://` nor `http://` in front.
    NoScheme {
        /// The address as it was probably meant.
        suggestion: String,
    },
    /// Another scheme than `https` and `http`.
    OtherScheme,
    /// Nothing between the scheme and the path.
    NoHost,
    /// The host is neither a name nor an IP address.
    BadHost,
    /// The port is no number from 1 to 65,535.
    BadPort,
    /// A user name or password before the host.
    UserInfo,
    /// A registry on GitHub.
    GitHub,
    /// A `?` and what follows it.
    Query,
    /// A `#` and what follows it.
    Fragment,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // People count from 1.
        let place = self
            .at
            .map_or_else(String::new, |at| format!(" (character {})", at + 1));
        let max = DevfileUrl::MAX_CHARS;
        match &self.problem {
            UrlProblem::NoScheme { suggestion } => {
                write!(
                    f,
                    "The address must begin with https://; did you mean {suggestion}?"
                )
            }
            UrlProblem::TooLong => {
                write!(
                    f,
                    "The address is longer than {max} characters; use a shorter one."
                )
            }
            UrlProblem::GitHub => f.write_str(
                "Registries on GitHub are no longer supported; use an OCI-based devfile registry \
                 instead, see https://github.com/devfile/registry-support",
            ),
            problem => write!(f, "{}", sentence(problem).replace('@', &place)),
        }
    }
}

/// The sentence about `problem`; `@` stands for the place.
fn sentence(problem: &UrlProblem) -> &'static str {
    match problem {
        UrlProblem::Empty => "The address is empty; type one like https://registry.devfile.io.",
        UrlProblem::WhiteSpace => {
            "There is white space or an invisible character in the address@; remove it."
        }
        UrlProblem::Backslash => "There is a backslash in the address@; write / instead.",
        UrlProblem::OtherScheme => {
            "A devfile registry is reached by https:// (or http://); change the beginning@."
        }
        UrlProblem::NoHost => "The host is missing@; type it after the two slashes.",
        UrlProblem::BadHost => {
            "The host is not a valid name or IP address@; an IPv6 address stands in [brackets]."
        }
        UrlProblem::BadPort => "The port must be a number from 1 to 65535@.",
        UrlProblem::UserInfo => {
            "There is a user name or password in the address@; remove it, and put the token in the \
             token field, which keeps it in the keychain."
        }
        UrlProblem::Query => "Remove the question mark and what follows it@.",
        UrlProblem::Fragment => "Remove the # and what follows it@.",
        UrlProblem::TooLong | UrlProblem::NoScheme { .. } | UrlProblem::GitHub => "",
    }
}

impl std::error::Error for UrlError {}
