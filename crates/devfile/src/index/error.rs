//! Why something is not the index of a devfile registry.

use thiserror::Error;

/// Why something is not the index of a devfile registry. Repeats nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IndexError {
    /// It is something else: a web page, or other JSON.
    #[error("the answer is not the index of a devfile registry")]
    NotAnIndex,
    /// It begins like an index, but is not JSON or is nested too deeply.
    #[error("the index is not JSON: line {line}, column {column}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in bytes.
        column: usize,
    },
    /// It is JSON, but a field has a shape that no registry gives it.
    #[error("the index has an entry of a wrong shape: line {line}, column {column}")]
    Shape {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in bytes.
        column: usize,
    },
    /// It has more than 64 MiB or more than 50,000 entries.
    #[error("the index is too large")]
    TooLarge,
}

impl IndexError {
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_data() {
            Self::Shape { line, column }
        } else {
            Self::Syntax { line, column }
        }
    }
}
