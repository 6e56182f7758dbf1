//! Manifests: what an image, an index of images or any other artifact is made of.
//!
//! A manifest is kept and sent byte by byte as it came; what is read from it here is only what a
//! registry has to know. One that could be read in two ways is refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::digest::Digest;
use crate::error::Rejection;

/// An OCI image manifest.
pub const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
/// An OCI image index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Docker's image manifest.
pub const DOCKER_IMAGE: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's index.
pub const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// The most descriptors of a manifest.
const MOST: usize = 10_000;

/// A manifest as a registry sees it.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its media type.
    pub media_type: &'static str,
    /// What it says that it is, where it says so.
    pub artifact_type: Option<String>,
    /// The configuration; an index has none.
    pub config: Option<Descriptor>,
    /// The layers, lowest first.
    pub layers: Vec<Descriptor>,
    /// The manifests of an index.
    pub manifests: Vec<Descriptor>,
    /// What it is about.
    pub subject: Option<Descriptor>,
    /// What it says of itself.
    pub annotations: BTreeMap<String, String>,
}

/// A reference to content.
#[derive(Debug, Clone, Deserialize)]
pub struct Descriptor {
    /// The content's media type.
    #[serde(rename = "mediaType", default)]
    pub media_type: String,
    /// The content's digest.
    #[serde(deserialize_with = "digest")]
    pub digest: Digest,
    /// The content's size in bytes.
    pub size: u64,
    /// For which machines a manifest of an index is.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// Where else the content is.
    #[serde(default)]
    pub urls: Option<Vec<String>>,
    /// What is said of the content.
    #[serde(default)]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// For which machines an image is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Platform {
    /// The operating system, `linux`.
    pub os: String,
    /// The processor, `arm64`.
    pub architecture: String,
    /// Which variety of it, `v8`.
    pub variant: Option<String>,
}

impl Platform {
    /// As clients write it, `linux/arm64/v8`; `None` where it says nothing.
    pub fn in_words(&self) -> Option<String> {
        let parts = [
            Some(self.os.as_str()),
            Some(self.architecture.as_str()),
            self.variant.as_deref(),
        ];
        let said: Vec<_> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        (!said.is_empty()).then(|| said.join("/"))
    }
}

impl Descriptor {
    /// Whether clients have the content from elsewhere, and registries need not have it.
    pub fn is_foreign(&self) -> bool {
        let kind = &self.media_type;
        let elsewhere = self.urls.as_ref().is_some_and(|urls| !urls.is_empty());
        elsewhere && (kind.contains(".nondistributable.") || kind.contains(".foreign."))
    }
}

impl Manifest {
    /// Whether it lists other manifests.
    pub fn is_index(&self) -> bool {
        matches!(self.media_type, INDEX | DOCKER_INDEX)
    }

    /// What those who ask for manifests about another one are told that it is.
    pub fn kind(&self) -> Option<&str> {
        let config = self
            .config
            .as_ref()
            .map(|config| config.media_type.as_str());
        let own = self.artifact_type.as_deref();
        own.or(config).filter(|kind| !kind.is_empty())
    }
}

/// The form in which manifests are written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    schema_version: u32,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    subject: Option<Descriptor>,
    annotations: Option<BTreeMap<String, String>>,
    /// What only Docker's first form has.
    fs_layers: Option<IgnoredAny>,
}

/// Reads a manifest that was sent with this content type.
///
/// # Errors
/// Says what is wrong with it, for whoever pushed it.
pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Manifest, Rejection> {
    let written: Written = serde_json::from_slice(bytes)
        .map_err(|error| Rejection::new(format!("The manifest cannot be read: {error}.")))?;
    let media_type = media_type(&written, content_type)?;
    check_form(&written, media_type)?;
    let (layers, manifests) = (
        written.layers.unwrap_or_default(),
        written.manifests.unwrap_or_default(),
    );
    if layers.len() + manifests.len() > MOST {
        return Err(Rejection::new(format!(
            "The manifest lists more than {MOST} things."
        )));
    }
    Ok(Manifest {
        media_type,
        artifact_type: written.artifact_type.filter(|kind| !kind.is_empty()),
        config: written.config,
        layers,
        manifests,
        subject: written.subject,
        annotations: written.annotations.unwrap_or_default(),
    })
}

/// The type that the client says, without parameters, and that the manifest says: they agree.
fn media_type(written: &Written, content_type: Option<&str>) -> Result<&'static str, Rejection> {
    let sent = content_type.map(|kind| kind.split(';').next().unwrap_or(kind).trim());
    // What clients send that know no better.
    let sent =
        sent.filter(|kind| !matches!(*kind, "" | "application/json" | "application/octet-stream"));
    let own = written
        .media_type
        .as_deref()
        .filter(|kind| !kind.is_empty());
    if let (Some(sent), Some(own)) = (sent, own)
        && sent != own
    {
        return Err(Rejection::new(format!(
            "The manifest says that it is {}, but was sent as {}.",
            short(own),
            short(sent)
        )));
    }
    let said = sent.or(own).unwrap_or(if written.manifests.is_some() {
        INDEX
    } else {
        IMAGE
    });
    let known = [IMAGE, INDEX, DOCKER_IMAGE, DOCKER_INDEX];
    let found = known.into_iter().find(|kind| *kind == said);
    found.ok_or_else(|| {
        Rejection::new(format!(
            "Manifests of the type {} are not kept here. Push an OCI image manifest or index.",
            short(said)
        ))
    })
}

/// A manifest is one thing: an index has no layers, an image lists no manifests.
fn check_form(written: &Written, media_type: &str) -> Result<(), Rejection> {
    let index = matches!(media_type, INDEX | DOCKER_INDEX);
    let has_image = written.config.is_some() || written.layers.is_some();
    let problem = if written.schema_version != 2 || written.fs_layers.is_some() {
        "The manifest\u{2019}s schemaVersion is not 2. Push it with a newer client."
    } else if index && has_image || !index && written.manifests.is_some() {
        "The manifest is an image and an index in one."
    } else if !index && written.config.is_none() {
        "The manifest has no config."
    } else if index && written.manifests.is_none() {
        "The index has no list of manifests."
    } else {
        return Ok(());
    };
    Err(Rejection::new(problem))
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(120)
        .collect()
}

fn digest<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::{DOCKER_IMAGE, IMAGE, INDEX, read};
    use serde_json::{Value, json};

    fn descriptor() -> Value {
        json!({"mediaType": "x/y", "digest": format!("sha256:{}", "a".repeat(64)), "size": 1})
    }

    fn kind_of(manifest: &Value, sent: Option<&str>) -> Result<&'static str, String> {
        let read = read(manifest.to_string().as_bytes(), sent);
        read.map(|read| read.media_type)
            .map_err(|rejection| rejection.0)
    }

    #[test]
    fn the_type_is_what_client_and_manifest_say() {
        let image = json!({"schemaVersion": 2, "config": descriptor(), "layers": []});
        let index = json!({"schemaVersion": 2, "manifests": [descriptor()]});
        let mut typed = image.clone();
        typed["mediaType"] = IMAGE.into();
        let sent = format!("{IMAGE}; charset=utf-8");
        assert_eq!(kind_of(&image, Some(&sent)).as_deref(), Ok(IMAGE));
        assert_eq!(
            kind_of(&image, Some(DOCKER_IMAGE)).as_deref(),
            Ok(DOCKER_IMAGE)
        );
        assert_eq!(kind_of(&image, None).as_deref(), Ok(IMAGE));
        assert_eq!(
            kind_of(&typed, Some("application/json")).as_deref(),
            Ok(IMAGE)
        );
        assert_eq!(kind_of(&index, None).as_deref(), Ok(INDEX));
        assert!(kind_of(&typed, Some(DOCKER_IMAGE)).is_err());
        assert!(kind_of(&image, Some(INDEX)).is_err());
        assert!(kind_of(&index, Some(IMAGE)).is_err());
        let old = "application/vnd.docker.distribution.manifest.v1+prettyjws";
        assert!(kind_of(&image, Some(old)).is_err());
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let image = json!({"schemaVersion": 2, "config": descriptor(), "layers": [descriptor()]});
        let with = |field: &str, value: Value| {
            let mut changed = image.clone();
            changed[field] = value;
            changed.to_string()
        };
        let twice = image.to_string().replacen('{', "{\"layers\":[],", 1);
        for bad in [
            with("manifests", json!([descriptor()])),
            with("schemaVersion", json!(1)),
            with("fsLayers", json!([])),
            with("config", Value::Null),
            with("config", json!({"digest": "sha256:x", "size": 1})),
            with(
                "layers",
                json!([{"digest": descriptor()["digest"], "size": -1}]),
            ),
            with("layers", json!({})),
            with("layers", json!(vec![descriptor(); 10_001])),
            twice,
            String::new(),
            "[]".to_owned(),
            "{}".to_owned(),
            "[".repeat(10_000),
        ] {
            assert!(
                read(bad.as_bytes(), None).is_err(),
                "{}",
                &bad[..bad.len().min(200)]
            );
        }
        assert!(read(with("layers", Value::Null).as_bytes(), None).is_ok());
    }
}
