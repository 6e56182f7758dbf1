//! Secrets: the operating system's keychain, or a passphrase vault where there is none.
//!
//! A secret lies in exactly one [`SecretStore`] under service `registrar` and an account, which is
//! a registry's id (see the design's contract). [`Vault`] is what the application holds: it knows
//! which store is in use, and makes the stores' blocking calls on one thread of its own, each
//! within a bounded time.
//!
//! Invariants:
//! - No error, log line or file holds a secret in clear; see [`VaultError`].
//! - Any bytes from 1 to [`Secret::MAX_BYTES`](registrar_registry::Secret::MAX_BYTES) come back unchanged.
//! - A store never falls back to another one, and never to plain text.

mod chunked;
mod error;
mod foreign;
#[cfg(any(test, target_os = "macos"))]
mod go_keyring;
mod hint;
mod keychain;
#[cfg(any(test, feature = "test-store"))]
mod memory;
mod passphrase;
mod store;
mod vault;
mod worker;

pub use chunked::Chunked;
pub use error::{Absent, VaultError};
pub use foreign::ForeignItem;
pub use keychain::{Keychain, SERVICE};
#[cfg(any(test, feature = "test-store"))]
pub use memory::{Failure, MemoryStore};
pub use passphrase::{Costs, Moment, PassphraseVault, lock_when_idle};
pub use store::SecretStore;
pub use vault::{DEFAULT_LIMIT, Vault};
