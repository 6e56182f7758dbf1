//! The catalog: list, details, add, update, delete.

use registrar_registry::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::check::{CheckReport, FailureKind};

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
    /// Not at all: plain http.
    PlainHttp,
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
        /// How many stacks.
        stacks: u32,
        /// How many samples.
        samples: u32,
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
    /// The user name, where the kind has one.
    pub user: Option<String>,
    /// Whether a token is in the keychain or vault.
    pub has_token: bool,
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
    /// The rows from the offset on.
    pub rows: Vec<RegistryRow>,
    /// What is wrong with the file, if anything. Rows are then the last good ones.
    pub problem: Option<CatalogProblem>,
    /// Entries that were left out because they cannot be understood.
    pub entry_problems: Vec<EntryProblem>,
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
    /// The last check of it as it stands.
    pub last_check: Option<CheckReport>,
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
    /// Whether the person chose plain http.
    pub allow_http: bool,
    /// The token.
    pub token: TokenChange,
    /// A file of certificate authorities in PEM, absolute path.
    pub ca_file: Option<String>,
    /// SHA-256 of the one certificate to trust.
    pub trusted_certificate: Option<String>,
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
    /// After how many seconds it leaves the clipboard.
    pub clears_after_seconds: u32,
}

/// Response of `choose_ca_file`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChosenFile {
    /// The absolute path, or `None` where the person chose none.
    pub path: Option<String>,
}
