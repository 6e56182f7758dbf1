//! The reference registry at both ends, and skopeo to say what has arrived.

use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Tokens, USER};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::gate::Gate;
use acceptance_support::oci_image::OciImage;
use acceptance_support::token_server::Signer;
use registrar_container::Credentials;
use registrar_container::moving::Standing;
use registrar_registry::Secret;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_copy_has_everything_and_the_second_one_moves_nothing() {
    let (ours, theirs) = (
        DockerRegistry::builder().start(),
        DockerRegistry::builder().start(),
    );
    let pushed = OciImage::new(&["base", "app"], "1.0", CREATED);
    let digest = pushed.push(&format!("{}/team/app:1.0", ours.host()));
    let from = registry(&ours.host(), "team/app:1.0");
    let to = registry(&theirs.host(), "copies/app:stable");

    let plan = planned(&whole(&from, &to)).await.unwrap();
    assert_eq!(
        (plan.standing, plan.manifests, plan.blobs),
        (Standing::Free, 3, 4)
    );
    assert_eq!(plan.platforms.len(), 2);
    assert!(!plan.new_index);

    let first = moved(&from, &to).await;
    assert_eq!(first.digest.as_str(), digest);
    assert_eq!(first.bytes_already_there, 0);
    let seen = seen_by_skopeo(&format!("docker://{}/copies/app:stable", theirs.host()));
    assert_eq!(seen, digest);
    skopeo_pulls(&format!("{}/copies/app:stable", theirs.host()));

    let plan = planned(&whole(&from, &to)).await.unwrap();
    assert_eq!(plan.standing, Standing::Same);
    let second = moved(&from, &to).await;
    let manifests: u64 = plan.bytes_total - second.bytes_already_there;
    assert!(
        second.bytes_already_there > 0 && manifests < 3000,
        "{second:?}"
    );
}

/// Lets skopeo fetch everything that the image has.
fn skopeo_pulls(image: &str) {
    let folder = tempfile::tempdir().unwrap();
    let to = format!("oci:{}", text(folder.path()));
    let from = format!("docker://{image}");
    skopeo(&[
        "copy",
        "--all",
        "--quiet",
        "--src-tls-verify=false",
        &from,
        &to,
    ]);
}

#[tokio::test]
async fn a_tag_that_means_another_image_is_told_before_and_given_to_the_new_one() {
    let host = DockerRegistry::builder().start();
    let at = host.host();
    let old = OciImage::new(&["base"], "1.0", CREATED).push(&format!("{at}/old:1"));
    let new = OciImage::new(&["base", "more"], "1.1", CREATED).push(&format!("{at}/new:1"));
    let what = whole(&registry(&at, "new:1"), &registry(&at, "old:1"));
    let plan = planned(&what).await.unwrap();
    let Standing::Other(Some(known)) = &plan.standing else {
        panic!("{:?}", plan.standing);
    };
    assert_eq!(known.as_str(), old);
    carried(what).await.unwrap();
    assert_eq!(seen_by_skopeo(&format!("docker://{at}/old:1")), new);
}

#[tokio::test]
async fn blobs_of_the_same_registry_are_mounted() {
    let host = DockerRegistry::builder().start();
    let at = host.host();
    let digest = OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at}/a:1"));
    let (from, to) = (registry(&at, "a:1"), registry(&at, "b/c:2"));
    let plan = planned(&whole(&from, &to)).await.unwrap();
    let moved = moved(&from, &to).await;
    let manifests = plan.bytes_total - moved.bytes_already_there;
    assert!(
        manifests < 3000,
        "only manifests went over the wire: {moved:?}"
    );
    assert_eq!(seen_by_skopeo(&format!("docker://{at}/b/c:2")), digest);
    skopeo_pulls(&format!("{at}/b/c:2"));
}

#[tokio::test]
async fn tokens_are_asked_for_where_they_are_needed() {
    let signer = Signer::new();
    let server = ContainerRegistry::builder()
        .tokens(Tokens::Signed(signer.clone()))
        .start();
    let realm = format!("{}/token", server.url_as("localhost"));
    let host = DockerRegistry::builder().tokens(&realm, &signer).start();
    let at = host.host();
    let folder = tempfile::tempdir().unwrap();
    let digest = OciImage::new(&["base"], "1.0", CREATED).write(folder.path());
    let known = |name: &str| {
        let target = Target {
            plain_http: true,
            credentials: Some(Credentials::new(USER, Secret::new(PASSWORD))),
            ..Target::new(ContainerAddress::parse(&at).unwrap().host().clone())
        };
        let client = Client::new(Settings::default());
        let image = ImageReference::parse(&format!("{at}/{name}")).unwrap();
        End::Registry(Place::new(Arc::new(client.reader(target)), image))
    };
    moved(&layout(folder.path(), None), &known("app:1")).await;
    let copy = moved(&known("app:1"), &known("other/app:1")).await;
    assert_eq!(copy.digest.as_str(), digest);
    let refused = carried(whole(&layout(folder.path(), None), &registry(&at, "app:2"))).await;
    assert!(matches!(refused, Err(MoveFailure::To(_))), "{refused:?}");
}

#[tokio::test]
async fn what_belongs_to_an_image_moves_along_where_there_is_no_api_for_it() {
    let (ours, theirs) = (
        DockerRegistry::builder().start(),
        DockerRegistry::builder().start(),
    );
    let (here, there) = (ours.host(), theirs.host());
    let digest = OciImage::new(&["base"], "1.0", CREATED).push(&format!("{here}/app:1"));
    let tag = digest.replace(':', "-");
    // As cosign signs, and as oras attaches.
    OciImage::new(&["signature"], "", CREATED).push(&format!("{here}/app:{tag}.sig"));
    let attached = attach(&here, &digest);

    let what = Move {
        referrers: true,
        ..whole(&registry(&here, "app:1"), &registry(&there, "app:1"))
    };
    let plan = planned(&what).await.unwrap();
    assert_eq!(plan.left_out, 0);
    // The signature is an index of two images; the attached list of parts is one.
    assert_eq!(plan.referrers, 4);
    carried(what.clone()).await.unwrap();
    let found = referrers(&there, &digest).await;
    assert!(found.contains(&attached), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");

    // Once more, through a folder, to a third one.
    let folder = tempfile::tempdir().unwrap();
    let saved = layout(super::at(&folder, "image"), None);
    carried(Move {
        to: saved.clone(),
        ..what.clone()
    })
    .await
    .unwrap();
    let third = DockerRegistry::builder().start();
    let images = moving::images(&super::at(&folder, "image")).await.unwrap();
    assert_eq!(images.len(), 1, "{images:?}");
    let last = registry(&third.host(), "x:1");
    carried(Move {
        from: saved,
        to: last,
        ..what
    })
    .await
    .unwrap();
    let image = place(&third.host(), &format!("x@{digest}"));
    let found = found_at(&third.host(), &image).await;
    assert!(found.contains(&attached) && found.len() == 2, "{found:?}");
}

async fn referrers(host: &str, digest: &str) -> Vec<String> {
    found_at(host, &place(host, &format!("app@{digest}"))).await
}

async fn found_at(host: &str, place: &Place) -> Vec<String> {
    let target = Target {
        plain_http: true,
        ..Target::new(ContainerAddress::parse(host).unwrap().host().clone())
    };
    let reader = Client::new(Settings::default()).reader(target);
    let found = reader.referrers(place.image()).await.unwrap().found;
    found
        .into_iter()
        .map(|one| one.digest.to_string())
        .collect()
}

/// Attaches a list of parts to `subject` by the fallback tag; its digest. Returns its own digest.
fn attach(host: &str, subject: &str) -> String {
    let put = |path: &str, kind: &str, body: &[u8]| {
        let url = format!("http://{host}/v2/app/{path}");
        curl(
            &["-X", "PUT", "-H", &format!("Content-Type: {kind}"), &url],
            body,
        );
    };
    let blob = |body: &[u8]| {
        let url = format!("http://{host}/v2/app/blobs/uploads/");
        let heads = curl(&["-X", "POST", "-D", "-", "-o", "/dev/null", &url], b"");
        let location = heads.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.trim().to_owned())
        });
        let digest = acceptance_support::oci_image::digest(body);
        let url = format!("{}&digest={digest}", location.unwrap());
        let kind = "Content-Type: application/octet-stream";
        curl(&["-X", "PUT", "-H", kind, &url], body);
        json!({"digest": digest, "size": body.len()})
    };
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let mut config = blob(b"{}");
    config["mediaType"] = "application/vnd.oci.empty.v1+json".into();
    let mut layer = blob(b"{\"spdxVersion\": \"SPDX-2.3\"}");
    layer["mediaType"] = "application/spdx+json".into();
    let about = json!({"mediaType": kind, "digest": subject, "size": 1});
    let manifest = json!({"schemaVersion": 2, "mediaType": kind, "config": config,
        "artifactType": "application/spdx+json", "layers": [layer], "subject": about});
    let manifest = manifest.to_string();
    let digest = acceptance_support::oci_image::digest(manifest.as_bytes());
    put(&format!("manifests/{digest}"), kind, manifest.as_bytes());
    let entry = json!({"mediaType": kind, "digest": digest, "size": manifest.len()});
    let index = "application/vnd.oci.image.index.v1+json";
    let list = json!({"schemaVersion": 2, "mediaType": index, "manifests": [entry]});
    let tag = format!("manifests/{}", subject.replace(':', "-"));
    put(&tag, index, list.to_string().as_bytes());
    digest
}

fn curl(arguments: &[&str], body: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    std::fs::write(&file, body).unwrap();
    let body = format!("@{}", text(&file));
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--data-binary", &body]);
    let run = curl.args(arguments).output().unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_given_up_is_not_kept_by_the_registry() {
    let (source, target) = (
        DockerRegistry::builder().start(),
        DockerRegistry::builder().start(),
    );
    OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{}/app:1.0", source.host()));
    let gate = Gate::before(&source.host());
    let (from, to) = (
        registry(&gate.host(), "app:1.0"),
        registry(&target.host(), "copy:1.0"),
    );
    let what = whole(&from, &to);
    let copying = tokio::spawn(async move {
        let plan = planned(&what).await?;
        moving::carry(&plan, &|_| ()).await
    });
    // Two layers, and the configurations of two platforms.
    eventually("four blobs are waited for", || gate.held() == 4).await;
    assert_eq!(target.open_uploads(), 4);
    copying.abort();
    eventually("the uploads are gone", || target.open_uploads() == 0).await;
    gate.open();
    carried(whole(&from, &to)).await.unwrap();
    skopeo_pulls(&format!("{}/copy:1.0", target.host()));
    assert_eq!(target.open_uploads(), 0);
}

/// Waits until `is_so`.
async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    unreachable!("{what}");
}
