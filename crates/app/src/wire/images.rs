//! Images in container registries: repositories, tags, and what an image is made of.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OperationId;
use super::check::CheckFailure;
use super::error::CommandError;

/// Request of `list_repositories`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListRepositories {
    /// The registry's id.
    pub registry: String,
    /// Names this reading.
    pub operation: OperationId,
}

/// A repository of a registry.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryRef {
    /// The registry's id.
    pub registry: String,
    /// The repository's name.
    pub repository: String,
}

/// Whether a registry lists its repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryList {
    /// It does.
    Listed,
    /// It offers no list to anybody.
    NotOffered,
    /// It does not show it to this user.
    NotAllowed,
    /// It could not be read; `failure` says why.
    Failed,
}

/// The repositories of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryPage {
    /// The registry's name.
    pub name: String,
    /// Its host, as it stands before an image's name.
    pub host: String,
    /// The path to which its record is limited, if it is.
    pub path: Option<String>,
    /// Whether it is Docker Hub, which limits how much is pulled.
    pub is_hub: bool,
    /// Whether there is a list.
    pub list: RepositoryList,
    /// The list, by the alphabet.
    pub repositories: Vec<String>,
    /// How many names were left out because they are malformed.
    pub left_out: u32,
    /// Whether the registry has more than were read.
    pub more: bool,
    /// The repositories that were opened before, the last one first.
    pub remembered: Vec<String>,
    /// Why there is no list.
    pub failure: Option<CheckFailure>,
}

/// In which order tags are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TagOrder {
    /// The highest version first.
    Version,
    /// The newest image first. Each image's date has to be read for that.
    Newest,
}

/// Request of `list_tags`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListTags {
    /// The registry's id.
    pub registry: String,
    /// The repository, as it was listed or typed; an image's whole name will do.
    pub repository: String,
    /// What a tag must contain.
    pub filter: String,
    /// In which order.
    pub order: TagOrder,
    /// Whether to ask the registry again for what is known.
    pub refresh: bool,
    /// Names this reading.
    pub operation: OperationId,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TagRow {
    /// Its name.
    pub name: String,
    /// When its image was made, where that has been read.
    pub created: Option<String>,
    /// What it means, where that has been read.
    pub digest: Option<String>,
}

/// The tags of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TagPage {
    /// The repository's full name within the registry.
    pub repository: String,
    /// Those that match, in order.
    pub rows: Vec<TagRow>,
    /// How many there are.
    pub total: u32,
    /// How many names were left out because they are malformed.
    pub left_out: u32,
    /// Whether the registry has more than were read.
    pub more: bool,
    /// How many dates were looked for; the others stand last.
    pub dated: u32,
    /// Why there are none, or no dates.
    pub failure: Option<CheckFailure>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageRef {
    /// The registry's id.
    pub registry: String,
    /// The repository's name.
    pub repository: String,
    /// A tag or a digest.
    pub reference: String,
    /// The digest of one of an index's images; `None` for the one that fits this computer best.
    pub platform: Option<String>,
}

/// The whole name of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageName {
    /// As tools take it.
    pub name: String,
}

/// Request of `open_image`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenImage {
    /// Which one.
    pub image: ImageRef,
    /// Names this reading.
    pub operation: OperationId,
}

/// An image, or why it is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImagePage {
    /// Its whole name, as tools take it.
    pub name: String,
    /// What it is.
    pub image: Option<ImageFacts>,
    /// Why it is not shown.
    pub failure: Option<CheckFailure>,
}

/// What an image is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageFacts {
    /// The digest of what the tag means: an index, or an image.
    pub digest: String,
    /// Its media type.
    pub media_type: String,
    /// The images of the index; empty where it is none.
    pub platforms: Vec<PlatformRow>,
    /// The digest of the image that is shown.
    pub image_digest: String,
    /// Its media type.
    pub image_media_type: String,
    /// What it is where it is no image that can be run.
    pub artifact_type: Option<String>,
    /// When it was made.
    pub created: Option<String>,
    /// Bytes of all layers together, as they are downloaded.
    #[ts(type = "number")]
    pub size: u64,
    /// From the bottom.
    pub layers: Vec<LayerRow>,
    /// How it runs; `None` for other artifacts.
    pub config: Option<ConfigFacts>,
    /// How it was made, from the bottom.
    pub history: Vec<HistoryRow>,
    /// What its manifest says about it.
    pub annotations: Vec<Pair>,
    /// What belongs to it.
    pub referrers: Vec<ReferrerRow>,
    /// Whether there is more that belongs to it.
    pub more_referrers: bool,
    /// Why nothing is known of what belongs to it.
    pub referrers_failure: Option<CheckFailure>,
    /// How to pull it.
    pub commands: Vec<PullCommand>,
    /// What Kubernetes needs to pull it; `None` where the registry has no password or token.
    pub secret: Option<PullSecret>,
}

/// One image of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlatformRow {
    /// Its digest.
    pub digest: String,
    /// Where it runs, like `linux/arm64/v8`; its media type where that is not said.
    pub name: String,
    /// Whether it is an image, and not a statement about one.
    pub is_image: bool,
}

/// A layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LayerRow {
    /// Its digest.
    pub digest: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes, as they are downloaded.
    #[ts(type = "number")]
    pub size: u64,
    /// What made it; may be empty.
    pub created_by: String,
}

/// How an image runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigFacts {
    /// Where it runs.
    pub platform: String,
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
    pub labels: Vec<Pair>,
}

/// A name and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// The name.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// One step in the making of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    /// When.
    pub created: Option<String>,
    /// The command; may be empty.
    pub created_by: String,
    /// What was said about it; may be empty.
    pub comment: String,
    /// The bytes of the layer that it added, where it added one.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
}

/// What something is to the image that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReferrerKind {
    /// Somebody vouches for it.
    Signature,
    /// A list of what is in it.
    Sbom,
    /// A statement about how it was made or checked.
    Attestation,
    /// Something else.
    Other,
}

/// Where something that belongs to an image was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReferrerSource {
    /// By the registry's API.
    Api,
    /// By a tag named after the image's digest.
    Tag,
    /// In the image's index.
    Index,
}

/// Something that belongs to an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReferrerRow {
    /// Its manifest's digest.
    pub digest: String,
    /// What it is.
    pub kind: ReferrerKind,
    /// What it calls itself; may be empty.
    pub artifact_type: String,
    /// Where it was found.
    pub source: ReferrerSource,
    /// The bytes of its manifest, where that is said; in a source registry, of all its files.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// When it was made, as it says itself; in a source registry, when it was pushed.
    pub created: Option<String>,
}

/// How a tool pulls an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PullCommand {
    /// The tool.
    pub tool: String,
    /// What to type.
    pub command: String,
}

/// What Kubernetes needs to pull from a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PullSecret {
    /// The name that it will have.
    pub name: String,
    /// How it will look, with dots where the secret is.
    pub preview: String,
}

/// Request of `copy_pull_secret`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyPullSecret {
    /// The registry's id.
    pub registry: String,
}

/// A manifest as the registry has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RawManifest {
    /// The text, as it came.
    pub text: Option<String>,
    /// Its digest.
    pub digest: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Why there is none.
    pub failure: Option<CheckFailure>,
}

/// Request of `compare_images`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareImages {
    /// The one.
    pub left: ImageRef,
    /// The other.
    pub right: ImageRef,
    /// Names this reading.
    pub operation: OperationId,
}

/// Two images, each as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonPage {
    /// The one.
    pub left: ComparedSide,
    /// The other.
    pub right: ComparedSide,
    /// What is the same and what is not; `None` unless both could be read.
    pub comparison: Option<Comparison>,
}

/// One of two images, or why it is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedSide {
    /// Its whole name; what was typed where that is none.
    pub name: String,
    /// What it is.
    pub image: Option<ComparedImage>,
    /// What its registry did instead of an answer.
    pub failure: Option<CheckFailure>,
    /// Why its registry was not even asked: it is gone, or the name is none.
    pub refused: Option<CommandError>,
}

/// Two images, layer by layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Their layers, from the bottom.
    pub layers: Vec<ComparedLayer>,
    /// Bytes of the layers that both have.
    #[ts(type = "number")]
    pub shared: u64,
    /// What is set differently.
    pub differences: Vec<Difference>,
}

/// What is said of one of two images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedImage {
    /// The digest of the image that is compared.
    pub digest: String,
    /// The images of the index that it was chosen from; empty where there is none.
    pub platforms: Vec<PlatformRow>,
    /// Where it runs; empty where that is not known.
    pub platform: String,
    /// When it was made.
    pub created: Option<String>,
    /// How many layers it has.
    pub layers: u32,
    /// Bytes of all its layers.
    #[ts(type = "number")]
    pub size: u64,
}

/// In which of two images something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// In both.
    Both,
    /// In the left one only.
    Left,
    /// In the right one only.
    Right,
}

/// A layer of two images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedLayer {
    /// Where it is.
    pub presence: Presence,
    /// The layer.
    pub layer: LayerRow,
}

/// What can be set differently in two images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigPart {
    /// The platform.
    Platform,
    /// What is started.
    Entrypoint,
    /// With what.
    Cmd,
    /// As whom.
    User,
    /// Where.
    WorkingDir,
    /// The ports.
    Ports,
    /// The volumes.
    Volumes,
    /// A variable of the environment; `name` says which.
    Env,
    /// A label; `name` says which.
    Label,
}

/// Something that is set differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// What.
    pub part: ConfigPart,
    /// Its name, for variables and labels; else empty.
    pub name: String,
    /// On the left; `None` where it is not set.
    pub left: Option<String>,
    /// On the right; `None` where it is not set.
    pub right: Option<String>,
}

/// How many pulls Docker Hub still allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PullLimit {
    /// Whether the registry limits pulls and says so; only Docker Hub does.
    pub known: bool,
    /// How many at most; `None` where there is no limit.
    #[ts(type = "number | null")]
    pub limit: Option<u64>,
    /// How many are left.
    #[ts(type = "number | null")]
    pub left: Option<u64>,
    /// In how many seconds the limit counts.
    #[ts(type = "number | null")]
    pub window_seconds: Option<u64>,
    /// Whose pulls are counted: an address or an account.
    pub source: Option<String>,
    /// Why it is not known.
    pub failure: Option<CheckFailure>,
}
