//! Client of devfile registries.
//!
//! [`Client::check`] finds out whether an address is a devfile registry and what it offers,
//! [`Index::parse`] understands both versions of what such a registry answers. [`Offers`] makes
//! one list of what many registries offer; [`Summary`] says in plain terms what a devfile will
//! run; [`Staging`] is where a devfile, a starter project or a whole stack is made ready before it
//! is put in its place; [`icon::render`] makes a picture of bounded size of what calls itself an
//! icon; [`Cache`] keeps what was fetched.

mod browse;
mod cache;
mod check;
mod client;
mod content;
mod hex;
pub mod icon;
mod index;
mod oci;
mod part;
mod save;
mod staging;
mod summary;
mod unpack;

pub use browse::{DeprecatedRule, FacetValue, Facets, Findings, Found, Offers, Order, Query};
pub use cache::{Cache, Kept};
pub use check::CheckReport;
pub use client::{Client, FetchedIndex, Target};
pub use content::{MAX_DEVFILE, stage_devfile};
pub use index::{
    CommandGroups, DeploymentScopes, Entry, EntryKind, Git, Index, IndexError, Version,
};
pub use oci::{Layer, LayerKind, Manifest, ManifestError};
pub use part::{Part, UnfitName, Wanted};
pub use registrar_net::{
    CertificateFacts, Failure, FailureKind, ProxyRule, Settings, Step, StepResult, StepState,
};
pub use save::{SaveError, Watch};
pub use staging::Staging;
pub use summary::{
    Command, CommandKind, Component, ComponentKind, Endpoint, Event, Project, Summary, SummaryError,
};
pub use unpack::{Format, Limits, UnpackError, unpack};
