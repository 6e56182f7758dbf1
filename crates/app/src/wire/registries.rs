//! The catalog: list, details, add, update, delete.

use registrar_registry::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::check::{Access, CheckReport, FailureKind};

/// What kind of registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Stacks and samples for developers' workspaces.
    Devfile,
    /// Container images.
    Container,
    /// Packages.
    Source,
}

/// How a registry's server proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// By a certificate that this computer trusts.
    Verified,
    /// By a certificate of the person's own authority.
    OwnCa,
    /// By exactly the certificate that the person chose to trust.
    Pinned,
    /// By any certificate at all: the person has turned verification off.
    Insecure,
    /// Not at all: plain http.
    PlainHttp,
}

/// Who provides a container registry, and so which credentials it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Docker Hub.
    DockerHub,
    /// GitHub's `ghcr.io`.
    Ghcr,
    /// Quay, Red Hat's or one's own.
    Quay,
    /// GitLab, its own or somebody's.
    Gitlab,
    /// Amazon ECR.
    Ecr,
    /// Amazon ECR Public.
    EcrPublic,
    /// Google Artifact Registry and `gcr.io`.
    Google,
    /// Azure Container Registry.
    Acr,
    /// Harbor.
    Harbor,
    /// `JFrog` Artifactory.
    Jfrog,
    /// Gitea and Forgejo.
    Gitea,
    /// `DigitalOcean`.
    DigitalOcean,
    /// Any other.
    Generic,
}

/// A cloud whose own credentials a registry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    /// Amazon's.
    Aws,
    /// Microsoft's.
    Azure,
    /// Google's.
    Google,
}

/// From what the short-lived tokens of a registry are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CloudWay {
    /// From what AWS's own tools have on this computer.
    AwsMachine,
    /// From an access key: its id is the user; its secret, and on a second line its session token,
    /// are the token.
    AwsKeys,
    /// From what Azure's own tools have on this computer.
    AzureMachine,
    /// From a service principal: the user is its application's id, the token its client secret.
    AzurePrincipal,
    /// From what Google's own tools have on this computer.
    GoogleMachine,
}

/// How short-lived tokens are got for a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloudSignIn {
    /// From what.
    pub way: CloudWay,
    /// The profile of AWS's configuration; empty for the default one.
    pub profile: String,
    /// The ARN of the role to take on at AWS; empty for none.
    pub role: String,
    /// What its owner wants to be told; empty for nothing.
    pub external_id: String,
    /// The directory of a service principal at Azure: a GUID or a domain.
    pub tenant: String,
}

/// The last thing known of a registry's health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// It has never been checked as it stands.
    Unchecked,
    /// A check is under way.
    Checking,
    /// It answered.
    #[serde(rename_all = "camelCase")]
    Ok {
        /// How many stacks a devfile registry has.
        stacks: u32,
        /// How many samples it has.
        samples: u32,
        /// How a container registry can be used.
        access: Option<Access>,
        /// Answer time in milliseconds; above 3,000 the list calls it slow.
        millis: u32,
    },
    /// The last check failed.
    Failed {
        /// Why.
        kind: FailureKind,
    },
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryRow {
    /// The registry's id, a `UUIDv7`.
    pub id: String,
    /// What kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its address in canonical form.
    pub url: String,
    /// The user name, where the kind has one; `<token>` with an identity token.
    pub user: Option<String>,
    /// Who provides a container registry: as the person chose, else as its address says.
    pub provider: Option<Provider>,
    /// Whether a token is in the keychain or vault.
    pub has_token: bool,
    /// From what short-lived tokens are made; `None` where the token itself is sent.
    pub cloud: Option<CloudWay>,
    /// The last day on which the token is good, `2026-12-31`, where the person knows it.
    pub expires: Option<String>,
    /// How its server proves who it is.
    pub tls: Tls,
    /// Its health.
    pub health: Health,
    /// When it last answered.
    pub last_seen: Option<String>,
}

/// Request of `list_registries`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListRegistries {
    /// How many rows to pass over.
    pub offset: u32,
    /// How many rows at most; all where absent.
    pub limit: Option<u32>,
}

/// Response of `list_registries`: rows in the catalog's order.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryPage {
    /// Changes whenever the catalog does.
    pub revision: String,
    /// How many there are in all.
    pub total: u32,
    /// How many of each kind there are in all.
    pub kinds: KindCounts,
    /// When the one of all was checked that has waited longest; `None` where one has never been.
    pub all_checked_at: Option<String>,
    /// The rows from the offset on.
    pub rows: Vec<RegistryRow>,
    /// What is wrong with the file, if anything. Rows are then the last good ones.
    pub problem: Option<CatalogProblem>,
    /// Entries that were left out because they cannot be understood.
    pub entry_problems: Vec<EntryProblem>,
}

/// How many registries there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KindCounts {
    /// Devfile registries.
    pub devfile: u32,
    /// Container registries.
    pub container: u32,
    /// Source registries.
    pub source: u32,
}

/// Why the catalog file as a whole cannot be used. Nothing is written while it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CatalogProblem {
    /// The file.
    pub path: String,
    /// What is wrong, in words.
    pub message: String,
    /// Line, from 1, where there is one.
    pub line: Option<u32>,
    /// Column, from 1, where there is one.
    pub column: Option<u32>,
    /// The text of that line.
    pub excerpt: Option<String>,
    /// The backup that can be restored, if there is one.
    pub backup: Option<BackupFacts>,
}

/// A backup of the last good catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupFacts {
    /// When it was written.
    pub saved_at: String,
    /// How many registries it holds.
    pub registries: u32,
}

/// One entry of the file that cannot be understood; it stays in the file as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryProblem {
    /// Line, from 1, where the entry or its wrong value stands.
    pub line: u32,
    /// What is wrong, in words.
    pub message: String,
}

/// Request of `get_registry`, `delete_registry`, `undo_delete`, `reveal_token`, `copy_token`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryRef {
    /// Which registry.
    pub id: String,
}

/// Everything about one registry but its secret.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryDetails {
    /// What the list shows.
    pub row: RegistryRow,
    /// When it was added.
    pub created: String,
    /// When it was last changed here.
    pub updated: String,
    /// Stands for the record as it is; hand it back as `base` when saving a change.
    pub base: String,
    /// The certificate authority's file, with `own_ca`.
    pub ca_file: Option<String>,
    /// SHA-256 of the trusted certificate, as in [`super::CertificateFacts`], with `pinned`.
    pub trusted_certificate: Option<String>,
    /// What a container registry has besides.
    pub container: Option<ContainerDetails>,
    /// The tools that ask Registrar for this registry's credential (`docker`, `podman`) or that
    /// have it from Registrar (`odo`), so that deleting it takes it from them.
    pub used_by: Vec<String>,
    /// The last check of it as it stands.
    pub last_check: Option<CheckReport>,
}

/// What only a container registry has.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContainerDetails {
    /// The provider that the person chose; `None` where its address says it.
    pub chosen_provider: Option<Provider>,
    /// The file of the client certificate.
    pub client_certificate: Option<String>,
    /// The file of its key.
    pub client_key: Option<String>,
    /// The token server on another site that the person has approved.
    pub token_server: Option<String>,
    /// How short-lived tokens of its cloud are got.
    pub cloud: Option<CloudSignIn>,
    /// When the short-lived token that is known now ends; it is renewed before.
    pub token_until: Option<String>,
    /// The tool that added the registry, such as `docker`.
    pub added_by: Option<String>,
    /// Where a token is made, where that is known.
    pub token_page: Option<String>,
}

/// What to do with the token when saving.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum TokenChange {
    /// Leave it as it is; when adding: there is none.
    Keep,
    /// Store this one.
    Set {
        /// The token as typed: 1 byte to 64 KiB.
        #[ts(type = "string")]
        token: Secret,
    },
    /// Remove it.
    Remove,
}

/// What stands in the registry form.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistryDraft {
    /// The kind; fixed once added.
    pub kind: Kind,
    /// The name as typed.
    pub name: String,
    /// The address as typed.
    pub url: String,
    /// Whether the person chose plain http; for a container registry: http only.
    pub allow_http: bool,
    /// The token.
    pub token: TokenChange,
    /// The last day on which the token is good, as typed; empty where unknown.
    #[serde(default)]
    pub expires: String,
    /// A file of certificate authorities in PEM, absolute path.
    pub ca_file: Option<String>,
    /// SHA-256 of the one certificate to trust.
    pub trusted_certificate: Option<String>,
    /// What only a container registry has.
    #[serde(default)]
    pub container: Option<ContainerDraft>,
}

/// What only a container registry has in the form.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContainerDraft {
    /// The user as typed; empty for an anonymous registry.
    pub user: String,
    /// The provider; `None`: as the address says.
    pub provider: Option<Provider>,
    /// The file of a client certificate in PEM, absolute path.
    pub client_certificate: Option<String>,
    /// The file of its key in PEM, absolute path.
    pub client_key: Option<String>,
    /// Whether any certificate of the server will do.
    pub insecure: bool,
    /// The token server on another site that the person has approved: `realm` of a check's
    /// failure, as it was.
    pub token_server: Option<String>,
    /// How short-lived tokens of its cloud are got; `None`: the token itself is sent.
    #[serde(default)]
    pub cloud: Option<CloudSignIn>,
}

/// Request of `review_draft`: what would be saved, asked while the person types.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDraft {
    /// What stands in the form.
    pub draft: RegistryDraft,
    /// The registry that the form edits.
    pub id: Option<String>,
}

/// A remark on one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldRemark {
    /// Which field.
    pub field: super::error::Field,
    /// What is wrong, or worth knowing, and what to do.
    pub message: String,
    /// Where in the text, from 0, where that can be said.
    pub at: Option<u32>,
}

/// Response of `review_draft`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftReview {
    /// The address as it would be stored, if it can be.
    pub url: Option<String>,
    /// Whether the address is plain http, so that the form must ask for `allow_http`.
    pub plain_http: bool,
    /// Who provides a container registry, as its address says.
    pub provider: Option<Provider>,
    /// The cloud whose registry it is, as its whole name says: only then may its own credentials
    /// be used.
    pub cloud: Option<Cloud>,
    /// Where a token for it is made, where that is known (of the provider in the draft, else
    /// of the address's).
    pub token_page: Option<String>,
    /// What must be mended before saving.
    pub errors: Vec<FieldRemark>,
    /// What is worth knowing: the same address twice, a token over http.
    pub warnings: Vec<FieldRemark>,
}

/// Request of `add_registry`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddRegistry {
    /// What stands in the form.
    pub draft: RegistryDraft,
    /// The test that passed for this draft, from [`super::TestResult`].
    pub test: Option<String>,
}

/// Request of `update_registry`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRegistry {
    /// Which registry.
    pub id: String,
    /// [`RegistryDetails::base`] as it was when the form was opened. Where the record has changed since,
    /// the answer is `changed_elsewhere` and nothing is written.
    pub base: String,
    /// What stands in the form.
    pub draft: RegistryDraft,
    /// The test that passed for this draft.
    pub test: Option<String>,
}

/// Response of `delete_registry`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// What was deleted.
    pub name: String,
    /// Until when `undo_delete` brings it back, token included.
    pub undo_until: String,
}

/// Response of `reveal_token`, which has a permission of its own: the only one with a secret.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RevealedToken {
    /// The token as text, or base64 where it is not text.
    pub token: String,
    /// Whether `token` is base64.
    pub base64: bool,
}

/// Response of `copy_token`.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Copied {
    /// After how many seconds it leaves the clipboard; 0 for what is no secret, which stays.
    pub clears_after_seconds: u32,
}

/// What kind of file to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilePurpose {
    /// Certificate authorities in PEM.
    CaFile,
    /// A client certificate in PEM.
    ClientCertificate,
    /// Its key in PEM.
    ClientKey,
    /// Registries that somebody has exported.
    Registries,
    /// Everything that source registries hold, as it was backed up.
    Backup,
    /// This computer's own certificate in PEM.
    ServerCertificate,
    /// Its key in PEM.
    ServerKey,
}

/// Request of `choose_file`.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChooseFile {
    /// For what.
    pub purpose: FilePurpose,
}

/// Response of `choose_file`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChosenFile {
    /// The absolute path, or `None` where the person chose none.
    pub path: Option<String>,
}

/// Request of `which_credential`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhichCredential {
    /// An image as typed for docker or podman: `nginx`, `ghcr.io/acme/app:1`.
    pub image: String,
}

/// How closely a registry's address fits an image; the earlier ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It is the image's repository.
    Repository,
    /// The image is below its path.
    Below,
    /// It is the image's registry.
    Host,
}

/// A registry that could serve an image.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The registry.
    pub row: RegistryRow,
    /// How closely its address fits.
    pub fit: Fit,
}

/// Response of `which_credential`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialAnswer {
    /// The image written out: `docker.io/library/nginx:latest`.
    pub image: String,
    /// The registry's host in it.
    pub host: String,
    /// Every registry that fits, the one that serves the image first; empty: it would be
    /// fetched without a credential.
    pub candidates: Vec<Candidate>,
    /// The tools that would ask Registrar for it: `docker`, `podman`.
    pub asked_by: Vec<String>,
}

/// Request of `open_token_page`: opens the page where a token for the registry is made in the
/// system's browser.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenTokenPage {
    /// The address as typed; may be empty where the provider says enough.
    pub url: String,
    /// The provider; `None`: as the address says.
    pub provider: Option<Provider>,
}
