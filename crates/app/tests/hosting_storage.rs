//! What source registries take, what they keep, and everything in one file and back.

mod support;

use std::fs;

use registrar_app::wire::*;
use support::hosted::Hosted;

fn operation() -> String {
    "storage".to_owned()
}

async fn published() -> (Hosted, String) {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    for number in 1..=4 {
        let name = format!("tool-{number}.0.0.zip");
        hosted.published(&id, &name, name.as_bytes()).await;
    }
    (hosted, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_told_by_registry_and_by_package() {
    let (hosted, id) = published().await;
    let app = &hosted.test.app;
    let usage = app.storage_usage(Nothing {}).await.unwrap();
    assert_eq!((usage.used_bytes, usage.sources.len()), (56, 1));
    let used = &usage.sources[0];
    assert_eq!((&*used.name, used.files, used.alone), ("Tools", 4, 56));
    let packages = app.package_usage(SourceRef { id }).await.unwrap();
    assert_eq!((packages.total, packages.rows[0].versions), (1, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_previewed_saved_followed_and_taken_back() {
    let (hosted, id) = published().await;
    let app = &hosted.test.app;
    let rule = |newest| RetentionRule {
        source: id.clone(),
        newest,
        days: None,
        tags: Some(vec!["v*".to_owned()]),
    };
    let preview = app.preview_retention(rule(Some(1))).await.unwrap();
    assert_eq!((preview.total, preview.kept, preview.freed), (3, 1, 42));
    let refused = app.preview_retention(rule(Some(0))).await.unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
    app.save_retention(rule(Some(1))).await.unwrap();
    let source = || SourceRef { id: id.clone() };
    let saved = app.get_retention(source()).await.unwrap();
    assert_eq!((saved.newest, saved.tags), (Some(1), rule(None).tags));
    let done = app.run_retention(source()).await.unwrap();
    assert_eq!(done.rows, preview.rows);
    assert_eq!(hosted.status().await.used_bytes, 14);
    app.save_retention(rule(None)).await.unwrap();
    assert_eq!(app.get_retention(source()).await.unwrap().newest, None);
    let noted = hosted.activities("source.retention", 2).await;
    assert_eq!(noted.len(), 2);
    assert!(
        noted
            .iter()
            .any(|(.., detail)| detail.contains("keeps the newest 1, and the tags v*"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_does_what_the_verification_has_shown() {
    let (hosted, id) = published().await;
    let app = &hosted.test.app;
    let blob = hosted.test.files().into_iter().find(|(path, bytes)| {
        path.components().any(|part| part.as_os_str() == "blobs") && bytes == b"tool-1.0.0.zip"
    });
    let (blob, _) = blob.unwrap();
    fs::remove_file(&blob).unwrap();
    fs::write(&blob, "Tool-1.0.0.zip").unwrap();
    let verify = VerifyStorage {
        source: None,
        operation: operation(),
    };
    let shown = app.verify_storage(verify).await.unwrap();
    assert_eq!((shown.repairs.len(), shown.repairs[0].heals), (1, false));
    let repaired = app.repair_storage(Nothing {}).await.unwrap();
    assert_eq!((repaired.done.len(), repaired.passed_over), (1, 0));
    assert!(!blob.exists());
    let again = app.repair_storage(Nothing {}).await.unwrap();
    assert!(again.done.is_empty(), "it was done");
    hosted
        .published(&id, "tool-1.0.0.zip", b"tool-1.0.0.zip")
        .await;
    assert_eq!(fs::read(&blob).unwrap(), b"tool-1.0.0.zip");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_while_the_window_is_open() {
    let (hosted, id) = published().await;
    let app = &hosted.test.app;
    let file = hosted.test.folder.path().join("all.tar");
    *hosted.test.world.chosen.lock().unwrap() = Some(file);
    let made = app
        .back_up_storage(BackUpStorage {
            operation: operation(),
        })
        .await
        .unwrap();
    assert_eq!((made.files, made.damaged), (4, 0));
    let gone = DeleteSource {
        id: id.clone(),
        name: "Tools".to_owned(),
    };
    app.delete_source(gone).await.unwrap();
    let chosen = app.choose_backup(Nothing {}).await.unwrap();
    assert_eq!((chosen.files, chosen.path.is_some()), (4, true));
    let restore = |path: String| RestoreStorage {
        path,
        operation: operation(),
    };
    // As the shell runs it: on whatever thread is free.
    let (restoring, request) = (app.clone(), restore(chosen.path.unwrap()));
    let restored = tokio::spawn(async move { restoring.restore_storage(request).await });
    let restored = restored.await.unwrap().unwrap();
    assert_eq!((restored.files, restored.damaged), (4, 0));
    hosted.running().await;
    let list = app.list_sources(Nothing {}).await.unwrap();
    assert_eq!((&*list.rows[0].id, list.rows[0].packages), (&*id, 1));
    // What is no backup changes nothing, and the packages are open again.
    let bad = hosted.test.folder.path().join("bad.tar");
    fs::write(&bad, "no archive").unwrap();
    let refused = app
        .restore_storage(restore(bad.display().to_string()))
        .await;
    assert_eq!(refused.unwrap_err().code, Code::Invalid);
    hosted.running().await;
    assert_eq!(app.list_sources(Nothing {}).await.unwrap().rows.len(), 1);
    assert_eq!(hosted.activities("storage.restored", 2).await.len(), 2);
}
