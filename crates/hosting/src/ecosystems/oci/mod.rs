//! Container images and Helm charts, as the distribution specification has them: manifests and blobs
//! below `/v2/{organization}/{registry}/{name}`.
//!
//! A package is a repository, a version is a manifest by its digest, tags point to versions. What a
//! manifest needs is given to its repository first, blob by blob.

mod about;
mod blobs;
mod chart;
mod entrance;
mod instructions;
mod lists;
pub mod manifest;
mod manifests;
mod name;
pub mod publish;
pub mod readme;
mod refusal;
mod route;
mod serve;
mod token;
mod uploads;

use std::cmp::Ordering;

use serde_json::Value;

use super::{Answer, Format, Upload};
use crate::digest::Digest;
use crate::error::Rejection;
use crate::instructions::{Place, Snippet};
use crate::model::Release;
use crate::server::{Call, Problem, RootCall};

/// The first part of every path.
const ROOT: &str = "v2";
/// The tag that clients take by default.
const LATEST: &str = "latest";

/// What is pushed to a registry, all in the same way.
pub(crate) enum Oci {
    /// Container images and any other artifact.
    Images,
    /// Helm charts.
    Charts,
}

impl Format for Oci {
    fn label(&self) -> &'static str {
        match self {
            Self::Images => "OCI images (Docker)",
            Self::Charts => "Helm charts (OCI)",
        }
    }

    fn look(&self) -> (&'static str, &'static str) {
        match self {
            Self::Images => ("\u{1f433}", "#dbeafe"),
            Self::Charts => ("\u{26f5}", "#e0e7ff"),
        }
    }

    fn inspect(&self, _: &Upload<'_>) -> Result<Release, Rejection> {
        Err(Rejection::new(match self {
            Self::Images => {
                "Images are pushed by a client, such as docker or skopeo, and not as files. \
                 The registry\u{2019}s Publish page says how."
            }
            Self::Charts => {
                "Charts are pushed with \u{201c}helm push\u{201d}, and not as files. \
                 The registry\u{2019}s Publish page says how."
            }
        }))
    }

    fn package_key(&self, name: &str) -> String {
        name.to_owned()
    }

    fn spells_exactly(&self) -> bool {
        true
    }

    fn version_key(&self, version: &str) -> String {
        version.to_owned()
    }

    /// Digests have no order: what was pushed last is the newest.
    fn compare(&self, _: &str, _: &str) -> Ordering {
        Ordering::Equal
    }

    fn root(&self) -> Option<&'static str> {
        Some(ROOT)
    }

    fn serve_root(&self, call: RootCall) -> Answer {
        Box::pin(entrance::serve(call))
    }

    fn serve(&self, _: Call) -> Answer {
        Box::pin(async {
            Problem::NotFound("Images lie below /v2/{organization}/{registry}/.").plain()
        })
    }

    fn instructions(&self, place: &Place<'_>) -> Vec<Snippet> {
        match self {
            Self::Images => instructions::images(place),
            Self::Charts => instructions::charts(place),
        }
    }

    fn default_tag(&self) -> Option<&'static str> {
        Some(LATEST)
    }

    fn tags_are_free(&self) -> bool {
        true
    }

    fn names_are_digests(&self) -> bool {
        true
    }

    fn subject_of_tag(&self, tag: &str) -> Option<Digest> {
        name::subject_of_tag(tag)
    }

    fn parts(&self, indexed: &Value) -> Vec<Digest> {
        publish::listed(indexed)
    }
}
