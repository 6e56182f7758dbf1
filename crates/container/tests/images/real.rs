//! The reference registry, filled by skopeo.

use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Tokens, USER};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::oci_image::OciImage;
use acceptance_support::token_server::Signer;
use registrar_container::images::{NoList, ReferrerKind, ReferrerSource};

use super::*;

const CREATED: &str = "2024-05-01T10:00:00Z";

#[tokio::test]
async fn everything_that_skopeo_has_pushed_is_found() {
    let registry = DockerRegistry::builder().start();
    let at = registry.host();
    let pushed = OciImage::new(&["base", "app"], "1.0", CREATED);
    let digest = pushed.push(&format!("{at}/team/app:1.0"));
    pushed.push(&format!("{at}/team/app:latest"));
    pushed.push(&format!("{at}/other:1"));
    let reader = reader(&at, None);

    let names = listed(repositories(&reader, &at).await).names;
    assert_eq!(names, ["other", "team/app"]);
    let tags = reader.tags(&image(&at, "team/app"), &|_| {}).await.unwrap();
    assert_eq!((tags.names.len(), tags.more, tags.left_out), (2, false, 0));

    let tagged = image(&at, "team/app:1.0");
    let manifest = reader.manifest(&tagged).await.unwrap();
    assert_eq!(manifest.digest.as_str(), digest);
    let entry = index(manifest).entries.remove(1);
    assert_eq!(entry.platform.unwrap().to_string(), "linux/arm64");
    let child = image(&at, &format!("team/app@{}", entry.descriptor.digest));
    let parts = parts(reader.manifest(&child).await.unwrap());
    assert_eq!(parts.layers.len(), 2);
    let config = reader.config(&child, &parts.config).await.unwrap().unwrap();
    assert_eq!(config.created.unwrap().to_string(), CREATED);
    assert_eq!(config.entrypoint, ["/srv/start"]);
    assert_eq!(config.labels["org.opencontainers.image.version"], "1.0");
    assert_eq!(config.history.len(), 3);

    let missing = image(&at, "team/app:nothing");
    let kind = reader.manifest(&missing).await.unwrap_err().kind;
    assert_eq!(kind, FailureKind::NotFound);
    let nowhere = image(&at, "nothing");
    let kind = reader.tags(&nowhere, &|_| {}).await.unwrap_err().kind;
    assert_eq!(kind, FailureKind::NotFound);
}

#[tokio::test]
async fn signatures_are_found_by_their_tags_where_there_is_no_api() {
    let registry = DockerRegistry::builder().start();
    let at = registry.host();
    let pushed = OciImage::new(&["base"], "1.0", CREATED);
    let digest = pushed.push(&format!("{at}/app:1.0"));
    let signature = OciImage::new(&["signature"], "", CREATED);
    let tag = digest.replace(':', "-");
    signature.push(&format!("{at}/app:{tag}.sig"));
    signature.push(&format!("{at}/app:{tag}"));

    let reader = reader(&at, None);
    let signed = image(&at, &format!("app@{digest}"));
    let found = reader.referrers(&signed).await.unwrap().found;
    // What lies under the fallback tag are the entries of an index: two here.
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|one| one.source == ReferrerSource::Tag));
    assert_eq!(found[2].kind, ReferrerKind::Signature);
    assert_eq!(found[2].tag, Some(format!("{tag}.sig")));
}

#[tokio::test]
async fn each_list_is_read_with_a_token_of_its_own() {
    let signer = Signer::new();
    let server = ContainerRegistry::builder()
        .tokens(Tokens::Signed(signer.clone()))
        .start();
    let realm = format!("{}/token", server.url_as("localhost"));
    let registry = DockerRegistry::builder().tokens(&realm, &signer).start();
    let at = registry.host();
    let known = reader(&at, Some((USER, PASSWORD)));
    assert!(listed(repositories(&known, &at).await).names.is_empty());
    let kind = known
        .tags(&image(&at, "app"), &|_| {})
        .await
        .unwrap_err()
        .kind;
    assert_eq!(kind, FailureKind::NotFound);
    let asked: Vec<_> = server
        .requests()
        .into_iter()
        .map(|seen| seen.path)
        .collect();
    assert!(asked[0].contains("registry%3Acatalog%3A*"), "{asked:?}");
    assert!(asked[1].contains("repository%3Aapp%3Apull"), "{asked:?}");

    let wrong = reader(&at, Some((USER, "wrong")));
    let kind = repositories(&wrong, &at).await.unwrap_err();
    assert_eq!(kind, FailureKind::CredentialsRefused);
}

#[tokio::test]
async fn passwords_open_lists_as_well() {
    let registry = DockerRegistry::builder().login(USER, PASSWORD).start();
    let at = registry.host();
    let known = reader(&at, Some((USER, PASSWORD)));
    assert!(listed(repositories(&known, &at).await).names.is_empty());
    let kind = repositories(&reader(&at, None), &at).await.unwrap_err();
    assert_eq!(kind, FailureKind::CredentialsNeeded);
}

#[tokio::test]
async fn docker_hub_is_not_asked_for_a_list() {
    let hub = reader("docker.io", None);
    let found = repositories(&hub, "docker.io").await;
    assert_eq!(found, Ok(Repositories::NoList(NoList::NotOffered)));
}
