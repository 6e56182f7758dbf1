//! Client of devfile registries.
//!
//! [`Client::check`] finds out whether an address is a devfile registry and what it offers,
//! [`Index::parse`] understands both versions of what such a registry answers.

mod check;
mod client;
mod index;

pub use check::CheckReport;
pub use client::{Client, Target};
pub use index::{
    CommandGroups, DeploymentScopes, Entry, EntryKind, Git, Index, IndexError, Version,
};
pub use registrar_net::{
    CertificateFacts, Failure, FailureKind, ProxyRule, Settings, Step, StepResult, StepState,
};
