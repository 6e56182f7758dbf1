//! Rows of the database that do not fit each other, each put right.

use registrar_hosting::{Ecosystem, Package, PackageQuery, PackageSort};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, query};

use super::repair::{actions, repair};
use crate::oci::{Repository, sha256};
use crate::support::Hosted;

/// A registry with two versions of `tool` and one of `other`.
async fn published() -> Hosted {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for name in ["tool-1.0.0.zip", "tool-2.0.0.zip", "other-1.0.0.zip"] {
        hosted.upload("tools", name, name.as_bytes()).await;
    }
    hosted
}

/// Changes the database behind the server's back, as nothing of ours ever does.
async fn change(hosted: &Hosted, sql: &'static str) {
    let options = SqliteConnectOptions::new()
        .filename(hosted.host.folder().join("registrar.db"))
        .foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    let done = query(sql).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    connection.close().await.unwrap();
}

/// The packages, as they are counted, each with the version that is shown.
async fn shown(hosted: &Hosted) -> Vec<(Package, String)> {
    let asked = PackageQuery {
        registry: hosted.host.registries().remove(0).id,
        search: "",
        sort: PackageSort::Name,
        offset: 0,
        limit: 10,
    };
    hosted.host.packages(&asked).await.unwrap().1
}

/// What is repaired, which then is as it should be.
async fn repaired(hosted: &Hosted) -> Vec<String> {
    let report = repair(hosted).await;
    let done = actions(&report).into_iter().map(str::to_owned).collect();
    let again = repair(hosted).await;
    assert_eq!((&again["whole"], actions(&again)), (&json!(true), vec![]));
    done
}

#[tokio::test]
async fn counters_that_are_wrong_are_counted_anew() {
    let hosted = published().await;
    let counts = async || {
        let all = shown(&hosted).await.into_iter();
        let counts = all.map(|(one, _)| (one.name, one.versions, one.size));
        counts.collect::<Vec<_>>()
    };
    let before = counts().await;
    change(
        &hosted,
        "UPDATE package SET versions = 9, files = 0, size = 1",
    )
    .await;
    change(&hosted, "UPDATE registry SET packages = 0, versions = 7").await;
    change(&hosted, "UPDATE version SET size = 0").await;
    assert_ne!(counts().await, before);
    assert_eq!(repaired(&hosted).await, ["recount"]);
    assert_eq!(counts().await, before);
}

#[tokio::test]
async fn a_package_without_a_version_is_removed() {
    let hosted = published().await;
    for table in [
        "DELETE FROM file WHERE package_id IN (SELECT id FROM package WHERE name = 'other')",
        "DELETE FROM version WHERE package_id IN (SELECT id FROM package WHERE name = 'other')",
    ] {
        change(&hosted, table).await;
    }
    let done = repaired(&hosted).await;
    assert!(done.contains(&"remove_empty".to_owned()), "{done:?}");
    let left = shown(&hosted).await;
    assert_eq!((left.len(), &*left[0].0.name), (1, "tool"));
    // Its name is free again.
    let again = hosted.upload("tools", "other-2.0.0.zip", b"new").await;
    assert_eq!(again.status, 200, "{}", again.text());
}

#[tokio::test]
async fn a_package_that_lost_its_latest_version_gets_the_newest() {
    let hosted = published().await;
    change(
        &hosted,
        "UPDATE package SET latest_id = NULL WHERE name = 'tool'",
    )
    .await;
    change(
        &hosted,
        "UPDATE package SET latest_id = zeroblob(16) WHERE name = 'other'",
    )
    .await;
    assert_eq!(repaired(&hosted).await, ["choose_latest"]);
    let mut latest: Vec<_> = shown(&hosted).await.into_iter().map(|one| one.1).collect();
    latest.sort();
    assert_eq!(latest, ["1.0.0", "2.0.0"]);
}

#[tokio::test]
async fn a_repository_gets_the_blobs_of_its_images_back() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Container, "images").await;
    let team = Repository(&hosted, "images/app");
    team.push("1.0", b"{}", b"layer").await;
    let layer = format!("blobs/{}", sha256(b"layer"));
    change(&hosted, "DELETE FROM image_blob").await;
    assert_eq!(team.ask("GET", &layer).await.status, 404);
    assert_eq!(repaired(&hosted).await, ["link"]);
    assert_eq!(team.ask("GET", &layer).await.body, b"layer");
}

#[tokio::test]
async fn what_is_recorded_of_whole_bytes_is_corrected() {
    let hosted = published().await;
    change(
        &hosted,
        "UPDATE blob SET size = size + 5, md5 = zeroblob(16)",
    )
    .await;
    let done = repaired(&hosted).await;
    let corrected = done.iter().filter(|one| *one == "correct").count();
    assert_eq!(corrected, 3, "{done:?}");
    let path = "/local/tools/files/tool-1.0.0.zip";
    let got = hosted.ask("GET", path, vec![], &[]).await;
    assert_eq!(got.body, b"tool-1.0.0.zip");
}
