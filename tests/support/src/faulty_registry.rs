//! A registry in memory to and from which images are moved, with the faults that networks and
//! registries have. It stops when dropped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::struct_excessive_bools,
    reason = "a fixture that cannot be set up fails its test"
)]

mod server;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;

use crate::background::Background;
use crate::oci_image::digest;

/// What goes wrong.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// The connection ends after so many bytes of a blob.
    pub cut_downloads: Option<usize>,
    /// Whether the whole blob comes although a part was asked for.
    pub ignores_ranges: bool,
    /// Whether the last byte of each blob is another one.
    pub wrong_bytes: bool,
    /// Whether blobs end before their end, in good order.
    pub short_blobs: bool,
    /// The connection ends after so many bytes of an upload.
    pub cut_uploads: Option<usize>,
    /// Whether an upload is forgotten when its connection ends.
    pub forgets_uploads: bool,
    /// How many more requests are answered by 429, with this `Retry-After`.
    pub limited: u32,
    /// The seconds in that answer.
    pub retry_after: u32,
    /// What uploads are sent to, in place of itself.
    pub uploads_at: Option<String>,
    /// Whether it deletes nothing.
    pub keeps_all: bool,
    /// Whether it has the API for what belongs to an image.
    pub knows_referrers: bool,
}

/// A running registry.
pub struct FaultyRegistry {
    store: Arc<Mutex<Store>>,
    server: Background,
}

/// What it has. Repositories are not told apart.
#[derive(Default)]
struct Store {
    blobs: HashMap<String, Vec<u8>>,
    /// By digest and by tag: media type and bytes.
    manifests: HashMap<String, (String, Vec<u8>)>,
    uploads: HashMap<String, Vec<u8>>,
    faults: Faults,
    seen: Vec<String>,
}

impl Default for FaultyRegistry {
    fn default() -> Self {
        Self::start()
    }
}

impl FaultyRegistry {
    /// Starts it on a free port, empty and without faults.
    pub fn start() -> Self {
        let store = Arc::<Mutex<Store>>::default();
        let shared = Arc::clone(&store);
        let serve = move |stream| server::serve(stream, Arc::clone(&shared));
        let server = Background::start(0, serve).expect("a loopback server");
        Self { store, server }
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    /// Changes what goes wrong from now on.
    pub fn faults(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock().faults);
    }

    /// Keeps a manifest under `tag`, and by its digest, which is returned.
    pub fn keep(&self, tag: &str, kind: &str, manifest: &[u8]) -> String {
        self.lock().keep(tag, kind, manifest)
    }

    /// Keeps an image with these layers under `tag`; the digest of its manifest.
    pub fn image(&self, tag: &str, layers: &[Vec<u8>]) -> String {
        const KIND: &str = "application/vnd.oci.image";
        let mut store = self.lock();
        let mut blob = |kind: &str, bytes: &[u8]| {
            let digest = digest(bytes);
            store.blobs.insert(digest.clone(), bytes.to_owned());
            json!({"mediaType": format!("{KIND}.{kind}"), "digest": digest, "size": bytes.len()})
        };
        let config = json!({"os": "linux", "architecture": "amd64"}).to_string();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": format!("{KIND}.manifest.v1+json"),
            "config": blob("config.v1+json", config.as_bytes()),
            "layers": layers.iter().map(|layer| blob("layer.v1.tar", layer)).collect::<Vec<_>>(),
        });
        let kind = format!("{KIND}.manifest.v1+json");
        store.keep(tag, &kind, manifest.to_string().as_bytes())
    }

    /// The manifest under a tag or digest.
    pub fn manifest(&self, name: &str) -> Option<Vec<u8>> {
        let store = self.lock();
        store.manifests.get(name).map(|(_, bytes)| bytes.clone())
    }

    /// Whether it has the blob.
    pub fn has(&self, digest: &str) -> bool {
        self.lock().blobs.contains_key(digest)
    }

    /// All requests so far, like `GET /v2/app/blobs/sha256:…` with the range that was asked for.
    pub fn seen(&self) -> Vec<String> {
        self.lock().seen.clone()
    }
}

impl Store {
    fn keep(&mut self, tag: &str, kind: &str, manifest: &[u8]) -> String {
        let digest = digest(manifest);
        for name in [tag, &digest] {
            let kept = (kind.to_owned(), manifest.to_owned());
            self.manifests.insert(name.to_owned(), kept);
        }
        digest
    }
}
