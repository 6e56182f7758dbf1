//! The words for each way in which the test of a registry can fail.

/// What is said about a failed test.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    /// What happened.
    pub(crate) title: &'static str,
    /// A part of the next step.
    pub(crate) next: &'static str,
    /// How the list marks a registry that is saved in spite of it.
    pub(crate) mark: &'static str,
}

const fn failure(title: &'static str, next: &'static str, mark: &'static str) -> Failure {
    Failure { title, next, mark }
}

pub(crate) const NAME_NOT_FOUND: Failure = failure(
    "no-such-host.invalid was not found",
    "Check the spelling.",
    "Name not found",
);
pub(crate) const REFUSED: Failure = failure(
    "localhost refused the connection",
    "Check the port.",
    "Refused",
);
pub(crate) const TIMED_OUT: Failure = failure(
    "localhost did not answer in time",
    "raise the time limit in the settings",
    "Timed out",
);
pub(crate) const CUT_OFF: Failure =
    failure("localhost closed the connection", "Try again.", "Cut off");
pub(crate) const NOT_TRUSTED: Failure = failure(
    "The certificate of localhost is not trusted",
    "Compare the fingerprint with whoever runs the registry",
    "Not trusted",
);
pub(crate) const EXPIRED: Failure = failure(
    "The certificate of localhost has expired",
    "Whoever runs the registry must renew it.",
    "Expired",
);
pub(crate) const NOT_YET_VALID: Failure = failure(
    "The certificate of localhost is not valid yet",
    "check this computer’s clock",
    "Expired",
);
pub(crate) const WRONG_HOST: Failure = failure(
    "The certificate is not for localhost",
    "Use the host that the certificate names",
    "Wrong host",
);
pub(crate) const SPEAKS_HTTP: Failure = failure(
    "localhost does not speak https here",
    "begin the address with http://",
    "Speaks http",
);
pub(crate) const WANTS_HTTPS: Failure = failure(
    "localhost wants https here",
    "Begin the address with https://.",
    "Wants https",
);
pub(crate) const WANTS_TOKEN: Failure = failure(
    "The registry wants a token",
    "Enter a token that the registry has given you.",
    "Token refused",
);
pub(crate) const TOKEN_REFUSED: Failure = failure(
    "The token was refused",
    "Paste the token again",
    "Token refused",
);
pub(crate) const FORBIDDEN: Failure = failure(
    "The token does not allow this",
    "Ask whoever runs the registry to allow it",
    "Not allowed",
);
pub(crate) const NO_REGISTRY: Failure = failure(
    "No devfile registry answers there",
    "Check the path of the address.",
    "No registry there",
);
pub(crate) const BROKEN_INDEX: Failure = failure(
    "The registry’s index cannot be read",
    "the raw error says where",
    "Unreadable index",
);
pub(crate) const TOO_LARGE: Failure = failure(
    "The registry’s index is too large",
    "Check that the address is that of a devfile registry.",
    "Index too large",
);
pub(crate) const BAD_REDIRECT: Failure = failure(
    "The registry sends us somewhere we must not follow",
    "use that address",
    "Bad redirect",
);
pub(crate) const TOO_MANY_REQUESTS: Failure = failure(
    "localhost asks for a pause",
    "Try again in 30 seconds.",
    "Too many requests",
);
pub(crate) const SERVER_ERROR: Failure = failure(
    "localhost has a problem of its own",
    "Try again later",
    "Server error",
);
