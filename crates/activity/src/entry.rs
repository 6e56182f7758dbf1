//! One line of the record.

use jiff::Timestamp;
use registrar_registry::RegistryId;
use serde::{Deserialize, Serialize};

/// One thing that was done, or was tried and failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, UTC.
    pub at: Timestamp,
    /// What: a stable word such as `registry.added`.
    pub action: String,
    /// The registry's name at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// The registry's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_id: Option<RegistryId>,
    /// Whether it succeeded.
    pub ok: bool,
    /// What changed, or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Entry {
    /// The most characters of a detail that are kept.
    pub const MAX_DETAIL: usize = 2_000;

    /// The entry as one line with its line feed.
    pub(crate) fn to_line(&self) -> String {
        let mut bounded = self.clone();
        if let Some(detail) = &mut bounded.detail
            && let Some((end, _)) = detail.char_indices().nth(Self::MAX_DETAIL)
        {
            detail.truncate(end);
            detail.push('…');
        }
        // Strings, a boolean and a time always serialise.
        let mut line = serde_json::to_string(&bounded).unwrap_or_default();
        line.push('\n');
        line
    }

    /// Whether every one of `words`, in lower case, occurs in some field.
    pub(crate) fn contains(&self, words: &[String]) -> bool {
        let id = self.registry_id.map(|id| id.to_string());
        let outcome = if self.ok { "succeeded" } else { "failed" };
        let text = [
            Some(self.action.as_str()),
            self.registry.as_deref(),
            id.as_deref(),
            self.detail.as_deref(),
            Some(outcome),
        ];
        let text = text
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n")
            .to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}
