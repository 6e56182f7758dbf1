//! Some of an index's images.

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::faulty_registry::FaultyRegistry;
use acceptance_support::oci_image::OciImage;
use registrar_container::images::Platform;
use serde_json::{Value, json};

use super::*;

fn platform(architecture: &str) -> Platform {
    Platform {
        os: "linux".into(),
        architecture: architecture.into(),
        ..Platform::default()
    }
}

fn chosen(from: &End, to: &End, architectures: &[&str]) -> Move {
    let platforms = architectures.iter().map(|one| platform(one)).collect();
    Move {
        platforms: Platforms::Chosen(platforms),
        ..whole(from, to)
    }
}

#[tokio::test]
async fn one_platform_keeps_its_own_manifest() {
    let host = DockerRegistry::builder().start();
    let at = host.host();
    OciImage::new(&["base", "app"], "1.0", CREATED).push(&format!("{at}/app:1"));
    let (from, to) = (registry(&at, "app:1"), registry(&at, "arm:1"));
    let all = planned(&whole(&from, &to)).await.unwrap();
    let arm = &all.platforms[1];
    assert_eq!(arm.platform, Some(platform("arm64")));
    let plan = planned(&chosen(&from, &to, &["arm64"])).await.unwrap();
    assert_eq!((&plan.digest, plan.new_index), (&arm.digest, false));
    assert_eq!(plan.bytes_total, arm.bytes);
    carried(chosen(&from, &to, &["arm64"])).await.unwrap();
    let seen = seen_by_skopeo(&format!("docker://{at}/arm:1"));
    assert_eq!(seen, arm.digest.as_str());

    let missing = planned(&chosen(&from, &to, &["s390x"])).await.unwrap_err();
    let known = vec![platform("amd64"), platform("arm64")];
    assert_eq!(missing, MoveFailure::NoSuchPlatform(known));
    let both = planned(&chosen(&from, &to, &["amd64", "arm64"]))
        .await
        .unwrap();
    assert_eq!((both.digest, both.new_index), (all.digest, false));
}

#[tokio::test]
async fn several_platforms_get_a_new_index_that_says_all_that_the_old_one_said() {
    let from = FaultyRegistry::start();
    let index = "application/vnd.oci.image.index.v1+json";
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let mut entries = Vec::new();
    for (seed, architecture) in [(0, "amd64"), (1, "arm64"), (2, "s390x")] {
        let digest = from.image(architecture, &[filler(100, seed)]);
        let size = from.manifest(&digest).unwrap().len();
        entries.push(json!({"mediaType": kind, "digest": digest, "size": size,
            "platform": {"os": "linux", "architecture": architecture}}));
    }
    let attested = from.image("attested", &[b"statement".to_vec()]);
    let size = from.manifest(&attested).unwrap().len();
    entries.push(json!({"mediaType": kind, "digest": attested, "size": size,
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {"vnd.docker.reference.digest": entries[1]["digest"],
            "vnd.docker.reference.type": "attestation-manifest"}}));
    let whole_index = json!({"schemaVersion": 2, "mediaType": index, "manifests": entries,
        "annotations": {"a": "b"}, "x-unknown": [1]});
    from.keep("1", index, whole_index.to_string().as_bytes());

    let to = FaultyRegistry::start();
    let what = chosen(
        &registry(&from.host(), "app:1"),
        &registry(&to.host(), "app:1"),
        &["amd64", "arm64"],
    );
    let plan = planned(&what).await.unwrap();
    assert!(plan.new_index);
    assert_eq!((plan.platforms.len(), plan.manifests), (2, 4));
    carried(what).await.unwrap();
    let new: Value = serde_json::from_slice(&to.manifest("1").unwrap()).unwrap();
    let mut expected = whole_index;
    expected["manifests"].as_array_mut().unwrap().remove(2);
    assert_eq!(new, expected);
}

#[tokio::test]
async fn an_image_for_one_platform_is_chosen_by_its_configuration() {
    let from = FaultyRegistry::start();
    from.image("1", &[b"layer".to_vec()]);
    let (here, there) = (
        registry(&from.host(), "app:1"),
        registry(&from.host(), "app:2"),
    );
    assert!(planned(&chosen(&here, &there, &["amd64"])).await.is_ok());
    let other = planned(&chosen(&here, &there, &["arm64"]))
        .await
        .unwrap_err();
    assert_eq!(other, MoveFailure::NoSuchPlatform(vec![platform("amd64")]));
}
