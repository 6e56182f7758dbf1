//! Source registries: the server, its ecosystems, its store and its tokens.
//!
//! [`Host`] is everything below one folder: the metadata in a database, the files in a store by
//! their content. Its methods are the use cases; the window calls them, and so does the server
//! ([`server`]), whose router speaks each ecosystem's own protocol and Buildkite's interface for
//! managing registries.

mod access;
mod audit;
pub mod backup;
mod belonging;
mod copy;
mod database;
pub mod digest;
pub mod ecosystems;
mod error;
mod files;
mod host;
mod images;
mod indexes;
pub mod instructions;
mod model;
mod packages;
mod publish;
mod registries;
pub mod relocation;
mod repair;
mod retention;
pub mod server;
pub mod sharing;
mod slug;
mod storage;
pub mod store;
mod tokens;
mod usage;
mod use_tokens;

pub use access::{Caller, Verdict};
pub use audit::{Actor, AuditEvent, Context, Subject};
pub use belonging::{Belonging, Belongings};
pub use ecosystems::Ecosystem;
pub use error::{HostError, Rejection, SafeError};
pub use host::{Host, HostEvent, ORGANIZATION, Options};
pub use model::{
    About, Content, Dependency, Digests, Fact, File, Organization, Package, Published, Readme,
    ReadmeFormat, Registry, RegistryCounts, Release, Version, hex,
};
pub use packages::{PackageQuery, PackageSort};
pub use publish::Publication;
pub use registries::{NewRegistry, RegistryChange};
pub use repair::{Repair, RepairKind};
pub use retention::{Going, Retained, Rule};
pub use slug::{MAX_NAME, NameProblem, parse_name, slug};
pub use store::{Collected, Limits, Opened, Staged, Verification, VerifyProblem};
pub use tokens::{Safe, SafeFuture, Scope, Scopes, SealedSafe, TEMPORARY_SECONDS, Token};
pub use usage::{PackageUsage, RegistryUsage, Space, Usage, Waiting};
pub use use_tokens::{NewToken, TemporaryToken};
