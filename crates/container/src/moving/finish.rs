//! How an image that is whole gets to its place on the disk.

use std::collections::HashSet;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use fs_err::File;
use registrar_registry::{Digest, ImageReference};
use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use super::failure::MoveFailure;
use super::local::{FULL_NAME, REF_NAME, blob_name};
use super::staging::{Staging, replace};
use super::work::{Cancelled, blocking};
use crate::images::{Content, MAX_MANIFEST, Manifest, Platform};

const MARK: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// An image that is whole, and its names.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    /// The entries of `index.json`.
    pub(super) entries: Vec<Value>,
    /// The items of docker's `manifest.json`.
    pub(super) docker: Value,
    /// Everything that it consists of.
    pub(super) digests: Vec<Digest>,
}

/// The entry of `index.json` for a manifest.
pub(super) fn entry(manifest: &Manifest, name: Option<&str>, is_archive: bool) -> Value {
    let mut entry = json!({
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": manifest.bytes.len(),
    });
    if let Some(name) = name {
        entry["annotations"] = match full_name(name).filter(|_| is_archive) {
            Some((full, tag)) => json!({FULL_NAME: full, REF_NAME: tag}),
            None => json!({REF_NAME: name}),
        };
    }
    entry
}

/// What docker's `manifest.json` says of the one image that `docker load` is to take: docker's own
/// store has one platform of each only.
pub(super) fn docker_items(images: &[(Option<Platform>, &Manifest)], name: Option<&str>) -> Value {
    let fits = |one: &&(Option<Platform>, &Manifest)| {
        let own = |platform: &Platform| {
            platform.os == "linux" && platform.architecture == own_architecture()
        };
        one.0.as_ref().is_some_and(own)
    };
    let chosen = images.iter().find(fits).or_else(|| images.first());
    let Some((_, manifest)) = chosen else {
        return json!([]);
    };
    let Content::Image(image) = &manifest.content else {
        return json!([]);
    };
    let tags = name.and_then(full_name).map(|(full, _)| full);
    let layers = image.layers.iter().map(|layer| blob_name(&layer.digest));
    json!([{
        "Config": blob_name(&image.config.digest),
        "RepoTags": tags.into_iter().collect::<Vec<_>>(),
        "Layers": layers.collect::<Vec<_>>(),
    }])
}

/// `name` as docker writes names out, and the tag in it; `None` where it has none.
fn full_name(name: &str) -> Option<(String, String)> {
    let full = ImageReference::parse(name)
        .ok()
        .filter(|_| name.contains(':'))?;
    let tag = full.tag()?.to_owned();
    Some((format!("{}/{}:{tag}", full.host(), full.repository()), tag))
}

/// This computer's architecture, as images call it.
fn own_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// Makes the layout `folder` of what `staging` has, or adds it to that layout.
pub(super) async fn layout(
    staging: Staging,
    folder: PathBuf,
    whole: Whole,
) -> Result<(), MoveFailure> {
    blocking(move |_| {
        let disk = |error: std::io::Error| MoveFailure::disk(&folder, &error);
        if !folder.exists() {
            prune(&staging, &whole.digests)?;
            let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": whole.entries});
            let at = staging.folder();
            replace(&at.join("index.json"), index.to_string().as_bytes()).map_err(disk)?;
            replace(&at.join("oci-layout"), MARK.as_bytes()).map_err(disk)?;
            staging.release()?;
            return fs::rename(at, &folder).map_err(disk);
        }
        for digest in &whole.digests {
            let place = folder.join(blob_name(digest));
            if let Some(parent) = place.parent() {
                fs::create_dir_all(parent).map_err(disk)?;
            }
            let from = staging.place(digest);
            if from.exists() {
                fs::rename(from, place).map_err(disk)?;
            }
        }
        replace(&folder.join("oci-layout"), MARK.as_bytes()).map_err(disk)?;
        let index = merged(&folder, whole.entries)?;
        // From here on the image is there.
        replace(&folder.join("index.json"), &index).map_err(disk)?;
        staging.clear()
    })
    .await
}

/// Deletes what earlier transfers have left in `staging` and this one has no use for.
fn prune(staging: &Staging, wanted: &[Digest]) -> Result<(), MoveFailure> {
    let keep: HashSet<PathBuf> = wanted.iter().map(|digest| staging.place(digest)).collect();
    let disk = |error: std::io::Error| MoveFailure::disk(staging.folder(), &error);
    for algorithm in fs::read_dir(staging.folder().join("blobs")).map_err(disk)? {
        for blob in fs::read_dir(algorithm.map_err(disk)?.path()).map_err(disk)? {
            let path = blob.map_err(disk)?.path();
            if !keep.contains(&path) {
                fs::remove_file(path).map_err(disk)?;
            }
        }
    }
    Ok(())
}

/// `index.json` of `folder` with `entries`, which take the place of those with the same name.
fn merged(folder: &Path, entries: Vec<Value>) -> Result<Vec<u8>, MoveFailure> {
    let path = folder.join("index.json");
    let bad = |why: &str| MoveFailure::NotALayout {
        path: folder.to_owned(),
        why: why.to_owned(),
    };
    let mut index = match fs::read(&path) {
        Ok(bytes) if bytes.len() as u64 > MAX_MANIFEST => {
            return Err(bad("index.json is too large"));
        }
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| bad("index.json is damaged"))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []})
        }
        Err(error) => return Err(MoveFailure::disk(&path, &error)),
    };
    let list = index["manifests"].as_array_mut();
    let list = list.ok_or_else(|| bad("index.json is no index"))?;
    let name = |entry: &Value| {
        entry["annotations"][REF_NAME]
            .as_str()
            .map(ToOwned::to_owned)
    };
    for entry in &entries {
        match name(entry) {
            Some(known) => list.retain(|old| name(old).as_deref() != Some(&known)),
            None => list.retain(|old| name(old).is_some() || old["digest"] != entry["digest"]),
        }
    }
    list.extend(entries);
    Ok(index.to_string().into_bytes())
}

/// Makes the archive `file` of what `staging` has.
pub(super) async fn archive(
    staging: Staging,
    file: PathBuf,
    whole: Whole,
) -> Result<(), MoveFailure> {
    blocking(move |cancelled| {
        let made = staging.folder().join("archive.tar");
        write_archive(&staging, &made, &whole, cancelled)?;
        fs::rename(&made, &file).map_err(|error| MoveFailure::disk(&file, &error))?;
        staging.clear()
    })
    .await
}

fn write_archive(
    staging: &Staging,
    made: &Path,
    whole: &Whole,
    cancelled: &Cancelled,
) -> Result<(), MoveFailure> {
    let disk = |error: std::io::Error| MoveFailure::disk(made, &error);
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": whole.entries});
    let output = BufWriter::with_capacity(1 << 20, File::create(made).map_err(disk)?);
    let mut tar = Builder::new(output);
    for (name, text) in [
        ("oci-layout", MARK.to_owned()),
        ("index.json", index.to_string()),
        ("manifest.json", whole.docker.to_string()),
    ] {
        let mut header = header(EntryType::Regular, text.len() as u64);
        let added = tar.append_data(&mut header, name, text.as_bytes());
        added.map_err(disk)?;
    }
    for folder in folders(&whole.digests) {
        let mut header = header(EntryType::Directory, 0);
        let added = tar.append_data(&mut header, folder, std::io::empty());
        added.map_err(disk)?;
    }
    for digest in &whole.digests {
        cancelled.check()?;
        let blob = File::open(staging.place(digest)).map_err(disk)?;
        let size = blob.metadata().map_err(disk)?.len();
        let mut header = header(EntryType::Regular, size);
        let added = tar.append_data(&mut header, blob_name(digest), blob);
        added.map_err(disk)?;
    }
    let mut output = tar.into_inner().map_err(disk)?;
    output.flush().map_err(disk)?;
    output.get_ref().sync_all().map_err(disk)
}

fn folders(digests: &[Digest]) -> Vec<String> {
    let mut algorithms: Vec<_> = digests.iter().map(Digest::algorithm).collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    let folders = algorithms.into_iter().map(|name| format!("blobs/{name}/"));
    std::iter::once("blobs/".to_owned())
        .chain(folders)
        .collect()
}

/// A header that is the same for everybody and at any time.
fn header(kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(if kind == EntryType::Directory {
        0o755
    } else {
        0o644
    });
    header.set_mtime(0);
    header
}
