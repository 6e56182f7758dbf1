//! Images of the registries that are hosted here: downloaded, copied to another registry, and taken
//! in from one or from a file. The other registry is a real one.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::path::Path;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::oci_image::OciImage;
use registrar_app::wire::*;
use support::container;
use support::hosted::{Hosted, free_port};
use support::images::{digest, done, file, inspect, start, whole};

/// A host with the private registry `images`, which has nobody's token.
struct Here {
    hosted: Hosted,
    source: String,
}

impl Here {
    async fn new() -> Self {
        // The server may still be on its way.
        let hosted = Hosted::begin(free_port()).await;
        let source = hosted.source(Ecosystem::Container, "Images").await.row.id;
        Self { hosted, source }
    }

    fn at(&self, reference: &str) -> TransferPlace {
        TransferPlace::Registry {
            registry: self.source.clone(),
            repository: "local/images/app".to_owned(),
            reference: reference.to_owned(),
        }
    }

    /// Moves an image and waits until it has arrived; its digest.
    async fn moved(&self, from: TransferPlace, to: TransferPlace) -> String {
        let app = &self.hosted.test;
        let id = start(app, whole(from, to)).await;
        digest(&done(app, &id).await).to_owned()
    }

    async fn page(&self) -> PackageDetails {
        let app = PackageRef {
            source: self.source.clone(),
            name: "app".to_owned(),
            version: None,
        };
        self.hosted.test.app.get_package(app).await.unwrap()
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.hosted.test.folder.path().join(name)
    }
}

fn image() -> OciImage {
    OciImage::new(&["base", "app"], "1.0", "2024-01-01T10:00:00Z")
}

/// Writes the image into a folder; its digest.
fn written(folder: &Path) -> String {
    std::fs::create_dir_all(folder).unwrap();
    image().write(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_comes_in_from_a_file_and_goes_to_one() {
    let here = Here::new().await;
    let source = here.folder("source");
    let digest = written(&source);
    let from = TransferPlace::File {
        form: ImageForm::Folder,
        path: source.display().to_string(),
        image: Some("image".to_owned()),
    };
    assert_eq!(here.moved(from, here.at("1.0")).await, digest);
    let page = here.page().await;
    assert_eq!(
        (&*page.version.version, &*page.version.tags),
        (&*digest, &["1.0".to_owned()][..])
    );
    assert_eq!(
        (page.version_count, &*page.published_by),
        (1, "this window")
    );

    let saved = here.folder("saved");
    let to = file(ImageForm::Folder, &saved);
    assert_eq!(here.moved(here.at("1.0"), to).await, digest);
    assert!(inspect(&format!("oci:{}:1.0", saved.display())).contains("arm64"));
    let noted = here.hosted.activity("image.downloaded").await;
    assert_eq!(noted[0].0.as_deref(), Some("Images"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_copied_from_another_registry_and_to_it() {
    let here = Here::new().await;
    let other = DockerRegistry::builder().start();
    let digest = image().push(&format!("{}/team/app:1.0", other.host()));
    let draft = RegistryDraft {
        allow_http: true,
        ..container("Lab", &other.host())
    };
    let lab = here.hosted.test.add(draft).await.unwrap().row.id;
    let there = |reference: &str| TransferPlace::Registry {
        registry: lab.clone(),
        repository: "team/app".to_owned(),
        reference: reference.to_owned(),
    };
    assert_eq!(here.moved(there("1.0"), here.at("1.0")).await, digest);
    assert_eq!(here.page().await.version.version, digest);
    assert_eq!(here.moved(here.at(&digest), there("again")).await, digest);
    assert!(inspect(&format!("docker://{}/team/app:again", other.host())).contains("arm64"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_copied_from_one_of_them_to_another() {
    let here = Here::new().await;
    let source = here.folder("source");
    let digest = written(&source);
    here.moved(file(ImageForm::Folder, &source), here.at("1.0"))
        .await;
    let mirror = here
        .hosted
        .source(Ecosystem::Container, "Mirror")
        .await
        .row
        .id;
    let to = TransferPlace::Registry {
        registry: mirror.clone(),
        repository: "local/mirror/app".to_owned(),
        reference: "1.0".to_owned(),
    };
    assert_eq!(here.moved(here.at("1.0"), to).await, digest);
    let app = PackageRef {
        source: mirror,
        name: "app".to_owned(),
        version: Some(digest.clone()),
    };
    let page = here.hosted.test.app.get_package(app).await.unwrap();
    assert_eq!(page.version.tags, ["1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_in_the_place_of_a_server_that_does_not_answer() {
    // Somebody else has the port.
    let port = free_port();
    let other = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    other.set_nonblocking(true).unwrap();
    let hosted = Hosted::begin(port).await;
    hosted.failed().await;
    let source = hosted.source(Ecosystem::Container, "Images").await.row.id;
    let here = Here { hosted, source };
    let read = ReadMovable {
        from: here.at("1.0"),
        operation: "read".to_owned(),
    };
    let refused = here.hosted.test.app.read_movable(read).await.unwrap_err();
    assert!(refused.message.contains("not being served"), "{refused:?}");
    assert!(other.accept().is_err(), "it was shown a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_no_images_is_no_place_for_one() {
    let hosted = Hosted::new().await;
    let source = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    let here = Here { hosted, source };
    let read = ReadMovable {
        from: here.at("1.0"),
        operation: "read".to_owned(),
    };
    let refused = here.hosted.test.app.read_movable(read).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
}
