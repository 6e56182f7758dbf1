//! Zip archives whose directory says the same as the archive itself.
//!
//! Some readers follow the directory at the end, others the headers before each entry. Here every
//! byte belongs to an entry, the entries follow each other from the first byte on, and each header
//! agrees with the directory; so all readers see the same files.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;

use super::fields::Fields;
use super::{MAX_ENTRIES, broken, demand_no_bomb, entry_name};
use crate::error::Rejection;

/// The most bytes of a directory.
const MAX_DIRECTORY: u64 = 128 * 1024 * 1024;
/// Stands where a number needs eight bytes.
const LONG_ELSEWHERE: u64 = 0xffff_ffff;
const SHORT_ELSEWHERE: u64 = 0xffff;
const ENCRYPTED: u64 = 0x0041;
const DESCRIPTOR: u64 = 0x0008;

/// A file or folder of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    flags: u64,
    method: u64,
    crc: u64,
    /// What it takes in the archive.
    pub(crate) packed: u64,
    /// What it takes outside.
    pub(crate) size: u64,
    /// Where its header begins.
    header: u64,
    /// Where its content begins; known once its header has been read.
    pub(crate) data: u64,
}

impl Entry {
    /// Whether the content is packed with deflate; otherwise it lies there as it is.
    pub(crate) fn is_deflated(&self) -> bool {
        self.method == 8
    }
}

/// Where the directory lies.
struct Directory {
    entries: u64,
    start: u64,
    size: u64,
}

/// The entries of an archive, in their order.
///
/// # Errors
/// Says what is wrong with the archive.
pub(crate) fn entries(archive: &mut (impl Read + Seek)) -> Result<Vec<Entry>, Rejection> {
    let length = archive.seek(SeekFrom::End(0)).map_err(|e| broken(&e))?;
    let directory = find_directory(archive, length)?;
    let size = usize::try_from(directory.size).unwrap_or(usize::MAX);
    let bytes = at(archive, directory.start, size)?;
    let mut fields = Fields::new(&bytes);
    let mut entries = Vec::new();
    while !fields.is_empty() {
        entries.push(central(&mut fields)?);
        if entries.len() > MAX_ENTRIES {
            let text = format!("The archive has more than {MAX_ENTRIES} entries.");
            return Err(Rejection::new(text));
        }
    }
    if entries.len() as u64 != directory.entries {
        return Err(unclear(
            "its directory has another number of entries than it says",
        ));
    }
    demand_unique(&entries)?;
    let unpacked = entries
        .iter()
        .fold(0u64, |sum, one| sum.saturating_add(one.size));
    demand_no_bomb(length, unpacked)?;
    entries.sort_by_key(|entry| entry.header);
    demand_in_sequence(archive, &mut entries, directory.start)?;
    Ok(entries)
}

/// The content of an entry of at most `limit` bytes.
///
/// # Errors
/// Says that it is too large, packed in a strange way or damaged.
pub(crate) fn content(
    archive: &mut (impl Read + Seek),
    entry: &Entry,
    limit: u64,
) -> Result<Vec<u8>, Rejection> {
    let refuse = |why: &str| Err(Rejection::new(format!("{} {why}.", entry.name)));
    if entry.size > limit || entry.packed > limit {
        return refuse(&format!("is larger than {limit} bytes"));
    }
    archive
        .seek(SeekFrom::Start(entry.data))
        .map_err(|e| broken(&e))?;
    let packed = archive.take(entry.packed);
    let mut content = Vec::new();
    let read = match entry.method {
        0 => { packed }.read_to_end(&mut content),
        8 => DeflateDecoder::new(packed)
            .take(entry.size + 1)
            .read_to_end(&mut content),
        _ => return refuse("is packed in a way that not every client can read"),
    };
    read.map_err(|e| broken(&e))?;
    let mut crc = flate2::Crc::new();
    crc.update(&content);
    if content.len() as u64 != entry.size || u64::from(crc.sum()) != entry.crc {
        return refuse("is damaged");
    }
    Ok(content)
}

/// The record at the very end says where the directory lies; nothing is before or behind them.
fn find_directory(archive: &mut (impl Read + Seek), length: u64) -> Result<Directory, Rejection> {
    let no_zip = || Rejection::new("The file is no zip archive, or something follows its end.");
    let end = length.checked_sub(22).ok_or_else(no_zip)?;
    let record = at(archive, end, 22)?;
    let mut fields = Fields::new(&record);
    if fields.bytes(4)? != b"PK\x05\x06" {
        return Err(no_zip());
    }
    let (disk, first_disk) = (fields.short()?, fields.short()?);
    let (here, entries) = (fields.short()?, fields.short()?);
    let (size, start, comment) = (fields.long()?, fields.long()?, fields.short()?);
    let far = find_far_directory(archive, end)?;
    let (directory, end) = match far {
        Some((far, far_end)) => {
            let agrees = |short: u64, long: u64, max: u64| short == long || short == max;
            if !agrees(entries, far.entries, SHORT_ELSEWHERE)
                || !agrees(size, far.size, LONG_ELSEWHERE)
                || !agrees(start, far.start, LONG_ELSEWHERE)
            {
                return Err(unclear("its two end records differ"));
            }
            (far, far_end)
        }
        None if disk != 0 || first_disk != 0 || here != entries => {
            return Err(unclear("it is one of several parts"));
        }
        None => (
            Directory {
                entries,
                start,
                size,
            },
            end,
        ),
    };
    if comment != 0 || directory.start.checked_add(directory.size) != Some(end) {
        return Err(unclear(
            "something lies beside its entries and its directory",
        ));
    }
    if directory.size > MAX_DIRECTORY {
        return Err(Rejection::new("The archive's directory is too large."));
    }
    Ok(directory)
}

/// The same for large archives, whose record lies before the one at the end.
fn find_far_directory(
    archive: &mut (impl Read + Seek),
    end: u64,
) -> Result<Option<(Directory, u64)>, Rejection> {
    let Some(locator) = end.checked_sub(20) else {
        return Ok(None);
    };
    let bytes = at(archive, locator, 20)?;
    let mut fields = Fields::new(&bytes);
    if fields.bytes(4)? != b"PK\x06\x07" {
        return Ok(None);
    }
    let (disk, record, disks) = (fields.long()?, fields.huge()?, fields.long()?);
    let wrong = || unclear("its end record cannot be followed");
    if disk != 0 || disks != 1 || record.checked_add(56) != Some(locator) {
        return Err(wrong());
    }
    let bytes = at(archive, record, 56)?;
    let mut fields = Fields::new(&bytes);
    if fields.bytes(4)? != b"PK\x06\x06" || fields.huge()? != 44 {
        return Err(wrong());
    }
    fields.bytes(4)?;
    let (disk, first_disk) = (fields.long()?, fields.long()?);
    let (here, entries) = (fields.huge()?, fields.huge()?);
    let (size, start) = (fields.huge()?, fields.huge()?);
    if disk != 0 || first_disk != 0 || here != entries {
        return Err(wrong());
    }
    Ok(Some((
        Directory {
            entries,
            start,
            size,
        },
        record,
    )))
}

/// An entry of the directory.
fn central(fields: &mut Fields<'_>) -> Result<Entry, Rejection> {
    if fields.bytes(4)? != b"PK\x01\x02" {
        return Err(unclear("its directory is damaged"));
    }
    fields.bytes(4)?;
    let (flags, method) = (fields.short()?, fields.short()?);
    fields.bytes(4)?;
    let crc = fields.long()?;
    let mut numbers = [0, 0, 0];
    numbers[1] = fields.long()?;
    numbers[0] = fields.long()?;
    let (name, extra, comment) = (fields.length()?, fields.length()?, fields.length()?);
    let disk = fields.short()?;
    fields.bytes(6)?;
    numbers[2] = fields.long()?;
    let name = entry_name(fields.bytes(name)?)?;
    replace(fields.bytes(extra)?, &mut numbers)?;
    fields.bytes(comment)?;
    if flags & ENCRYPTED != 0 || disk != 0 {
        return Err(Rejection::new(format!(
            "{name} is encrypted or lies elsewhere."
        )));
    }
    let [size, packed, header] = numbers;
    Ok(Entry {
        name: name.to_owned(),
        data: 0,
        flags,
        method,
        crc,
        packed,
        size,
        header,
    })
}

/// Takes numbers of eight bytes from an extra field, in their order, where four were not enough.
fn replace(extra: &[u8], numbers: &mut [u64]) -> Result<(), Rejection> {
    let mut fields = Fields::new(extra);
    let mut seen = false;
    // Some tools pad with less than a field.
    while let (Ok(id), Ok(length)) = (fields.short(), fields.length()) {
        let mut field = Fields::new(fields.bytes(length)?);
        match id {
            1 if seen => return Err(unclear("a size is given twice")),
            1 => {
                seen = true;
                for number in numbers.iter_mut().filter(|one| **one == LONG_ELSEWHERE) {
                    *number = field.huge()?;
                }
            }
            0x7075 => return Err(unclear("an entry has two names")),
            _ => {}
        }
    }
    Ok(())
}

fn demand_unique(entries: &[Entry]) -> Result<(), Rejection> {
    let mut seen = HashSet::new();
    match entries.iter().find(|entry| !seen.insert(&entry.name)) {
        Some(twice) => Err(unclear(&format!("it has {} twice", twice.name))),
        None => Ok(()),
    }
}

/// Each entry begins where the one before it ends, the first one at the first byte.
fn demand_in_sequence(
    archive: &mut (impl Read + Seek),
    entries: &mut [Entry],
    end: u64,
) -> Result<(), Rejection> {
    let starts: Vec<u64> = entries.iter().map(|entry| entry.header).collect();
    let ends = starts.iter().copied().skip(1).chain([end]);
    if starts.first().is_some_and(|&first| first != 0) || starts.is_empty() && end != 0 {
        return Err(unclear("something lies before its first entry"));
    }
    for (entry, next) in entries.iter_mut().zip(ends) {
        demand_same_header(archive, entry)?;
        let after = entry.data.saturating_add(entry.packed);
        let gap = next.checked_sub(after);
        let gap = gap.ok_or_else(|| unclear("its entries overlap"))?;
        match gap {
            0 if entry.flags & DESCRIPTOR == 0 => {}
            12 | 16 | 20 | 24 if entry.flags & DESCRIPTOR != 0 => {
                let bytes = at(archive, after, usize::try_from(gap).unwrap_or(0))?;
                demand_same_descriptor(&bytes, entry)?;
            }
            _ => return Err(unclear("something lies between its entries")),
        }
    }
    Ok(())
}

/// The header before an entry's content says what the directory says.
fn demand_same_header(
    archive: &mut (impl Read + Seek),
    entry: &mut Entry,
) -> Result<(), Rejection> {
    let differs = || {
        unclear(&format!(
            "its directory says something else of {}",
            entry.name
        ))
    };
    let bytes = at(archive, entry.header, 30)?;
    let mut fields = Fields::new(&bytes);
    let signature = fields.bytes(4)?;
    fields.bytes(2)?;
    let (flags, method) = (fields.short()?, fields.short()?);
    fields.bytes(4)?;
    let crc = fields.long()?;
    let packed = fields.long()?;
    let mut numbers = [fields.long()?, packed];
    let (name, extra) = (fields.length()?, fields.length()?);
    let rest = at(archive, entry.header + 30, name + extra)?;
    let mut rest = Fields::new(&rest);
    let same_name = rest.bytes(name)? == entry.name.as_bytes();
    replace(rest.bytes(extra)?, &mut numbers)?;
    let said = (crc, numbers[1], numbers[0]);
    let known = (entry.crc, entry.packed, entry.size);
    // What follows the content was not known yet when its header was written.
    let later = entry.flags & DESCRIPTOR != 0 && said == (0, 0, 0);
    if signature != b"PK\x03\x04"
        || !same_name
        || (flags, method) != (entry.flags, entry.method)
        || said != known && !later
    {
        return Err(differs());
    }
    entry.data = entry.header + 30 + (name + extra) as u64;
    Ok(())
}

/// What follows an entry's content says what the directory says.
fn demand_same_descriptor(bytes: &[u8], entry: &Entry) -> Result<(), Rejection> {
    let bare = match bytes.len() {
        16 | 24 => bytes.strip_prefix(b"PK\x07\x08"),
        _ => Some(bytes),
    };
    let mut fields = Fields::new(bare.unwrap_or_default());
    let crc = fields.long()?;
    let (packed, size) = if bytes.len() < 20 {
        (fields.long()?, fields.long()?)
    } else {
        (fields.huge()?, fields.huge()?)
    };
    if (crc, packed, size) != (entry.crc, entry.packed, entry.size) {
        return Err(unclear(&format!("two sizes of {} differ", entry.name)));
    }
    Ok(())
}

fn at(archive: &mut (impl Read + Seek), start: u64, length: usize) -> Result<Vec<u8>, Rejection> {
    archive
        .seek(SeekFrom::Start(start))
        .map_err(|e| broken(&e))?;
    let mut bytes = Vec::new();
    let read = archive.take(length as u64).read_to_end(&mut bytes);
    if read.map_err(|e| broken(&e))? != length {
        return Err(Rejection::new("The archive ends in the middle."));
    }
    Ok(bytes)
}

fn unclear(why: &str) -> Rejection {
    Rejection::new(format!(
        "The archive could be read in two ways: {why}. Build the package again with a current tool."
    ))
}
