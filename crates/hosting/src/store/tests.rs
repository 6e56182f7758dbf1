//! A store elsewhere: no file of this disk, the same blobs.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use object_store::memory::InMemory;
use object_store::{ObjectStore as _, ObjectStoreExt as _};

use super::{Hashed, Limits, Opened, Staged, Store, VerifyProblem, location};
use crate::error::HostError;
use crate::model::Content;

struct Elsewhere {
    store: Store,
    objects: Arc<InMemory>,
    folder: tempfile::TempDir,
}

impl Elsewhere {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = Arc::new(InMemory::new());
        let store = Store::elsewhere(objects.clone(), &folder.path().join("uploads")).unwrap();
        Self {
            store,
            objects,
            folder,
        }
    }

    async fn stage(&self, chunks: &[&[u8]], most: u64) -> Result<Staged, HostError> {
        let chunks: Vec<Result<Bytes, HostError>> = chunks
            .iter()
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        self.store
            .stage(stream::iter(chunks), Limits { bytes: most }, Hashed::ByAll)
            .await
    }

    async fn adopt(&self, chunks: &[&[u8]]) -> Content {
        let staged = self.stage(chunks, u64::MAX).await.unwrap();
        self.store.adopt(staged).await.unwrap().0
    }

    async fn read(&self, content: &Content, range: std::ops::Range<u64>) -> Vec<u8> {
        match self.store.open(content, range).await.unwrap().unwrap() {
            Opened::Whole(bytes) => bytes.to_vec(),
            Opened::Stream(stream) => stream.try_collect::<Vec<_>>().await.unwrap().concat(),
        }
    }

    fn waiting(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("uploads"))
            .unwrap()
            .count()
    }
}

#[tokio::test]
async fn an_upload_becomes_a_blob_and_is_read_in_parts() {
    let elsewhere = Elsewhere::new();
    let content = elsewhere.adopt(&[b"hello, ", b"world"]).await;
    assert_eq!(content.size, 12);
    assert_eq!(elsewhere.read(&content, 0..12).await, b"hello, world");
    assert_eq!(elsewhere.read(&content, 7..12).await, b"world");
    assert_eq!(elsewhere.waiting(), 0, "the upload is removed");
    let again = elsewhere.adopt(&[b"hello, world"]).await;
    assert_eq!(again.sha256, content.sha256);
    let all: Vec<_> = elsewhere.objects.list(None).try_collect().await.unwrap();
    assert_eq!(all.len(), 1, "equal content lies there once");
}

#[tokio::test]
async fn a_blob_larger_than_a_part_arrives_whole() {
    let elsewhere = Elsewhere::new();
    let chunk: Vec<u8> = (0..1024 * 1024_u32).map(|at| (at % 251) as u8).collect();
    let chunks = vec![chunk.as_slice(); 9];
    let content = elsewhere.adopt(&chunks).await;
    assert_eq!(
        elsewhere.read(&content, 0..content.size).await,
        chunks.concat()
    );
    let end = content.size - 3..content.size;
    assert_eq!(
        elsewhere.read(&content, end).await,
        chunk[chunk.len() - 3..]
    );
}

#[tokio::test]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    let elsewhere = Elsewhere::new();
    let large = elsewhere.stage(&[b"four", b"more"], 7).await;
    assert!(matches!(large, Err(HostError::TooLarge { limit: 7 })));
    let broken = stream::iter([Ok(Bytes::from_static(b"x")), Err(HostError::Interrupted)]);
    let broken = elsewhere
        .store
        .stage(broken, Limits { bytes: 7 }, Hashed::ByAll)
        .await;
    assert!(matches!(broken, Err(HostError::Interrupted)));
    drop(elsewhere.stage(&[b"whole"], 7).await.unwrap());
    assert_eq!(elsewhere.waiting(), 0);
}

#[tokio::test]
async fn verifying_finds_what_is_wrong() {
    let elsewhere = Elsewhere::new();
    let content = elsewhere.adopt(&[b"hello"]).await;
    let place = location(&content.sha256);
    for (put, expected) in [
        (Some(&b"hello"[..]), None),
        (Some(b"jello"), Some(VerifyProblem::Content)),
        (Some(b"hell"), Some(VerifyProblem::Size)),
        (None, Some(VerifyProblem::Missing)),
    ] {
        match put {
            Some(bytes) => {
                let bytes = Bytes::from_static(bytes);
                elsewhere.objects.put(&place, bytes.into()).await.unwrap();
            }
            None => elsewhere.objects.delete(&place).await.unwrap(),
        }
        let found = elsewhere.store.verify(&content, &mut |_| ()).await.unwrap();
        assert_eq!(found, expected);
    }
}
