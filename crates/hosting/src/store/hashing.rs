//! By which digests content is known, made in one pass.

use std::io::{self, Read as _};
use std::path::Path;

use blake2::Blake2b256;
use fs_err as fs;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use crate::digest::Digest;
use crate::model::{Content, Digests};

/// What is read of a file at a time.
const PIECE: usize = 256 * 1024;

/// By what content is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashed {
    /// By SHA-256 alone, which takes a tenth of the time: nobody asks for a layer by another.
    BySha256,
    /// By everything that [`Content`] can hold.
    ByAll,
}

impl Hashed {
    /// What it takes to compare an upload with a digest that was announced.
    pub(crate) fn to_know(digest: Digest) -> Self {
        match digest {
            Digest::Sha256(_) => Self::BySha256,
            Digest::Sha512(_) => Self::ByAll,
        }
    }
}

/// The digests of what is read, in one pass.
pub(super) struct Hashing {
    size: u64,
    sha256: Sha256,
    more: Option<Others>,
}

#[derive(Default)]
struct Others {
    md5: Md5,
    sha1: Sha1,
    sha512: Sha512,
    blake2b: Blake2b256,
}

impl Hashing {
    pub(super) fn new(hashed: Hashed) -> Self {
        Self {
            size: 0,
            sha256: Sha256::default(),
            more: (hashed == Hashed::ByAll).then(Others::default),
        }
    }

    /// How many bytes were added.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn add(&mut self, chunk: &[u8]) {
        self.size += chunk.len() as u64;
        self.sha256.update(chunk);
        if let Some(more) = &mut self.more {
            more.md5.update(chunk);
            more.sha1.update(chunk);
            more.sha512.update(chunk);
            more.blake2b.update(chunk);
        }
    }

    pub(super) fn finish(self) -> Content {
        Content {
            size: self.size,
            sha256: self.sha256.finalize().into(),
            more: self.more.map(|more| Digests {
                md5: more.md5.finalize().into(),
                sha1: more.sha1.finalize().into(),
                sha512: more.sha512.finalize().into(),
                blake2b: more.blake2b.finalize().into(),
            }),
        }
    }
}

/// Reads a file: its size and digests.
pub(super) fn measure(path: &Path, hashed: Hashed) -> io::Result<Content> {
    let mut file = fs::File::open(path)?;
    let (mut hashing, mut piece) = (Hashing::new(hashed), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hashing.finish()),
            read => hashing.add(piece.get(..read).unwrap_or_default()),
        }
    }
}
