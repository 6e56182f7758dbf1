//! Registries that list without end, lead astray, and send something else than they should.

use acceptance_support::oci_image::digest;
use acceptance_support::scripted_registry::{Answer, ScriptedRegistry};
use registrar_container::images::{NoList, ReferrerKind};
use registrar_net::FailureKind as Net;
use serde_json::json;

use super::*;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const ASTRAY: FailureKind = FailureKind::Registry(Net::BadRedirect);

/// A page of a list of repositories.
fn page(names: &[String]) -> Answer {
    Answer::json(json!({"repositories": names}).to_string())
}

fn number(line: &str) -> usize {
    let last = line.rsplit_once("last=r").map(|(_, last)| last);
    last.and_then(|last| last.parse().ok()).unwrap_or_default()
}

async fn catalog_of(registry: &ScriptedRegistry) -> Result<Repositories, FailureKind> {
    let at = registry.host();
    repositories(&reader(&at, None), &at).await
}

#[tokio::test]
async fn pages_are_followed_and_odd_names_left_out() {
    let registry = ScriptedRegistry::start(|line, _| match number(line) {
        0 => page(&["a".into(), "../etc".into(), "B".into()])
            .header("link", "</v2/_catalog?n=3&last=r1>; rel=\"next\""),
        _ => page(&["a".into(), "b/c".into()]),
    });
    let names = listed(catalog_of(&registry).await);
    assert_eq!(names.names, ["a", "b/c"]);
    assert_eq!((names.left_out, names.more), (2, false));
    assert_eq!(registry.seen().len(), 2);
}

#[tokio::test]
async fn an_endless_list_ends() {
    let registry = ScriptedRegistry::start(|line, _| {
        let at = number(line);
        let names: Vec<_> = (0..1000).map(|n| format!("r{}", at * 1000 + n)).collect();
        let next = format!("</v2/_catalog?last=r{}>; rel=next", at + 1);
        page(&names).header("link", next)
    });
    let names = listed(catalog_of(&registry).await);
    assert_eq!(names.names.len(), 50_000);
    assert!(names.more);
}

#[tokio::test]
async fn a_list_that_goes_on_with_nothing_new_ends() {
    let registry = ScriptedRegistry::start(|line, _| {
        let next = format!("</v2/_catalog?last=r{}>; rel=next", number(line) + 1);
        page(&["a".into()]).header("link", next)
    });
    let names = listed(catalog_of(&registry).await);
    assert_eq!(names.names, ["a"]);
    assert_eq!(registry.seen().len(), 2);
}

#[tokio::test]
async fn no_link_leads_in_a_circle_or_elsewhere() {
    let other = ScriptedRegistry::start(|_, _| page(&[]));
    let elsewhere = format!("http://{}/v2/_catalog", other.host());
    for target in [
        "/v2/_catalog?n=1000",
        &*elsewhere,
        "/v2/other/tags/list",
        "//user:secret@localhost/v2/_catalog",
        "http://[",
    ] {
        let link = format!("<{target}>; rel=\"next\"");
        let registry =
            ScriptedRegistry::start(move |_, _| page(&["a".into()]).header("link", &*link));
        assert_eq!(catalog_of(&registry).await, Err(ASTRAY), "{target}");
        assert_eq!(registry.seen().len(), 1, "{target}");
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_registry_without_a_list_says_so() {
    for (status, why) in [
        (404, NoList::NotOffered),
        (405, NoList::NotOffered),
        (403, NoList::NotAllowed),
    ] {
        let registry = ScriptedRegistry::start(move |_, _| Answer::new(status, ""));
        assert_eq!(catalog_of(&registry).await, Ok(Repositories::NoList(why)));
    }
    let limited = ScriptedRegistry::start(|_, _| Answer::new(429, "").header("retry-after", "17"));
    let at = limited.host();
    let failure = reader(&at, None).repositories(&host(&at), &|_| {}).await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert_eq!(failure.seconds, Some(17));
}

/// What comes of reading `name` from a registry that answers everything with `answer`.
async fn manifest(name: &str, answer: Answer) -> Result<Manifest, FailureKind> {
    let registry = ScriptedRegistry::start(move |_, _| answer.clone());
    let at = registry.host();
    let read = reader(&at, None).manifest(&image(&at, name)).await;
    read.map_err(|failure| failure.kind)
}

#[tokio::test]
async fn bytes_that_are_not_what_was_asked_for_are_refused() {
    let body = json!({"config": {"digest": digest(b"x"), "size": 1}}).to_string();
    let answer = Answer::new(200, body.clone()).header("content-type", MANIFEST);
    assert!(manifest("app:1", answer.clone()).await.is_ok());
    let right = format!("app@{}", digest(body.as_bytes()));
    assert!(manifest(&right, answer.clone()).await.is_ok());
    let other = format!("app@{}", digest(b"other"));
    let wrong = Err(FailureKind::WrongDigest);
    assert_eq!(manifest(&other, answer.clone()).await, wrong);
    let lying = answer.clone().header("docker-content-digest", digest(b"y"));
    assert_eq!(manifest("app:1", lying).await, wrong);
    let index = Answer::new(200, body).header("content-type", INDEX);
    let found = manifest("app:1", index).await;
    assert_eq!(found, Err(FailureKind::NotUnderstood));
    let giant = Answer::new(200, vec![b' '; 9 * 1024 * 1024]);
    let found = manifest("app:1", giant).await;
    assert_eq!(found, Err(FailureKind::Registry(Net::TooLarge)));
}

#[tokio::test]
async fn a_configuration_has_its_digest() {
    let registry = ScriptedRegistry::start(|line, _| {
        if line.contains("/blobs/") {
            return Answer::new(200, "{\"os\":\"linux\"}");
        }
        let config = json!({"digest": digest(b"{}"), "size": 2,
            "mediaType": "application/vnd.oci.image.config.v1+json"});
        Answer::new(200, json!({"config": config}).to_string()).header("content-type", MANIFEST)
    });
    let at = registry.host();
    let (reader, image) = (reader(&at, None), image(&at, "app:1"));
    let parts = parts(reader.manifest(&image).await.unwrap());
    let kind = reader.config(&image, &parts.config).await.unwrap_err().kind;
    assert_eq!(kind, FailureKind::WrongDigest);
}

#[tokio::test]
async fn referrers_come_by_the_api_in_pages() {
    let registry = ScriptedRegistry::start(|line, _| {
        if !line.contains("/referrers/") {
            return Answer::new(404, "");
        }
        let entry = |kind: &str| {
            json!({"schemaVersion": 2, "manifests": [{"digest": digest(kind.as_bytes()),
                "size": 7, "mediaType": MANIFEST, "artifactType": kind}]})
        };
        let first = entry("application/vnd.cncf.notary.signature").to_string();
        let second = entry("application/spdx+json").to_string();
        if line.contains("last=") {
            return Answer::new(200, second).header("content-type", INDEX);
        }
        let next = format!("<{}?last=x>; rel=next", line.trim_start_matches("GET "));
        Answer::new(200, first)
            .header("content-type", INDEX)
            .header("link", next)
    });
    let at = registry.host();
    let image = image(&at, &format!("app@{}", digest(b"app")));
    let found = reader(&at, None).referrers(&image).await.unwrap().found;
    let kinds: Vec<_> = found.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ReferrerKind::Signature, ReferrerKind::Sbom]);
}

#[tokio::test]
async fn the_pulls_that_are_left_are_asked_for_without_a_pull() {
    let registry = ScriptedRegistry::start(|_, _| {
        Answer::new(200, "")
            .header("ratelimit-limit", "100;w=21600")
            .header("ratelimit-remaining", "20;w=21600")
            .header("docker-ratelimit-source", "192.0.2.1")
            .header("content-encoding", "gzip")
    });
    let pulls = reader(&registry.host(), None).pulls().await.unwrap();
    assert_eq!((pulls.limit, pulls.window), (Some((100, 20)), Some(21600)));
    assert_eq!(pulls.source.as_deref(), Some("192.0.2.1"));
    let asked = "HEAD /v2/ratelimitpreview/test/manifests/latest";
    assert_eq!(registry.seen(), [asked]);

    let unlimited = ScriptedRegistry::start(|_, _| Answer::new(200, ""));
    let pulls = reader(&unlimited.host(), None).pulls().await.unwrap();
    assert_eq!(pulls.limit, None);
}
