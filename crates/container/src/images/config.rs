//! An image's configuration (OCI image specification, `config.md`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use registrar_net::{Follow, clean};
use registrar_registry::ImageReference;
use serde::Deserialize;
use thiserror::Error;

use super::annotations::{self, text};
use super::descriptor::{Descriptor, Platform};
use super::digest;
use super::manifest::wrong_digest;
use super::reader::{Reader, Wanted, pull_scope};
use crate::failure::{Failure, FailureKind};

/// The most bytes of a configuration.
pub const MAX_CONFIG: u64 = 8 * 1024 * 1024;
/// The most items of each of its lists.
const MAX_ITEMS: usize = 2000;
/// The media types of configurations that are images' own.
const IMAGES: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// How an image runs, and how it was made. Every text can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Where it runs.
    pub platform: Platform,
    /// Who made it; may be empty.
    pub author: String,
    /// What it starts.
    pub entrypoint: Vec<String>,
    /// With what, unless told otherwise.
    pub cmd: Vec<String>,
    /// Each as `NAME=value`.
    pub env: Vec<String>,
    /// As whom; may be empty.
    pub user: String,
    /// In which folder; may be empty.
    pub working_dir: String,
    /// Like `8080/tcp`.
    pub ports: Vec<String>,
    /// The folders that are meant to be kept elsewhere.
    pub volumes: Vec<String>,
    /// The signal that stops it; may be empty.
    pub stop_signal: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// How it was made, from the bottom.
    pub history: Vec<Step>,
}

/// One step in the making of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// When.
    pub created: Option<Timestamp>,
    /// The command; may be empty.
    pub created_by: String,
    /// What was said about it; may be empty.
    pub comment: String,
    /// Whether it added no layer.
    pub empty_layer: bool,
}

/// A configuration cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// It is not JSON of the right shape.
    #[error("it is no configuration of an image (line {0})")]
    NotAConfig(usize),
    /// It has too many parts, or is too large.
    #[error("it has more parts than is possible")]
    TooLarge,
}

#[derive(Deserialize)]
struct Wire {
    created: Option<String>,
    author: Option<String>,
    architecture: Option<String>,
    os: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
    config: Option<WireRun>,
    history: Option<Vec<WireStep>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireRun {
    user: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
    env: Option<Vec<String>>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    volumes: Option<BTreeMap<String, serde_json::Value>>,
    working_dir: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    stop_signal: Option<String>,
}

#[derive(Deserialize)]
struct WireStep {
    created: Option<String>,
    created_by: Option<String>,
    comment: Option<String>,
    empty_layer: Option<bool>,
}

impl Config {
    /// Understands a configuration.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ConfigError> {
        if bytes.len() as u64 > MAX_CONFIG {
            return Err(ConfigError::TooLarge);
        }
        let wire: Wire =
            serde_json::from_slice(bytes).map_err(|error| ConfigError::NotAConfig(error.line()))?;
        let run = wire.config.unwrap_or_default();
        let history = wire.history.unwrap_or_default();
        if history.len() > MAX_ITEMS {
            return Err(ConfigError::TooLarge);
        }
        let short = |text: Option<String>| clean(&text.unwrap_or_default(), 300);
        Ok(Self {
            created: moment(wire.created),
            platform: Platform {
                os: short(wire.os),
                architecture: short(wire.architecture),
                variant: short(wire.variant),
                os_version: short(wire.os_version),
            },
            author: short(wire.author),
            entrypoint: texts(run.entrypoint)?,
            cmd: texts(run.cmd)?,
            env: texts(run.env)?,
            user: short(run.user),
            working_dir: short(run.working_dir),
            ports: keys(run.exposed_ports)?,
            volumes: keys(run.volumes)?,
            stop_signal: short(run.stop_signal),
            labels: annotations::shown(run.labels),
            history: history.into_iter().map(WireStep::into_model).collect(),
        })
    }
}

impl WireStep {
    fn into_model(self) -> Step {
        Step {
            created: moment(self.created),
            created_by: text(&self.created_by.unwrap_or_default()),
            comment: text(&self.comment.unwrap_or_default()),
            empty_layer: self.empty_layer.unwrap_or_default(),
        }
    }
}

/// A moment, unless it is the one that builds write who want the same image every time: 1970.
fn moment(text: Option<String>) -> Option<Timestamp> {
    let moment: Timestamp = text?.parse().ok()?;
    (moment.as_second() > 24 * 3600).then_some(moment)
}

fn texts(list: Option<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    let list = list.unwrap_or_default();
    if list.len() > MAX_ITEMS {
        return Err(ConfigError::TooLarge);
    }
    Ok(list.iter().map(|item| text(item)).collect())
}

fn keys(map: Option<BTreeMap<String, serde_json::Value>>) -> Result<Vec<String>, ConfigError> {
    texts(map.map(|map| map.into_keys().collect()))
}

impl Config {
    /// Whether `descriptor` is of an image's configuration, as opposed to another artifact's.
    pub fn is_one(descriptor: &Descriptor) -> bool {
        IMAGES.contains(&&*descriptor.media_type)
    }
}

impl Reader {
    /// The configuration of the image in the repository of `image` that `config` describes; `None`
    /// where that is another artifact's.
    ///
    /// # Errors
    /// As [`Reader::manifest`].
    pub async fn config(
        &self,
        image: &ImageReference,
        config: &Descriptor,
    ) -> Result<Option<Config>, Failure> {
        if !Config::is_one(config) {
            return Ok(None);
        }
        let url = self.url(&format!(
            "/v2/{}/blobs/{}",
            image.repository(),
            config.digest
        ));
        let answer = self
            .fetch(Wanted {
                url: &url,
                scope: &pull_scope(image),
                accept: "*/*",
                max_body: MAX_CONFIG,
                head_only: false,
                // Blobs lie elsewhere than the registry, often.
                follow: Follow::Anywhere,
            })
            .await?;
        if !digest::is_of(&config.digest, &answer.body) {
            return Err(wrong_digest(&answer, "the configuration"));
        }
        let parsed = Config::parse(&answer.body);
        parsed
            .map(Some)
            .map_err(|error| Failure::about(&answer, FailureKind::NotUnderstood, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_docker_configuration_is_understood() {
        let config = Config::parse(
            br#"{"architecture":"arm64","os":"linux","variant":"v8","created":"2024-05-01T10:00:00.5Z",
            "config":{"User":"nginx","ExposedPorts":{"80/tcp":{},"443/tcp":{}},"Env":["A=b"],
            "Entrypoint":["/e"],"Cmd":null,"Volumes":null,"WorkingDir":"/srv",
            "Labels":{"maintainer":"x\u001b[31m","none":null},"StopSignal":"SIGQUIT"},
            "history":[{"created":"1970-01-01T00:00:00Z","created_by":"ADD","empty_layer":true},{}]}"#,
        );
        let config = config.unwrap();
        assert_eq!(config.platform.to_string(), "linux/arm64/v8");
        assert_eq!(config.ports, ["443/tcp", "80/tcp"]);
        assert_eq!(config.labels["maintainer"], "x[31m");
        assert!(config.cmd.is_empty() && config.created.is_some());
        assert_eq!(config.history.len(), 2);
        assert!(config.history[0].empty_layer && config.history[0].created.is_none());
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "[]", "{\"config\":{\"Env\":\"x\"}}", "null"] {
            assert!(Config::parse(text.as_bytes()).is_err(), "{text}");
        }
        let long = format!("{{\"history\":[{}]}}", vec!["{}"; MAX_ITEMS + 1].join(","));
        assert_eq!(Config::parse(long.as_bytes()), Err(ConfigError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Config::parse(&bytes);
        }
    }
}
