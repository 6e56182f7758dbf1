//! What can be wrong with an address or an image reference, in a person's words.

/// Why a text is not the address of a container registry or the name of an image. The `Display`
/// says what is wrong and what to do; it never repeats what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct ReferenceError {
    /// What is wrong.
    pub problem: ReferenceProblem,
}

impl From<ReferenceProblem> for ReferenceError {
    fn from(problem: ReferenceProblem) -> Self {
        Self { problem }
    }
}

/// What can be wrong with an address or an image reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceProblem {
    /// Nothing but white space.
    #[error("Nothing was typed; type something like registry.example.com.")]
    Empty,
    /// More than 512 characters, or a host and repository of more than 255.
    #[error("This is too long: a host with its repository has at most 255 characters.")]
    TooLong,
    /// White space, a control character or a backslash inside.
    #[error("There is white space, an invisible character or a backslash inside; remove it.")]
    BadCharacter,
    /// A user name or password before the host.
    #[error(
        "There is a user name or password before the host; remove it, and use the fields for them."
    )]
    UserInfo,
    /// A `?` or `#` and what follows it.
    #[error("Remove the ? or # and what follows it.")]
    QueryOrFragment,
    /// A scheme that no container registry has.
    #[error("A container registry is reached by https:// (or http://); remove the beginning.")]
    OtherScheme,
    /// An image reference with `http://` or `https://`.
    #[error("The name of an image has no https:// in front; remove it.")]
    SchemeOfImage,
    /// Nothing where the host belongs.
    #[error("The host is missing.")]
    NoHost,
    /// The host is neither a name nor an IP address.
    #[error("The host is not a valid name or IP address; an IPv6 address stands in [brackets].")]
    BadHost,
    /// The port is no number from 1 to 65,535.
    #[error("The port must be a number from 1 to 65535.")]
    BadPort,
    /// Plain http at the port that belongs to https.
    #[error("Port 443 belongs to https; remove either http:// or the port.")]
    HttpOnHttpsPort,
    /// A part of the repository that no registry allows.
    #[error(
        "The repository is not valid: it has lower-case letters and digits, with one of . _ - \
         between them, and its parts are separated by single slashes."
    )]
    BadRepository,
    /// Upper-case letters in an image's repository.
    #[error("The repository of an image has lower-case letters only.")]
    UpperCase,
    /// An asterisk anywhere but after the last slash.
    #[error("An asterisk can only stand for everything below a path, like example.com/team/*.")]
    BadWildcard,
    /// The tag is not valid.
    #[error("The tag is not valid: it has letters, digits and . _ -, at most 128 of them.")]
    BadTag,
    /// The digest is not valid.
    #[error("The digest is not valid: a digest looks like sha256: and 64 hexadecimal digits.")]
    BadDigest,
}
