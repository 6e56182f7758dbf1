//! Python (`PyPI`): wheels and source distributions, the simple index, uploads as twine and uv send
//! them.

mod about;
mod accept;
mod claims;
mod download;
mod file_name;
mod index;
mod inspect;
mod instructions;
mod metadata;
mod name;
mod project_json;
mod serve;
mod simple;
mod upload;
mod yank;

use std::cmp::Ordering;
use std::io::BufReader;

use super::{Answer, Format, Upload};
use crate::error::Rejection;
use crate::instructions::{Place, Snippet};
use crate::model::Release;
use crate::server::Call;

pub use inspect::inspect;
pub use metadata::Metadata;

/// Python (`PyPI`).
pub(crate) struct Python;

impl Format for Python {
    fn label(&self) -> &'static str {
        "Python (PyPI)"
    }

    fn look(&self) -> (&'static str, &'static str) {
        ("\u{1f40d}", "#fef9c3")
    }

    fn inspect(&self, upload: &Upload<'_>) -> Result<Release, Rejection> {
        let opened = upload.staged.open();
        let file = opened.map_err(|error| Rejection::new(error.to_string()))?;
        inspect(upload.file_name(), BufReader::new(file))
    }

    fn package_key(&self, name: &str) -> String {
        name::normal(name)
    }

    fn version_key(&self, version: &str) -> String {
        name::version_key(version)
    }

    fn compare(&self, one: &str, other: &str) -> Ordering {
        name::compare(one, other)
    }

    fn serve(&self, call: Call) -> Answer {
        Box::pin(serve::serve(call))
    }

    fn instructions(&self, place: &Place<'_>) -> Vec<Snippet> {
        instructions::instructions(place)
    }

    fn can_withdraw(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
