//! The folder of the packages: moved, missing, found again.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use registrar_app::wire::*;
use support::hosted::Hosted;

/// An application with a public registry and one file in it.
async fn published() -> (Hosted, String) {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted.published(&id, "tool-1.0.0.zip", b"one").await;
    (hosted, id)
}

fn usual(hosted: &Hosted) -> PathBuf {
    hosted.test.folder.path().join("data/hosting")
}

fn choose(hosted: &Hosted, path: PathBuf) {
    *hosted.test.world.chosen.lock().unwrap() = Some(path);
}

async fn moved_to(hosted: &Hosted, path: &str) -> Result<StorageMoved, CommandError> {
    let request = MoveStorage {
        path: path.to_owned(),
        operation: "move".to_owned(),
    };
    // As the shell runs it: on whatever thread is free.
    let app = hosted.test.app.clone();
    let moving = tokio::spawn(async move { app.move_storage(request).await });
    moving.await.unwrap()
}

/// Moves everything to the folder that the person chooses.
async fn moved(hosted: &Hosted, chosen: PathBuf) -> StorageMoved {
    choose(hosted, chosen);
    let app = &hosted.test.app;
    let chosen = app.choose_storage_folder(Nothing {}).await.unwrap();
    moved_to(hosted, &chosen.path.unwrap()).await.unwrap()
}

async fn sources(hosted: &Hosted) -> Result<usize, CommandError> {
    let list = hosted.test.app.list_sources(Nothing {}).await;
    list.map(|list| list.rows.len())
}

async fn place(hosted: &Hosted) -> StorageFolder {
    hosted.test.app.storage_folder(Nothing {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_move_and_are_found_there_at_the_next_start() {
    let (hosted, id) = published().await;
    let before = place(&hosted).await;
    assert_eq!((before.usual, before.there), (true, true));
    let disk = hosted.test.folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    fs::write(disk.join("holiday.jpg"), "mine").unwrap();
    let done = moved(&hosted, disk.clone()).await;
    assert_eq!((done.files, done.damaged, done.left), (1, 0, None));
    let new = fs::canonicalize(disk.join("registrar-packages")).unwrap();
    assert_eq!(done.folder, new.display().to_string());
    assert!(!usual(&hosted).exists(), "the old one is gone");
    assert_eq!(fs::read(disk.join("holiday.jpg")).unwrap(), b"mine");
    assert_eq!(hosted.running().await.folder, done.folder);
    hosted.published(&id, "tool-2.0.0.zip", b"two").await;
    let noted = hosted.activity("storage.moved").await;
    assert!(noted[0].2.contains("registrar-packages"), "{noted:?}");
    hosted.test.app.end().await;
    let again = hosted.beside().await;
    assert_eq!(again.running().await.folder, done.folder);
    let usage = again.test.app.storage_usage(Nothing {}).await.unwrap();
    assert_eq!(usage.sources[0].files, 2);
    // And back to where they were at first.
    let back = moved(&again, usual(&again)).await;
    assert!(place(&again).await.usual, "{back:?}");
    assert!(!new.exists());
    assert_eq!(sources(&again).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_told_and_never_made_anew() {
    let (hosted, _) = published().await;
    let disk = hosted.test.folder.path().join("disk/packages");
    moved(&hosted, disk.clone()).await;
    hosted.test.app.end().await;
    let unplugged = hosted.test.folder.path().join("unplugged");
    fs::rename(&disk, &unplugged).unwrap();
    // What stays of a disk that is not connected is an empty folder.
    fs::create_dir(&disk).unwrap();
    let again = hosted.beside().await;
    let (error, _) = again.failed().await;
    assert_eq!(error.code, Code::Storage);
    assert!(error.message.contains("disk/packages"), "{error:?}");
    assert!(error.hint.unwrap().contains("Connect the disk"));
    assert!(!place(&again).await.there);
    let app = &again.test.app;
    let refused = [
        sources(&again).await.err(),
        app.choose_storage_folder(Nothing {}).await.err(),
        moved_to(&again, "/nowhere").await.err(),
    ];
    for refused in refused {
        assert_eq!(refused.unwrap().code, Code::Storage);
    }
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0, "nothing is begun");
    assert!(!usual(&again).exists());
    // Elsewhere: only where packages lie.
    choose(&again, again.test.folder.path().join("config"));
    let wrong = app.find_storage(Nothing {}).await.unwrap_err();
    assert_eq!(wrong.code, Code::Storage);
    choose(&again, unplugged.clone());
    let found = app.find_storage(Nothing {}).await.unwrap();
    assert_eq!(
        (found.there, PathBuf::from(found.folder)),
        (true, unplugged)
    );
    again.running().await;
    assert_eq!(sources(&again).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_connected_again_is_used_by_itself() {
    let (hosted, _) = published().await;
    let disk = hosted.test.folder.path().join("disk");
    moved(&hosted, disk.clone()).await;
    hosted.test.app.end().await;
    let unplugged = hosted.test.folder.path().join("unplugged");
    fs::rename(&disk, &unplugged).unwrap();
    let again = hosted.beside().await;
    again.failed().await;
    fs::rename(&unplugged, &disk).unwrap();
    again.running().await;
    assert_eq!(sources(&again).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_disk_is_given_up_when_the_person_says_so() {
    let (hosted, _) = published().await;
    let app = &hosted.test.app;
    let same = app.start_storage_anew(Nothing {}).await.unwrap();
    assert!(same.usual);
    assert_eq!(sources(&hosted).await.unwrap(), 1, "nothing was missing");
    let disk = hosted.test.folder.path().join("disk");
    moved(&hosted, disk.clone()).await;
    app.end().await;
    fs::remove_dir_all(&disk).unwrap();
    let again = hosted.beside().await;
    again.failed().await;
    let anew = again.test.app.start_storage_anew(Nothing {}).await.unwrap();
    assert_eq!((anew.usual, anew.there), (true, true));
    assert_eq!(sources(&again).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_has_left_goes_at_the_next_start() {
    let (hosted, _) = published().await;
    hosted.test.app.end().await;
    let half = hosted.test.folder.path().join("half");
    fs::create_dir_all(half.join("blobs/sha256")).unwrap();
    fs::write(half.join("unfinished-copy"), "").unwrap();
    let mine = hosted.test.folder.path().join("photos");
    fs::create_dir_all(mine.join("blobs")).unwrap();
    let said = serde_json::json!({"folder": null, "clear": [&half, &mine, usual(&hosted)]});
    let file = hosted.test.folder.path().join("data/hosting.json");
    fs::write(&file, said.to_string()).unwrap();
    let again = hosted.beside().await;
    again.running().await;
    assert_eq!(sources(&again).await.unwrap(), 1, "what is in use stays");
    let began = std::time::Instant::now();
    while file.exists() {
        assert!(began.elapsed().as_secs() < 20, "it is still to be cleared");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(!half.exists());
    assert!(mine.join("blobs").exists(), "it is nobody's copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_to_a_folder_that_will_not_do_changes_nothing() {
    let (hosted, _) = published().await;
    let mine = hosted.test.folder.path().join("mine");
    fs::create_dir_all(mine.join("blobs")).unwrap();
    for wrong in [&mine, &usual(&hosted).join("deeper")] {
        let refused = moved_to(&hosted, wrong.to_str().unwrap()).await;
        assert_eq!(refused.unwrap_err().code, Code::Invalid);
    }
    assert!(mine.join("blobs").exists());
    assert!(place(&hosted).await.usual);
    assert_eq!(sources(&hosted).await.unwrap(), 1);
    assert!(!hosted.test.folder.path().join("data/hosting.json").exists());
}
