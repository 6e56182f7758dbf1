//! Everything at another place: whole, or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fs_err as fs;
use registrar_hosting::backup::Progress;
use registrar_hosting::relocation::{PlaceError, Relocation, clear, demand_free, demand_hosted};
use registrar_hosting::server::Bounds;
use registrar_hosting::{Ecosystem, Host, HostError, Options};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::backup::quiet;
use crate::support::Hosted;

/// A server with four packages, whose folder stays when it ends; in a folder for other places.
async fn serving() -> (TempDir, Hosted) {
    let all = tempfile::tempdir().unwrap();
    let mut inner = TempDir::new_in(all.path()).unwrap();
    inner.disable_cleanup(true);
    let hosted = Hosted::start_in(inner, Bounds::default()).await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for number in 1..=4_u8 {
        let name = format!("tool-{number}.0.0.zip");
        hosted.upload("tools", &name, &vec![number; 300_000]).await;
    }
    (all, hosted)
}

/// Ends the server; its folder, which nobody has open any more.
async fn end(hosted: Hosted) -> PathBuf {
    let host = hosted.host.clone();
    drop(hosted);
    host.close().await;
    let began = Instant::now();
    while host.users() > 1 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it is still used"
        );
        tokio::task::yield_now().await;
    }
    host.folder().to_owned()
}

async fn closed() -> (TempDir, PathBuf) {
    let (all, hosted) = serving().await;
    let from = end(hosted).await;
    (all, from)
}

async fn open(folder: &Path) -> Host {
    let options = Options {
        folder: folder.to_owned(),
        safe: None,
    };
    Host::open(options).await.unwrap()
}

/// How many versions there are, after all was read and found whole.
async fn whole(folder: &Path) -> usize {
    let host = open(folder).await;
    let found = host.verify(None, |_| ()).await.unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert!(found.repairs.is_empty(), "{:?}", found.repairs);
    let registry = host.registries().remove(0);
    let page = host.version_page(registry.id, None, None, None, 1000);
    let versions = page.await.unwrap().len();
    host.close().await;
    versions
}

/// Every file below a folder, but for the lock.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "lock" {
                found.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_while_blobs_are_copied_comes_along() {
    let (all, hosted) = serving().await;
    let from = hosted.host.folder().to_owned();
    let to = all.path().join("disk/packages");
    let mut moving = Relocation::begin(&from, &to).await.unwrap();
    moving.copy_ahead(&hosted.host, quiet()).await.unwrap();
    hosted.upload("tools", "tool-5.0.0.zip", b"late").await;
    end(hosted).await;
    let far = Arc::new(AtomicU64::new(0));
    let told = far.clone();
    let progress: Progress = Box::new(move |done, total| {
        assert!(done <= total && done >= told.load(Ordering::Relaxed));
        told.store(done, Ordering::Relaxed);
    });
    let moved = moving.finish(progress).await.unwrap();
    assert_eq!((moved.blobs, moved.damaged), (5, 0));
    assert_eq!(far.load(Ordering::Relaxed), moved.bytes);
    assert_eq!(moving.folder(), fs::canonicalize(&to).unwrap());
    moving.keep();
    assert!(clear(&from).unwrap());
    assert!(!from.exists());
    assert_eq!(whole(&to).await, 5);
    let events = open(&to).await.audit_events(None, None, 1).await.unwrap();
    assert_eq!(events[0].kind, "STORAGE_MOVED");
}

/// The memory's own file system is another one than that of temporary folders.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn another_disk_takes_everything_there_and_back() {
    use std::os::unix::fs::MetadataExt as _;
    let (all, from) = closed().await;
    let memory = TempDir::new_in("/dev/shm").unwrap();
    let disk = |path: &Path| fs::metadata(path).unwrap().dev();
    assert_ne!(disk(&from), disk(memory.path()));
    let (away, back) = (memory.path().join("packages"), all.path().join("back"));
    for (from, to) in [(&from, &away), (&away, &back)] {
        let mut moving = Relocation::begin(from, to).await.unwrap();
        let moved = moving.finish(quiet()).await.unwrap();
        assert_eq!((moved.blobs, moved.damaged), (4, 0));
        moving.keep();
        assert!(clear(from).unwrap());
        assert_eq!(whole(to).await, 4);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_look_into_the_new_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let (all, from) = closed().await;
    let to = all.path().join("new");
    fs::create_dir(&to).unwrap();
    fs::set_permissions(&to, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut moving = Relocation::begin(&from, &to).await.unwrap();
    moving.finish(quiet()).await.unwrap();
    moving.keep();
    let mode = fs::metadata(&to).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "private packages are in it");
}

/// Cancels the token when it is called for the time of this number.
fn cancelling(token: &CancellationToken, time: u64) -> Progress {
    let (token, mut times) = (token.clone(), 0);
    Box::new(move |_, _| {
        times += 1;
        if times == time {
            token.cancel();
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_ended_at_any_point_leaves_the_old_folder_as_it_was() {
    let (all, from) = closed().await;
    let to = all.path().join("new");
    let before = files(&from);
    for time in 1..=5 {
        // What the last attempt leaves goes while this one begins.
        let mut moving = Relocation::begin(&from, &to).await.unwrap();
        let token = CancellationToken::new();
        let ended = moving.finish(cancelling(&token, time));
        assert!(token.run_until_cancelled(ended).await.is_none());
        drop(moving);
        assert_eq!(files(&from), before, "ended at step {time}");
    }
    let mut moving = Relocation::begin(&from, &to).await.unwrap();
    moving.finish(quiet()).await.unwrap();
    // Even now nothing has happened yet.
    drop(moving);
    assert!(!to.exists() || files(&to).is_empty());
    assert_eq!(whole(&from).await, 4);
}

#[tokio::test]
async fn what_a_crash_has_left_is_recognised_and_removed() {
    let (all, from) = closed().await;
    let to = all.path().join("new");
    let half = to.join("blobs/sha256/ab");
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("half"), "of a blob").unwrap();
    fs::write(to.join("registrar.db"), "no database").unwrap();
    let occupied = demand_free(&from, &to).unwrap_err();
    assert!(matches!(
        occupied,
        HostError::Place(PlaceError::Occupied { .. })
    ));
    fs::write(to.join("unfinished-copy"), "").unwrap();
    demand_free(&from, &to).unwrap();
    demand_hosted(&to).unwrap_err();
    let mut moving = Relocation::begin(&from, &to).await.unwrap();
    assert!(!half.exists());
    moving.finish(quiet()).await.unwrap();
    moving.keep();
    demand_hosted(&to).unwrap();
    assert_eq!(whole(&to).await, 4);
}

#[tokio::test]
async fn a_folder_that_will_not_do_is_refused_and_stays_as_it_is() {
    let (all, from) = closed().await;
    let mine = all.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("letter.txt"), "dear").unwrap();
    let within = from.join("blobs/deeper");
    let file = mine.join("letter.txt");
    let relative = PathBuf::from("packages");
    let climbing = mine.join("../new");
    for wrong in [
        &mine,
        &from,
        &within,
        &all.path().to_owned(),
        &file,
        &relative,
        &climbing,
    ] {
        let refused = Relocation::begin(&from, wrong).await.err();
        let refused = refused.unwrap_or_else(|| panic!("{}", wrong.display()));
        assert!(matches!(refused, HostError::Place(_)), "{refused:?}");
    }
    assert_eq!(files(&mine).len(), 1);
    assert_eq!(whole(&from).await, 4);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_does_not_hide_that_two_folders_are_one() {
    let (all, from) = closed().await;
    let link = all.path().join("link");
    std::os::unix::fs::symlink(&from, &link).unwrap();
    let refused = Relocation::begin(&from, &link.join("in")).await.err();
    assert!(matches!(
        refused.unwrap(),
        HostError::Place(PlaceError::Within)
    ));
}

#[tokio::test]
async fn a_damaged_blob_comes_along_as_it_is_and_is_counted() {
    let (all, hosted) = serving().await;
    super::damage(&hosted, &vec![1; 300_000], &vec![9; 300_000]);
    let from = hosted.host.folder().to_owned();
    let to = all.path().join("new");
    let mut moving = Relocation::begin(&from, &to).await.unwrap();
    moving.copy_ahead(&hosted.host, quiet()).await.unwrap();
    // Healed since: the new bytes come along, not those of a moment ago.
    super::damage(&hosted, &vec![1; 300_000], &vec![1; 300_000]);
    super::damage(&hosted, &vec![2; 300_000], &vec![8; 300_000]);
    end(hosted).await;
    let moved = moving.finish(quiet()).await.unwrap();
    assert_eq!((moved.blobs, moved.damaged), (4, 0));
    moving.keep();
    assert_eq!(whole(&to).await, 4);
    // And one that is damaged from beginning to end.
    let again = all.path().join("again");
    let mut moving = Relocation::begin(&from, &again).await.unwrap();
    let moved = moving.finish(quiet()).await.unwrap();
    assert_eq!((moved.blobs, moved.damaged), (4, 1));
    moving.keep();
    let found = open(&again).await.verify(None, |_| ()).await.unwrap();
    assert_eq!(found.problems.len(), 1);
}

#[tokio::test]
async fn an_open_folder_is_not_finished() {
    let (all, hosted) = serving().await;
    let from = hosted.host.folder().to_owned();
    let mut moving = Relocation::begin(&from, &all.path().join("new"))
        .await
        .unwrap();
    let refused = moving.finish(quiet()).await.unwrap_err();
    assert!(matches!(refused, HostError::InUse { .. }));
    assert!(matches!(clear(&from).unwrap_err(), HostError::InUse { .. }));
    end(hosted).await;
    assert_eq!(whole(&from).await, 4);
}

#[tokio::test]
async fn leaving_a_folder_takes_only_what_is_ours() {
    let (_all, from) = closed().await;
    fs::write(from.join("letter.txt"), "dear").unwrap();
    assert!(!clear(&from).unwrap(), "something is left");
    assert_eq!(files(&from).len(), 1);
    // Without packages it is somebody else's, whatever its parts are called.
    fs::create_dir(from.join("blobs")).unwrap();
    assert!(clear(&from).unwrap());
    assert!(from.join("blobs").exists());
}
