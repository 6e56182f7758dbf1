//! odo: which devfile registries it has, and what is written so that it has one of Registrar's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::CommandError;
use super::tools::{PlanFile, Tool};

/// Whether odo has a registry of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OdoUse {
    /// It has not.
    Off,
    /// Registrar has written it there.
    #[serde(rename_all = "camelCase")]
    On {
        /// Whether odo has its token, too.
        with_token: bool,
    },
    /// Somebody else has written it there.
    #[serde(rename_all = "camelCase")]
    Theirs {
        /// What it is called there.
        name: String,
    },
    /// Registrar has written it there, and name, address or token have changed here since.
    #[serde(rename_all = "camelCase")]
    Outdated {
        /// What it is called there.
        name: String,
        /// Its address there.
        url: String,
    },
    /// Registrar has written it there, and somebody has removed it or put another in its place.
    Undone,
    /// odo has another registry of this name.
    #[serde(rename_all = "camelCase")]
    NameTaken {
        /// That one's address.
        url: String,
    },
}

/// A devfile registry of the catalog, as it stands in odo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Whether it has a token.
    pub has_token: bool,
    /// How it stands.
    pub setting: OdoUse,
}

/// A registry that odo has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoEntry {
    /// Its name there.
    pub name: String,
    /// Its address, without a password that may stand in it.
    pub url: String,
    /// Whether odo was given a token for it.
    pub secure: bool,
    /// Whether Registrar has written it there.
    pub ours: bool,
    /// The name of the catalog's registry with this address.
    pub known_as: Option<String>,
    /// Why it cannot be imported, in words.
    pub problem: Option<String>,
}

/// Response of `odo_page` and `apply_odo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoPage {
    /// odo itself.
    pub tool: Tool,
    /// Its configuration.
    pub file: String,
    /// Why its configuration cannot be used, in words with the next step; nothing is written then.
    pub problem: Option<String>,
    /// The catalog's devfile registries, in its order.
    pub registries: Vec<OdoRow>,
    /// The registries that odo has, in its order: it looks in the first one first.
    pub entries: Vec<OdoEntry>,
    /// Whether its file names none, so that it has its default one.
    pub is_default: bool,
}

/// What is to change in odo.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum OdoChange {
    /// odo gets these registries, or gets them anew.
    #[serde(rename_all = "camelCase")]
    Use {
        /// Their ids.
        ids: Vec<String>,
        /// Whether it gets their tokens.
        with_token: bool,
        /// Whether others of the same names may be replaced; they come back when ours go.
        replace: bool,
    },
    /// odo loses these registries, and their tokens.
    #[serde(rename_all = "camelCase")]
    Remove {
        /// Their ids.
        ids: Vec<String>,
    },
    /// odo loses a registry that somebody else has written there, and its token.
    #[serde(rename_all = "camelCase")]
    Drop {
        /// Its name there.
        name: String,
    },
}

/// A registry of odo's that stays as it is, unless `replace` is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoConflict {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// What becomes of a token that odo has in the keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoToken {
    /// The keychain's service; the user is `default`.
    pub service: String,
    /// What becomes of it.
    pub what: OdoTokenChange,
}

/// What becomes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OdoTokenChange {
    /// It is put there.
    Added,
    /// It takes the place of another, which is gone then.
    Replaced,
    /// It goes.
    Removed,
}

/// Response of `plan_odo`: exactly what would be written. Nothing has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoPlan {
    /// Hand this to `apply_odo`; good until the file changes or another plan was made.
    pub plan: String,
    /// What would be written; empty where everything is as wanted already.
    pub files: Vec<PlanFile>,
    /// Where the file as it is now is kept; `None` where there is none yet.
    pub backup: Option<String>,
    /// What was left out because odo has another of that name.
    pub conflicts: Vec<OdoConflict>,
    /// What would become of tokens.
    pub tokens: Vec<OdoToken>,
    /// Why tokens are left out although they were wanted, in words.
    pub token_problem: Option<String>,
}

/// Request of `import_odo`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportOdo {
    /// [`OdoEntry::name`]s.
    pub names: Vec<String>,
}

/// What came of one.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoImported {
    /// Its name in odo.
    pub name: String,
    /// Its name in the catalog, where it was added.
    pub added_as: Option<String>,
    /// Its id in the catalog, where it was added.
    pub id: Option<String>,
    /// Whether odo was given a token that is not in the keychain any more.
    pub token_missing: bool,
    /// Why it was not added.
    pub error: Option<CommandError>,
}

/// Response of `import_odo`, in the order of the request.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OdoImport {
    /// What came of each.
    pub imported: Vec<OdoImported>,
}
