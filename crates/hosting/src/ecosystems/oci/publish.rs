//! `PUT …/manifests/{reference}`: what was pushed so far becomes an image.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::blobs::{DIGEST, insert, path};
use super::manifest::{Descriptor, Manifest, read};
use super::manifests::{bad_tag, target};
use super::refusal::{Answered, Refusal};
use super::{about, chart, name, readme};
use crate::digest::Digest;
use crate::ecosystems::Ecosystem;
use crate::error::HostError;
use crate::images::{Image, Part, manifest_key};
use crate::model::{About, Content, Readme, Release};
use crate::server::Call;
use crate::tokens::Scope;

/// The most bytes of a manifest: 4 MiB.
const MAX_MANIFEST: usize = 4 * 1024 * 1024;
/// Longer configurations are kept, but not read.
const MAX_CONFIG: u64 = 4 * 1024 * 1024;
/// Larger charts are kept, but nobody looks for their readme. Most are below 1 MiB.
const MAX_CHART: u64 = 16 * 1024 * 1024;
const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
const TAG: HeaderName = HeaderName::from_static("oci-tag");
/// Where a layer says what file it is.
const TITLE: &str = "org.opencontainers.image.title";

pub(super) async fn publish(call: &Call, repository: &str, text: &str) -> Answered {
    call.demand(Scope::WritePackages)?;
    let (announced, mut tags) = target(text)?;
    if announced.is_some() {
        tags = call.queries("tag");
        if !tags.iter().all(|tag| name::is_tag(tag)) {
            return Err(bad_tag());
        }
    }
    let bytes = call.take_bytes(MAX_MANIFEST).await?;
    let manifest = read(&bytes, call.header(header::CONTENT_TYPE)).map_err(HostError::from)?;
    let (host, registry) = (call.host(), call.registry());
    let whole = stream::iter([Ok::<_, HostError>(bytes.clone())]);
    let staged = host.stage(whole).await?;
    let digest = announced.unwrap_or_else(|| Digest::of(staged.content()));
    if !digest.is_of(staged.content()) {
        return Err(Refusal::bad(
            "DIGEST_INVALID",
            "The manifest has another digest than it was pushed by.",
        ));
    }
    let about = describe(call, repository, &manifest, &tags).await?;
    let names = (repository, digest);
    let image = image(&manifest, about, names, staged.content(), &tags);
    host.publish_image(registry, &image, staged, call.caller())
        .await?;
    Ok(published(call, names, manifest.subject.as_ref(), &tags))
}

/// What a manifest says of itself, with its configuration; a chart is looked at closely.
async fn describe(
    call: &Call,
    repository: &str,
    manifest: &Manifest,
    tags: &[String],
) -> Result<About, Refusal> {
    let (host, registry) = (call.host(), call.registry());
    let config = match &manifest.config {
        Some(config) => {
            host.small_blob(registry, repository, config.digest, MAX_CONFIG)
                .await?
        }
        None => None,
    };
    if registry.ecosystem == Ecosystem::HelmOci && manifest.subject.is_none() {
        // That a chart's parts are missing is said by the publication, which names them.
        let Some(config) = config.filter(|_| chart::is_chart(manifest)) else {
            chart::demand(manifest)?;
            return Ok(About::default());
        };
        let about = chart::describe(repository, tags, &config)?;
        let readme = chart_readme(call, repository, manifest).await?;
        return Ok(About { readme, ..about });
    }
    let config = config.as_deref().unwrap_or_default();
    Ok(about::of(manifest, config))
}

/// The readme in a chart's archive. One that is missing is named by the publication, and a damaged
/// one is healed by pushing it again.
async fn chart_readme(
    call: &Call,
    repository: &str,
    manifest: &Manifest,
) -> Result<Option<Readme>, HostError> {
    let Some(digest) = chart::archive(manifest) else {
        return Ok(None);
    };
    let read = call
        .host()
        .small_blob(call.registry(), repository, digest, MAX_CHART);
    let Some(archive) = read.await? else {
        return Ok(None);
    };
    let chart = repository.rsplit('/').next().unwrap_or(repository);
    let chart = chart.to_owned();
    let look = move || readme::find(&archive, &chart);
    Ok(tokio::task::spawn_blocking(look).await??)
}

fn image(
    manifest: &Manifest,
    about: About,
    (repository, digest): (&str, Digest),
    content: &Content,
    tags: &[String],
) -> Image {
    let version_key = Digest::of(content).to_string();
    let file = if manifest.is_index() {
        "index.json"
    } else {
        "manifest.json"
    };
    let listed: Vec<_> = manifest
        .manifests
        .iter()
        .map(|one| one.digest.to_string())
        .collect();
    Image {
        release: Release {
            package: repository.to_owned(),
            package_key: repository.to_owned(),
            version: digest.to_string(),
            file: file.to_owned(),
            file_key: manifest_key(repository, &version_key),
            version_key,
            prerelease: false,
            about,
            version_index: json!({"mediaType": manifest.media_type, "manifests": listed}),
            file_index: json!({"mediaType": manifest.media_type, "digest": digest.to_string()}),
            tags: tags.to_vec(),
        },
        parts: parts(manifest),
        manifests: manifest.manifests.iter().map(|one| one.digest).collect(),
        subject: manifest.subject.as_ref().map(|subject| {
            let descriptor = descriptor(manifest, digest, content.size);
            (subject.digest.to_string(), descriptor.to_string())
        }),
    }
}

fn parts(manifest: &Manifest) -> Vec<Part> {
    let config = manifest
        .config
        .iter()
        .map(|config| part(config, "config.json".to_owned()));
    let layers = manifest.layers.iter().zip(1..).map(|(layer, number)| {
        let titled = layer.annotations.as_ref().and_then(|said| said.get(TITLE));
        let name = titled.and_then(|title| file_name(title));
        part(layer, name.unwrap_or_else(|| layer_name(layer, number)))
    });
    config.chain(layers).collect()
}

fn part(descriptor: &Descriptor, file: String) -> Part {
    Part {
        digest: descriptor.digest,
        size: descriptor.size,
        file,
        foreign: descriptor.is_foreign(),
    }
}

/// A layer's number, and the ending of what it is.
fn layer_name(layer: &Descriptor, number: usize) -> String {
    let kind = layer.media_type.as_str();
    let ending = match kind.rsplit('.').next() {
        _ if kind.ends_with("tar+gzip") || kind.ends_with("tar.gzip") => ".tar.gz",
        _ if kind.ends_with("tar+zstd") => ".tar.zst",
        Some("tar") => ".tar",
        _ => "",
    };
    format!("layer-{number:02}{ending}")
}

/// The last part of a name that a publisher gave, where it can be a file's.
fn file_name(title: &str) -> Option<String> {
    let last = title.rsplit(['/', '\\']).next()?.trim();
    let odd = |letter: char| letter.is_control() || "\"<>:|?*".contains(letter);
    let fits = !last.is_empty() && last.len() <= 200 && !last.starts_with('.');
    (fits && !last.contains(odd)).then(|| last.to_owned())
}

/// How those who ask for what is about another manifest are told of this one.
fn descriptor(manifest: &Manifest, digest: Digest, size: u64) -> Value {
    let mut descriptor = Map::new();
    descriptor.insert("mediaType".to_owned(), manifest.media_type.into());
    descriptor.insert("digest".to_owned(), digest.to_string().into());
    descriptor.insert("size".to_owned(), size.into());
    if let Some(kind) = manifest.kind() {
        descriptor.insert("artifactType".to_owned(), kind.into());
    }
    if !manifest.annotations.is_empty() {
        descriptor.insert("annotations".to_owned(), json!(manifest.annotations));
    }
    descriptor.into()
}

/// The digests of the manifests that an index lists, from what is kept of it.
pub(super) fn listed(indexed: &Value) -> Vec<Digest> {
    let listed = indexed.get("manifests").and_then(Value::as_array);
    let digests = listed.into_iter().flatten().filter_map(Value::as_str);
    digests.filter_map(|digest| digest.parse().ok()).collect()
}

fn published(
    call: &Call,
    (repository, digest): (&str, Digest),
    subject: Option<&Descriptor>,
    tags: &[String],
) -> Response {
    let mut answer = StatusCode::CREATED.into_response();
    let place = path(call, &format!("{repository}/manifests/{digest}"));
    insert(&mut answer, header::LOCATION, &place);
    insert(&mut answer, DIGEST, &digest.to_string());
    if let Some(subject) = subject {
        insert(&mut answer, SUBJECT, &subject.digest.to_string());
    }
    for tag in tags {
        if let Ok(tag) = HeaderValue::from_str(tag) {
            answer.headers_mut().append(TAG, tag);
        }
    }
    answer
}

/// Whatever comes as a manifest, read as far as it is without a server: for the fuzzer.
pub fn understand(bytes: &[u8], content_type: Option<&str>, config: &[u8]) -> Option<About> {
    let manifest = read(bytes, content_type).ok()?;
    let _ = parts(&manifest);
    let _ = chart::describe(
        "chart",
        &["1.0.0".to_owned()],
        &Bytes::copy_from_slice(config),
    );
    Some(about::of(&manifest, config))
}
