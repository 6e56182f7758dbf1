//! Folders and archives: what skopeo reads of ours, and what we read of its.

use std::fs::{self, File};
use std::io::Write as _;

use acceptance_support::docker_engine::DockerEngine;
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::oci_image::OciImage;
use flate2::Compression;
use flate2::write::GzEncoder;
use registrar_container::moving::Standing;

use super::*;

#[tokio::test]
async fn skopeo_reads_the_folders_that_we_write() {
    let host = DockerRegistry::builder().start();
    let first = OciImage::new(&["base"], "1.0", CREATED).push(&format!("{}/app:1.0", host.host()));
    let second = OciImage::new(&["other"], "2", CREATED).push(&format!("{}/app:2", host.host()));
    let folder = tempfile::tempdir().unwrap();
    let place = at(&folder, "images");
    moved(&registry(&host.host(), "app:1.0"), &layout(&place, None)).await;
    let reference = format!("oci:{}:1.0", text(&place));
    assert_eq!(seen_by_skopeo(&reference), first);
    let again = format!("oci:{}", text(&at(&folder, "again")));
    skopeo(&["copy", "--all", "--quiet", &reference, &again]);

    // Another one beside it.
    let to = layout(&place, Some("two"));
    moved(&registry(&host.host(), "app:2"), &to).await;
    assert_eq!(seen_by_skopeo(&format!("oci:{}:two", text(&place))), second);
    assert_eq!(seen_by_skopeo(&reference), first);
    let mut names: Vec<_> = moving::images(&place).await.unwrap();
    names.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<_> = names.iter().map(|image| &*image.name).collect();
    assert_eq!(names, ["1.0", "two"]);
    let plan = planned(&whole(&registry(&host.host(), "app:2"), &to))
        .await
        .unwrap();
    assert_eq!(plan.standing, Standing::Same);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "nothing is left behind: {left:?}");

    let several = planned(&whole(
        &layout(&place, None),
        &registry(&host.host(), "x:1"),
    ))
    .await;
    let Err(MoveFailure::SeveralImages(names)) = several else {
        panic!("{several:?}");
    };
    assert_eq!(names.len(), 2);
    let none = planned(&whole(
        &layout(&place, Some("3")),
        &registry(&host.host(), "x:1"),
    ))
    .await;
    assert_eq!(none.err(), Some(MoveFailure::NoSuchImage));
}

#[tokio::test]
async fn skopeo_reads_the_archives_that_we_write_in_both_ways() {
    let host = DockerRegistry::builder().start();
    let at_host = host.host();
    let digest =
        OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at_host}/app:1.0"));
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "app.tar");
    moved(&registry(&at_host, "app:1.0"), &archive(&file, None)).await;
    assert_eq!(
        seen_by_skopeo(&format!("oci-archive:{}:1.0", text(&file))),
        digest
    );

    let docker = format!("docker-archive:{}:{at_host}/app:1.0", text(&file));
    let config = skopeo(&["inspect", "--config", &docker]);
    assert!(config.contains("/srv/start"), "{config}");
    let to = format!("oci:{}", text(&at(&folder, "unpacked")));
    skopeo(&["copy", "--quiet", &docker, &to]);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "nothing is left behind: {left:?}");

    // And back from it, by either name.
    for name in [
        format!("{at_host}/app:1.0"),
        "1.0".to_owned(),
        digest.clone(),
    ] {
        let to = registry(&at_host, "back:1");
        let back = moved(&archive(&file, Some(&name)), &to).await;
        assert_eq!(back.digest.as_str(), digest);
    }
}

#[tokio::test]
async fn we_read_what_skopeo_writes() {
    let host = DockerRegistry::builder().start();
    let at_host = host.host();
    let digest =
        OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at_host}/app:1.0"));
    let from = format!("docker://{at_host}/app:1.0");
    let folder = tempfile::tempdir().unwrap();
    let (oci, tar, docker) = (
        at(&folder, "oci"),
        at(&folder, "oci.tar"),
        at(&folder, "docker.tar"),
    );
    let copy = |all: &[&str], to: &str| {
        let always = ["copy", "--quiet", "--src-tls-verify=false"];
        skopeo(&[&always[..], all, &[&from, to]].concat());
    };
    copy(&["--all"], &format!("oci:{}:a", text(&oci)));
    copy(&["--all"], &format!("oci-archive:{}:b", text(&tar)));
    copy(
        &[],
        &format!("docker-archive:{}:example.com/c:d", text(&docker)),
    );

    let folder_copy = moved(&layout(&oci, Some("a")), &registry(&at_host, "oci:1")).await;
    assert_eq!(folder_copy.digest.as_str(), digest);
    let archive_copy = moved(&archive(&tar, None), &registry(&at_host, "tar:1")).await;
    assert_eq!(archive_copy.digest.as_str(), digest);

    let packed = at(&folder, "docker.tar.gz");
    let mut gzip = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
    gzip.write_all(&fs::read(&docker).unwrap()).unwrap();
    gzip.finish().unwrap();
    for (name, file) in [("plain", &docker), ("packed", &packed)] {
        let found = moving::images(file).await.unwrap();
        assert_eq!(found[0].name, "example.com/c:d");
        let from = archive(file, Some("example.com/c:d"));
        moved(&from, &registry(&at_host, &format!("{name}:1"))).await;
        let there = format!("docker://{at_host}/{name}:1");
        let config = skopeo(&["inspect", "--config", "--tls-verify=false", &there]);
        assert!(config.contains("/srv/start"), "{config}");
        let to = format!("oci:{}", text(&at(&folder, name)));
        skopeo(&["copy", "--quiet", "--src-tls-verify=false", &there, &to]);
    }
}

#[tokio::test]
async fn buildah_takes_what_we_write_and_writes_what_we_read() {
    exchanged("buildah").await;
}

#[tokio::test]
async fn podman_takes_what_we_write_and_writes_what_we_read() {
    exchanged("podman").await;
}

#[tokio::test]
async fn docker_loads_what_we_write_and_saves_what_we_read() {
    let (host, engine) = (DockerRegistry::builder().start(), DockerEngine::start());
    let at_host = host.host();
    OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at_host}/app:1.0"));
    let folder = tempfile::tempdir().unwrap();
    let docker = |arguments: &[&str]| {
        let mut command = Command::new("docker");
        ran(command.env("DOCKER_HOST", engine.host()).args(arguments))
    };
    let file = at(&folder, "app.tar");
    moved(&registry(&at_host, "app:1.0"), &archive(&file, None)).await;
    let loaded = docker(&["load", "--input", text(&file)]);
    let image = format!("{at_host}/app:1.0");
    assert_eq!(loaded.trim(), format!("Loaded image: {image}"));
    let entry = ["image", "inspect", "--format", "{{.Config.Entrypoint}}"];
    assert!(docker(&[&entry[..], &[&image]].concat()).contains("/srv/start"));

    let saved = at(&folder, "saved.tar");
    docker(&["save", "--output", text(&saved), &image]);
    moved(&archive(&saved, None), &registry(&at_host, "saved:1")).await;
    let there = format!("docker://{at_host}/saved:1");
    let config = skopeo(&["inspect", "--config", "--tls-verify=false", &there]);
    assert!(config.contains("/srv/start"), "{config}");
}

/// Runs `program` with a storage in `folder`.
fn with_storage(program: &str, folder: &tempfile::TempDir, arguments: &[&str]) -> String {
    let (root, run) = (at(folder, "storage"), at(folder, "run"));
    let storage = ["--storage-driver", "vfs", "--root", text(&root)];
    let mut command = Command::new(program);
    command.args(storage).args(["--runroot", text(&run)]);
    ran(command.args(arguments))
}

/// An archive of ours becomes an image of `program`, and its archives an image in a registry.
async fn exchanged(program: &str) {
    let host = DockerRegistry::builder().start();
    let at_host = host.host();
    OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at_host}/app:1.0"));
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| with_storage(program, &folder, arguments);
    let file = at(&folder, "app.tar");
    moved(&registry(&at_host, "app:1.0"), &archive(&file, None)).await;
    if program == "podman" {
        let loaded = run(&["load", "--input", text(&file)]);
        assert!(loaded.contains("app:1.0"), "{loaded}");
    }
    for kind in ["docker-archive", "oci-archive"] {
        run(&["pull", "--quiet", &format!("{kind}:{}", text(&file))]);
        let images = run(&["images", "--noheading"]);
        assert!(images.contains("app"), "{kind}: {images}");
        let written = at(&folder, &format!("{kind}.tar"));
        let id = run(&["images", "--quiet"]);
        let to = format!("{kind}:{}:example.com/back:1", text(&written));
        run(&["push", "--quiet", id.lines().next().unwrap(), &to]);
        let target = registry(&at_host, &format!("{kind}:1"));
        moved(&archive(&written, None), &target).await;
        let there = format!("docker://{at_host}/{kind}:1");
        let config = skopeo(&["inspect", "--config", "--tls-verify=false", &there]);
        assert!(config.contains("/srv/start"), "{config}");
    }
}

#[tokio::test]
async fn what_is_no_image_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "notes.txt");
    fs::write(&file, "not a tar").unwrap();
    let to = registry("localhost:1", "app:1");
    let failure = planned(&whole(&archive(&file, None), &to))
        .await
        .unwrap_err();
    assert!(
        matches!(failure, MoveFailure::NotAnArchive { .. }),
        "{failure:?}"
    );
    let failure = planned(&whole(&layout(folder.path(), None), &to))
        .await
        .unwrap_err();
    assert!(
        matches!(failure, MoveFailure::NotALayout { .. }),
        "{failure:?}"
    );
    let missing = at(&folder, "missing");
    let failure = planned(&whole(&layout(&missing, None), &to))
        .await
        .unwrap_err();
    assert!(
        matches!(failure, MoveFailure::NotALayout { .. }),
        "{failure:?}"
    );
    assert!(failure.advice().is_some() && !failure.can_retry());

    let image = at(&folder, "image");
    OciImage::new(&["base"], "1.0", CREATED).write(&image);
    let occupied = planned(&whole(&layout(&image, None), &layout(folder.path(), None))).await;
    let occupied = occupied.unwrap_err();
    assert_eq!(occupied, MoveFailure::Occupied(folder.path().to_owned()));
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a tar");
}

#[tokio::test]
async fn a_blob_that_was_changed_on_the_disk_does_not_pass() {
    let host = DockerRegistry::builder().start();
    let folder = tempfile::tempdir().unwrap();
    OciImage::new(&["base"], "1.0", CREATED).write(folder.path());
    let blobs = folder.path().join("blobs/sha256");
    let layer = fs::read_dir(blobs)
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let mut packed = layer.filter(|path| fs::read(path).unwrap().starts_with(&[0x1f, 0x8b]));
    let layer = packed.next().unwrap();
    let mut bytes = fs::read(&layer).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&layer, bytes).unwrap();
    let to = registry(&host.host(), "app:1");
    let failure = carried(whole(&layout(folder.path(), None), &to))
        .await
        .unwrap_err();
    assert!(
        matches!(failure, MoveFailure::WrongContent(_)),
        "{failure:?}"
    );
    let plan = planned(&whole(&layout(folder.path(), None), &to))
        .await
        .unwrap();
    assert_eq!(plan.standing, Standing::Free);
}

#[tokio::test]
async fn names_in_an_archive_are_no_paths() {
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "evil.tar");
    let mut tar = tar::Builder::new(File::create(&file).unwrap());
    let manifest = r#"[{"Config":"config.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]"#;
    let config = r#"{"rootfs":{"type":"layers","diff_ids":["sha256:aa"]}}"#;
    for (name, content) in [("manifest.json", manifest), ("config.json", config)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content.as_bytes())
            .unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "layer.tar", "/etc/passwd")
        .unwrap();
    tar.finish().unwrap();
    let failure = moving::images(&file).await.unwrap_err();
    assert!(
        matches!(failure, MoveFailure::NotAnArchive { .. }),
        "{failure:?}"
    );
}
