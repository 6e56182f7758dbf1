//! Zip files.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::tree::{Tree, damaged};
use super::{UnpackError, path};

/// The kinds of files in a Unix mode, and the right to run one.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const MAY_RUN: u32 = 0o111;
/// The longest target of a link.
const MAX_TARGET: u64 = 1024;

pub(super) fn unpack(
    file: File,
    tree: &mut Tree,
    skip: &dyn Fn(&Path) -> bool,
) -> Result<(), UnpackError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(refused)?;
    for index in 0..archive.len() {
        tree.count()?;
        let mut entry = archive.by_index(index).map_err(refused)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let Some(path) = path::parse(&name)? else {
            continue;
        };
        if skip(&path) {
            continue;
        }
        let mode = entry.unix_mode().unwrap_or_default();
        match mode & KIND {
            _ if entry.is_dir() => tree.folder(&path)?,
            LINK => {
                let mut target = String::new();
                let read = entry.by_ref().take(MAX_TARGET).read_to_string(&mut target);
                read.map_err(damaged)?;
                tree.link(&path, &target)?;
            }
            0 | REGULAR => tree.file(&path, &mut entry, mode & MAY_RUN != 0)?,
            FOLDER => tree.folder(&path)?,
            _ => return Err(UnpackError::Special(path::shown(&name))),
        }
    }
    Ok(())
}

fn refused(error: ZipError) -> UnpackError {
    match error {
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => {
            UnpackError::Encrypted
        }
        error => damaged(error),
    }
}
