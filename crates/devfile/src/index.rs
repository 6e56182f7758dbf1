//! The index of a devfile registry.
//!
//! Registries answer in two shapes. Version 2 (`/v2index`) lists the versions of each entry;
//! version 1 (`/index`) has one version spread over the entry itself. Both become the same
//! [`Entry`]. Unknown fields are ignored, because newer registries add some; a known field of
//! the wrong shape is an error. Texts are made fit to be shown, and everything is bounded.

mod error;
mod model;
mod wire;

pub use error::IndexError;
pub use model::{CommandGroups, DeploymentScopes, Entry, EntryKind, Git, Version};

/// The most bytes of an index.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most entries of an index.
const MAX_ENTRIES: usize = 50_000;
/// How the object begins that registries answer where there is nothing in them.
const EMPTY_STATUS: &str = "No stacks or samples found";

/// What a devfile registry offers, in the registry's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    entries: Vec<Entry>,
}

impl Index {
    /// Understands what a registry answered on `/v2index` or `/index`.
    ///
    /// An empty registry answers `[]`, `null` or an object with a status that says so,
    /// depending on its age.
    ///
    /// # Errors
    /// [`IndexError::NotAnIndex`] for something else than an index, like a web page,
    /// [`IndexError::Syntax`] for broken JSON, [`IndexError::Shape`] for an index with an entry
    /// that no registry makes, [`IndexError::TooLarge`].
    pub fn parse(bytes: &[u8]) -> Result<Self, IndexError> {
        if bytes.len() > MAX_BYTES {
            return Err(IndexError::TooLarge);
        }
        let bytes = bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(bytes)
            .trim_ascii();
        match bytes.first() {
            Some(b'[') => Self::parse_list(bytes),
            Some(b'{') => Self::parse_status(bytes),
            _ if bytes == b"null" => Ok(Self::default()),
            _ => Err(IndexError::NotAnIndex),
        }
    }

    fn parse_list(bytes: &[u8]) -> Result<Self, IndexError> {
        let entries: Vec<wire::Entry> = match serde_json::from_slice(bytes) {
            Ok(entries) => entries,
            Err(error) if error.is_data() && !looks_like_index(bytes)? => {
                return Err(IndexError::NotAnIndex);
            }
            Err(error) => return Err(IndexError::from_json(&error)),
        };
        if entries.len() > MAX_ENTRIES {
            return Err(IndexError::TooLarge);
        }
        let entries = entries.into_iter().filter_map(wire::Entry::into_model);
        Ok(Self {
            entries: entries.collect(),
        })
    }

    fn parse_status(bytes: &[u8]) -> Result<Self, IndexError> {
        #[derive(serde::Deserialize)]
        struct Status {
            status: Option<serde_json::Value>,
        }
        let status: Status = serde_json::from_slice(bytes).map_err(|error| {
            if error.is_data() {
                IndexError::NotAnIndex
            } else {
                IndexError::from_json(&error)
            }
        })?;
        match status.status.as_ref().and_then(|status| status.as_str()) {
            Some(text) if text.starts_with(EMPTY_STATUS) => Ok(Self::default()),
            _ => Err(IndexError::NotAnIndex),
        }
    }

    /// Everything, in the registry's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The stacks, in the registry's order.
    pub fn stacks(&self) -> impl Iterator<Item = &Entry> {
        self.of(EntryKind::Stack)
    }

    /// The samples, in the registry's order.
    pub fn samples(&self) -> impl Iterator<Item = &Entry> {
        self.of(EntryKind::Sample)
    }

    fn of(&self, kind: EntryKind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
}

/// Whether the first element has what every entry of an index has, so that a wrong shape
/// means a broken index rather than some other list. An error where it is not even JSON.
fn looks_like_index(bytes: &[u8]) -> Result<bool, IndexError> {
    let list: Vec<serde_json::Value> =
        serde_json::from_slice(bytes).map_err(|error| IndexError::from_json(&error))?;
    let known = ["versions", "schemaVersion", "links", "git", "projectType"];
    Ok(list.first().is_some_and(|first| {
        first.get("name").is_some_and(serde_json::Value::is_string)
            && known.iter().any(|key| first.get(key).is_some())
    }))
}

#[cfg(test)]
mod tests;
