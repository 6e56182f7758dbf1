//! Indexes that clients ask for, made from the database and kept until their package changes.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::HeaderValue;
use moka::sync::Cache;
use parking_lot::RwLock;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use uuid::Uuid;

use crate::model::{File, hex};

/// What all of them may take in memory, in bytes.
const MEMORY: u64 = 64 * 1024 * 1024;
/// Shorter ones are not worth compressing.
const COMPRESS_FROM: usize = 1024;

/// Names an index: its registry, its package in normal form (empty for an index of the whole
/// registry), and which of its forms it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexKey {
    /// The registry.
    pub registry: Uuid,
    /// The package in normal form; empty for the whole registry.
    pub package: String,
    /// The form, a word of the ecosystem's own; it may hold the server's address.
    pub form: String,
}

/// An index, ready to be sent.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its content.
    pub body: Bytes,
    /// The same, compressed with gzip, where that is worth it.
    pub gzip: Option<Bytes>,
    /// A strong entity tag of the content, with its quotes.
    pub etag: String,
    /// The same for the compressed form.
    pub gzip_etag: String,
    /// Its media type.
    pub content_type: HeaderValue,
    /// The file that was downloaded when this was sent, where it is one.
    pub file: Option<Uuid>,
}

impl Index {
    /// An index of this content.
    pub fn new(body: Vec<u8>, content_type: &'static str) -> Self {
        let digest = hex(&Sha256::digest(&body)[..16]);
        Self {
            gzip: (body.len() >= COMPRESS_FROM).then(|| compress(&body)),
            body: body.into(),
            etag: format!("\"{digest}\""),
            gzip_etag: format!("\"{digest}-gzip\""),
            content_type: HeaderValue::from_static(content_type),
            file: None,
        }
    }

    /// A file that is asked for like an index: its bytes as they are.
    pub fn of_file(body: Bytes, etag: String, content_type: HeaderValue, file: Uuid) -> Self {
        Self {
            body,
            gzip: None,
            gzip_etag: String::new(),
            etag,
            content_type,
            file: Some(file),
        }
    }
}

/// The most files that are known at a time.
const FILES: u64 = 10_000;

/// Files by their names, for downloads. A file never changes, so only what deletes one bumps its
/// registry's generation.
pub(crate) struct Files {
    known: Cache<(Uuid, String), (u64, Arc<File>)>,
    generations: RwLock<HashMap<Uuid, u64>>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            known: Cache::new(FILES),
            generations: RwLock::default(),
        }
    }
}

impl Files {
    pub(crate) fn get(&self, registry: Uuid, key: &str) -> Option<Arc<File>> {
        let (generation, file) = self.known.get(&(registry, key.to_owned()))?;
        (generation == self.generation(registry)).then_some(file)
    }

    /// What to read before the database is read for a file.
    pub(crate) fn generation(&self, registry: Uuid) -> u64 {
        self.generations.read().get(&registry).copied().unwrap_or(0)
    }

    pub(crate) fn insert(&self, registry: Uuid, key: &str, generation: u64, file: Arc<File>) {
        self.known
            .insert((registry, key.to_owned()), (generation, file));
    }

    /// Files of a registry have been deleted.
    pub(crate) fn bump(&self, registry: Uuid) {
        *self.generations.write().entry(registry).or_default() += 1;
    }
}

/// The cache. What changes a package bumps its generation; an index counts only for the generation
/// that was read before the database was.
pub(crate) struct Indexes {
    made: Cache<IndexKey, (u64, Arc<Index>)>,
    generations: RwLock<HashMap<(Uuid, String), u64>>,
    pub(crate) files: Files,
}

impl Default for Indexes {
    fn default() -> Self {
        let weigh = |_: &IndexKey, (_, index): &(u64, Arc<Index>)| {
            let bytes = index.body.len() + index.gzip.as_ref().map_or(0, Bytes::len);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            made: Cache::builder().max_capacity(MEMORY).weigher(weigh).build(),
            generations: RwLock::default(),
            files: Files::default(),
        }
    }
}

impl Indexes {
    pub(crate) fn get(&self, key: &IndexKey) -> Option<Arc<Index>> {
        let (generation, index) = self.made.get(key)?;
        (generation == self.generation(key.registry, &key.package)).then_some(index)
    }

    /// What to read before the database is read for an index.
    pub(crate) fn generation(&self, registry: Uuid, package: &str) -> u64 {
        let generations = self.generations.read();
        // A lookup with a borrowed pair is not to be had; the names are short.
        let found = generations.get(&(registry, package.to_owned()));
        found.copied().unwrap_or(0)
    }

    pub(crate) fn insert(&self, key: IndexKey, generation: u64, index: Arc<Index>) {
        self.made.insert(key, (generation, index));
    }

    /// A package has changed, and with it whatever is made of the whole registry.
    pub(crate) fn bump(&self, registry: Uuid, package: &str) {
        let mut generations = self.generations.write();
        *generations
            .entry((registry, package.to_owned()))
            .or_default() += 1;
        *generations.entry((registry, String::new())).or_default() += 1;
    }
}

fn compress(body: &[u8]) -> Bytes {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail.
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::{Arc, Index, IndexKey, Indexes, Uuid};

    fn key(registry: Uuid, package: &str) -> IndexKey {
        IndexKey {
            registry,
            package: package.to_owned(),
            form: "simple".to_owned(),
        }
    }

    /// Makes an index of what the database said at `generation`.
    fn make(indexes: &Indexes, registry: Uuid, package: &str, generation: u64) {
        let index = Arc::new(Index::new(b"{}".to_vec(), "application/json"));
        indexes.insert(key(registry, package), generation, index);
    }

    #[test]
    fn a_change_makes_the_package_and_the_whole_registry_anew_and_nothing_else() {
        let (indexes, registry, other) = (Indexes::default(), Uuid::now_v7(), Uuid::now_v7());
        let all = [
            (registry, "a"),
            (registry, "b"),
            (registry, ""),
            (other, "a"),
        ];
        for (registry, package) in all {
            make(&indexes, registry, package, 0);
        }
        indexes.bump(registry, "a");
        let known = all.map(|(registry, package)| indexes.get(&key(registry, package)).is_some());
        assert_eq!(known, [false, true, false, true]);
    }

    #[test]
    fn what_was_read_before_a_change_never_counts_after_it() {
        let (indexes, registry) = (Indexes::default(), Uuid::now_v7());
        let before = indexes.generation(registry, "a");
        indexes.bump(registry, "a");
        make(&indexes, registry, "a", before);
        assert!(indexes.get(&key(registry, "a")).is_none());
        make(&indexes, registry, "a", indexes.generation(registry, "a"));
        assert!(indexes.get(&key(registry, "a")).is_some());
    }
}
