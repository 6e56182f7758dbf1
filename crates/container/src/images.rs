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

pub use config::{Config, ConfigError, Step as HistoryStep};
pub use descriptor::{Descriptor, Platform};
pub use lists::{Names, NoList, Repositories};
pub use manifest::{Content, Entry, Image, Index, Manifest, ManifestError};
pub use paging::next_page;
pub use pulls::Pulls;
pub use reader::Reader;
pub use referrers::{Referrer, ReferrerKind, Referrers, Source as ReferrerSource};
