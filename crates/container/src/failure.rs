//! Why a check failed.

use registrar_net::{self as net, Answer};
use thiserror::Error;
use url::Url;

/// Why a container registry cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FailureKind {
    /// The registry could not be reached, or failed itself.
    #[error("{0}")]
    Registry(net::FailureKind),
    /// The token server that it named could not be reached, or failed itself.
    #[error("the registry's token server: {0}")]
    TokenServer(net::FailureKind),
    /// Something else is there.
    #[error("this is not a container registry")]
    NotARegistry,
    /// It wants credentials, and there are none.
    #[error("the registry asks for a user and a password or token")]
    CredentialsNeeded,
    /// It, or its token server, does not accept the credentials.
    #[error("the registry does not accept the credentials")]
    CredentialsRefused,
    /// The credentials cannot be sent, so nothing was sent.
    #[error("the credentials cannot be used")]
    CredentialsUnusable,
    /// It does not take identity tokens.
    #[error("the registry does not take identity tokens")]
    IdentityTokenUnsupported,
    /// The client certificate's files cannot be used.
    #[error("the client certificate cannot be used")]
    ClientCertificateUnusable,
    /// It wants a client certificate, and none was presented or another is wanted.
    #[error("the registry wants a client certificate that it trusts")]
    ClientCertificateNeeded,
    /// It knows who we are, and does not let us in.
    #[error("the registry does not allow this")]
    Forbidden,
    /// It asks to wait.
    #[error("the registry asks to wait")]
    RateLimited,
    /// It asks for credentials in a way that is malformed or unknown.
    #[error("the registry asks for credentials in a way that Registrar does not understand")]
    ChallengeNotUnderstood,
    /// It does not have what was asked for: no such repository, tag or digest.
    #[error("the registry does not have this")]
    NotFound,
    /// The bytes that it sent do not have the digest that they should have.
    #[error("what the registry sent is not what its digest says")]
    WrongDigest,
    /// What it sent is no manifest or configuration that is understood; the raw text says why.
    #[error("this is not an image that Registrar understands")]
    NotUnderstood,
    /// Its token server is where no credentials may go.
    #[error("the registry sends credentials to where they must not go")]
    RealmRefused,
    /// Its token server is on another site, which the person has not approved yet.
    #[error("the registry sends credentials to {}", realm.host_str().unwrap_or_default())]
    RealmNotApproved {
        /// The token server's address, without query. To approve it, put it into
        /// [`crate::Target::approved_realm`].
        realm: Box<Url>,
    },
    /// The token server's answer has no token.
    #[error("the answer of the registry's token server could not be understood")]
    BadToken,
}

/// Why a check failed. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}: {raw}")]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// Where a redirect led, without query, where there was one.
    pub redirected_to: Option<String>,
    /// The time limit that passed or the wait that was asked for, in seconds.
    pub seconds: Option<u32>,
    /// The underlying error as it came, or the server's own words.
    pub raw: String,
}

impl Failure {
    /// Whether the same request may succeed after a while.
    pub fn is_passing(&self) -> bool {
        use net::FailureKind::{
            ConnectionClosed, NameNotResolved, Refused, ServerError, TimedOut, Unreachable,
        };
        match self.kind {
            FailureKind::RateLimited => true,
            FailureKind::Registry(kind) | FailureKind::TokenServer(kind) => matches!(
                kind,
                ConnectionClosed | NameNotResolved | Refused | ServerError | TimedOut | Unreachable
            ),
            _ => false,
        }
    }

    pub(crate) fn new(kind: FailureKind, raw: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            redirected_to: None,
            seconds: None,
            raw: raw.into(),
        }
    }

    /// A failure of `kind` that `answer` means.
    pub(crate) fn about(answer: &Answer, kind: FailureKind, raw: impl Into<String>) -> Self {
        Self {
            status: Some(answer.status.as_u16()),
            redirected_to: answer.redirected_to.clone(),
            ..Self::new(kind, raw)
        }
    }

    /// What went wrong on the way to the token server, as opposed to the registry.
    pub(crate) fn of_token_server(failure: net::Failure) -> Self {
        let kind = failure.kind;
        let failure = Self::from(failure);
        match failure.kind {
            FailureKind::Registry(_) | FailureKind::NotARegistry => Self {
                kind: FailureKind::TokenServer(kind),
                ..failure
            },
            _ => failure,
        }
    }
}

impl From<net::Failure> for Failure {
    fn from(failure: net::Failure) -> Self {
        let kind = match failure.kind {
            net::FailureKind::NotARegistry => FailureKind::NotARegistry,
            net::FailureKind::Unauthorized => FailureKind::CredentialsRefused,
            net::FailureKind::TokenUnavailable => FailureKind::CredentialsUnusable,
            net::FailureKind::Forbidden => FailureKind::Forbidden,
            net::FailureKind::RateLimited => FailureKind::RateLimited,
            kind => FailureKind::Registry(kind),
        };
        Self {
            kind,
            status: failure.status,
            redirected_to: failure.redirected_to,
            seconds: failure.seconds,
            raw: failure.raw,
        }
    }
}
