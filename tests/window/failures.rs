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
    "TLS expired",
);
pub(crate) const NOT_YET_VALID: Failure = failure(
    "The certificate of localhost is not valid yet",
    "check this computer’s clock",
    "TLS expired",
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
    "Token needed",
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

// Of container registries.
pub(crate) const SIGN_IN_NEEDED: Failure = failure(
    "localhost wants you to sign in",
    "Enter a user and a password or token.",
    "Sign-in needed",
);
pub(crate) const SIGN_IN_REFUSED: Failure = failure(
    "The credentials were refused",
    "enter the password or token again",
    "Credentials refused",
);
pub(crate) const MAY_NOT: Failure = failure(
    "These credentials do not allow this",
    "Use a token that may read",
    "Not allowed",
);
pub(crate) const TOKENS_FAIL: Failure = failure(
    "The token server of localhost has a problem of its own",
    "Try again later",
    "Server error",
);
pub(crate) const NO_USABLE_TOKEN: Failure = failure(
    "localhost sent no usable token",
    "tell whoever runs the registry",
    "Bad token server",
);
pub(crate) const ASTRAY: Failure = failure(
    "localhost would send your credentials astray",
    "Tell whoever runs the registry",
    "Token server refused",
);
pub(crate) const NOT_APPROVED: Failure = failure(
    "Send the credentials to 127.0.0.1?",
    "Approve it if you know that the two belong together.",
    "Approval needed",
);
pub(crate) const UNKNOWN_WAY: Failure = failure(
    "localhost asks for credentials in an unknown way",
    "Show the raw error to whoever runs the registry.",
    "Not understood",
);
pub(crate) const NO_IMAGES_THERE: Failure = failure(
    "No container registry answers there",
    "Check the host and the port.",
    "No registry there",
);
pub(crate) const NO_HTTPS: Failure = failure(
    "localhost does not speak https here",
    "use http only if the network between is your own",
    "Speaks http",
);
