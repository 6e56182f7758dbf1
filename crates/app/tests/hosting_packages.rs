//! Publishing files from the window, and what can be done with packages then.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use registrar_app::wire::*;
use support::hosted::{Hosted, source_ref};

fn package(source: &str, name: &str, version: Option<&str>) -> PackageRef {
    PackageRef {
        source: source.to_owned(),
        name: name.to_owned(),
        version: version.map(str::to_owned),
    }
}

async fn listed(hosted: &Hosted, source: &str, search: &str) -> PackagePage {
    let request = ListPackages {
        source: source.to_owned(),
        search: search.to_owned(),
        sort: PackageSort::Name,
        offset: 0,
        limit: 50,
    };
    hosted.test.app.list_packages(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_files_are_offered_by_name_and_published() {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let content = vec![7; 3_000_000];
    let paths = vec![
        hosted.file("tool-1.0.0.zip", &content),
        hosted.file("nonsense.zip", b"x"),
        hosted.test.folder.path().to_owned(),
        PathBuf::from("/nowhere/at-all-1.0.0.zip"),
    ];
    hosted.test.app.files_hover(true);
    let hover = |event: &AppEvent| matches!(event, AppEvent::FilesHover { over: true });
    hosted.test.event(hover).await;
    let offers = hosted.drop_files(paths).await;
    let names: Vec<_> = offers.iter().map(|one| (&*one.name, one.size)).collect();
    assert_eq!(names, [("tool-1.0.0.zip", 3_000_000), ("nonsense.zip", 1)]);
    let shown = serde_json::to_string(&offers).unwrap();
    let folder = hosted.test.folder.path().display().to_string();
    assert!(
        !shown.contains(&folder),
        "the window never learns where they lie"
    );

    let files = hosted.publish(&id, &offers).await;
    match &files[0].result {
        PublishOutcome::Published { package, version } => {
            assert_eq!((&**package, &**version), ("tool", "1.0.0"));
        }
        other => panic!("{other:?}"),
    }
    match &files[1].result {
        PublishOutcome::Failed { error } => assert_eq!(error.code, Code::Invalid),
        other => panic!("{other:?}"),
    }
    let done = |event: &AppEvent| match event {
        AppEvent::PublishProgress { done, total, .. } => *done == *total && *total == 3_000_000,
        _ => false,
    };
    hosted.test.event(done).await;
    let noted = hosted.activities("package.published", 2).await;
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert!(noted.iter().any(|(registry, ok, detail)| {
        *ok && registry.as_deref() == Some("Tools")
            && detail == "tool 1.0.0, tool-1.0.0.zip, by this window"
    }));
    assert!(
        noted
            .iter()
            .any(|(_, ok, detail)| !ok && detail.starts_with("nonsense.zip: "))
    );

    // What is published is no longer offered; what failed still is.
    let again = hosted.publish(&id, &offers).await;
    let said = format!("{:?}", again[0].result);
    assert!(said.contains("no longer offered"), "{said}");
    assert_eq!(again[1].name, "nonsense.zip");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_version_is_never_overwritten() {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted.published(&id, "tool-1.0.0.zip", b"one").await;
    let offers = hosted
        .drop_files(vec![hosted.file("tool-1.0.0.zip", b"two")])
        .await;
    let files = hosted.publish(&id, &offers).await;
    match &files[0].result {
        PublishOutcome::Failed { error } => {
            assert!(error.message.contains("never changes"), "{error:?}");
            assert_eq!(error.hint.as_deref(), Some("Publish a new version."));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_by_then_fails_alone() {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let gone = hosted.file("gone-1.0.0.zip", b"x");
    let paths = vec![gone.clone(), hosted.file("here-1.0.0.zip", b"x")];
    let offers = hosted.drop_files(paths).await;
    fs::remove_file(gone).unwrap();
    let files = hosted.publish(&id, &offers).await;
    assert!(matches!(files[0].result, PublishOutcome::Failed { .. }));
    assert!(matches!(files[1].result, PublishOutcome::Published { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_been_published_when_the_person_cancels_never_is() {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let path = |name: &str| hosted.test.folder.path().join("mine").join(name);
    hosted.file("first-1.0.0.bin", b"x");
    // Large enough not to be read in one breath; it takes no room on the disk.
    let large = fs::File::create(path("large-1.0.0.bin")).unwrap();
    large.set_len(2_000_000_000).unwrap();
    hosted.file("last-1.0.0.bin", b"x");
    let names = ["first-1.0.0.bin", "large-1.0.0.bin", "last-1.0.0.bin"];
    let offers = hosted.drop_files(names.map(path).to_vec()).await;
    let large = offers[1].offer.clone();
    let app = hosted.test.app.clone();
    let cancel = async {
        let under_way = |event: &AppEvent| match event {
            AppEvent::PublishProgress { offer, done, .. } => *offer == large && *done > 0,
            _ => false,
        };
        hosted.test.event(under_way).await;
        let operation = "publish".to_owned();
        app.cancel_operation(CancelOperation { operation })
            .await
            .unwrap();
    };
    let (files, ()) = tokio::join!(hosted.publish(&id, &offers), cancel);
    assert!(matches!(files[0].result, PublishOutcome::Published { .. }));
    assert!(matches!(files[1].result, PublishOutcome::Cancelled));
    assert!(matches!(files[2].result, PublishOutcome::Cancelled));
    assert_eq!(listed(&hosted, &id, "").await.total, 1);
    // They are still offered.
    let last = hosted.publish(&id, &offers[2..]).await;
    assert!(matches!(last[0].result, PublishOutcome::Published { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_can_be_chosen_in_a_dialog() {
    let hosted = Hosted::new().await;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let app = &hosted.test.app;
    let none = app.choose_packages(source_ref(&id)).await.unwrap();
    assert!(none.files.is_empty());
    let path = hosted.file("tool-1.0.0.zip", b"PK");
    *hosted.test.world.chosen.lock().unwrap() = Some(path);
    let chosen = app.choose_packages(source_ref(&id)).await.unwrap();
    let files = hosted.publish(&id, &chosen.files).await;
    assert!(matches!(files[0].result, PublishOutcome::Published { .. }));
}

/// A registry with two packages, one of them in two versions.
async fn tools(hosted: &Hosted) -> String {
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    for name in ["tool-1.0.0.zip", "tool-1.1.0-rc.1.zip", "saw-2.0.0.zip"] {
        hosted.published(&id, name, name.as_bytes()).await;
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_listed_and_looked_at() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let id = tools(&hosted).await;
    let page = listed(&hosted, &id, "").await;
    let rows = page
        .rows
        .iter()
        .map(|row| (&*row.name, &*row.version, row.versions));
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows, [("saw", "2.0.0", 1), ("tool", "1.0.0", 2)]);
    assert_eq!(listed(&hosted, &id, "OO").await.total, 1);

    let details = app.get_package(package(&id, "tool", None)).await.unwrap();
    assert_eq!(details.version.version, "1.0.0", "what clients take");
    let versions: Vec<_> = details.versions.iter().map(|one| &*one.version).collect();
    assert_eq!(versions, ["1.1.0-rc.1", "1.0.0"]);
    assert!(details.versions[0].prerelease);
    assert_eq!(
        (details.version_count, &*details.published_by),
        (2, "this window")
    );
    let file = &details.files[0];
    assert_eq!((&*file.name, file.size), ("tool-1.0.0.zip", 14));
    let digits = |digest: &Option<String>| digest.as_ref().map_or(0, String::len);
    assert_eq!((digits(&file.md5), digits(&file.sha1)), (32, 40));
    assert_eq!((file.sha256.len(), digits(&file.sha512)), (64, 128));
    assert!(!details.can_withdraw);
    let withdraw = WithdrawVersion {
        source: id.clone(),
        name: "tool".to_owned(),
        version: "1.0.0".to_owned(),
        reason: Some("old".to_owned()),
    };
    let refused = app.withdraw_version(withdraw).await.unwrap_err();
    assert_eq!(
        refused.code,
        Code::Invalid,
        "plain files know no such thing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_copied_and_deleted() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let id = tools(&hosted).await;
    let other = hosted.source(Ecosystem::Files, "Other").await.row.id;
    let copy = CopyPackage {
        source: id.clone(),
        name: "tool".to_owned(),
        version: "1.0.0".to_owned(),
        to: other.clone(),
    };
    app.copy_package(copy.clone()).await.unwrap();
    assert_eq!(listed(&hosted, &other, "").await.total, 1);
    let twice = app.copy_package(copy).await.unwrap_err();
    assert_eq!(twice.code, Code::Invalid);
    hosted.activity("package.copied").await;

    app.delete_package(package(&id, "tool", Some("1.0.0")))
        .await
        .unwrap();
    let left = app.get_package(package(&id, "tool", None)).await.unwrap();
    assert_eq!(
        (left.version_count, &*left.version.version),
        (1, "1.1.0-rc.1")
    );
    app.delete_package(package(&id, "tool", None))
        .await
        .unwrap();
    let gone = app
        .get_package(package(&id, "tool", None))
        .await
        .unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    assert_eq!(listed(&hosted, &id, "").await.total, 1);
    hosted.activity("package.deleted").await;
    let offers = hosted
        .drop_files(vec![hosted.file("tool-1.0.0.zip", b"new")])
        .await;
    let files = hosted.publish(&id, &offers).await;
    let said = format!("{:?}", files[0].result);
    assert!(said.contains("was published here and deleted"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_downloaded_whole_or_not_at_all() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let content: Vec<u8> = (0..6_000_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    hosted.published(&id, "tool-1.0.0.zip", &content).await;
    let details = app.get_package(package(&id, "tool", None)).await.unwrap();
    let request = DownloadFile {
        source: id.clone(),
        file: details.files[0].id.clone(),
        operation: "download".to_owned(),
    };
    let nothing = app.download_file(request.clone()).await.unwrap();
    assert_eq!(nothing.path, None, "the person chose nothing");

    let folder = hosted.test.folder.path().join("downloads");
    fs::create_dir(&folder).unwrap();
    let target = folder.join("mine.zip");
    *hosted.test.world.chosen.lock().unwrap() = Some(target.clone());
    fs::write(&target, "older").unwrap();
    let downloaded = app.download_file(request.clone()).await.unwrap();
    assert_eq!(downloaded.path, Some(target.display().to_string()));
    assert!(fs::read(&target).unwrap() == content);
    let whole = |event: &AppEvent| match event {
        AppEvent::BytesProgress { done, total, .. } => done == total && *total == 6_000_000,
        _ => false,
    };
    hosted.test.event(whole).await;

    *hosted.test.world.chosen.lock().unwrap() = Some(folder.join("missing/mine.zip"));
    let error = app.download_file(request).await.unwrap_err();
    assert_eq!(error.code, Code::Storage);
    let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing half is left: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_download_leaves_nothing() {
    let hosted = Hosted::new().await;
    let app = hosted.test.app.clone();
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let path = hosted.file("tool-1.0.0.bin", b"");
    let large = fs::File::options().write(true).open(&path).unwrap();
    large.set_len(300_000_000).unwrap();
    let offers = hosted.drop_files(vec![path]).await;
    hosted.publish(&id, &offers).await;
    let details = app.get_package(package(&id, "tool", None)).await.unwrap();
    let folder = hosted.test.folder.path().join("downloads");
    fs::create_dir(&folder).unwrap();
    *hosted.test.world.chosen.lock().unwrap() = Some(folder.join("mine.bin"));
    let request = DownloadFile {
        source: id,
        file: details.files[0].id.clone(),
        operation: "download".to_owned(),
    };
    let cancel = async {
        let begun = |event: &AppEvent| matches!(event, AppEvent::BytesProgress { .. });
        hosted.test.event(begun).await;
        let operation = "download".to_owned();
        app.cancel_operation(CancelOperation { operation })
            .await
            .unwrap();
    };
    let (downloaded, ()) = tokio::join!(app.download_file(request), cancel);
    assert_eq!(downloaded.unwrap_err().code, Code::Cancelled);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_has_rotted_is_found() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted
        .published(&id, "tool-1.0.0.zip", b"the content")
        .await;
    hosted
        .published(&id, "saw-1.0.0.zip", b"other content")
        .await;
    let verify = || VerifyStorage {
        source: Some(id.clone()),
        operation: "verify".to_owned(),
    };
    let whole = app.verify_storage(verify()).await.unwrap();
    assert_eq!(
        (whole.checked, whole.bytes, whole.problems.len()),
        (2, 24, 0)
    );
    assert!(!whole.cancelled);

    let blobs = hosted.test.files().into_iter();
    let mut blobs = blobs.filter(|(path, bytes)| {
        path.components().any(|part| part.as_os_str() == "blobs") && bytes == b"the content"
    });
    let (blob, _) = blobs.next().unwrap();
    fs::remove_file(&blob).unwrap();
    fs::write(&blob, "the cOntent").unwrap();
    let rotten = app.verify_storage(verify()).await.unwrap();
    let problem = &rotten.problems[0];
    assert_eq!(rotten.problems.len(), 1);
    assert_eq!(
        (&*problem.source, &*problem.file),
        ("Tools", "tool-1.0.0.zip")
    );
    let noted = hosted.activity("storage.verified").await;
    assert_eq!(
        noted.iter().map(|(_, ok, _)| *ok).collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_needs_is_removed_when_asked_for() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted
        .published(&id, "tool-1.0.0.zip", b"the content")
        .await;
    assert_eq!(hosted.status().await.used_bytes, 11);
    app.delete_package(package(&id, "tool", None))
        .await
        .unwrap();
    let collected = app.collect_garbage(Nothing {}).await.unwrap();
    assert_eq!((collected.removed, collected.bytes), (1, 11));
    assert_eq!(hosted.status().await.used_bytes, 0);
    let noted = hosted.activity("storage.collected").await;
    assert_eq!(noted[0].2, "1 files, 11 bytes, by this window");
}
