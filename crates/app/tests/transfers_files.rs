//! Files and chosen platforms: an archive as docker takes it, a folder, and the way back into a
//! registry, between reference registries, with skopeo to say what has arrived.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::process::Command;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::gate::Gate;
use acceptance_support::oci_image::OciImage;
use registrar_app::wire::*;
use support::images::{at, digest, done, file, image, start, whole};
use support::{TestApp, container};

const CREATED: &str = "2024-05-01T10:00:00Z";

/// An application with these registries, and their ids.
async fn with<const N: usize>(hosts: [(&str, &str); N]) -> (TestApp, [String; N]) {
    let app = TestApp::with_catalog("version = 1\n").await;
    let mut ids = std::array::from_fn(|_| String::new());
    for (id, (name, host)) in ids.iter_mut().zip(hosts) {
        let draft = RegistryDraft {
            allow_http: true,
            ..container(name, host)
        };
        *id = app.add(draft).await.unwrap().row.id;
    }
    (app, ids)
}

async fn carried(app: &TestApp, wanted: NewTransfer) -> TransferRow {
    let id = start(app, wanted).await;
    done(app, &id).await
}

fn skopeo(arguments: &[&str]) -> Vec<u8> {
    let mut skopeo = Command::new("skopeo");
    skopeo.arg("--insecure-policy").args(arguments);
    let run = skopeo.output().unwrap();
    assert!(run.status.success(), "{run:?}");
    run.stdout
}

/// The digest of what skopeo reads there.
fn seen(place: &str) -> String {
    let raw = skopeo(&["inspect", "--tls-verify=false", "--raw", place]);
    acceptance_support::oci_image::digest(&raw)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_for_docker_and_a_folder_go_back_into_a_registry() {
    let (lab, mirror) = (
        DockerRegistry::builder().start(),
        DockerRegistry::builder().start(),
    );
    let pushed = OciImage::new(&["base", "app"], "1.0", CREATED);
    let original = pushed.push(&format!("{}/team/app:1.0", lab.host()));
    let (app, [from, to]) = with([("Lab", &lab.host()), ("Mirror", &mirror.host())]).await;
    let disk = tempfile::tempdir().unwrap();

    for (form, name) in [(ImageForm::Archive, "app.tar"), (ImageForm::Folder, "app")] {
        let path = disk.path().join(name);
        let saved = carried(&app, whole(at(&from, "1.0"), file(form, &path))).await;
        assert_eq!((digest(&saved), &saved.image), (&*original, &None));
        let read = ReadMovable {
            from: file(form, &path),
            operation: "read".to_owned(),
        };
        let found = app.app.read_movable(read).await.unwrap().images;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].digest, original);
        let tag = name.replace('.', "-");
        let sent = carried(&app, whole(file(form, &path), at(&to, &tag))).await;
        assert_eq!(sent.image, Some(image(&to, &tag)));
        let place = format!("docker://{}/team/app:{tag}", mirror.host());
        assert_eq!(seen(&place), original);
    }
    // As `docker load` reads it: the image for this computer, layer by layer.
    let archive = disk.path().join("app.tar");
    let unpacked = disk.path().join("unpacked");
    let (from, to) = (
        format!("docker-archive:{}", archive.display()),
        format!("oci:{}:app", unpacked.display()),
    );
    skopeo(&["copy", "--quiet", &from, &to]);
    let config = skopeo(&["inspect", "--config", &from]);
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(config["os"], "linux");
    assert_eq!(config["rootfs"]["diff_ids"].as_array().unwrap().len(), 2);
    let titles: Vec<_> = notified(&app);
    assert!(
        titles.contains(&"Downloaded team/app:1.0".to_owned()),
        "{titles:?}"
    );
    assert!(
        titles.contains(&"Uploaded team/app:app-tar".to_owned()),
        "{titles:?}"
    );
    app.app.end().await;
}

fn notified(app: &TestApp) -> Vec<String> {
    let notified = app.world.notified.lock().unwrap();
    notified.iter().map(|(title, _)| title.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_platform_is_copied_with_its_signature_and_goes_on_after_a_restart() {
    let (lab, mirror) = (
        DockerRegistry::builder().start(),
        DockerRegistry::builder().start(),
    );
    let pushed = OciImage::new(&["base", "app"], "1.0", CREATED);
    pushed.push(&format!("{}/team/app:1.0", lab.host()));
    let gate = Gate::before(&lab.host());
    let (app, [straight, from, to]) = with([
        ("Straight", &lab.host()),
        ("Lab", &gate.host()),
        ("Mirror", &mirror.host()),
    ])
    .await;
    let open = OpenImage {
        image: image(&straight, "1.0"),
        operation: "open".to_owned(),
    };
    let facts = app.app.open_image(open).await.unwrap().image.unwrap();
    let arm = facts.platforms.iter().find(|row| row.name == "linux/arm64");
    let arm = arm.unwrap().digest.clone();
    // Cosign's signatures are images under tags of this kind.
    let signature = format!("{}.sig", arm.replace(':', "-"));
    let signed = format!("{}/team/app:{signature}", lab.host());
    OciImage::new(&["signature"], "0", CREATED).push(&signed);

    let wanted = NewTransfer {
        platforms: Some(vec!["linux/arm64".to_owned()]),
        ..whole(at(&from, "1.0"), at(&to, "arm"))
    };
    let id = start(&app, wanted).await;
    for _ in 0..1500 {
        if gate.held() > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(gate.held() > 0, "nothing asks for a blob");
    app.app.end().await;
    gate.open();
    let again = app.restarted().await;
    let row = done(&again, &id).await;
    assert_eq!(row.image, Some(image(&to, "arm")));
    let place = format!("docker://{}/team/app", mirror.host());
    assert_eq!(seen(&format!("{place}:arm")), arm);
    assert_eq!(
        seen(&format!("{place}:{signature}")),
        seen(&format!("docker://{signed}"))
    );
    again.app.end().await;
}
