//! Short-lived tokens for the registries of AWS, Azure and Google, from a cloud's own credentials.
//!
//! [`Clouds::token`] takes what a registry's record says, and perhaps a secret from the vault, and
//! gives what docker would send: a user and a password that counts for some hours. Tokens are kept
//! in memory and renewed at half of their life.
//!
//! Invariants:
//! - Nothing is asked for a host that is not, by its whole name, one of that cloud's registries.
//! - Credentials go to the cloud's own API and nowhere else, over https; to this computer and its
//!   link only, over http.
//! - Every answer, file and program's output is bounded, and so is the time for all of it. Dropping
//!   a future ends what it has begun.
//! - No failure contains a secret.

mod aws;
mod azure;
mod cache;
mod clouds;
mod failure;
mod google;
mod jwt;
mod machine;
mod oauth;
mod program;
mod token;
mod wire;

pub use cache::Cache;
pub use clouds::{Ask, Clouds};
pub use failure::{Failure, FailureKind};
pub use machine::{Clock, Machine};
pub use token::Token;

/// What reads bytes that others have made, for the fuzz target.
#[doc(hidden)]
pub mod parsers {
    pub use crate::aws::parsers::{ecr, ini, sts, words};
    pub use crate::google::understand_bytes as google;
}
