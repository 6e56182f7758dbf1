//! The record of what was done.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRow {
    /// When.
    pub at: String,
    /// What: a stable word such as `registry.added`.
    pub action: String,
    /// Which registry, as it was named then.
    pub registry: Option<String>,
    /// Its id.
    pub registry_id: Option<String>,
    /// Whether it succeeded.
    pub ok: bool,
    /// What changed, or why it failed; never a secret.
    pub detail: Option<String>,
}

/// Request of `list_activity`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListActivity {
    /// Words that must all occur, without regard to case; empty for everything.
    pub search: String,
    /// How many matches to pass over.
    pub offset: u32,
    /// How many at most: 1 to 500.
    pub limit: u32,
}

/// Response of `list_activity`: newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    /// How many match in all.
    pub total: u32,
    /// The rows from the offset on.
    pub rows: Vec<ActivityRow>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// A JSON array.
    Json,
}

/// Request of `export_activity`, which asks the person for a file.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportActivity {
    /// As in [`ListActivity`].
    pub search: String,
    /// In what form.
    pub format: ExportFormat,
}

/// Response of `export_activity`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// The file written, or `None` where the person chose none.
    pub path: Option<String>,
    /// How many rows were written.
    pub rows: u32,
}
