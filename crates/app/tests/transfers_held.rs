//! Transfers that a test holds in the middle of a blob: closing the window, pausing, cancelling and
//! waiting for a turn, with the reference registry behind a password.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::gate::Gate;
use acceptance_support::oci_image::OciImage;
use registrar_app::wire::*;
use support::images::{at, file, start, whole};
use support::{TestApp, signed_in};

const PASSWORD: &str = "p ä%2F+&=\"";
const CREATED: &str = "2024-05-01T10:00:00Z";

/// A registry for jane, with an image of two platforms as `team/app:1.0`, and its digest.
fn filled() -> (DockerRegistry, String) {
    let registry = DockerRegistry::builder().login("jane", PASSWORD).start();
    let place = format!("{}/team/app:1.0", registry.host());
    let image = OciImage::new(&["base", "app"], "1.0", CREATED);
    let digest = image.push_as(&place, &format!("jane:{PASSWORD}"));
    (registry, digest)
}

async fn app() -> TestApp {
    TestApp::with_catalog("version = 1\n").await
}

/// Adds the registry at `host`; its id.
async fn add(app: &TestApp, name: &str, host: &str) -> String {
    let draft = RegistryDraft {
        allow_http: true,
        ..signed_in(name, host, "jane", PASSWORD)
    };
    app.add(draft).await.unwrap().row.id
}

fn download(registry: &str, folder: &Path) -> NewTransfer {
    whole(at(registry, "1.0"), file(ImageForm::Folder, folder))
}

async fn rows(app: &TestApp) -> Vec<TransferRow> {
    app.app.list_transfers(Nothing {}).await.unwrap().rows
}

/// Waits until the transfer is as `wanted` says.
async fn until(app: &TestApp, id: &str, wanted: impl Fn(&TransferRow) -> bool) -> TransferRow {
    for _ in 0..1500 {
        let all = rows(app).await;
        let row = all.into_iter().find(|row| row.id == id).unwrap();
        if wanted(&row) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it stands otherwise: {:?}", rows(app).await);
}

fn is_done(row: &TransferRow) -> bool {
    matches!(row.state, TransferState::Done { .. })
}

fn is_running(row: &TransferRow) -> bool {
    matches!(row.state, TransferState::Running { .. })
}

/// Waits until the gate holds somebody.
async fn held(gate: &Gate) {
    for _ in 0..1500 {
        if gate.held() > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing asks for a blob");
}

async fn act(app: &TestApp, id: &str, action: TransferAction) {
    let id = id.to_owned();
    let request = ControlTransfer { id, action };
    app.app.control_transfer(request).await.unwrap();
}

/// The digest that skopeo sees there.
fn seen_by_skopeo(image: &str) -> String {
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["--insecure-policy", "inspect", "--raw", image]);
    let raw = skopeo.output().unwrap();
    assert!(raw.status.success(), "{raw:?}");
    acceptance_support::oci_image::digest(&raw.stdout)
}

/// What lies in the folder of downloads.
fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

async fn noted(app: &TestApp, search: &str) -> u32 {
    let request = ListActivity {
        search: search.to_owned(),
        offset: 0,
        limit: 100,
    };
    app.app.list_activity(request).await.unwrap().total
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_arrives_whole_is_noted_and_remembered() {
    let (registry, digest) = filled();
    let app = app().await;
    let id = add(&app, "Lab", &registry.host()).await;
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("app");
    let transfer = start(&app, download(&id, &folder)).await;
    let row = until(&app, &transfer, is_done).await;
    assert_eq!(
        (row.kind, row.total),
        (TransferKind::Download, Some(row.done))
    );
    assert_eq!(row.name, "team/app:1.0");
    let seen = seen_by_skopeo(&format!("oci:{}:1.0", folder.display()));
    assert_eq!(seen, digest);
    assert_eq!(noted(&app, "image.downloaded").await, 1);
    let secret = PASSWORD.as_bytes();
    for (path, bytes) in app.files() {
        let found = bytes.windows(secret.len()).any(|part| part == secret);
        assert!(!found, "the secret is in {}", path.display());
    }

    let again = app.restarted().await;
    let row = until(&again, &transfer, is_done).await;
    assert!(matches!(row.state, TransferState::Done { digest: same, .. } if same == digest));
    let left = again.app.remove_ended(Nothing {}).await.unwrap();
    assert!(left.rows.is_empty());
    assert!(rows(&again.restarted().await).await.is_empty());
    assert!(
        folder.join("index.json").exists(),
        "what was downloaded stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_under_way_goes_on_when_the_window_opens_again() {
    let (registry, digest) = filled();
    let gate = Gate::before(&registry.host());
    let app = app().await;
    let id = add(&app, "Lab", &gate.host()).await;
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("app");
    let transfer = start(&app, download(&id, &folder)).await;
    held(&gate).await;
    app.app.end().await;
    assert!(!folder.exists(), "nothing is seen before it is whole");

    gate.open();
    let again = app.restarted().await;
    until(&again, &transfer, is_done).await;
    let seen = seen_by_skopeo(&format!("oci:{}:1.0", folder.display()));
    assert_eq!(seen, digest);
    assert_eq!(names(disk.path()), [folder]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_one_stays_so_until_the_person_goes_on() {
    let (registry, _) = filled();
    let gate = Gate::before(&registry.host());
    let app = app().await;
    let id = add(&app, "Lab", &gate.host()).await;
    let disk = tempfile::tempdir().unwrap();
    let transfer = start(&app, download(&id, &disk.path().join("app"))).await;
    held(&gate).await;
    act(&app, &transfer, TransferAction::Pause).await;
    gate.open();
    let paused = |row: &TransferRow| row.state == TransferState::Paused;
    until(&app, &transfer, paused).await;
    app.app.end().await;

    let again = app.restarted().await;
    until(&again, &transfer, paused).await;
    // One that comes later overtakes it.
    let other = start(&again, download(&id, &disk.path().join("other"))).await;
    until(&again, &other, is_done).await;
    until(&again, &transfer, paused).await;
    act(&again, &transfer, TransferAction::Resume).await;
    until(&again, &transfer, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_one_leaves_nothing_and_can_be_tried_again() {
    let (registry, _) = filled();
    let gate = Gate::before(&registry.host());
    let app = app().await;
    let id = add(&app, "Lab", &gate.host()).await;
    let disk = tempfile::tempdir().unwrap();
    let archive = disk.path().join("app.tar");
    let to = file(ImageForm::Archive, &archive);
    let transfer = start(&app, whole(at(&id, "1.0"), to)).await;
    held(&gate).await;
    act(&app, &transfer, TransferAction::Cancel).await;
    until(&app, &transfer, |row| row.state == TransferState::Cancelled).await;
    for _ in 0..500 {
        if names(disk.path()).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(names(disk.path()), [] as [PathBuf; 0]);

    gate.open();
    act(&app, &transfer, TransferAction::Retry).await;
    until(&app, &transfer, is_done).await;
    assert_eq!(names(disk.path()), [archive]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_run_and_the_others_wait_for_their_turn() {
    let (registry, _) = filled();
    let gate = Gate::before(&registry.host());
    let app = app().await;
    let id = add(&app, "Lab", &gate.host()).await;
    let disk = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for name in ["one", "two", "three"] {
        all.push(start(&app, download(&id, &disk.path().join(name))).await);
    }
    for id in &all[..2] {
        until(&app, id, is_running).await;
    }
    let third = until(&app, &all[2], |_| true).await;
    assert_eq!(third.state, TransferState::Waiting { reason: None });
    gate.open();
    for id in &all {
        until(&app, id, is_done).await;
    }
}
