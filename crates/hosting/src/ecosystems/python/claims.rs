//! What a client says of the file that it uploads. The file decides; what is said must agree.

use super::name::{normal, parse_version};
use crate::ecosystems::archive::shown;
use crate::error::HostError;
use crate::model::{Content, Release, hex};
use crate::publish::Publication;
use crate::server::Problem;

/// The fields that are looked at.
const KNOWN: [&str; 12] = [
    ":action",
    "protocol_version",
    "name",
    "version",
    "filetype",
    "pyversion",
    "requires_python",
    "md5_digest",
    "sha256_digest",
    "blake2_256_digest",
    "attestations",
    "reuse_deleted",
];

/// The fields of a form.
#[derive(Debug, Default)]
pub(super) struct Claims(Vec<(&'static str, String)>);

impl Claims {
    /// Whether a field is one that is looked at.
    pub(super) fn knows(field: &str) -> bool {
        KNOWN.contains(&field)
    }

    /// Adds a field; each may come once.
    pub(super) fn add(&mut self, field: &str, value: &str) -> Result<(), Problem> {
        let Some(field) = KNOWN.iter().find(|known| **known == field) else {
            return Ok(());
        };
        if self.0.iter().any(|(known, _)| known == field) {
            let text = format!("The form has the field {field} twice.");
            return Err(Problem::Bad(text.into()));
        }
        // A field that a client leaves empty says nothing; old ones write this for that.
        if !matches!(value.trim(), "" | "UNKNOWN" | "None") {
            self.0.push((field, value.trim().to_owned()));
        }
        Ok(())
    }

    fn get(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == field);
        found.map(|(_, value)| value.as_str())
    }

    /// How the file is to be published.
    pub(super) fn how(&self) -> Publication {
        Publication {
            reuse_deleted: self.get("reuse_deleted") == Some("true"),
        }
    }

    /// Makes sure that the form is an upload of a file.
    pub(super) fn demand_upload(&self) -> Result<(), Problem> {
        let action = self.get(":action");
        let problem = match (action, self.get("protocol_version").unwrap_or("1")) {
            (Some("file_upload"), "1") if self.get("attestations").is_some() => {
                "Attestations cannot be kept here. Upload the file without them."
            }
            (Some("file_upload"), "1") => return Ok(()),
            (Some("file_upload"), _) => "Only version 1 of the upload protocol is known here.",
            (None, _) => "The form has no field :action; for an upload it is file_upload.",
            (Some(_), _) => {
                "Only the :action file_upload is known here: a project needs no registration."
            }
        };
        Err(Problem::Bad(problem.into()))
    }

    /// Compares the digests that were sent with the file's.
    pub(super) fn check_digests(&self, content: &Content) -> Result<(), Problem> {
        let known = [
            (
                "md5_digest",
                "MD5",
                content.other(|more| &more.md5).map(hex),
            ),
            ("sha256_digest", "SHA-256", Some(hex(&content.sha256))),
            (
                "blake2_256_digest",
                "BLAKE2b-256",
                content.other(|more| &more.blake2b).map(hex),
            ),
        ];
        for (field, algorithm, digest) in known {
            let Some(claimed) = self.get(field) else {
                continue;
            };
            if digest.is_none_or(|digest| !claimed.eq_ignore_ascii_case(&digest)) {
                return Err(HostError::DigestMismatch { algorithm }.into());
            }
        }
        Ok(())
    }

    /// Compares everything else that was sent with what the file says.
    pub(super) fn check(&self, release: &Release) -> Result<(), Problem> {
        let indexed = |field: &str| {
            release
                .file_index
                .get(field)
                .and_then(|value| value.as_str())
        };
        let same_version = |version: &str| {
            let parsed = parse_version(version).ok();
            parsed.is_some() && parsed == parse_version(&release.version).ok()
        };
        let words = |text: &str| text.split_whitespace().collect::<String>();
        let requires = words(indexed("requires_python").unwrap_or_default());
        self.compare("name", &release.package, |name| {
            normal(name) == release.package_key
        })?;
        self.compare("version", &release.version, same_version)?;
        for (field, known) in [("filetype", "kind"), ("pyversion", "python")] {
            let known = indexed(known).unwrap_or_default();
            self.compare(field, known, |value| value == known)?;
        }
        self.compare("requires_python", &requires, |value| {
            words(value) == requires
        })
    }

    fn compare(
        &self,
        field: &str,
        known: &str,
        agrees: impl Fn(&str) -> bool,
    ) -> Result<(), Problem> {
        let Some(claimed) = self.get(field).filter(|claimed| !agrees(claimed)) else {
            return Ok(());
        };
        let text = format!(
            "The form says that the {field} is \u{201c}{}\u{201d}, but the file says \u{201c}{}\u{201d}.",
            shown(claimed),
            shown(known)
        );
        Err(Problem::Bad(text.into()))
    }
}
