//! The list of a stack's files, as the OCI part of a registry has it.

use registrar_net::clean;
use registrar_registry::Digest;
use serde::Deserialize;
use thiserror::Error;

use crate::part::Part;

/// The media types of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The most bytes of a manifest.
pub(crate) const MAX_MANIFEST: u64 = 1024 * 1024;
/// The most files, and the most bytes of one.
const MAX_LAYERS: usize = 64;
const MAX_LAYER: u64 = 64 * 1024 * 1024;

/// What lies in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// One file, to be saved under its title.
    File,
    /// A tar file, packed with gzip, with the rest of the stack's files.
    Archive,
}

/// One file of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Its content's digest, SHA-256.
    pub digest: Digest,
    /// Its size in bytes; at most 64 MiB.
    pub size: u64,
    /// Its file name: no path, and free of what could deceive.
    pub title: String,
    /// What lies in it.
    pub kind: LayerKind,
}

/// The files of one version of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// In the registry's order; at least one, no two of the same title.
    pub layers: Vec<Layer>,
}

/// Why a list of files cannot be used. Repeats nothing of it but short titles.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// It is not JSON of the right shape.
    #[error("the registry's list of the stack's files cannot be understood")]
    NotAManifest,
    /// It lists nothing, or too much.
    #[error("the registry lists no file of the stack, or too many")]
    BadCount,
    /// A file is larger than is accepted, or its digest is none.
    #[error("the registry lists a file that is too large or has no proper digest: {0}")]
    BadLayer(String),
    /// A title is no file name, or there twice.
    #[error("the registry lists a file without a proper name: {0}")]
    BadTitle(String),
    /// A type that is no part of a stack.
    #[error("the registry lists a file of a type that stacks do not have: {0}")]
    BadType(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    layers: Vec<WireLayer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLayer {
    media_type: String,
    digest: String,
    size: u64,
    annotations: Option<std::collections::BTreeMap<String, String>>,
}

impl Manifest {
    /// Understands a manifest.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() as u64 > MAX_MANIFEST {
            return Err(ManifestError::NotAManifest);
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|_| ManifestError::NotAManifest)?;
        if wire.layers.is_empty() || wire.layers.len() > MAX_LAYERS {
            return Err(ManifestError::BadCount);
        }
        let layers: Vec<Layer> = wire
            .layers
            .into_iter()
            .map(WireLayer::into_model)
            .collect::<Result<_, _>>()?;
        for (index, layer) in layers.iter().enumerate() {
            let same = |other: &Layer| other.title.eq_ignore_ascii_case(&layer.title);
            if layers[..index].iter().any(same) {
                return Err(ManifestError::BadTitle(clean(&layer.title, 80)));
            }
        }
        Ok(Self { layers })
    }

    /// The bytes of all files together, as they lie in the registry.
    pub fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }
}

impl WireLayer {
    fn into_model(self) -> Result<Layer, ManifestError> {
        let mut annotations = self.annotations.unwrap_or_default();
        let title = annotations.remove("org.opencontainers.image.title");
        let title = title.unwrap_or_default();
        let shown = clean(&title, 80);
        let kind = match &*self.media_type {
            "application/x-tar" => LayerKind::Archive,
            "application/vnd.devfileio.devfile.layer.v1"
            | "application/vnd.devfileio.vsx.layer.v1.tar"
            | "image/svg+xml"
            | "image/png" => LayerKind::File,
            _ => return Err(ManifestError::BadType(shown)),
        };
        if !is_file_name(&title) {
            return Err(ManifestError::BadTitle(shown));
        }
        let digest = Digest::parse(&self.digest).ok();
        let digest = digest.filter(|digest| digest.algorithm() == "sha256");
        let fits = self.size <= MAX_LAYER;
        let digest = digest
            .filter(|_| fits)
            .ok_or(ManifestError::BadLayer(shown))?;
        Ok(Layer {
            digest,
            size: self.size,
            title,
            kind,
        })
    }
}

/// A file's name: a [`Part`], perhaps with a dot before it, as in `.devfile.yaml`.
fn is_file_name(title: &str) -> bool {
    Part::parse(title.strip_prefix('.').unwrap_or(title)).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const DEVFILE: &str = "application/vnd.devfileio.devfile.layer.v1";

    fn manifest(layers: &[(&str, &str, &str, u64)]) -> Result<Manifest, ManifestError> {
        let layer = |(title, kind, digest, size): &(&str, &str, &str, u64)| {
            json!({"mediaType": kind, "digest": digest, "size": size,
                   "annotations": {"org.opencontainers.image.title": title}})
        };
        let layers: Vec<_> = layers.iter().map(layer).collect();
        Manifest::parse(
            json!({"schemaVersion": 2, "layers": layers})
                .to_string()
                .as_bytes(),
        )
    }

    #[test]
    fn a_real_stack_is_understood() {
        let found = manifest(&[
            (".devfile.yaml", DEVFILE, DIGEST, 10),
            ("archive.tar", "application/x-tar", DIGEST, 20),
        ])
        .unwrap();
        assert_eq!((found.layers.len(), found.size()), (2, 30));
        assert_eq!(found.layers[1].kind, LayerKind::Archive);
    }

    #[test]
    fn what_could_do_harm_is_refused() {
        let refused =
            |title, kind, digest, size| manifest(&[(title, kind, digest, size)]).unwrap_err();
        for title in ["", "../x", "a/b", "/etc/passwd", "..", "a\u{7}"] {
            let error = refused(title, DEVFILE, DIGEST, 1);
            assert!(matches!(error, ManifestError::BadTitle(_)), "{title}");
        }
        let error = refused("x", "application/x-executable", DIGEST, 1);
        assert_eq!(error, ManifestError::BadType("x".to_owned()));
        for digest in ["", "md5:00", "sha256:00"] {
            let error = refused("x", DEVFILE, digest, 1);
            assert_eq!(error, ManifestError::BadLayer("x".to_owned()), "{digest}");
        }
        let error = refused("x", DEVFILE, DIGEST, u64::MAX);
        assert_eq!(error, ManifestError::BadLayer("x".to_owned()));
        let twice = [("a", DEVFILE, DIGEST, 1), ("A", DEVFILE, DIGEST, 1)];
        assert_eq!(
            manifest(&twice),
            Err(ManifestError::BadTitle("A".to_owned()))
        );
        assert_eq!(manifest(&[]), Err(ManifestError::BadCount));
        assert_eq!(Manifest::parse(b"[]"), Err(ManifestError::NotAManifest));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Manifest::parse(&bytes);
        }
    }
}
