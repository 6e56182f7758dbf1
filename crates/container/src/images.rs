//! What is in a registry: repositories, tags, images, and what belongs to an image.
//!
//! [`Reader`] fetches; everything that it returns was bounded, checked against its digest where it
//! has one, and understood once. [`compare`] and [`order`] are pure.

mod annotations;
pub mod compare;
mod config;
mod descriptor;
mod digest;
mod lists;
mod manifest;
pub mod order;
mod paging;
mod pulls;
mod reader;
mod referrers;

pub use config::{Config, ConfigError, MAX_CONFIG, Step as HistoryStep};
pub use descriptor::{Descriptor, Platform};
pub(crate) use digest::{hex, is_of as has_digest, of as digest_of};
pub use lists::{Names, NoList, Repositories};
pub(crate) use manifest::{ACCEPT, IMAGES, INDEXES, MAX_MANIFEST};
pub use manifest::{Content, Entry, Image, Index, Manifest, ManifestError};
pub use paging::next_page;
pub use pulls::Pulls;
pub use reader::Reader;
pub(crate) use reader::{Wanted, pull_scope};
pub(crate) use referrers::tag_of;
pub use referrers::{Referrer, ReferrerKind, Referrers, Source as ReferrerSource};
