//! The queue of transfers: between real registries and files, over a restart, and where it breaks.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::faulty_registry::FaultyRegistry;
use acceptance_support::oci_image::OciImage;
use registrar_app::wire::*;
use registrar_registry::Secret;
use support::images::{at, done, file, inspect, start, whole};
use support::{TestApp, container, signed_in};

const PASSWORD: &str = "p\u{e4}ss 2F";

async fn empty() -> TestApp {
    TestApp::with_catalog("version = 1\n").await
}

async fn add(app: &TestApp, name: &str, host: &str) -> String {
    let draft = RegistryDraft {
        allow_http: true,
        ..container(name, host)
    };
    app.add(draft).await.unwrap().row.id
}

async fn row(app: &TestApp, id: &str) -> TransferRow {
    let list = app.app.list_transfers(Nothing {}).await.unwrap();
    list.rows.into_iter().find(|row| row.id == id).unwrap()
}

/// Waits until the transfer stands as `wanted` accepts.
async fn until(app: &TestApp, id: &str, wanted: impl Fn(&TransferState) -> bool) -> TransferRow {
    let found = |event: &AppEvent| match event {
        AppEvent::TransferChanged { row } => row.id == id && wanted(&row.state),
        _ => false,
    };
    match app.event(found).await {
        AppEvent::TransferChanged { row } => row,
        other => unreachable!("{other:?}"),
    }
}

async fn act(app: &TestApp, id: &str, action: TransferAction) {
    let id = id.to_owned();
    app.app
        .control_transfer(ControlTransfer { id, action })
        .await
        .unwrap();
}

fn transfers_file(app: &TestApp) -> std::path::PathBuf {
    app.folder.path().join("data/transfers.json")
}

/// A registry that makes everybody wait until a test lets it go.
fn held() -> FaultyRegistry {
    let registry = FaultyRegistry::start();
    registry.image("1.0", &[b"base".to_vec(), b"app".to_vec()]);
    registry.faults(|faults| {
        faults.limited = u32::MAX;
        faults.retry_after = 3600;
    });
    registry
}

#[tokio::test]
async fn an_image_goes_to_a_folder_an_archive_and_another_registry() {
    let (source, target) = (
        DockerRegistry::builder().login("jane", PASSWORD).start(),
        DockerRegistry::builder().start(),
    );
    let image = OciImage::new(&["base", "app"], "1.0", "2024-01-01T10:00:00Z");
    let login = format!("jane:{PASSWORD}");
    let place = format!("{}/team/app:1.0", source.host());
    let digest = image.push_as(&place, &login);
    let app = empty().await;
    let draft = RegistryDraft {
        allow_http: true,
        ..signed_in("Lab", &source.host(), "jane", PASSWORD)
    };
    let lab = app.add(draft).await.unwrap().row.id;
    let mirror = add(&app, "Mirror", &target.host()).await;
    let folder = app.folder.path().join("app");

    let to_folder = file(ImageForm::Folder, &folder);
    let first = start(&app, whole(at(&lab, "1.0"), to_folder.clone())).await;
    let row = done(&app, &first).await;
    assert_eq!(row.kind, TransferKind::Download);
    assert_eq!(row.name, "team/app:1.0");
    assert_eq!(Some(row.done), row.total);
    let TransferState::Done { digest: found, .. } = row.state else {
        unreachable!()
    };
    assert_eq!(found, digest);
    assert!(inspect(&format!("oci:{}:1.0", folder.display())).contains("arm64"));

    let copied = start(&app, whole(at(&lab, "1.0"), at(&mirror, "copied"))).await;
    assert_eq!(done(&app, &copied).await.kind, TransferKind::Copy);
    inspect(&format!("docker://{}/team/app:copied", target.host()));

    let read = ReadMovable {
        from: to_folder.clone(),
        operation: "read".to_owned(),
    };
    let movable = app.app.read_movable(read).await.unwrap();
    assert_eq!(movable.images.len(), 1);
    assert_eq!(movable.images[0].digest, digest);
    let up = start(&app, whole(to_folder, at(&mirror, "up"))).await;
    assert_eq!(done(&app, &up).await.kind, TransferKind::Upload);

    let search = ListActivity {
        search: "image.".to_owned(),
        offset: 0,
        limit: 10,
    };
    let activity = app.app.list_activity(search).await.unwrap();
    let actions: Vec<_> = activity.rows.iter().map(|row| &*row.action).collect();
    assert_eq!(
        actions,
        ["image.uploaded", "image.copied", "image.downloaded"]
    );
    for (path, bytes) in app.files() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(PASSWORD), "{}", path.display());
    }
    app.app.end().await;
}

#[tokio::test]
async fn what_there_is_and_what_it_would_meet_is_said_before() {
    let registry = DockerRegistry::builder().start();
    for (tag, layer) in [("1.0", "one"), ("2.0", "two")] {
        let image = OciImage::new(&["base", layer], tag, "2024-01-01T10:00:00Z");
        image.push(&format!("{}/team/app:{tag}", registry.host()));
    }
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let read = ReadMovable {
        from: at(&lab, "1.0"),
        operation: "read".to_owned(),
    };
    let page = app.app.read_movable(read).await.unwrap();
    let names: Vec<_> = page.images[0]
        .platforms
        .iter()
        .map(|one| &*one.name)
        .collect();
    assert_eq!(names, ["linux/amd64", "linux/arm64"]);
    assert!(
        page.images[0]
            .platforms
            .iter()
            .all(|one| one.size.is_some())
    );
    let review = |wanted: NewTransfer| {
        let operation = "review".to_owned();
        app.app
            .review_transfer(ReviewTransfer { wanted, operation })
    };
    let free = review(whole(at(&lab, "1.0"), at(&lab, "3.0"))).await;
    assert_eq!(free.unwrap(), TargetState::Free);
    let taken = review(whole(at(&lab, "1.0"), at(&lab, "2.0"))).await;
    assert!(matches!(
        taken.unwrap(),
        TargetState::Taken { digest: Some(_) }
    ));
    let same = review(whole(at(&lab, "1.0"), at(&lab, "1.0"))).await;
    assert!(same.unwrap_err().message.contains("where it is already"));
    let folder = app.folder.path().join("data");
    let other = review(whole(at(&lab, "1.0"), file(ImageForm::Folder, &folder))).await;
    assert_eq!(other.unwrap_err().field, Some(Field::Folder));
    app.app.end().await;
}

#[tokio::test]
async fn a_transfer_that_is_not_through_goes_on_after_a_restart() {
    let registry = held();
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let folder = app.folder.path().join("app");
    let wanted = whole(at(&lab, "1.0"), file(ImageForm::Folder, &folder));
    let id = start(&app, wanted).await;
    let retrying = |state: &TransferState| matches!(state, TransferState::Retrying { .. });
    until(&app, &id, retrying).await;
    assert!(!folder.exists());
    app.app.end().await;

    registry.faults(|faults| faults.limited = 0);
    let again = app.restarted().await;
    let row = done(&again, &id).await;
    assert_eq!(row.from, format!("{}/team/app:1.0", registry.host()));
    inspect(&format!("oci:{}:1.0", folder.display()));
    again.app.end().await;
    let third = again.restarted().await;
    assert!(matches!(
        row_state(&third, &id).await,
        TransferState::Done { .. }
    ));
    third.app.end().await;
}

async fn row_state(app: &TestApp, id: &str) -> TransferState {
    row(app, id).await.state
}

#[tokio::test]
async fn pausing_survives_a_restart_and_cancelling_leaves_nothing() {
    let registry = held();
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let folder = app.folder.path().join("images");
    std::fs::create_dir_all(&folder).unwrap();
    let to = |name: &str| file(ImageForm::Folder, &folder.join(name));
    let paused = start(&app, whole(at(&lab, "1.0"), to("paused"))).await;
    let cancelled = start(&app, whole(at(&lab, "1.0"), to("cancelled"))).await;
    let third = start(&app, whole(at(&lab, "1.0"), to("third"))).await;
    act(&app, &paused, TransferAction::Pause).await;
    act(&app, &cancelled, TransferAction::Cancel).await;
    act(&app, &third, TransferAction::Pause).await;
    app.app.end().await;

    registry.faults(|faults| faults.limited = 0);
    let again = app.restarted().await;
    assert_eq!(row_state(&again, &paused).await, TransferState::Paused);
    assert_eq!(
        row_state(&again, &cancelled).await,
        TransferState::Cancelled
    );
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    act(&again, &paused, TransferAction::Resume).await;
    done(&again, &paused).await;
    act(&again, &cancelled, TransferAction::Remove).await;
    let list = again.app.remove_ended(Nothing {}).await.unwrap();
    let ids: Vec<_> = list.rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids, [third]);
    again.app.end().await;
}

#[tokio::test]
async fn a_failure_names_the_next_step_and_is_tried_again_on_request() {
    let registry = FaultyRegistry::start();
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let folder = app.folder.path().join("app");
    let wanted = whole(at(&lab, "1.0"), file(ImageForm::Folder, &folder));
    let id = start(&app, wanted).await;
    let failed = |state: &TransferState| matches!(state, TransferState::Failed { .. });
    let row = until(&app, &id, failed).await;
    let TransferState::Failed { error } = row.state else {
        unreachable!()
    };
    assert!(error.message.ends_with("does not have this."), "{error:?}");
    assert!(error.hint.unwrap().contains("may have been deleted"));
    registry.image("1.0", &[b"late".to_vec()]);
    act(&app, &id, TransferAction::Retry).await;
    until(&app, &id, |state| {
        matches!(state, TransferState::Done { .. })
    })
    .await;
    app.app.end().await;
}

#[tokio::test]
async fn a_broken_file_is_told_and_kept() {
    let app = empty().await;
    app.app.end().await;
    std::fs::write(transfers_file(&app), "[ this is no").unwrap();
    let again = app.restarted().await;
    let list = again.app.list_transfers(Nothing {}).await.unwrap();
    assert!(list.rows.is_empty());
    assert!(list.problem.unwrap().contains("was set aside as"));
    let kept = again
        .files()
        .into_iter()
        .any(|(_, bytes)| bytes == b"[ this is no");
    assert!(kept);
    again.app.end().await;
}

#[tokio::test]
async fn a_locked_vault_is_waited_for_and_nobody_is_asked() {
    let registry = DockerRegistry::builder().login("jane", PASSWORD).start();
    let image = OciImage::new(&["base"], "1.0", "2024-01-01T10:00:00Z");
    let place = format!("{}/team/app:1.0", registry.host());
    image.push_as(&place, &format!("jane:{PASSWORD}"));
    let app = empty().await;
    let draft = RegistryDraft {
        allow_http: true,
        ..signed_in("Lab", &registry.host(), "jane", PASSWORD)
    };
    let lab = app.add(draft).await.unwrap().row.id;
    let passphrase = || Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    app.app.create_vault(passphrase()).await.unwrap();
    app.app.lock_vault(Nothing {}).await.unwrap();
    let folder = app.folder.path().join("app");
    let wanted = whole(at(&lab, "1.0"), file(ImageForm::Folder, &folder));
    let id = start(&app, wanted).await;
    let locked = |state: &TransferState| {
        let reason = Some(TransferWait::VaultLocked);
        *state == TransferState::Waiting { reason }
    };
    until(&app, &id, locked).await;
    app.app.end().await;
    let again = app.restarted().await;
    until(&again, &id, locked).await;
    again.app.unlock_vault(passphrase()).await.unwrap();
    done(&again, &id).await;
    again.app.end().await;
}

#[tokio::test]
async fn a_deletion_says_what_shares_the_digest_and_wants_the_tag_typed() {
    let registry = DockerRegistry::builder().deletion().start();
    let image = OciImage::new(&["base"], "1.0", "2024-01-01T10:00:00Z");
    for tag in ["1.0", "latest"] {
        image.push(&format!("{}/team/app:{tag}", registry.host()));
    }
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let image = || ImageRef {
        registry: lab.clone(),
        repository: "team/app".to_owned(),
        reference: "1.0".to_owned(),
        platform: None,
    };
    let review = || ReviewDeletion {
        image: image(),
        operation: "review".to_owned(),
    };
    let found = app.app.review_deletion(review()).await.unwrap();
    assert_eq!(found.shared, ["latest"]);
    let delete = |digest: &str, typed: &str| DeleteImage {
        image: image(),
        digest: digest.to_owned(),
        whole: true,
        typed: typed.to_owned(),
    };
    let error = app.app.delete_image(delete(&found.digest, "1")).await;
    assert_eq!(error.unwrap_err().field, Some(Field::Image));
    let outdated = format!("sha256:{}", "0".repeat(64));
    let error = app.app.delete_image(delete(&outdated, "1.0")).await;
    assert_eq!(error.unwrap_err().code, Code::ChangedElsewhere);
    let deleted = app.app.delete_image(delete(&found.digest, "1.0")).await;
    deleted.unwrap();
    let gone = app.app.review_deletion(review()).await.unwrap_err();
    assert!(gone.message.contains("does not have this"), "{gone:?}");
    app.app.end().await;
}

#[tokio::test]
async fn a_registry_that_does_not_delete_is_told_with_what_to_do() {
    let registry = DockerRegistry::builder().start();
    let image = OciImage::new(&["base"], "1.0", "2024-01-01T10:00:00Z");
    let digest = image.push(&format!("{}/team/app:1.0", registry.host()));
    let app = empty().await;
    let lab = add(&app, "Lab", &registry.host()).await;
    let image = ImageRef {
        registry: lab,
        repository: "team/app".to_owned(),
        reference: "1.0".to_owned(),
        platform: None,
    };
    let request = DeleteImage {
        image,
        digest,
        whole: true,
        typed: "1.0".to_owned(),
    };
    let error = app.app.delete_image(request).await.unwrap_err();
    assert_eq!(error.message, "The registry does not offer deletion.");
    assert!(error.hint.unwrap().starts_with("Ask whoever runs"));
    app.app.end().await;
}
