//! What a devfile will run, without its YAML.
//!
//! The reader is lenient: it takes what it knows from where it should be, and passes over the rest.
//! A devfile that is no YAML, or no mapping, is an error; one with a strange part is not.

mod read;

use registrar_net::clean;
use thiserror::Error;

pub use model::{
    Command, CommandKind, Component, ComponentKind, Endpoint, Event, Project, Summary,
};

mod model;

/// The most bytes of a devfile.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Why a text is no devfile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SummaryError {
    /// It is not YAML, or nested or repeated beyond measure.
    #[error("it is not YAML: {0}")]
    NotYaml(String),
    /// It is YAML, but not a devfile.
    #[error("it is not a devfile: a devfile is a mapping with a schemaVersion")]
    NotADevfile,
    /// It has more than 2 MiB.
    #[error("it is too large")]
    TooLarge,
}

impl Summary {
    /// Understands a devfile's text.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub fn parse(text: &str) -> Result<Self, SummaryError> {
        if text.len() > MAX_BYTES {
            return Err(SummaryError::TooLarge);
        }
        // The crate bounds depth, aliases and nodes by itself.
        let document: serde_json::Value = serde_saphyr::from_str(text)
            .map_err(|error| SummaryError::NotYaml(first_line(&error.to_string())))?;
        if !document.is_object() || document.get("schemaVersion").is_none() {
            return Err(SummaryError::NotADevfile);
        }
        Ok(read::summary(&document))
    }
}

fn first_line(text: &str) -> String {
    clean(text.lines().next().unwrap_or_default(), 200)
}

#[cfg(test)]
mod tests;
