//! Removing what nothing needs while others upload, delete and download.

use std::sync::Arc;
use std::time::Duration;

use registrar_hosting::Ecosystem;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::{Hosted, REGISTRIES};

const ROUNDS: usize = 25;

/// Everybody publishes the same bytes under other names and deletes them again: each blob is given
/// up and wanted again at the same time, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn collecting_never_takes_what_an_upload_counts_on() {
    let hosted = Arc::new(Hosted::start().await);
    hosted.registry(Ecosystem::Files, "tools").await;
    let mut work = JoinSet::new();
    for client in 0..4 {
        let hosted = hosted.clone();
        work.spawn(async move {
            for round in 0..ROUNDS {
                let name = format!("p{client}-{round}.0.0.zip");
                let content = vec![u8::try_from(round).unwrap(); 50_000];
                let answer = hosted.upload("tools", &name, &content).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                let path = format!("/local/tools/files/{name}");
                let got = hosted.ask("GET", &path, vec![], &[]).await;
                assert_eq!((got.status, got.body == content), (200, true), "{name}");
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                let path = format!("{REGISTRIES}/tools/packages/{id}");
                if round % 5 != 4 {
                    hosted.manage("DELETE", &path, Value::Null).await;
                }
            }
        });
    }
    let collecting = tokio::spawn({
        let host = hosted.host.clone();
        async move {
            loop {
                host.collect(Duration::ZERO).await.unwrap();
            }
        }
    });
    work.join_all().await;
    collecting.abort();
    let found = hosted.host.verify(None, |_| ()).await.unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!(found.checked, 5);
    hosted.host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(hosted.host.usage().await.unwrap().used, 5 * 50_000);
}

/// Whoever has begun to download goes on, whatever becomes of the file.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_while_it_is_downloaded_arrives_whole() {
    let hosted = Arc::new(Hosted::start().await);
    hosted.registry(Ecosystem::Files, "tools").await;
    // Several hundred MB arrive in the suite; a disk for 5 GB is not to be had everywhere.
    let content: Vec<u8> = (0..200 * 1024 * 1024 / 4_u32)
        .flat_map(u32::to_le_bytes)
        .collect();
    let answer = hosted.upload("tools", "big-1.0.0.zip", &content).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let host = &hosted.host;
    let registry = host.registry("tools").unwrap();
    let file = host
        .file_by_key(&registry, "big-1.0.0.zip")
        .await
        .unwrap()
        .unwrap();
    let opened = host.read(&file, 0..file.content.size).await.unwrap();
    let registrar_hosting::Opened::Stream(mut stream) = opened else {
        panic!("so much is not kept in memory")
    };
    let path = format!("{REGISTRIES}/tools/packages/{id}");
    hosted.manage("DELETE", &path, Value::Null).await;
    let gone = host.collect(Duration::ZERO).await.unwrap();
    assert_eq!(gone.bytes, content.len() as u64);
    let mut at = 0;
    while let Some(chunk) = futures_util::StreamExt::next(&mut stream).await {
        let chunk = chunk.unwrap();
        assert_eq!(chunk, content[at..at + chunk.len()], "at {at}");
        at += chunk.len();
    }
    assert_eq!(at, content.len());
}
