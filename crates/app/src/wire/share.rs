//! Registries as a file for somebody else: exporting some, importing theirs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Kind;

/// Request of `export_registries`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportRegistries {
    /// Which, by their ids; they are written in the catalog's order.
    pub ids: Vec<String>,
    /// The file, as an absolute path.
    pub path: String,
    /// Whether a file that is there may be replaced.
    pub replace: bool,
}

/// Response of `export_registries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RegistriesExported {
    /// The file is written.
    Written {
        /// Where.
        path: String,
        /// How many registries are in it.
        registries: u32,
    },
    /// There is a file already; nothing is written.
    Taken,
}

/// Request of `read_shared`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadShared {
    /// The file, as an absolute path.
    pub path: String,
}

/// Response of `read_shared`: what the file says, beside what the catalog has. Nothing is changed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedReview {
    /// Names this review in `import_shared`.
    pub review: String,
    /// The file.
    pub path: String,
    /// When it was exported, where it says so.
    pub exported: Option<String>,
    /// Its registries, in its order.
    pub entries: Vec<SharedEntry>,
    /// What of it cannot be understood.
    pub problems: Vec<SharedProblem>,
}

/// A place in the file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedProblem {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong there.
    pub message: String,
}

/// One registry of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedEntry {
    /// Its number in the file, from 0.
    pub key: u32,
    /// What kind.
    pub kind: Kind,
    /// What it is called there.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The user, where it has one.
    pub user: Option<String>,
    /// How it stands to the catalog.
    pub state: SharedState,
    /// A name under which it can be added beside everything that is there.
    pub free_name: String,
    /// What about it makes a connection less safe.
    pub risks: Vec<SharedField>,
}

/// How a registry of the file stands to the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SharedState {
    /// The catalog has none like it.
    New,
    /// The catalog has it just so.
    Same,
    /// The catalog has it differently.
    #[serde(rename_all = "camelCase")]
    Differs {
        /// What the catalog calls it.
        mine: String,
        /// What differs.
        fields: Vec<SharedDifference>,
        /// Whether it can take the place of the catalog's; a kind cannot be changed.
        can_replace: bool,
        /// Whether the stored token goes when it does, because it would go somewhere else or less
        /// safely.
        loses_token: bool,
    },
}

/// One thing that differs. `"true"` stands for what is on, `null` for what is not set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedDifference {
    /// What.
    pub field: SharedField,
    /// As the catalog has it.
    pub mine: Option<String>,
    /// As the file has it.
    pub theirs: Option<String>,
}

/// What a file says of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SharedField {
    /// What it is called.
    Name,
    /// What it keeps.
    Kind,
    /// Where it is.
    Address,
    /// Who uses it.
    User,
    /// Who provides it; a provider's name as on the wire.
    Provider,
    /// Whether plain http is allowed.
    PlainHttp,
    /// Whether any certificate will do.
    Unverified,
    /// The certificate that is trusted, as its SHA-256.
    Certificate,
    /// The token server on another site that may have the credentials.
    TokenServer,
    /// How short-lived tokens of its cloud are got, in one line.
    SignIn,
}

/// Request of `import_shared`. What is not chosen stays as it is.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportShared {
    /// The review that was shown.
    pub review: String,
    /// What to take of it.
    pub choices: Vec<SharedChoice>,
}

/// What to do with one registry of the file.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedChoice {
    /// The entry's number.
    pub key: u32,
    /// How to take it.
    pub take: SharedTake,
}

/// How a registry of the file is taken.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "take", rename_all = "snake_case")]
pub enum SharedTake {
    /// In the place of the one that the catalog has.
    Replace,
    /// Beside everything that is there.
    Add {
        /// What to call it.
        name: String,
    },
}

/// Response of `import_shared`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedImported {
    /// What was taken, in the order of the file.
    pub imported: Vec<SharedOutcome>,
    /// How many entries of the file were left out.
    pub left: u32,
}

/// A registry that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedOutcome {
    /// The registry's id in the catalog.
    pub id: String,
    /// What it is called now.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Whether it took the place of another version of it.
    pub replaced: bool,
    /// Whether it has no token, though it has a user, or had one before.
    pub wants_token: bool,
}
