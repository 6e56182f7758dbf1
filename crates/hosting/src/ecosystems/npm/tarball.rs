//! Looking into a package's tarball, without unpacking it: only what lies at its top is read.

use std::io::{self, BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use flate2::bufread::GzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};

use crate::error::Rejection;
use crate::model::About;

/// The most bytes of a `package.json`.
const MAX_MANIFEST: u64 = 1024 * 1024;
/// The most bytes of a header that names the next entry.
const MAX_HEADER: u64 = 64 * 1024;
/// The most bytes of an entry's path.
const MAX_PATH: usize = 1024;
/// The most entries.
const MAX_ENTRIES: u32 = 200_000;
/// A tarball may always expand to so many bytes,
const EXPANDED_FREE: u64 = 64 * 1024 * 1024;
/// a large one to so many times its size,
const EXPANDED_RATIO: u64 = 100;
/// but never to more than this.
const EXPANDED_MOST: u64 = 20 * 1024 * 1024 * 1024;
/// Looking takes no longer.
const TIME: Duration = Duration::from_mins(2);

/// What a tarball holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its `package.json`.
    pub manifest: Vec<u8>,
    /// The name and the beginning of its readme.
    pub readme: Option<(String, Vec<u8>)>,
    /// Whether an `npm-shrinkwrap.json` lies beside it.
    pub shrinkwrap: bool,
    /// Whether a `binding.gyp` lies beside it: installing compiles something.
    pub gyp: bool,
    /// How many files.
    pub files: u64,
    /// What they take, in bytes.
    pub unpacked: u64,
}

/// Reads a tarball from its beginning to its very end.
///
/// # Errors
/// Says why it is none, or not one that should be installed.
pub fn read(file: impl Read, compressed: u64) -> Result<Contents, Rejection> {
    let gzip = GzDecoder::new(BufReader::with_capacity(64 * 1024, file));
    let most = compressed.saturating_mul(EXPANDED_RATIO);
    let mut archive = Archive::new(Bounded {
        inner: gzip,
        left: most.clamp(EXPANDED_FREE, EXPANDED_MOST),
        end: Instant::now() + TIME,
    });
    let mut walk = Walk::default();
    for entry in archive
        .entries()
        .map_err(|error| unreadable(&error))?
        .raw(true)
    {
        walk.take(&mut entry.map_err(|error| unreadable(&error))?)?;
    }
    demand_end(archive.into_inner())?;
    if walk.manifests == 0 {
        return Err(Rejection::new(
            "There is no package.json in the tarball. Make it with \u{201c}npm pack\u{201d}.",
        ));
    }
    Ok(walk.contents)
}

/// What is known after some entries.
#[derive(Default)]
struct Walk {
    contents: Contents,
    /// The folder that everything lies in.
    root: Option<String>,
    entries: u32,
    manifests: u32,
    /// The next entry's path, as headers before it say.
    path: Option<Vec<u8>>,
    /// The next entry's size, as headers before it say.
    size: Option<u64>,
}

impl Walk {
    fn take(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<(), Rejection> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(refused("holds more than 200,000 entries"));
        }
        match entry.header().entry_type() {
            EntryType::GNULongName => self.long_name(entry),
            EntryType::XHeader => self.extensions(entry),
            EntryType::XGlobalHeader => global(entry),
            EntryType::Regular | EntryType::Continuous => self.file(entry),
            EntryType::Directory => self.place(entry).map(drop),
            EntryType::Symlink | EntryType::Link | EntryType::GNULongLink => {
                Err(refused("holds a link, which npm packages may not"))
            }
            _ => Err(refused(
                "holds something that is neither a file nor a folder",
            )),
        }
    }

    fn long_name(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<(), Rejection> {
        let mut name = small(entry)?;
        while name.last() == Some(&0) {
            name.pop();
        }
        self.path = Some(name);
        Ok(())
    }

    fn extensions(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<(), Rejection> {
        let header = small(entry)?;
        for extension in PaxExtensions::new(&header) {
            let extension = extension.map_err(|error| unreadable(&error))?;
            let key = extension.key().unwrap_or_default();
            match key {
                "path" => self.path = Some(extension.value_bytes().to_vec()),
                "size" => {
                    let size = extension.value().ok().and_then(|text| text.parse().ok());
                    self.size = Some(size.ok_or_else(|| refused("is damaged"))?);
                }
                _ if key.starts_with("GNU.sparse") => {
                    return Err(refused("holds a file with holes"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<(), Rejection> {
        let path = self.place(entry)?;
        self.contents.files += 1;
        self.contents.unpacked = self.contents.unpacked.saturating_add(entry.size());
        let lower = path.to_ascii_lowercase();
        match lower.as_str() {
            "" => return Err(refused("holds a file outside of its folder")),
            "package.json" => self.manifest(entry, &path)?,
            "npm-shrinkwrap.json" => self.contents.shrinkwrap = true,
            "binding.gyp" => self.contents.gyp = true,
            _ if readme_rank(&lower).is_some() => self.readme(entry, path)?,
            _ => {}
        }
        Ok(())
    }

    fn manifest(&mut self, entry: &mut Entry<'_, impl Read>, path: &str) -> Result<(), Rejection> {
        self.manifests += 1;
        // One that differs in case only would take its place on many a disk.
        if self.manifests > 1 || path != "package.json" {
            return Err(refused("must hold package.json exactly once"));
        }
        if entry.size() > MAX_MANIFEST {
            return Err(refused("holds a package.json of more than 1 MiB"));
        }
        entry
            .read_to_end(&mut self.contents.manifest)
            .map_err(|error| unreadable(&error))?;
        Ok(())
    }

    fn readme(&mut self, entry: &mut Entry<'_, impl Read>, path: String) -> Result<(), Rejection> {
        let rank = |name: &str| readme_rank(&name.to_ascii_lowercase());
        let kept = self.contents.readme.as_ref();
        if kept.is_none_or(|(name, _)| rank(&path) < rank(name)) {
            let mut text = Vec::new();
            let most = About::MAX_README as u64;
            entry
                .take(most)
                .read_to_end(&mut text)
                .map_err(|error| unreadable(&error))?;
            self.contents.readme = Some((path, text));
        }
        Ok(())
    }

    /// Where an entry lies within the folder that everything lies in; empty for that folder.
    fn place(&mut self, entry: &Entry<'_, impl Read>) -> Result<String, Rejection> {
        if self.size.take().is_some_and(|size| size != entry.size()) {
            return Err(refused("gives two sizes for one file"));
        }
        let path = match self.path.take() {
            Some(path) => path,
            None => entry.path_bytes().into_owned(),
        };
        let path = String::from_utf8(path).ok().filter(|path| is_inside(path));
        let path = path.ok_or_else(|| refused("holds a path that leads out of its folder"))?;
        let path = path.trim_end_matches('/');
        let (root, rest) = path.split_once('/').unwrap_or((path, ""));
        if self.root.get_or_insert_with(|| root.to_owned()) != root {
            return Err(refused("holds more than one folder at its top"));
        }
        Ok(rest.to_owned())
    }
}

/// Whether a path stays below where it is unpacked, on every system.
fn is_inside(path: &str) -> bool {
    let odd = |letter: char| letter.is_control() || matches!(letter, '\\' | ':');
    let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
    path.len() <= MAX_PATH
        && !path.contains(odd)
        && parts.all(|part| !matches!(part, "" | "." | ".."))
}

/// Which readme is taken where there are several: the least.
fn readme_rank(name: &str) -> Option<usize> {
    let known = ["readme.md", "readme.markdown", "readme", "readme.txt"];
    known.iter().position(|one| *one == name)
}

/// A header of the archive's own may not say where files lie.
fn global(entry: &mut Entry<'_, impl Read>) -> Result<(), Rejection> {
    let header = small(entry)?;
    for extension in PaxExtensions::new(&header) {
        let extension = extension.map_err(|error| unreadable(&error))?;
        if matches!(extension.key(), Ok("path" | "size" | "linkpath")) {
            return Err(refused("gives all of its files one path"));
        }
    }
    Ok(())
}

fn small(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, Rejection> {
    if entry.size() > MAX_HEADER {
        return Err(refused("holds a header of more than 64 KiB"));
    }
    let mut bytes = Vec::new();
    entry
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

/// Nothing but zeros may follow the last entry, and nothing at all the compressed part: some
/// clients would read it and others not.
fn demand_end(mut rest: Bounded<GzDecoder<BufReader<impl Read>>>) -> Result<(), Rejection> {
    let mut buffer = [0; 8192];
    loop {
        match rest.read(&mut buffer).map_err(|error| unreadable(&error))? {
            0 => break,
            read if buffer[..read].iter().all(|byte| *byte == 0) => {}
            _ => return Err(refused("holds data behind its end")),
        }
    }
    let mut file = rest.inner.into_inner();
    match file.fill_buf().map_err(|error| unreadable(&error))? {
        [] => Ok(()),
        _ => Err(refused("holds data behind its end")),
    }
}

fn refused(what: &str) -> Rejection {
    Rejection::new(format!("The tarball {what}."))
}

fn unreadable(error: &io::Error) -> Rejection {
    let limit = error.get_ref().and_then(|inner| inner.downcast_ref());
    match limit {
        Some(Limit::Bytes) => refused("expands to far more than its size allows"),
        Some(Limit::Time) => refused("takes too long to read"),
        None => damaged(error),
    }
}

fn damaged(error: &io::Error) -> Rejection {
    Rejection::new(format!(
        "The file is not a gzip-compressed tarball, or it is damaged: {error}."
    ))
}

/// A reader that gives up after so many bytes, or too late.
struct Bounded<R> {
    inner: R,
    left: u64,
    end: Instant,
}

#[derive(Debug, thiserror::Error)]
enum Limit {
    #[error("too many bytes")]
    Bytes,
    #[error("too slow")]
    Time,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(Limit::Bytes))?;
        if Instant::now() > self.end {
            return Err(io::Error::other(Limit::Time));
        }
        Ok(read)
    }
}
