//! One file with everything, taken while it is used, and put back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use registrar_hosting::backup::{Progress, facts, restore};
use registrar_hosting::{Caller, Ecosystem, Host, HostError, Options};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{blob, damage};
use crate::support::{Hosted, REGISTRIES};

pub(super) fn quiet() -> Progress {
    Box::new(|_, _| ())
}

async fn open(folder: &Path) -> Host {
    let options = Options {
        folder: folder.to_owned(),
        safe: None,
    };
    Host::open(options).await.unwrap()
}

/// The names of everything that is published, after all of it was read and found whole.
async fn whole(folder: &Path) -> Vec<String> {
    let host = open(folder).await;
    let found = host.verify(None, |_| ()).await.unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert!(found.repairs.is_empty(), "{:?}", found.repairs);
    let mut names = Vec::new();
    for registry in host.registries() {
        for (version, name) in host
            .version_page(registry.id, None, None, None, 10_000)
            .await
            .unwrap()
        {
            names.push(format!("{name} {}", version.version));
        }
    }
    names.sort();
    host.close().await;
    names
}

/// A server with a few packages, and where a backup of it lies.
pub(super) async fn backed_up() -> (Hosted, TempDir, PathBuf) {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for number in 1..=5_u8 {
        let name = format!("tool-{number}.0.0.zip");
        hosted.upload("tools", &name, &vec![number; 300_000]).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.tar");
    let done = hosted
        .host
        .backup(&file, quiet(), &Caller::owner())
        .await
        .unwrap();
    assert_eq!((done.blobs, done.damaged), (5, 0));
    (hosted, folder, file)
}

const ALL: [&str; 5] = [
    "tool 1.0.0",
    "tool 2.0.0",
    "tool 3.0.0",
    "tool 4.0.0",
    "tool 5.0.0",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_taken_under_load_is_one_whole_state() {
    let hosted = Arc::new(Hosted::start().await);
    hosted.registry(Ecosystem::Files, "tools").await;
    let stop = Arc::new(AtomicBool::new(false));
    let published = Arc::new(AtomicU32::new(0));
    let mut load = JoinSet::new();
    for client in 0..4_u32 {
        let (hosted, stop, published) = (hosted.clone(), stop.clone(), published.clone());
        load.spawn(async move {
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                number += 1;
                let name = format!("p{client}-{number}.0.0.zip");
                let answer = hosted
                    .upload("tools", &name, name.repeat(5000).as_bytes())
                    .await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                published.fetch_add(1, Ordering::Relaxed);
                if number % 3 == 0 {
                    delete_one(&hosted, &format!("p{client}")).await;
                    hosted.manage("POST", "/storage/collect", Value::Null).await;
                }
            }
        });
    }
    let folder = tempfile::tempdir().unwrap();
    for round in 0..3 {
        while published.load(Ordering::Relaxed) < (round + 1) * 20 {
            tokio::task::yield_now().await;
        }
        let file = folder.path().join(format!("{round}.tar"));
        let done = hosted
            .host
            .backup(&file, quiet(), &Caller::owner())
            .await
            .unwrap();
        assert_eq!(done.damaged, 0);
        let restored = folder.path().join(format!("restored-{round}"));
        restore(&file, &restored, quiet()).await.unwrap();
        assert!(whole(&restored).await.len() >= 10);
    }
    stop.store(true, Ordering::Relaxed);
    load.join_all().await;
}

async fn delete_one(hosted: &Hosted, name: &str) {
    let path = format!("{REGISTRIES}/tools/packages?name={name}");
    let list = hosted.manage("GET", &path, Value::Null).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{REGISTRIES}/tools/packages/{id}");
    hosted.manage("DELETE", &path, Value::Null).await;
}

#[tokio::test]
async fn what_was_there_before_is_replaced_and_tokens_go_on_working() {
    let (hosted, folder, file) = backed_up().await;
    let said = facts(&file).await.unwrap();
    assert_eq!((said.blobs, said.bytes), (5, 1_500_000));
    let token = hosted.token.clone();
    let place = folder.path().join("other");
    let other = open(&place).await;
    other.close().await;
    drop(other);
    let done = restore(&file, &place, quiet()).await.unwrap();
    assert_eq!((done.blobs, done.damaged), (5, 0));
    assert_eq!(whole(&place).await, ALL);
    let again = open(&place).await;
    let events = again.audit_events(None, None, 1).await.unwrap();
    assert_eq!(events[0].kind, "STORAGE_RESTORED");
    assert!(
        again
            .api_tokens()
            .iter()
            .any(|one| token.ends_with(&one.ending))
    );
    let secret = fs_err::read(&file).unwrap();
    let leaked = secret
        .windows(token.len())
        .any(|part| part == token.as_bytes());
    assert!(!leaked, "no token is in the file");
}

#[tokio::test]
async fn a_folder_that_is_in_use_is_left_alone() {
    let (hosted, _folder, file) = backed_up().await;
    let refused = restore(&file, hosted.host.folder(), quiet()).await;
    assert!(matches!(refused, Err(HostError::InUse { .. })));
}

#[tokio::test]
async fn what_is_damaged_already_does_not_keep_the_rest_from_being_saved() {
    let (hosted, folder, _) = backed_up().await;
    damage(&hosted, &vec![2; 300_000], &vec![7; 300_000]);
    damage(&hosted, &vec![3; 300_000], b"short");
    fs_err::remove_file(blob(&hosted, &vec![4; 300_000])).unwrap();
    let file = folder.path().join("damaged.tar");
    let done = hosted
        .host
        .backup(&file, quiet(), &Caller::owner())
        .await
        .unwrap();
    assert_eq!((done.blobs, done.damaged), (2, 3));
    let place = folder.path().join("restored");
    let done = restore(&file, &place, quiet()).await.unwrap();
    assert_eq!(done.damaged, 3);
    let host = open(&place).await;
    let found = host.verify(None, |_| ()).await.unwrap();
    assert_eq!((found.checked, found.problems.len()), (5, 3));
    assert!(found.repairs.is_empty(), "they are known to be broken");
}

#[tokio::test]
async fn an_archive_that_changed_on_the_way_changes_nothing() {
    let (hosted, folder, file) = backed_up().await;
    let place = folder.path().join("place");
    restore(&file, &place, quiet()).await.unwrap();
    hosted.upload("tools", "tool-6.0.0.zip", &[6; 1000]).await;
    let newer = folder.path().join("newer.tar");
    hosted
        .host
        .backup(&newer, quiet(), &Caller::owner())
        .await
        .unwrap();
    let good = fs_err::read(&newer).unwrap();
    let bad = folder.path().join("bad.tar");
    // A blob, the database, the end.
    let middle = good.len() - 500_000;
    for damage in [middle, 3000, good.len() / 2] {
        let mut bytes = good.clone();
        bytes[damage] ^= 1;
        fs_err::write(&bad, bytes).unwrap();
        restore(&bad, &place, quiet()).await.unwrap_err();
        assert_eq!(whole(&place).await, ALL, "byte {damage}");
    }
    for length in [0, 100, 2000, good.len() / 3, good.len() - 3000] {
        fs_err::write(&bad, &good[..length]).unwrap();
        restore(&bad, &place, quiet()).await.unwrap_err();
        assert_eq!(whole(&place).await, ALL, "{length} bytes");
    }
    fs_err::write(&bad, "registries.toml").unwrap();
    let refused = restore(&bad, &place, quiet()).await.unwrap_err();
    assert!(refused.to_string().contains("not a backup"), "{refused}");
}

#[tokio::test]
async fn whoever_no_longer_waits_ends_it_and_nothing_is_left() {
    let (hosted, folder, file) = backed_up().await;
    let place = folder.path().join("place");
    let target = folder.path().join("second.tar");
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let slow: Progress = Box::new(move |done, _| {
        let _ = told.send(done);
    });
    let by = Caller::owner();
    tokio::select! {
        _ = hosted.host.backup(&target, slow, &by) => {}
        _ = hears.recv() => {}
    }
    while hears.recv().await.is_some() {}
    assert!(!target.exists() || facts(&target).await.is_ok());
    assert!(!folder.path().join("second.tar.partial").exists());
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let slow: Progress = Box::new(move |done, _| {
        let _ = told.send(done);
    });
    tokio::select! {
        _ = restore(&file, &place, slow) => {}
        _ = hears.recv() => {}
    }
    while hears.recv().await.is_some() {}
    let names = whole(&place).await;
    assert!(names.is_empty() || names == ALL);
    assert!(!place.join("restoring").exists());
}
