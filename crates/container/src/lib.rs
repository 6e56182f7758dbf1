//! Client of container registries.
//!
//! [`Client::check`] finds out whether a host is a container registry and whether a credential is
//! accepted there: `/v2/`, the challenge, the token, and `/v2/` again with the token, which alone
//! proves anything. [`Client::reader`] reads what is in it: see [`images`]. [`moving`]
//! moves images in and out.
//!
//! Invariants:
//! - A password goes to the registry only where it asks for Basic, and to a token server only
//!   where the registry's own site or the person vouches for it.
//! - Nothing follows a redirect to another origin with a credential.
//! - No failure contains a secret, also where a server repeats it.

mod answer;
mod challenge;
mod check;
mod client;
mod credentials;
mod failure;
pub mod images;
pub mod moving;
mod realm;
mod steps;
mod talk;
mod target;
mod token;
mod words;

#[doc(hidden)]
pub use challenge::{Scheme, schemes_of};
pub use check::{Access, CheckReport};
pub use client::Client;
pub use credentials::Credentials;
pub use failure::{Failure, FailureKind};
pub use images::Reader;
pub use registrar_net::{CertificateFacts, ProxyRule, Settings, StepState};
pub use steps::{Step, StepResult};
pub use target::Target;
