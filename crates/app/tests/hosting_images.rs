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
