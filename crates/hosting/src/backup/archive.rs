//! The form of an archive, and reading one that may be hostile.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use tar::{Archive, Entry, EntryType};

use super::BackupError;
use crate::error::HostError;

/// The version of the form.
pub(super) const FORMAT: u32 = 1;
pub(super) const FACTS: &str = "backup.json";
pub(super) const DATABASE: &str = "registrar.db";
pub(super) const BLOBS: &str = "blobs/";
pub(super) const MANIFEST: &str = "manifest.json";
/// The most bytes of `backup.json`,
const MAX_FACTS: u64 = 64 * 1024;
/// of `manifest.json`,
const MAX_MANIFEST: u64 = 64 * 1024 * 1024;
/// of the database,
const MAX_DATABASE: u64 = 64 * 1024 * 1024 * 1024;
/// and of one blob.
pub const MAX_BLOB: u64 = crate::publish::MAX_FILE;

/// What an archive says first: what is to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The version of the form.
    #[serde(rename = "registrar_backup")]
    pub format: u32,
    /// When it was made.
    pub created_at: jiff::Timestamp,
    /// By which version of the program.
    pub version: String,
    /// How many bytes the database has.
    pub database: u64,
    /// How many blobs there are at most.
    pub blobs: u64,
    /// What they take together, in bytes.
    pub bytes: u64,
}

/// What an archive says last: what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The SHA-256 of the database in hexadecimal.
    pub database: String,
    /// How many blobs are in it.
    pub blobs: u64,
    /// The blobs that were damaged or missing when the archive was made: not to be restored.
    pub damaged: Vec<String>,
}

/// Takes what is in an archive.
pub trait Keep {
    /// What is to come.
    fn facts(&mut self, facts: &Facts) -> Result<(), HostError>;
    /// The database: exactly as many bytes as the facts say.
    fn database(&mut self, bytes: &mut dyn Read) -> Result<(), HostError>;
    /// A blob of this name and size. That its bytes have that digest is not known yet.
    fn blob(&mut self, sha256: [u8; 32], size: u64, bytes: &mut dyn Read) -> Result<(), HostError>;
}

/// Reads an archive from its beginning to its end.
///
/// # Errors
/// [`BackupError`] for what is none, for one that says two things, and for one that ends too early;
/// those of `keep`.
pub fn read_archive(reader: impl Read, keep: &mut dyn Keep) -> Result<Manifest, HostError> {
    let mut archive = Archive::new(reader);
    // Extensions to the form, such as long names, are not followed: there are none in a backup.
    let mut entries = archive
        .entries()
        .map_err(|_| BackupError::Foreign)?
        .raw(true);
    let mut next = || entries.next().transpose();
    let mut first = next()
        .ok()
        .flatten()
        .filter(|entry| name_of(entry).is_ok_and(|name| name == FACTS))
        .ok_or(BackupError::Foreign)?;
    let facts: Facts = parse(&mut first, MAX_FACTS).map_err(|_| BackupError::Foreign)?;
    demand_known(&facts)?;
    keep.facts(&facts)?;
    let database = next().map_err(early)?.ok_or_else(ends)?;
    if name_of(&database)? != DATABASE || database.size() != facts.database {
        return Err(damaged("its database is not where it should be").into());
    }
    keep.database(&mut { database })?;
    let (mut blobs, mut bytes) = (0, 0_u64);
    loop {
        let mut entry = next().map_err(early)?.ok_or_else(ends)?;
        let name = name_of(&entry)?;
        if name == MANIFEST {
            let manifest: Manifest = parse(&mut entry, MAX_MANIFEST)?;
            return if manifest.blobs == blobs {
                Ok(manifest)
            } else {
                Err(damaged("it has another number of files than it says").into())
            };
        }
        let sha256 = name.strip_prefix(BLOBS).and_then(digest);
        let sha256 = sha256.ok_or_else(|| damaged("it has a file that does not belong in it"))?;
        let size = entry.size();
        (blobs, bytes) = (blobs + 1, bytes.saturating_add(size));
        if blobs > facts.blobs || bytes > facts.bytes || size > MAX_BLOB {
            return Err(damaged("it has more in it than it says").into());
        }
        keep.blob(sha256, size, &mut entry)?;
    }
}

/// Reads only what an archive says first.
pub(super) fn read_facts(reader: impl Read) -> Result<Facts, BackupError> {
    let mut archive = Archive::new(reader);
    let mut entries = archive
        .entries()
        .map_err(|_| BackupError::Foreign)?
        .raw(true);
    let first = entries.next().and_then(Result::ok);
    let mut first = first
        .filter(|entry| name_of(entry).is_ok_and(|name| name == FACTS))
        .ok_or(BackupError::Foreign)?;
    let facts = parse(&mut first, MAX_FACTS).map_err(|_| BackupError::Foreign)?;
    demand_known(&facts)?;
    Ok(facts)
}

fn demand_known(facts: &Facts) -> Result<(), BackupError> {
    match facts.format {
        FORMAT if facts.database <= MAX_DATABASE => Ok(()),
        FORMAT => Err(damaged("its database is too large")),
        0 => Err(BackupError::Foreign),
        _ => Err(BackupError::Newer),
    }
}

/// The name of an entry that is a plain file.
fn name_of<R: Read>(entry: &Entry<'_, R>) -> Result<String, BackupError> {
    let name = entry.path_bytes();
    match entry.header().entry_type() {
        EntryType::Regular if name.len() <= 100 => {
            String::from_utf8(name.into_owned()).map_err(|_| damaged("a name in it is not text"))
        }
        _ => Err(damaged("it has something in it that is not a file")),
    }
}

fn parse<T: serde::de::DeserializeOwned>(
    entry: &mut impl Read,
    limit: u64,
) -> Result<T, BackupError> {
    let mut bytes = Vec::new();
    let read = entry.take(limit + 1).read_to_end(&mut bytes);
    if read.map_err(early)? as u64 > limit {
        return Err(damaged("a list in it is too long"));
    }
    serde_json::from_slice(&bytes).map_err(|_| damaged("a list in it cannot be read"))
}

/// The digest that is written so, in lower-case hexadecimal.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    let plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 64 || !text.as_bytes().iter().all(plain) {
        return None;
    }
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(digest)
}

pub(super) fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}

fn ends() -> BackupError {
    damaged("it ends too early")
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn early(error: io::Error) -> BackupError {
    tracing::debug!(%error, "an archive cannot be read on");
    ends()
}
