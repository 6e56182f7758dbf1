//! registries.toml: read, watch, write without ever losing a line.
//!
//! The file belongs to people as much as to the program. So reading is lenient with a single
//! entry (one that cannot be understood is reported with its line and left alone) and strict with
//! the file as a whole; and writing touches only the bytes that have to change. An edit is a
//! splice of text at places that a TOML parser found, so comments, order, unknown keys, spacing,
//! a byte-order mark and Windows line endings survive without anybody taking care of them.
//!
//! - Each registry is a `[[registry]]` table; an inline `registry = [{…}]` is a broken file.
//! - An entry owns the comment lines directly above its header and directly below its last line.
//!   Comments with a blank line on both sides belong to nobody and are never touched.
//! - Writers hold an advisory lock on `registries.toml.lock`, write a temporary file, sync it,
//!   rename it into place and sync the folder: a crash leaves the old file or the new one.
//! - `registries.toml.backup` holds the last good content that this program wrote or read.
//! - A file for somebody else has the same tables, the mark `export = 1`, and nothing that means
//!   nothing on another computer.
//! - Everything blocks; the longest wait is the five seconds for the lock.

mod backup;
mod catalog;
mod edit;
mod entry;
mod error;
mod file;
mod layout;
mod lines;
mod lock;
mod read;
mod record;
mod render;
mod serving;
mod share;
mod splice;
mod storage;
mod watch;

pub use backup::BackupInfo;
pub use catalog::{Catalog, EntryProblem, Revision};
pub use edit::{Edit, Removed};
pub use error::CatalogError;
pub use file::CatalogFile;
pub use record::{Address, ContainerOptions, Record};
pub use share::{Shared, export, portable, read_shared};
pub use watch::Watch;
