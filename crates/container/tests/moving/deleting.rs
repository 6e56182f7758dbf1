//! Deleting tags and images.

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::faulty_registry::FaultyRegistry;
use acceptance_support::oci_image::OciImage;
use registrar_container::FailureKind;

use super::*;

/// The tags that share the digest of `name`, in order: the registry has none.
async fn sharing(host: &str, name: &str) -> Result<moving::Sharing, MoveFailure> {
    let mut shared = moving::sharing(&place(host, name), &|_, _| {}).await?;
    shared.tags.sort();
    Ok(shared)
}

#[tokio::test]
async fn tags_that_share_a_digest_are_named_and_go_with_it() {
    let host = DockerRegistry::builder().deletion().start();
    let at = host.host();
    let image = OciImage::new(&["base"], "1.0", CREATED);
    let digest = image.push(&format!("{at}/app:1.0"));
    image.push(&format!("{at}/app:latest"));
    OciImage::new(&["other"], "2.0", CREATED).push(&format!("{at}/app:2.0"));

    let shared = sharing(&at, "app:1.0").await.unwrap();
    assert_eq!((shared.digest.as_str(), shared.more), (&*digest, false));
    assert_eq!(shared.tags, ["1.0", "latest"]);

    moving::delete(&place(&at, &format!("app@{digest}")))
        .await
        .unwrap();
    let gone = sharing(&at, "app:1.0").await.unwrap_err();
    assert!(
        matches!(&gone, MoveFailure::To(f) if f.kind == FailureKind::NotFound),
        "{gone:?}"
    );
    let kept = sharing(&at, "app:2.0").await.unwrap();
    assert_eq!(kept.tags, ["2.0"]);
}

#[tokio::test]
async fn a_tag_alone_goes_or_the_registry_is_said_to_know_digests_only() {
    let host = DockerRegistry::builder().deletion().start();
    let at = host.host();
    let image = OciImage::new(&["base"], "1.0", CREATED);
    image.push(&format!("{at}/app:1.0"));
    image.push(&format!("{at}/app:latest"));
    match moving::delete(&place(&at, "app:1.0")).await {
        Ok(()) => {
            let shared = sharing(&at, "app:latest").await.unwrap();
            assert_eq!(shared.tags, ["latest"]);
        }
        Err(failure) => {
            assert_eq!(failure, MoveFailure::TagDeletionNotOffered);
            let shared = sharing(&at, "app:1.0").await.unwrap();
            assert_eq!(shared.tags, ["1.0", "latest"]);
        }
    }
}

#[tokio::test]
async fn a_registry_that_deletes_nothing_says_so() {
    let host = DockerRegistry::builder().start();
    let at = host.host();
    let digest = OciImage::new(&["base"], "1.0", CREATED).push(&format!("{at}/app:1.0"));
    let refused = moving::delete(&place(&at, &format!("app@{digest}")))
        .await
        .unwrap_err();
    assert_eq!(refused, MoveFailure::DeletionNotOffered);
    assert!(refused.advice().is_some());
    assert_eq!(seen_by_skopeo(&format!("docker://{at}/app:1.0")), digest);
}

#[tokio::test]
async fn tags_can_be_deleted_where_the_registry_knows_how() {
    let registry = FaultyRegistry::start();
    let digest = registry.image("1", &[b"layer".to_vec()]);
    let at = registry.host();
    moving::delete(&place(&at, "app:1")).await.unwrap();
    assert!(registry.manifest("1").is_none() && registry.manifest(&digest).is_some());
    let gone = moving::delete(&place(&at, "app:1")).await.unwrap_err();
    assert!(
        matches!(&gone, MoveFailure::To(f) if f.kind == FailureKind::NotFound),
        "{gone:?}"
    );
    registry.faults(|faults| faults.keeps_all = true);
    let kept = moving::delete(&place(&at, &format!("app@{digest}")))
        .await
        .unwrap_err();
    assert_eq!(kept, MoveFailure::DeletionNotOffered);
}
