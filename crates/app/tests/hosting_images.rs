//! The page of an image that is hosted here, with what belongs to it.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use acceptance_support::oci_image::digest;
use registrar_app::wire::*;
use serde_json::{Value, json};
use support::hosted::Hosted;

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const SPDX: &str = "application/spdx+json";
const COSIGN: &str = "application/vnd.dev.cosign.artifact.sig.v1+json";

/// Whoever pushes to the registry `images`.
struct Pusher {
    hosted: Hosted,
    source: String,
    token: String,
}

fn descriptor(bytes: &[u8]) -> Value {
    json!({"mediaType": IMAGE, "digest": digest(bytes), "size": bytes.len()})
}

impl Pusher {
    async fn new() -> Self {
        let hosted = Hosted::new().await;
        let source = hosted.source(Ecosystem::Container, "Images").await.row.id;
        let request = CreateApiToken {
            description: "build server".to_owned(),
            scopes: vec![TokenScope::ReadPackages, TokenScope::WritePackages],
            expires_in_days: None,
        };
        let token = hosted.test.app.create_api_token(request).await.unwrap();
        Self {
            token: token.token,
            hosted,
            source,
        }
    }

    async fn send(&self, method: &'static str, rest: &str, kind: &'static str, body: &[u8]) {
        let url = format!(
            "http://127.0.0.1:{}/v2/local/images/app/{rest}",
            self.hosted.port
        );
        let (token, body) = (format!("Bearer {}", self.token), body.to_vec());
        let send = move || {
            let request = ureq::http::Request::builder()
                .method(method)
                .uri(url)
                .header("authorization", token)
                .header("content-type", kind)
                .body(body)
                .unwrap();
            ureq::run(request).unwrap().status().as_u16()
        };
        assert_eq!(tokio::task::spawn_blocking(send).await.unwrap(), 201);
    }

    /// Pushes a manifest with one layer, by a tag or by its digest; its bytes.
    async fn push(&self, tag: Option<&str>, layer: &[u8], more: &Value) -> Vec<u8> {
        let octets = "application/octet-stream";
        for blob in [layer, b"{}"] {
            let rest = format!("blobs/uploads/?digest={}", digest(blob));
            self.send("POST", &rest, octets, blob).await;
        }
        let mut manifest = json!({
            "schemaVersion": 2, "mediaType": IMAGE,
            "config": descriptor(b"{}"), "layers": [descriptor(layer)],
        });
        let fields = manifest.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let bytes = manifest.to_string().into_bytes();
        let own = digest(&bytes);
        let rest = format!("manifests/{}", tag.unwrap_or(&own));
        self.send("PUT", &rest, IMAGE, &bytes).await;
        bytes
    }

    fn app(&self, version: Option<&str>) -> PackageRef {
        PackageRef {
            source: self.source.clone(),
            name: "app".to_owned(),
            version: version.map(str::to_owned),
        }
    }

    async fn page(&self, version: Option<&str>) -> PackageDetails {
        let wanted = self.app(version);
        self.hosted.test.app.get_package(wanted).await.unwrap()
    }
}

fn versions(page: &PackageDetails) -> Vec<&str> {
    page.versions.iter().map(|row| &*row.version).collect()
}

/// An image with a list of its contents, which is signed, and with a signature by a tag.
struct Signed {
    pusher: Pusher,
    other: String,
    image: String,
    sbom: Vec<u8>,
    signature: String,
    by_tag: String,
}

impl Signed {
    async fn new() -> Self {
        let pusher = Pusher::new().await;
        let other = pusher.push(Some("0.9"), b"old", &json!({})).await;
        let image = pusher.push(Some("1.0"), b"new", &json!({})).await;
        let sbom = json!({"artifactType": SPDX, "subject": descriptor(&image)});
        let sbom = pusher.push(None, b"spdx", &sbom).await;
        let signature = json!({"artifactType": COSIGN, "subject": descriptor(&sbom)});
        let signature = pusher.push(None, b"signed", &signature).await;
        let tag = format!("{}.sig", digest(&image).replace(':', "-"));
        let by_tag = pusher.push(Some(&tag), b"signed too", &json!({})).await;
        let [other, image, signature, by_tag] =
            [other, image, signature, by_tag].map(|bytes| digest(&bytes));
        Self {
            pusher,
            other,
            image,
            sbom,
            signature,
            by_tag,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_an_image_is_on_its_page_and_not_in_the_list() {
    let all = Signed::new().await;
    let sbom = digest(&all.sbom);
    let page = all.pusher.page(None).await;
    assert_eq!(page.version.version, all.image, "not what came last");
    assert_eq!(versions(&page), [&*all.image, &*all.other]);
    assert_eq!((page.version_count, page.going_with), (2, 3));
    assert_eq!((page.version.referrer, page.subject), (None, None));
    let rows = page.referrers.iter();
    let rows: Vec<_> = rows
        .map(|row| (&*row.digest, row.kind, &*row.artifact_type, row.source))
        .collect();
    let (signature, contents) = (ReferrerKind::Signature, ReferrerKind::Sbom);
    let expected = [
        (&*all.by_tag, signature, "cosign (sig)", ReferrerSource::Tag),
        (&*sbom, contents, SPDX, ReferrerSource::Api),
    ];
    assert_eq!(rows, expected);
    let size = all.sbom.len() + b"{}spdx".len();
    assert_eq!(page.referrers[1].size, Some(size as u64));
    assert!(!page.more_referrers && page.referrers[1].created.is_some());

    let page = all.pusher.page(Some(&sbom)).await;
    assert_eq!(page.version.referrer, Some(contents));
    assert_eq!(page.subject.unwrap().tags, ["1.0"]);
    assert_eq!(page.referrers[0].digest, all.signature);
    assert_eq!(page.going_with, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_an_image_is_deleted_with_it() {
    let all = Signed::new().await;
    let app = &all.pusher.hosted.test.app;
    let gone = all.pusher.app(Some(&all.image));
    app.delete_package(gone).await.unwrap();
    let page = all.pusher.page(None).await;
    assert_eq!(
        (versions(&page), page.version_count),
        (vec![&*all.other], 1)
    );
    let request = ListPackages {
        source: all.pusher.source.clone(),
        search: String::new(),
        sort: PackageSort::Name,
        offset: 0,
        limit: 9,
    };
    let listed = app.list_packages(request).await.unwrap();
    let row = &listed.rows[0];
    assert_eq!((&*row.version, row.versions), ("0.9", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_nothing_here_is_listed_as_what_it_is() {
    let pusher = Pusher::new().await;
    let sbom = json!({"artifactType": SPDX, "subject": descriptor(b"nowhere")});
    let sbom = pusher.push(None, b"spdx", &sbom).await;
    let page = pusher.page(None).await;
    assert_eq!(versions(&page), [digest(&sbom)]);
    assert_eq!(page.versions[0].referrer, Some(ReferrerKind::Sbom));
    assert_eq!((page.subject, page.version_count), (None, 1));
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// An index of two platforms with a record of how one of them was built, as buildkit pushes it.
struct Platforms {
    pusher: Pusher,
    index: Vec<u8>,
    arm: String,
    amd: String,
    built: String,
}

impl Platforms {
    async fn new() -> Self {
        let pusher = Pusher::new().await;
        let arm = pusher.platform("arm64").await;
        let amd = pusher.platform("amd64").await;
        let built = pusher.push(None, b"in-toto", &json!({})).await;
        let entry = |bytes: &[u8], architecture: &str| {
            let mut entry = descriptor(bytes);
            let os = if architecture == "unknown" {
                architecture
            } else {
                "linux"
            };
            entry["platform"] = json!({"os": os, "architecture": architecture});
            entry
        };
        let mut record = entry(&built, "unknown");
        record["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": digest(&amd),
        });
        let manifests = [entry(&arm, "arm64"), entry(&amd, "amd64"), record];
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
        let index = index.to_string().into_bytes();
        pusher.send("PUT", "manifests/1.0", INDEX, &index).await;
        Self {
            pusher,
            index,
            arm: digest(&arm),
            amd: digest(&amd),
            built: digest(&built),
        }
    }

    async fn open(&self, platform: Option<&str>) -> ImageFacts {
        self.pusher
            .open(&digest(&self.index), platform)
            .await
            .unwrap()
    }
}

impl Pusher {
    /// Pushes an image for one kind of processor by its digest; its manifest's bytes.
    async fn platform(&self, architecture: &str) -> Vec<u8> {
        let config = json!({
            "architecture": architecture, "os": "linux",
            "config": {"Env": [format!("CPU={architecture}")], "Entrypoint": ["/app", "serve"]},
            "history": [{"created_by": "COPY app /"}, {"created_by": "ENV", "empty_layer": true}],
        });
        let config = config.to_string().into_bytes();
        let rest = format!("blobs/uploads/?digest={}", digest(&config));
        self.send("POST", &rest, "application/octet-stream", &config)
            .await;
        let mut described = descriptor(&config);
        described["mediaType"] = CONFIG.into();
        let more = json!({"config": described, "annotations": {"org.example.for": architecture}});
        self.push(None, architecture.as_bytes(), &more).await
    }

    async fn open(
        &self,
        version: &str,
        platform: Option<&str>,
    ) -> Result<ImageFacts, CommandError> {
        let wanted = OpenPackageImage {
            source: self.source.clone(),
            name: "app".to_owned(),
            version: version.to_owned(),
            platform: platform.map(str::to_owned),
        };
        self.hosted.test.app.open_package_image(wanted).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_for_several_platforms_is_one_version() {
    let all = Platforms::new().await;
    let index = digest(&all.index);
    let page = all.pusher.page(None).await;
    assert_eq!((versions(&page), page.version_count), (vec![&*index], 1));
    assert_eq!((page.going_with, page.part_of), (3, None));
    for part in [&all.arm, &all.amd, &all.built] {
        let page = all.pusher.page(Some(part)).await;
        assert_eq!(page.part_of.unwrap().tags, ["1.0"]);
    }
    let app = &all.pusher.hosted.test.app;
    let gone = all.pusher.app(Some(&index));
    app.delete_package(gone).await.unwrap();
    let gone = app.get_package(all.pusher.app(None)).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound, "nothing is left of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_stays_as_long_as_another_index_lists_it() {
    let all = Platforms::new().await;
    let mut other: Value = serde_json::from_slice(&all.index).unwrap();
    other["manifests"].as_array_mut().unwrap().truncate(1);
    let other = other.to_string().into_bytes();
    all.pusher.send("PUT", "manifests/1.1", INDEX, &other).await;
    let app = &all.pusher.hosted.test.app;
    let gone = all.pusher.app(Some(&digest(&all.index)));
    app.delete_package(gone).await.unwrap();
    let page = all.pusher.page(None).await;
    assert_eq!(
        (versions(&page), page.going_with),
        (vec![&*digest(&other)], 1)
    );
    let page = all.pusher.page(Some(&all.arm)).await;
    assert_eq!(page.part_of.unwrap().tags, ["1.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_image_is_made_of_is_shown_for_each_platform() {
    let all = Platforms::new().await;
    let own = if cfg!(target_arch = "aarch64") {
        &all.arm
    } else {
        &all.amd
    };
    assert_eq!(
        all.open(None).await.image_digest,
        *own,
        "the one for this computer"
    );

    let facts = all.open(Some(&all.arm)).await;
    assert_eq!(
        (&facts.image_digest, &facts.digest),
        (&all.arm, &digest(&all.index))
    );
    let platforms: Vec<_> = facts
        .platforms
        .iter()
        .map(|row| (&*row.name, row.is_image))
        .collect();
    assert_eq!(
        platforms,
        [("linux/arm64", true), ("linux/amd64", true), (IMAGE, false)]
    );
    let [layer] = &facts.layers[..] else {
        panic!("{:?}", facts.layers)
    };
    assert_eq!((layer.size, &*layer.created_by), (5, "COPY app /"));
    assert_eq!(facts.history.len(), 2);
    let config = facts.config.unwrap();
    assert_eq!(
        (config.env, config.entrypoint),
        (
            vec!["CPU=arm64".to_owned()],
            vec!["/app".to_owned(), "serve".to_owned()]
        )
    );
    assert_eq!(facts.annotations[0].value, "arm64");
    assert!(facts.referrers.is_empty(), "it was built without a record");

    let facts = all.open(Some(&all.amd)).await;
    let rows: Vec<_> = facts
        .referrers
        .iter()
        .map(|row| (&row.digest, row.kind, row.source))
        .collect();
    assert_eq!(
        rows,
        [(&all.built, ReferrerKind::Attestation, ReferrerSource::Index)]
    );
    let built = all.pusher.open(&all.built, None).await.unwrap();
    assert_eq!((built.config, built.layers.len()), (None, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_shown_as_it_was_pushed() {
    let all = Platforms::new().await;
    let index = all.pusher.app(Some(&digest(&all.index)));
    let app = &all.pusher.hosted.test.app;
    let raw = app.package_manifest(index).await.unwrap();
    assert_eq!(raw.text.unwrap().as_bytes(), all.index);
    assert_eq!(
        (raw.digest, raw.media_type.as_deref()),
        (Some(digest(&all.index)), Some(INDEX))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_whose_platform_was_deleted_is_shown_without_it() {
    let all = Platforms::new().await;
    let app = &all.pusher.hosted.test.app;
    app.delete_package(all.pusher.app(Some(&all.arm)))
        .await
        .unwrap();
    let facts = all.open(Some(&all.arm)).await;
    assert_eq!(facts.image_digest, facts.digest);
    assert_eq!((facts.platforms.len(), facts.layers.len()), (3, 0));
    let gone = all.pusher.open(&all.arm, None).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_image_is_not_opened_as_one() {
    let hosted = Hosted::new().await;
    let source = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted.published(&source, "tool-1.0.0.zip", b"x").await;
    let wanted = OpenPackageImage {
        source,
        name: "tool".to_owned(),
        version: "1.0.0".to_owned(),
        platform: None,
    };
    let refused = hosted
        .test
        .app
        .open_package_image(wanted)
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
}
