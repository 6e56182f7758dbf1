//! Source registries: those that Registrar hosts itself, their packages and their tokens.
//!
//! A *package* has a name and versions; a *version* has files. Sizes are bytes. Ids are `UUIDv7`
//! and stay the same when a registry is renamed, its slug does not.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OperationId;
use super::error::CommandError;
use super::images::{ReferrerKind, ReferrerRow};
use super::network::{NetworkState, Reach};
use super::storage::StorageRepair;

/// What kind of packages a registry keeps. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ecosystem {
    /// Plain files, `{BASENAME}-{SEMVER}.{EXT}`.
    Files,
    /// JavaScript (npm).
    Javascript,
    /// Python (`PyPI`).
    Python,
    /// Container images and other artifacts (OCI).
    Container,
    /// Helm charts (OCI).
    HelmOci,
}

/// What the server that hosts the registries does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ServerState {
    /// The person has turned hosting off.
    Off,
    /// It is being started.
    Starting,
    /// It answers.
    Running,
    /// It could not be started or has failed; it is tried again by itself where that can help.
    Failed {
        /// Why, and the next step.
        error: CommandError,
        /// Who holds the port, such as `node (process 4711)`, where that is the reason and known.
        holder: Option<String>,
    },
    /// The window is closing; uploads in flight are being finished.
    Stopping,
}

/// Response of `hosting_status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostingStatus {
    /// What the server does.
    pub server: ServerState,
    /// Whether other computers can come in.
    pub network: NetworkState,
    /// Where it listens or would, `127.0.0.1:4747`.
    pub address: String,
    /// The address that clients are told, `http://127.0.0.1:4747`, without a slash at its end.
    pub url: String,
    /// The organization's slug, the first part of every registry's path: `local`.
    pub organization: String,
    /// The folder of the packages.
    pub folder: String,
    /// What all packages take on the disk; a blob that several share counts once.
    #[ts(type = "number")]
    pub used_bytes: u64,
    /// What is free on that disk; `None` where the system does not say.
    #[ts(type = "number | null")]
    pub free_bytes: Option<u64>,
    /// How many requests that change something are under way.
    pub uploads: u32,
}

/// A row of the list of source registries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceRow {
    /// Its id.
    pub id: String,
    /// The last part of its path: lower-case words with hyphens.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it keeps.
    pub ecosystem: Ecosystem,
    /// One emoji.
    pub emoji: String,
    /// The background of the emoji, `#rrggbb`.
    pub color: String,
    /// Whether anybody on this computer may read it without a token.
    pub public: bool,
    /// How many packages (names) it has.
    pub packages: u32,
    /// What its files take.
    #[ts(type = "number")]
    pub size: u64,
    /// How often its files were downloaded.
    #[ts(type = "number")]
    pub downloads: u64,
    /// When something was published last.
    pub last_pushed: Option<String>,
}

/// Response of `list_sources`, sorted by name.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceList {
    /// All of them.
    pub rows: Vec<SourceRow>,
}

/// Request of commands about one source registry.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceRef {
    /// Its id.
    pub id: String,
}

/// A long-lived token that reads one private registry. The secret is in the keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryToken {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// When it was made.
    pub created_at: String,
    /// When it was used last, to the minute.
    pub last_used_at: Option<String>,
}

/// Response of `get_source`: everything about one registry.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceDetails {
    /// What the list shows.
    pub row: SourceRow,
    /// Its address, `http://127.0.0.1:4747/local/design-system`.
    pub url: String,
    /// When it was made.
    pub created_at: String,
    /// When its name, description, look or visibility was changed last.
    pub updated_at: String,
    /// How many versions all packages have together.
    pub versions: u32,
    /// How many files all versions have together.
    pub files: u32,
    /// Its tokens, oldest first. Kept while the registry is public, but of no use then.
    pub tokens: Vec<RegistryToken>,
}

/// Request of `review_source`: what would become of what is being typed.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewSource {
    /// The name as typed.
    pub name: String,
    /// The registry being edited; `None` for a new one.
    pub id: Option<String>,
}

/// Response of `review_source`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceReview {
    /// The slug that the name makes; empty where it makes none.
    pub slug: String,
    /// The address that the registry would have.
    pub url: String,
    /// What is wrong with the name, if anything.
    pub problem: Option<String>,
    /// The emoji that each ecosystem would get by default, and its colour.
    pub defaults: Vec<EcosystemDefault>,
}

/// How registries of an ecosystem look by default.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EcosystemDefault {
    /// Which ecosystem.
    pub ecosystem: Ecosystem,
    /// Its emoji.
    pub emoji: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
}

/// Request of `create_source`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreateSource {
    /// Its name, from which the slug is made; unique.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it keeps; never changes.
    pub ecosystem: Ecosystem,
    /// One emoji; the ecosystem's where absent.
    pub emoji: Option<String>,
    /// `#rrggbb`; the ecosystem's where absent.
    pub color: Option<String>,
}

/// Request of `update_source`. A changed name changes the slug and so every address.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSource {
    /// Which registry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// One emoji.
    pub emoji: String,
    /// `#rrggbb`.
    pub color: String,
}

/// Request of `set_source_visibility`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetVisibility {
    /// Which registry.
    pub id: String,
    /// Whether anybody may read it without a token.
    pub public: bool,
}

/// Request of `delete_source`: deletes the registry, its packages and its tokens, for good.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeleteSource {
    /// Which registry.
    pub id: String,
    /// Its exact name, typed by the person.
    pub name: String,
}

/// By what packages are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PackageSort {
    /// Newest push first.
    Pushed,
    /// By name.
    Name,
    /// Most downloads first.
    Downloads,
    /// Largest first.
    Size,
}

/// Request of `list_packages`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListPackages {
    /// Which registry.
    pub source: String,
    /// Part of the name, without regard to case; empty for all.
    pub search: String,
    /// In which order.
    pub sort: PackageSort,
    /// How many to pass over.
    pub offset: u32,
    /// How many at most: 1 to 200.
    pub limit: u32,
}

/// A package: a name, shown with its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageRow {
    /// Its name as it was published.
    pub name: String,
    /// The version that a client installs when it is not told another.
    pub version: String,
    /// How many versions there are.
    pub versions: u32,
    /// What all its files take.
    #[ts(type = "number")]
    pub size: u64,
    /// When a version was published last.
    pub pushed_at: String,
    /// How often its files were downloaded.
    #[ts(type = "number")]
    pub downloads: u64,
}

/// Response of `list_packages`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackagePage {
    /// How many match in all.
    pub total: u32,
    /// The rows from the offset on.
    pub rows: Vec<PackageRow>,
}

/// Request of `get_package` and `delete_package`. What belongs to an image goes with it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageRef {
    /// Which registry.
    pub source: String,
    /// Its name.
    pub name: String,
    /// Which version. With `get_package`, the one that clients install where absent; with
    /// `delete_package`, all of them.
    pub version: Option<String>,
}

/// A version in a package's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionRow {
    /// Its id.
    pub id: String,
    /// The version.
    pub version: String,
    /// When it was published.
    pub pushed_at: String,
    /// What its files take.
    #[ts(type = "number")]
    pub size: u64,
    /// How often its files were downloaded.
    #[ts(type = "number")]
    pub downloads: u64,
    /// Names that point to it, such as npm's `latest`.
    pub tags: Vec<String>,
    /// Whether it is a pre-release.
    pub prerelease: bool,
    /// Why it should no longer be used (yanked, deprecated); empty where no reason was given.
    pub withdrawn: Option<String>,
    /// What it is, where it is no image but belongs to one.
    pub referrer: Option<ReferrerKind>,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size.
    #[ts(type = "number")]
    pub size: u64,
    /// Its MD5 in hexadecimal, if it was made.
    pub md5: Option<String>,
    /// Its SHA-1 in hexadecimal, if it was made.
    pub sha1: Option<String>,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its SHA-512 in hexadecimal, if it was made.
    pub sha512: Option<String>,
    /// How often it was downloaded.
    #[ts(type = "number")]
    pub downloads: u64,
}

/// A package that a version needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Which versions will do, as the ecosystem writes it; may be empty.
    pub requirement: String,
    /// What for, such as `development`, `optional` or an extra; `None` for always.
    pub group: Option<String>,
}

/// Something that a package says of itself, such as its licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageFact {
    /// What, in words.
    pub label: String,
    /// The value, plain text.
    pub value: String,
    /// An `https` address to open, where the value is one.
    pub url: Option<String>,
}

/// The form of a readme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadmeFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// reStructuredText.
    Rst,
}

/// What a version says about itself at length. The text is the publisher's: never HTML to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Readme {
    /// Its form.
    pub format: ReadmeFormat,
    /// The text, at most 256 KiB.
    pub text: String,
}

/// Response of `get_package`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageDetails {
    /// Its name as it was published.
    pub name: String,
    /// The version that this is about.
    pub version: VersionRow,
    /// One line about it.
    pub summary: String,
    /// Its files.
    pub files: Vec<PackageFile>,
    /// What it says of itself.
    pub facts: Vec<PackageFact>,
    /// What it needs.
    pub dependencies: Vec<Dependency>,
    /// What it says about itself at length.
    pub readme: Option<Readme>,
    /// Its versions, newest first, at most 500. What belongs to an image that is here, or is one of
    /// those that an index lists, is found there, unless it has a tag of its own.
    pub versions: Vec<VersionRow>,
    /// How many such versions there are.
    pub version_count: u32,
    /// The image that this belongs to, where it does and that is here.
    pub subject: Option<VersionRow>,
    /// The newest index that lists this as one of its images.
    pub part_of: Option<VersionRow>,
    /// What belongs to this, newest first, at most 500.
    pub referrers: Vec<ReferrerRow>,
    /// Whether there is more that belongs to it.
    pub more_referrers: bool,
    /// How many go with it when it is deleted, with what belongs to those.
    pub going_with: u32,
    /// Who published it: a token's description, or this window.
    pub published_by: String,
    /// Whether a version can be withdrawn without being deleted.
    pub can_withdraw: bool,
}

/// Request of `open_package_image`: what a version of a container image is made of.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenPackageImage {
    /// Which registry.
    pub source: String,
    /// Which package.
    pub name: String,
    /// Which version.
    pub version: String,
    /// The digest of the image of an index that is wanted; else the one for this computer.
    pub platform: Option<String>,
}

/// Request of `withdraw_version`: asks clients not to choose it, or takes that back.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawVersion {
    /// Which registry.
    pub source: String,
    /// Which package.
    pub name: String,
    /// Which version.
    pub version: String,
    /// Why; `None` takes a withdrawal back.
    pub reason: Option<String>,
}

/// Request of `copy_package`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyPackage {
    /// From which registry.
    pub source: String,
    /// Which package.
    pub name: String,
    /// Which version.
    pub version: String,
    /// To which registry, of the same ecosystem.
    pub to: String,
}

/// Request of `download_file`, which asks the person where to.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DownloadFile {
    /// From which registry.
    pub source: String,
    /// Which file.
    pub file: String,
    /// To follow and cancel it.
    pub operation: OperationId,
}

/// Response of `download_file`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Downloaded {
    /// Where it lies now, or `None` where the person chose nothing.
    pub path: Option<String>,
}

/// A file that the person has dropped on the window or chosen in a dialog, to be published.
/// The window never learns where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferedFile {
    /// Names it in `publish_files`; good until the window closes or it is published.
    pub offer: String,
    /// Its name.
    pub name: String,
    /// Its size.
    #[ts(type = "number")]
    pub size: u64,
}

/// Response of `choose_packages`; the event [`super::AppEvent::FilesDropped`] brings the same.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferedFiles {
    /// The files; none where the person chose none.
    pub files: Vec<OfferedFile>,
}

/// Request of `publish_files`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublishFiles {
    /// To which registry.
    pub source: String,
    /// Which files, by their offers.
    pub offers: Vec<String>,
    /// To follow and cancel it: what has not been published by then never is.
    pub operation: OperationId,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PublishOutcome {
    /// It is published.
    Published {
        /// The package's name.
        package: String,
        /// The version.
        version: String,
    },
    /// It was refused, or could not be read.
    Failed {
        /// Why, and the next step.
        error: CommandError,
    },
    /// The person cancelled before.
    Cancelled,
}

/// What became of one of the files of `publish_files`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublishedFile {
    /// Its offer.
    pub offer: String,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub result: PublishOutcome,
}

/// Response of `publish_files`: in the order of the offers.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublishResult {
    /// What became of each.
    pub files: Vec<PublishedFile>,
}

/// What instructions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To publish to the registry.
    Publish,
    /// To install from it.
    Install,
}

/// Request of `instructions`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InstructionsFor {
    /// For which registry.
    pub source: String,
    /// What for.
    pub purpose: Purpose,
    /// For which package; a placeholder where absent.
    pub package: Option<String>,
    /// For which version.
    pub version: Option<String>,
    /// Where the client runs; while it is shared, on the network where absent.
    pub reach: Option<Reach>,
}

/// Something to run or to write into a file, for one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snippet {
    /// Names it in `copy_snippet`.
    pub id: String,
    /// The client, such as `npm`, `pip` or `curl`.
    pub client: String,
    /// What it is: a sentence, such as “Once, in the project's folder”.
    pub title: String,
    /// Whether it is for a shell or the content of a file, and then of which.
    pub file: Option<String>,
    /// The text; `bkpt_••••••••` stands where the token goes.
    pub text: String,
    /// Whether a token goes into it.
    pub needs_token: bool,
}

/// Response of `instructions`: snippets grouped by client, in the order in which they are used.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Instructions {
    /// The snippets.
    pub snippets: Vec<Snippet>,
    /// Where the client runs; `None` where nothing is shared, so that there is no choice.
    pub reach: Option<Reach>,
    /// How long a token that `copy_snippet` fills in is good.
    pub token_seconds: u32,
}

/// Request of `copy_snippet`: puts it on the clipboard with a new temporary token filled in, which
/// never passes through the window.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopySnippet {
    /// Of which instructions.
    pub instructions: InstructionsFor,
    /// Which snippet.
    pub snippet: String,
}

/// Request of `create_registry_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreateRegistryToken {
    /// For which registry; it must be private.
    pub source: String,
    /// What it is for.
    pub description: String,
}

/// Request of `update_registry_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRegistryToken {
    /// Of which registry.
    pub source: String,
    /// Which token.
    pub token: String,
    /// What it is for.
    pub description: String,
}

/// Request of `delete_registry_token`, `reveal_registry_token` and `copy_registry_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryTokenRef {
    /// Of which registry.
    pub source: String,
    /// Which token.
    pub token: String,
}

/// What an API token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// See and download packages.
    ReadPackages,
    /// Publish packages.
    WritePackages,
    /// Delete packages.
    DeletePackages,
    /// See registries and their tokens' descriptions.
    ReadRegistries,
    /// Make and change registries and their tokens.
    WriteRegistries,
    /// Delete registries.
    DeleteRegistries,
    /// Read the audit log.
    ReadAuditEvents,
}

/// One of the owner's API tokens; the secret is known to nobody but who copied it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApiToken {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// The last four characters of the secret, to recognise it by.
    pub ending: String,
    /// What it may do, in the order of the scopes.
    pub scopes: Vec<TokenScope>,
    /// When it was made.
    pub created_at: String,
    /// When it stops working; `None` for never.
    pub expires_at: Option<String>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<String>,
    /// From which address.
    pub last_used_from: Option<String>,
}

/// Response of `list_api_tokens`, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApiTokens {
    /// All of them.
    pub tokens: Vec<ApiToken>,
}

/// Request of `create_api_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreateApiToken {
    /// What it is for.
    pub description: String,
    /// What it may do; at least one.
    pub scopes: Vec<TokenScope>,
    /// In how many days it stops working: 1 to 3,650; `None` for never.
    pub expires_in_days: Option<u32>,
}

/// Response of `create_api_token`: the only time at which the secret is shown.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApiToken {
    /// What the list shows.
    pub row: ApiToken,
    /// The secret.
    pub token: String,
}

/// Request of `delete_api_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApiTokenRef {
    /// Which token.
    pub id: String,
}

/// Request of `verify_storage`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifyStorage {
    /// Only this registry's files; everything where absent.
    pub source: Option<String>,
    /// To follow and cancel it.
    pub operation: OperationId,
}

/// A file that is not what it was when it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageProblem {
    /// The registry's name.
    pub source: String,
    /// The package's name.
    pub package: String,
    /// The version.
    pub version: String,
    /// The file's name.
    pub file: String,
    /// What is wrong, in words.
    pub problem: String,
}

/// Response of `verify_storage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// How many blobs were read and hashed.
    pub checked: u32,
    /// How many bytes that were.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What is wrong.
    pub problems: Vec<StorageProblem>,
    /// What `repair_storage` would do.
    pub repairs: Vec<StorageRepair>,
    /// Blobs that no package needs any more; they are removed by themselves after a while.
    pub unreferenced: u32,
    /// Whether the person cancelled before all were checked.
    pub cancelled: bool,
}

/// Response of `collect_garbage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Collected {
    /// How many blobs were removed.
    pub removed: u32,
    /// How many bytes that freed.
    #[ts(type = "number")]
    pub bytes: u64,
}
