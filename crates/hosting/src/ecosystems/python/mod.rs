//! Python (`PyPI`).

use std::cmp::Ordering;

use super::{Answer, Format, Upload};
use crate::error::Rejection;
use crate::instructions::{Place, Snippet};
use crate::model::Release;
use crate::server::{Call, Problem};

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
        Err(Rejection::new(upload.file_name()))
    }

    fn package_key(&self, name: &str) -> String {
        name.to_owned()
    }

    fn version_key(&self, version: &str) -> String {
        version.to_owned()
    }

    fn compare(&self, one: &str, other: &str) -> Ordering {
        super::compare_semver(one, other)
    }

    fn serve(&self, _: Call) -> Answer {
        Box::pin(std::future::ready(Problem::NotFound("").plain()))
    }

    fn instructions(&self, _: &Place<'_>) -> Vec<Snippet> {
        Vec::new()
    }
}
