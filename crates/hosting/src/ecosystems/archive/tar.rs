//! Tar archives packed with gzip, read once from end to end.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{EntryType, Header};

use super::{MAX_ENTRIES, broken, demand_no_bomb, entry_name};
use crate::error::Rejection;

const BLOCK: usize = 512;
/// The most bytes of an unpacked archive.
const MAX_UNPACKED: u64 = 8 * 1024 * 1024 * 1024;
/// The most bytes of what says an entry's long name.
const MAX_EXTENSION: u64 = 256 * 1024;

/// An archive on its way.
pub(crate) struct Archive<R> {
    unpacked: MultiGzDecoder<R>,
    packed: u64,
    read: u64,
    most: u64,
    entries: usize,
}

/// An entry's name and content; no content for what is no file or was not wanted.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) content: Option<Vec<u8>>,
}

/// What an extension says about the entry that follows.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl<R: Read> Archive<R> {
    /// An archive of `packed` bytes.
    pub(crate) fn new(archive: R, packed: u64) -> Self {
        Self {
            unpacked: MultiGzDecoder::new(archive),
            read: 0,
            most: MAX_UNPACKED,
            entries: 0,
            packed,
        }
    }

    /// The same, but read no further than so many unpacked bytes.
    pub(crate) fn at_most(self, bytes: u64) -> Self {
        Self {
            most: self.most.min(bytes),
            ..self
        }
    }

    /// The next entry; the content of at most `limit` bytes of what `wanted` says by its name.
    ///
    /// # Errors
    /// Says what is wrong with the archive.
    pub(crate) fn next(
        &mut self,
        wanted: impl Fn(&str) -> bool,
        limit: u64,
    ) -> Result<Option<Entry>, Rejection> {
        let mut extended = Extended::default();
        while let Some(header) = self.header()? {
            let size = header.entry_size().map_err(|e| broken(&e))?;
            if self.extend(&header, size, &mut extended)? {
                continue;
            }
            let bytes = extended
                .name
                .unwrap_or_else(|| header.path_bytes().into_owned());
            // Old archives have a slash at the end of folders only, and `./` before everything.
            let bytes = bytes
                .strip_prefix(b"./")
                .filter(|rest| !rest.is_empty())
                .unwrap_or(&bytes);
            let is_file = is_file(&header)?;
            let name = match bytes {
                b"." | b"./" if !is_file => "./",
                bytes => entry_name(bytes)?,
            };
            demand_inside(&header, extended.link.as_deref(), name)?;
            let wants = is_file && wanted(name);
            if wants && size > limit {
                return Err(Rejection::new(format!(
                    "{name} is larger than {limit} bytes."
                )));
            }
            let content = if wants {
                Some(self.content(size)?)
            } else {
                self.skip(size)?;
                None
            };
            let name = name.to_owned();
            return Ok(Some(Entry { name, content }));
        }
        Ok(None)
    }

    /// Takes in what an extension says; false where the header is an entry's own.
    fn extend(
        &mut self,
        header: &Header,
        size: u64,
        extended: &mut Extended,
    ) -> Result<bool, Rejection> {
        let kind = header.entry_type();
        let is_pax = kind.is_pax_local_extensions();
        let is_long = kind.is_gnu_longname() || kind.is_gnu_longlink();
        if !is_pax && !is_long && !kind.is_pax_global_extensions() {
            return Ok(false);
        }
        if size > MAX_EXTENSION {
            return Err(Rejection::new(
                "The archive has an entry with a name that is too long.",
            ));
        }
        let content = self.content(size)?;
        let text = content.strip_suffix(b"\0").unwrap_or(&content).to_vec();
        match kind {
            EntryType::GNULongName => extended.name = Some(text),
            EntryType::GNULongLink => extended.link = Some(text),
            _ => pax(&content, is_pax, extended)?,
        }
        Ok(true)
    }

    /// The next header; `None` at the end, which is a block of zeros.
    fn header(&mut self) -> Result<Option<Header>, Rejection> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            let text = format!("The archive has more than {MAX_ENTRIES} entries.");
            return Err(Rejection::new(text));
        }
        let block = self.content(BLOCK as u64)?;
        if block.iter().all(|&byte| byte == 0) {
            self.rest_is_zero()?;
            return Ok(None);
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(&block);
        let damaged = || Rejection::new("The archive is no tar archive, or damaged.");
        if header.cksum().map_err(|_| damaged())? != checksum(&block) {
            return Err(damaged());
        }
        // Some readers take these bytes for a part of the name in any header.
        if header.as_ustar().is_none() && block.get(345) != Some(&0) {
            return Err(damaged());
        }
        Ok(Some(header))
    }

    /// Behind the end some readers would go on.
    fn rest_is_zero(&mut self) -> Result<(), Rejection> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = self.unpacked.read(&mut buffer).map_err(|e| broken(&e))?;
            self.count(count as u64)?;
            let read = buffer.get(..count).unwrap_or_default();
            if read.iter().any(|&byte| byte != 0) {
                return Err(Rejection::new("Something follows the end of the archive."));
            }
            if count == 0 {
                return Ok(());
            }
        }
    }

    /// As many bytes, and what pads them to whole blocks.
    fn content(&mut self, size: u64) -> Result<Vec<u8>, Rejection> {
        self.count(size)?;
        let mut content = Vec::new();
        let read = (&mut self.unpacked).take(size).read_to_end(&mut content);
        if read.map_err(|e| broken(&e))? as u64 != size {
            return Err(broken(&io::ErrorKind::UnexpectedEof.into()));
        }
        self.skip_exactly(padding(size))?;
        Ok(content)
    }

    fn skip(&mut self, size: u64) -> Result<(), Rejection> {
        let mut left = size;
        while left > 0 {
            // Looked at while it grows: the size in a header costs nothing to write.
            let step = left.min(super::BOMB_FROM);
            self.skip_exactly(step)?;
            left -= step;
        }
        self.skip_exactly(padding(size))
    }

    fn skip_exactly(&mut self, size: u64) -> Result<(), Rejection> {
        self.count(size)?;
        let skipped = io::copy(&mut (&mut self.unpacked).take(size), &mut io::sink());
        if skipped.map_err(|e| broken(&e))? != size {
            return Err(broken(&io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }

    fn count(&mut self, more: u64) -> Result<(), Rejection> {
        self.read = self.read.saturating_add(more);
        if self.read > self.most {
            let text = format!("The archive grows to more than {} bytes.", self.most);
            return Err(Rejection::new(text));
        }
        demand_no_bomb(self.packed, self.read)
    }
}

/// Whether something begins as archives do: with a header, or with the zeros that end one.
pub(crate) fn is_one(archive: impl Read) -> bool {
    let mut header = Header::new_old();
    let block = header.as_mut_bytes();
    if MultiGzDecoder::new(archive).read_exact(block).is_err() {
        return false;
    }
    let (zeros, sum) = (block.iter().all(|&byte| byte == 0), checksum(block));
    zeros || header.cksum().is_ok_and(|said| said == sum)
}

/// The sum of a header's bytes, with blanks where it is written.
fn checksum(block: &[u8]) -> u32 {
    let (before, after) = (block.get(..148), block.get(156..));
    let blanks = 8 * u32::from(b' ');
    let bytes = before.into_iter().chain(after).flatten();
    bytes.fold(blanks, |sum, &byte| sum + u32::from(byte))
}

fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

/// Whether an entry is a file; refuses what no package may bring.
fn is_file(header: &Header) -> Result<bool, Rejection> {
    match header.entry_type() {
        EntryType::Regular | EntryType::Continuous => Ok(true),
        EntryType::Directory | EntryType::Symlink | EntryType::Link => Ok(false),
        _ => Err(Rejection::new(
            "The archive has an entry that is neither a file nor a folder nor a link.",
        )),
    }
}

/// Refuses a link that leads out of the archive. Symbolic ones start from their own folder.
fn demand_inside(header: &Header, long: Option<&[u8]>, name: &str) -> Result<(), Rejection> {
    let mut depth = match header.entry_type() {
        EntryType::Symlink => name.matches('/').count(),
        EntryType::Link => 0,
        _ => return Ok(()),
    };
    let short = header.link_name_bytes().unwrap_or_default();
    let link = long.unwrap_or(&short);
    let mut inside = !link.starts_with(b"/") && !link.contains(&b'\\');
    for part in link.split(|&byte| byte == b'/') {
        match part {
            b".." => match depth.checked_sub(1) {
                Some(up) => depth = up,
                None => inside = false,
            },
            b"" | b"." => {}
            _ => depth += 1,
        }
    }
    if !inside {
        let text = format!("The archive has a link that leads out of it: {name}.");
        return Err(Rejection::new(text));
    }
    Ok(())
}

/// The records of an extension, `{length} {key}={value}\n`.
fn pax(content: &[u8], local: bool, extended: &mut Extended) -> Result<(), Rejection> {
    let wrong = || Rejection::new("The archive has an extended header that cannot be read.");
    let mut rest = content;
    while !rest.is_empty() && rest.first() != Some(&0) {
        let space = rest
            .iter()
            .position(|&byte| byte == b' ')
            .ok_or_else(wrong)?;
        let (digits, _) = rest.split_at(space);
        let length: usize = std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(wrong)?;
        let record = rest.get(space + 1..length).ok_or_else(wrong)?;
        rest = rest.get(length..).ok_or_else(wrong)?;
        let record = record.strip_suffix(b"\n").ok_or_else(wrong)?;
        let equals = record
            .iter()
            .position(|&byte| byte == b'=')
            .ok_or_else(wrong)?;
        let (key, value) = (record.get(..equals), record.get(equals + 1..));
        let value = value.unwrap_or_default().to_vec();
        match key.unwrap_or_default() {
            b"path" if local => extended.name = Some(value),
            b"linkpath" if local => extended.link = Some(value),
            // They would say of every entry, or of its end, something else than its own header.
            b"path" | b"linkpath" | b"size" => return Err(wrong()),
            key if key.starts_with(b"GNU.sparse") => return Err(wrong()),
            _ => {}
        }
    }
    Ok(())
}
