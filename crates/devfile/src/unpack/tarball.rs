//! Tar files, packed with gzip or not.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::tree::{Tree, damaged};
use super::{UnpackError, path};

const GZIP: [u8; 2] = [0x1F, 0x8B];
const MAY_RUN: u32 = 0o111;
/// The most bytes of everything, headers included, beyond the tree's own limit.
const OVERHEAD: u64 = 16 * 1024 * 1024;

pub(super) fn unpack(
    file: File,
    tree: &mut Tree,
    skip: &dyn Fn(&Path) -> bool,
) -> Result<(), UnpackError> {
    let mut file = BufReader::new(file);
    let packed = file
        .fill_buf()
        .map_err(UnpackError::Disk)?
        .starts_with(&GZIP);
    let most = tree.bytes_limit().saturating_add(OVERHEAD);
    if packed {
        entries(MultiGzDecoder::new(file).take(most), tree, skip)
    } else {
        entries(file.take(most), tree, skip)
    }
}

fn entries(
    content: impl Read,
    tree: &mut Tree,
    skip: &dyn Fn(&Path) -> bool,
) -> Result<(), UnpackError> {
    let mut archive = Archive::new(content);
    for entry in archive.entries().map_err(damaged)? {
        tree.count()?;
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(path) = path::parse(&name)? else {
            continue;
        };
        if skip(&path) {
            continue;
        }
        match kind {
            EntryType::Directory => tree.folder(&path)?,
            EntryType::Regular | EntryType::Continuous => {
                let mode = entry.header().mode().unwrap_or_default();
                tree.file(&path, &mut entry, mode & MAY_RUN != 0)?;
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default();
                tree.link(&path, &String::from_utf8_lossy(&target))?;
            }
            EntryType::Link => return Err(UnpackError::UnsafeLink(path::shown(&name))),
            _ => return Err(UnpackError::Special(path::shown(&name))),
        }
    }
    Ok(())
}
