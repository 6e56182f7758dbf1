//! Archives by `docker save` before version 25, and by podman: `manifest.json` alone. They have no
//! manifests as registries have them, so that these are made here.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::Arc;

use registrar_registry::Digest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Files, Inner, Local, Named};
use crate::images::{IMAGES, digest_of};
use crate::moving::failure::MoveFailure;
use crate::moving::hash::hash_all;

/// The most bytes of `manifest.json`, and of a configuration.
const MAX_JSON: u64 = 8 << 20;
/// The most images of an archive, and the most layers of each.
const MAX_PARTS: usize = 1000;
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
const PACKED: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    diff_ids: Vec<String>,
}

/// What is found while the archive is read.
struct Reading {
    files: Files,
    elsewhere: HashMap<Digest, String>,
    made: HashMap<Digest, Vec<u8>>,
}

/// The archive that `files` are.
pub(super) fn read(files: Files) -> Result<Local, MoveFailure> {
    let Some(list) = files.read("manifest.json", MAX_JSON)? else {
        return Err(files.bad("it has neither index.json nor manifest.json"));
    };
    let items: Vec<Item> = serde_json::from_slice(&list)
        .map_err(|_| files.bad("its manifest.json is not what docker writes"))?;
    if items.len() > MAX_PARTS {
        return Err(files.bad("it has too many images"));
    }
    let mut reading = Reading {
        files,
        elsewhere: HashMap::new(),
        made: HashMap::new(),
    };
    let top = items.into_iter().map(|item| reading.image(item));
    let top = top.collect::<Result<_, _>>()?;
    Ok(Local(Arc::new(Inner {
        path: reading.files.path,
        body: reading.files.body,
        top,
        elsewhere: reading.elsewhere,
        made: reading.made,
    })))
}

impl Reading {
    fn image(&mut self, item: Item) -> Result<Named, MoveFailure> {
        let config = self.files.read(&item.config, MAX_JSON)?;
        let config = config.ok_or_else(|| self.files.bad("an image's configuration is missing"))?;
        let parsed: Config = serde_json::from_slice(&config)
            .map_err(|_| self.files.bad("an image's configuration is not understood"))?;
        let ids = parsed.rootfs.diff_ids;
        if ids.len() != item.layers.len() || ids.len() > MAX_PARTS {
            return Err(self
                .files
                .bad("an image's layers are not those of its configuration"));
        }
        let layers = ids.iter().zip(&item.layers);
        let layers = layers.map(|(id, name)| self.layer(id, name));
        let layers = layers.collect::<Result<Vec<_>, _>>()?;
        let digest = self.digest(&digest_of(&config))?;
        let manifest = json!({
            "schemaVersion": 2, "mediaType": IMAGES[0],
            "config": {"mediaType": CONFIG, "digest": digest, "size": config.len()},
            "layers": layers,
        });
        self.elsewhere.insert(digest, item.config);
        let manifest = manifest.to_string().into_bytes();
        let digest = self.digest(&digest_of(&manifest))?;
        self.made.insert(digest.clone(), manifest);
        Ok(Named {
            names: item.repo_tags.unwrap_or_default(),
            digest,
        })
    }

    /// The descriptor of the layer in the file `name`. Its content has the digest `id` when it is
    /// not packed, which is verified when it moves.
    fn layer(&mut self, id: &str, name: &str) -> Result<Value, MoveFailure> {
        let missing = || self.files.bad("a layer is missing");
        let (file, size) = self.files.open(name)?.ok_or_else(missing)?;
        let disk = |error| MoveFailure::disk(&self.files.path, &error);
        let mut magic = Vec::new();
        (&file)
            .take(2.min(size))
            .read_to_end(&mut magic)
            .map_err(disk)?;
        let packed = magic == [0x1f, 0x8b];
        let (kind, digest) = if packed {
            let (file, size) = self.files.open(name)?.ok_or_else(missing)?;
            (PACKED, hash_all(file.take(size)).map_err(disk)?)
        } else {
            (PLAIN, id.to_owned())
        };
        let digest = self.digest(&digest)?;
        let descriptor = json!({"mediaType": kind, "digest": digest, "size": size});
        self.elsewhere.insert(digest, name.to_owned());
        Ok(descriptor)
    }

    fn digest(&self, text: &str) -> Result<Digest, MoveFailure> {
        Digest::parse(text).map_err(|_| self.files.bad("a layer has no proper digest"))
    }
}
