//! Container images: asked for one by one, and moved by skopeo.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use acceptance_support::docker_registry::DockerRegistry;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::load::{micros_per_request, millis};
use super::nginx::Nginx;
use super::packages::filler;
use super::server::Server;
use super::{FILE, NGINX_FILE, PEER, figure};
use crate::figure::{Figure, median};

/// The image that is pushed and pulled: so many layers of so many bytes.
const LAYERS: usize = 20;
const LAYER: usize = 5 * 1024 * 1024;
/// How many pushes and pulls the medians are of.
const COPIES: usize = 5;
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Where skopeo finds an image, and who it is there.
struct Place {
    host: String,
    repository: &'static str,
    credentials: Option<String>,
}

/// Ours against Debian's docker-registry, which asks nobody who they are.
pub(super) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let (ours, theirs) = (Server::start()?, DockerRegistry::builder().start());
    ours.create("bench", "container")?;
    let authorization = ours.authorization();
    let token = authorization.rsplit(' ').next().unwrap_or_default();
    let here = Place {
        host: ours.url("").replace("http://", ""),
        repository: "local/bench/app",
        credentials: Some(format!("bench:{token}")),
    };
    let there = Place {
        host: theirs.host(),
        repository: "bench/app",
        credentials: None,
    };
    let folder = tempfile::tempdir()?;
    let small = folder.path().join("small");
    let layer = layout(&small, 1, FILE)?;
    for place in [&here, &there] {
        copy(place, &small, "small", true)?;
    }
    let mut figures = asked(&authorization, &here, &there, &layer)?;
    figures.extend(moved(folder.path(), &here, &there)?);
    Ok(figures)
}

/// A manifest by its tag, and a blob.
fn asked(
    authorization: &str,
    here: &Place,
    there: &Place,
    layer: &str,
) -> Result<Vec<Figure>, Box<dyn Error>> {
    let accept = format!("Accept: {MANIFEST}");
    let url =
        |place: &Place, what: &str| format!("http://{}/v2/{}/{what}", place.host, place.repository);
    let blob = format!("blobs/{layer}");
    let nginx = Nginx::start(&[("blob", &filler(FILE))])?;
    let manifest = micros_per_request(&url(here, "manifests/small"), &[authorization, &accept])?;
    let their_manifest = micros_per_request(&url(there, "manifests/small"), &[&accept])?;
    let my_blob = micros_per_request(&url(here, &blob), &[authorization])?;
    let their_blob = micros_per_request(&url(there, &blob), &[])?;
    let limit = micros_per_request(&nginx.url("/blob"), &[])?;
    let peer = "docker-registry";
    Ok(vec![
        figure("manifest by tag", manifest, their_manifest, peer, PEER),
        figure("image blob of 1 MB", my_blob, their_blob, peer, 1.0),
        figure("image blob of 1 MB", my_blob, limit, "nginx", NGINX_FILE),
    ])
}

/// A push and a pull of 100 MB, in turn.
fn moved(folder: &Path, here: &Place, there: &Place) -> Result<Vec<Figure>, Box<dyn Error>> {
    let [mut pushes, mut pulls] = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    for turn in 0..COPIES {
        let image = folder.join(format!("large-{turn}"));
        layout(&image, LAYERS, LAYER + turn)?;
        let tag = format!("large-{turn}");
        for (index, place) in [here, there].into_iter().enumerate() {
            pushes[index].push(millis(|| copy(place, &image, &tag, true))?);
            let pulled = folder.join(format!("pulled-{index}"));
            pulls[index].push(millis(|| copy(place, &pulled, &tag, false))?);
            fs::remove_dir_all(&pulled)?;
        }
        fs::remove_dir_all(&image)?;
    }
    let figure = |what: &str, [ours, theirs]: [Vec<f64>; 2]| Figure {
        what: format!("{what} 100 MB in 20 layers"),
        unit: "ms",
        ours: median(ours),
        floor: median(theirs),
        floor_is: "docker-registry",
        aim: 1.0,
    };
    Ok(vec![figure("push", pushes), figure("pull", pulls)])
}

/// Writes an image of layers that cannot be compressed; the digest of its last layer.
pub(crate) fn layout(folder: &Path, layers: usize, size: usize) -> Result<String, Box<dyn Error>> {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs)?;
    let keep = |kind: &str, content: &[u8]| -> Result<Value, Box<dyn Error>> {
        let digest = sha256(content);
        fs::write(blobs.join(&digest), content)?;
        Ok(json!({"mediaType": kind, "digest": format!("sha256:{digest}"), "size": content.len()}))
    };
    let mut kept = Vec::new();
    let mut unpacked = Vec::new();
    for index in 0..layers {
        let mut content = filler(size);
        content[..8].copy_from_slice(&(index as u64 + 1).to_le_bytes());
        unpacked.push(format!("sha256:{}", sha256(&content)));
        let mut packed = GzEncoder::new(Vec::new(), Compression::none());
        packed.write_all(&content)?;
        kept.push(keep(
            "application/vnd.oci.image.layer.v1.tar+gzip",
            &packed.finish()?,
        )?);
    }
    let config = json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": unpacked},
    });
    let config = keep(
        "application/vnd.oci.image.config.v1+json",
        config.to_string().as_bytes(),
    )?;
    let manifest =
        json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": kept});
    let manifest = keep(MANIFEST, manifest.to_string().as_bytes())?;
    let index = json!({"schemaVersion": 2, "manifests": [manifest]});
    fs::write(folder.join("index.json"), index.to_string())?;
    fs::write(
        folder.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )?;
    let last = kept.last().and_then(|layer| layer["digest"].as_str());
    Ok(last.ok_or("an image without layers")?.to_owned())
}

fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Copies an image by skopeo: into the registry, or out of it.
fn copy(place: &Place, folder: &Path, tag: &str, push: bool) -> Result<(), Box<dyn Error>> {
    let local = format!("oci:{}", folder.display());
    let remote = format!("docker://{}/{}:{tag}", place.host, place.repository);
    let side = if push { "dest" } else { "src" };
    let mut command = Command::new("skopeo");
    command.args(["--insecure-policy", "copy", "--quiet"]);
    command.arg(format!("--{side}-tls-verify=false"));
    if let Some(credentials) = &place.credentials {
        command.arg(format!("--{side}-creds={credentials}"));
    }
    if push {
        command.args([local, remote]);
    } else {
        command.args([remote, local]);
    }
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("skopeo: {}", String::from_utf8_lossy(&output.stderr)).into())
}
