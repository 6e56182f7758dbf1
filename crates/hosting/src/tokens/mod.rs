//! Tokens: who may do what, for how long.
//!
//! Three kinds share one form. *API tokens* are the owner's, with scopes and an expiry; only their
//! hash is kept. *Registry tokens* read one private registry and can be shown again, so their secret
//! lies in a [`Safe`]. *Temporary tokens* live for minutes and in memory only.

mod book;
mod safe;
mod scopes;
mod secret;

pub use safe::{Safe, SafeFuture, SealedSafe};
pub use scopes::{Scope, Scopes};

pub(crate) use book::TokenBook;
pub(crate) use secret::{Kind, generate, hash};

use jiff::Timestamp;
use uuid::Uuid;

/// How long a temporary token is good.
pub const TEMPORARY_SECONDS: u32 = 300;

/// A token as it is remembered: not its secret.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// The one registry that it is for; `None` for every one.
    pub registry: Option<Uuid>,
    /// What it is for.
    pub description: String,
    /// The last four characters of the secret.
    pub ending: String,
    /// The SHA-256 of the secret.
    pub hash: [u8; 32],
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom, in words.
    pub created_by: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From which address.
    pub last_used_from: Option<String>,
}

impl Token {
    /// Whether it still works.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}
