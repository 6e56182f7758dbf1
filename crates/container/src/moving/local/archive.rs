//! Archives: which files a tar has, and where; unpacked first where it is packed.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use fs_err::File;
use tar::EntryType;
use tempfile::{NamedTempFile, TempPath};

use super::open_file;
use crate::moving::failure::{Bound, MoveFailure};
use crate::moving::work::Cancelled;

/// The most files of an archive.
const MAX_ENTRIES: usize = 100_000;
/// The most bytes of a name in it.
const MAX_NAME: usize = 1024;
/// The most bytes of an archive when it is unpacked.
const MAX_UNPACKED: u64 = 256 << 30;
/// How much is unpacked before somebody is asked whether it is still wanted.
const PIECE: usize = 1 << 20;

/// Where a file's content is in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) at: u64,
    pub(super) size: u64,
}

/// What an archive has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file's content.
    File {
        /// Its first byte.
        at: u64,
        /// Bytes.
        size: u64,
    },
    /// Another name of a file.
    Link(String),
    /// The archive has the name twice, so that two programs could understand it differently.
    Twice,
}

/// The files of an archive by their names, which are never used as paths.
#[derive(Debug, Default)]
pub struct Entries(HashMap<String, Entry>);

/// An archive that is not packed.
#[derive(Debug)]
pub(super) struct Unpacked {
    file: Place,
    entries: Entries,
}

#[derive(Debug)]
enum Place {
    Given(PathBuf),
    /// Deleted when it is no longer needed.
    Made(Arc<TempPath>),
}

impl Unpacked {
    pub(super) fn path(&self) -> &Path {
        match &self.file {
            Place::Given(path) => path,
            Place::Made(path) => path,
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Span> {
        self.entries.find(name)
    }
}

impl Entries {
    /// Reads the headers of the tar `file`.
    ///
    /// # Errors
    /// Where it is none, or has more than 100,000 files (`InvalidData`).
    pub fn read(file: impl Read + Seek) -> io::Result<Self> {
        let mut archive = tar::Archive::new(file);
        let mut entries = HashMap::new();
        for (number, entry) in archive.entries_with_seek()?.enumerate() {
            if number == MAX_ENTRIES {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too many"));
            }
            let entry = entry?;
            let Some(name) = normal(&entry.path_bytes()) else {
                continue;
            };
            let Some(found) = understand(&entry, &name) else {
                continue;
            };
            let twice = entries.contains_key(&name);
            entries.insert(name, if twice { Entry::Twice } else { found });
        }
        Ok(Self(entries))
    }

    fn find(&self, name: &str) -> Option<Span> {
        let span = |entry: &Entry| match *entry {
            Entry::File { at, size } => Some(Span { at, size }),
            Entry::Link(_) | Entry::Twice => None,
        };
        match self.0.get(name)? {
            Entry::Link(target) => span(self.0.get(target)?),
            entry => span(entry),
        }
    }

    /// Everything that it has, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(name, entry)| (&**name, entry))
    }
}

fn understand<R: Read>(entry: &tar::Entry<'_, R>, name: &str) -> Option<Entry> {
    match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => Some(Entry::File {
            at: entry.raw_file_position(),
            size: entry.size(),
        }),
        EntryType::Link => normal(&entry.link_name_bytes()?).map(Entry::Link),
        EntryType::Symlink => {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = entry.link_name_bytes()?;
            let target = [folder.as_bytes(), b"/", &target[..]].concat();
            normal(&target).map(Entry::Link)
        }
        _ => None,
    }
}

/// A name without what means nothing; `None` where it leads out of the archive.
fn normal(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    if name.len() > MAX_NAME {
        return None;
    }
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Opens the archive at `path`; unpacks it into a temporary file where it is packed.
pub(super) fn open(path: &Path, cancelled: &Cancelled) -> Result<Unpacked, MoveFailure> {
    let disk = |error: io::Error| MoveFailure::disk(path, &error);
    let bad = |why: &str| MoveFailure::NotAnArchive {
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let found = open_file(path).map_err(disk)?;
    let (mut file, _) = found.ok_or_else(|| bad("there is no such file"))?;
    let mut magic = Vec::new();
    let head = (&mut file).take(6).read_to_end(&mut magic);
    head.and_then(|_| file.rewind()).map_err(disk)?;
    let place = match &*magic {
        [0x1f, 0x8b, ..] => Place::Made(unpack(file, path, cancelled)?),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return Err(bad("it is packed by zstd; unpack it first")),
        [0xfd, b'7', b'z', ..] => return Err(bad("it is packed by xz; unpack it first")),
        [b'B', b'Z', b'h', ..] => return Err(bad("it is packed by bzip2; unpack it first")),
        _ => Place::Given(path.to_owned()),
    };
    let mut unpacked = Unpacked {
        file: place,
        entries: Entries::default(),
    };
    let file = File::open(unpacked.path()).map_err(disk)?;
    unpacked.entries = Entries::read(BufReader::new(file)).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => MoveFailure::TooLarge(Bound::Archive),
        io::ErrorKind::PermissionDenied => disk(error),
        _ => bad("it is no tar, or damaged"),
    })?;
    Ok(unpacked)
}

fn unpack(file: File, path: &Path, cancelled: &Cancelled) -> Result<Arc<TempPath>, MoveFailure> {
    let mut made = NamedTempFile::new().map_err(|e| MoveFailure::disk(std::env::temp_dir(), &e))?;
    let mut packed = MultiGzDecoder::new(BufReader::new(file)).take(MAX_UNPACKED);
    let mut piece = vec![0; PIECE];
    let mut total = 0;
    loop {
        cancelled.check()?;
        let read = packed
            .read(&mut piece)
            .map_err(|error| MoveFailure::NotAnArchive {
                path: path.to_owned(),
                why: format!("it cannot be unpacked: {error}"),
            })?;
        if read == 0 {
            break;
        }
        total += read as u64;
        let written = made.write_all(&piece[..read]);
        written.map_err(|error| MoveFailure::disk(made.path(), &error))?;
    }
    if total == MAX_UNPACKED {
        return Err(MoveFailure::TooLarge(Bound::Archive));
    }
    Ok(Arc::new(made.into_temp_path()))
}
