//! What can go wrong with secrets, in sentences a person understands.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::hint;

/// Which part of a store does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Linux: there is no session bus to reach a keychain over.
    Bus,
    /// There is a session bus, but no keychain service on it.
    Service,
    /// The keychain has no default collection ("login keyring", "default wallet").
    Collection,
    /// No passphrase vault was created yet.
    PassphraseVault,
}

impl Absent {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Bus => "There is no session bus, so no keychain can be reached.",
            Self::Service => "There is no keychain on this system, or it does not start.",
            Self::Collection => "The keychain has no default keyring to keep secrets in.",
            Self::PassphraseVault => "There is no passphrase vault yet.",
        }
    }
}

/// Why a secret could not be read, written or deleted. Never holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The store, or a part of it, does not exist here.
    #[error("{}", what.sentence())]
    Missing {
        /// Which part.
        what: Absent,
        /// The underlying error as it came, if there was one.
        raw: Option<String>,
    },
    /// The store is locked, and was not asked to unlock or could not be.
    #[error("{store} is locked.")]
    Locked {
        /// The store's product name.
        store: String,
        /// The underlying error as it came, if there was one.
        raw: Option<String>,
    },
    /// The person closed the store's question without an answer.
    #[error("{store} asked a question that was dismissed.")]
    Dismissed {
        /// The store's product name.
        store: String,
    },
    /// The store refuses this application.
    #[error("{store} refused access.")]
    Denied {
        /// The store's product name.
        store: String,
        /// The underlying error as it came.
        raw: String,
    },
    /// The store did not answer in time; a write may or may not have happened.
    #[error("The keychain did not answer within {} seconds.", after.as_secs_f32().ceil())]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// The passphrase is not the vault's.
    #[error("This is not the vault's passphrase.")]
    WrongPassphrase,
    /// The passphrase is too short.
    #[error("The passphrase is too short.")]
    WeakPassphrase {
        /// The fewest characters that are accepted.
        min_chars: usize,
    },
    /// There is a passphrase vault already; creating another one would destroy it.
    #[error("There is a passphrase vault already.")]
    AlreadyExists,
    /// The secret is empty.
    #[error("An empty token cannot be kept.")]
    Empty,
    /// The secret is over 64 KiB.
    #[error(
        "The token has {bytes} bytes; at most {} are possible.",
        registrar_registry::Secret::MAX_BYTES
    )]
    TooLarge {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The store holds as much as it may.
    #[error("The vault is full.")]
    Full,
    /// The account name is not one that every store can keep: a bug of the caller.
    #[error("The account name is not valid.")]
    BadAccount,
    /// What is stored cannot be understood: it was damaged or written by something else.
    #[error("{store} holds something that cannot be read: it is damaged.")]
    Damaged {
        /// The store's product name.
        store: String,
        /// What is wrong with it.
        raw: String,
    },
    /// The store cannot do this at all.
    #[error("{store} cannot list what it holds.")]
    NotSupported {
        /// The store's product name.
        store: String,
    },
    /// The file system refused.
    #[error("{} could not be {doing}: {}", path.display(), source.kind())]
    Io {
        /// What was tried, as a participle: "read", "written", "locked".
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Something that nobody foresaw.
    #[error("{store} failed.")]
    Unexpected {
        /// The store's product name.
        store: String,
        /// The underlying error as it came.
        raw: String,
    },
}

impl VaultError {
    /// The one next step for a person on this desktop, if there is one.
    pub fn hint(&self) -> Option<String> {
        hint::hint(self)
    }

    /// The underlying error as it came, if there was one; never a secret.
    pub fn raw(&self) -> Option<String> {
        match self {
            Self::Missing { raw, .. } | Self::Locked { raw, .. } => raw.clone(),
            Self::Denied { raw, .. } | Self::Damaged { raw, .. } | Self::Unexpected { raw, .. } => {
                Some(raw.clone())
            }
            Self::Io { source, .. } => Some(source.to_string()),
            _ => None,
        }
    }

    /// Whether the same call may succeed when it is repeated, after the step of the hint.
    pub const fn is_retryable(&self) -> bool {
        !matches!(
            self,
            Self::WeakPassphrase { .. }
                | Self::AlreadyExists
                | Self::Empty
                | Self::TooLarge { .. }
                | Self::Full
                | Self::BadAccount
                | Self::Damaged { .. }
                | Self::NotSupported { .. }
        )
    }

    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn damaged(store: &str, raw: impl Into<String>) -> Self {
        Self::Damaged {
            store: store.to_owned(),
            raw: raw.into(),
        }
    }
}
