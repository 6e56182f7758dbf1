//! Helm charts: accepted as what they are, and nothing else.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use registrar_hosting::Ecosystem;
use serde_json::{Value, json};

use super::{IMAGE, Repository, descriptor, image, refused};
use crate::support::{Hosted, REGISTRIES};

fn chart(config: &[u8], content: &[u8]) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": IMAGE,
        "config": descriptor("application/vnd.cncf.helm.config.v1+json", config),
        "layers": [descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", content)],
    })
}

fn config(name: &str, version: &str) -> Vec<u8> {
    let config = json!({
        "apiVersion": "v2", "name": name, "version": version, "appVersion": "7.2",
        "description": "A cache", "maintainers": [{"name": "Jo", "email": "jo@example.com"}],
        "dependencies": [{"name": "common", "version": "2.x", "repository": "oci://example.com/charts"}],
    });
    config.to_string().into_bytes()
}

/// A chart's archive with one file.
fn archive(path: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, path, content).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    packed.finish().unwrap()
}

/// What is shown of the newest package.
async fn about(hosted: &Hosted) -> Value {
    let listed = format!("{REGISTRIES}/charts/packages");
    let page = hosted.manage("GET", &listed, Value::Null).await.json();
    let id = page["items"][0]["id"].as_str().unwrap();
    let path = format!("{listed}/{id}");
    let shown = hosted.manage("GET", &path, Value::Null).await.json();
    shown["metadata"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_kept_with_what_it_says() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::HelmOci, "charts").await;
    let cache = Repository(&hosted, "charts/team/cache");
    let config = config("cache", "1.2.0+build");
    cache.blob(&config).await;
    let archive = archive("cache/README.md", b"# Keeps things");
    cache.blob(&archive).await;
    let manifest = chart(&config, &archive);
    let pushed = cache.put("1.2.0_build", &manifest).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    assert_eq!(cache.put("stable", &manifest).await.status, 201);
    let about = about(&hosted).await;
    assert_eq!(about["summary"], "A cache");
    assert_eq!(
        about["facts"][0],
        json!({"label": "Chart version", "value": "1.2.0+build"})
    );
    assert_eq!(about["dependencies"][0]["name"], "common");
    let readme = json!({"format": "markdown", "text": "# Keeps things"});
    assert_eq!(about["readme"], readme);
    // What is about a chart is none itself.
    let mut signature = image(&config, &archive);
    signature["subject"] = descriptor(IMAGE, manifest.to_string().as_bytes());
    assert_eq!(cache.put("signature", &signature).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_without_a_readme_is_a_chart() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::HelmOci, "charts").await;
    let cache = Repository(&hosted, "charts/cache");
    let mut cut = archive("cache/README.md", &[b'a'; 5000]);
    cut.truncate(cut.len() / 2);
    for (number, archive) in [archive("cache/NOTES.txt", b"x"), cut].iter().enumerate() {
        let version = format!("1.0.{number}");
        let config = config("cache", &version);
        cache.blob(&config).await;
        cache.blob(archive).await;
        let pushed = cache.put(&version, &chart(&config, archive)).await;
        assert_eq!(pushed.status, 201, "{}", pushed.text());
        let about = about(&hosted).await;
        assert_eq!(about["facts"][0]["value"], version);
        assert_eq!(about["readme"], Value::Null);
    }
    let config = config("cache", "2.0.0");
    cache.blob(&config).await;
    cache.blob(b"no archive").await;
    let answer = cache.put("2.0.0", &chart(&config, b"no archive")).await;
    refused(&answer, 400, "MANIFEST_INVALID");
    assert!(answer.text().contains("helm package"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_chart_is_refused() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::HelmOci, "charts").await;
    let cache = Repository(&hosted, "charts/cache");
    cache.blob(b"x").await;
    cache.blob(b"{}").await;
    refused(
        &cache.put("1.0.0", &image(b"{}", b"x")).await,
        400,
        "MANIFEST_INVALID",
    );
    let bare = json!({"schemaVersion": 2, "mediaType": super::INDEX, "manifests": []});
    refused(&cache.put("1.0.0", &bare).await, 400, "MANIFEST_INVALID");
    let archive = archive("cache/Chart.yaml", b"x");
    cache.blob(&archive).await;
    for (name, version, tag, status) in [
        ("cache", "1.0.0", "1.0.0", 201),
        ("cache", "1.0.0", "latest", 201),
        ("cache", "1.0.0", "1.0.1", 400),
        ("other", "1.0.0", "1.0.0", 400),
        ("cache", "one", "one", 400),
        ("", "", "1.0.0", 400),
    ] {
        let config = config(name, version);
        cache.blob(&config).await;
        let answer = cache.put(tag, &chart(&config, &archive)).await;
        assert_eq!(
            answer.status,
            status,
            "{name} {version} {tag}: {}",
            answer.text()
        );
    }
    let not_there = chart(&config("cache", "2.0.0"), &archive);
    let answer = cache.put("2.0.0", &not_there).await;
    refused(&answer, 400, "MANIFEST_BLOB_UNKNOWN");
}
