//! What the last checks found, kept across starts: a summary of all for the list, and each
//! registry's whole report in a file of its own. It is a cache: losing it costs a check.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use fs_err as fs;
use jiff::Timestamp;
use parking_lot::RwLock;
use registrar_catalog::Record;
use registrar_registry::RegistryId;
use serde::{Deserialize, Serialize};

use crate::checks::stamp;
use crate::files;
use crate::wire::{Access, CheckReport, FailureKind, Health};

const MAX_SUMMARY: u64 = 64 * 1024 * 1024;
const MAX_REPORT: u64 = 4 * 1024 * 1024;

/// What is known of one registry.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    /// What was checked: a report counts only while the record says the same.
    stamp: String,
    outcome: Outcome,
    /// Not known of what an older version checked.
    #[serde(default)]
    checked_at: Option<Timestamp>,
    last_seen: Option<String>,
    /// Whether the credential was accepted when it was looked at last.
    #[serde(default)]
    worked: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Ok {
        stacks: u32,
        samples: u32,
        #[serde(default)]
        access: Option<Access>,
        millis: u32,
    },
    Failed {
        kind: FailureKind,
    },
}

/// The health of every registry.
pub(crate) struct HealthBook {
    folder: PathBuf,
    known: RwLock<HashMap<RegistryId, Known>>,
}

impl HealthBook {
    /// Reads the summary; a missing or broken one means that nothing is known.
    pub(crate) fn open(folder: PathBuf) -> Self {
        let bytes = files::read_bounded(&folder.join("summary.json"), MAX_SUMMARY)
            .ok()
            .flatten();
        let known = bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            folder,
            known: RwLock::new(known),
        }
    }

    /// The record's health and when it was last seen.
    pub(crate) fn of(&self, record: &Record) -> (Health, Option<String>) {
        let known = self.known.read();
        let Some(known) = known.get(&record.id) else {
            return (Health::Unchecked, None);
        };
        let health = match known.outcome {
            _ if known.stamp != stamp(record) => Health::Unchecked,
            Outcome::Ok {
                stacks,
                samples,
                access,
                millis,
            } => Health::Ok {
                stacks,
                samples,
                access,
                millis,
            },
            Outcome::Failed { kind } => Health::Failed { kind },
        };
        (health, known.last_seen.clone())
    }

    /// When the one of some registries was checked that has waited longest; `None` where there are
    /// none, or one has never been.
    pub(crate) fn all_checked_at(&self, records: &[Record]) -> Option<Timestamp> {
        let known = self.known.read();
        let checked = |record: &Record| known.get(&record.id)?.checked_at;
        let mut times = records.iter().map(checked);
        let first = times.next()??;
        times.try_fold(first, |oldest, time| Some(oldest.min(time?)))
    }

    /// The last report on the record as it stands.
    pub(crate) fn report(&self, record: &Record) -> Option<CheckReport> {
        self.known
            .read()
            .get(&record.id)
            .filter(|known| known.stamp == stamp(record))?;
        let bytes = files::read_bounded(&self.report_path(record.id), MAX_REPORT).ok()??;
        serde_json::from_slice(&bytes).ok()
    }

    /// Remembers a report; whether a credential that worked is refused now. The summary is written
    /// by [`HealthBook::save`].
    pub(crate) fn remember(&self, record: &Record, report: &CheckReport) -> io::Result<bool> {
        let outcome = match &report.failure {
            Some(failure) => Outcome::Failed { kind: failure.kind },
            None => Outcome::Ok {
                stacks: report.stacks,
                samples: report.samples,
                access: report.access,
                millis: report.answer_millis.unwrap_or_default(),
            },
        };
        let stamp = stamp(record);
        let mut known = self.known.write();
        let before = known.get(&record.id);
        let worked = before.is_some_and(|known| known.worked && known.stamp == stamp);
        let seen_before = before.and_then(|known| known.last_seen.clone());
        let seen_now = report.failure.is_none().then(|| report.checked_at.clone());
        let refused = refuses(report);
        let entry = Known {
            stamp,
            outcome,
            checked_at: report.checked_at.parse().ok(),
            last_seen: seen_now.or(seen_before),
            // A registry that is out of reach says nothing about the credential.
            worked: proves(report) || (worked && !refused),
        };
        known.insert(record.id, entry);
        drop(known);
        fs::create_dir_all(&self.folder)?;
        fs::write(self.report_path(record.id), serde_json::to_vec(report)?)?;
        Ok(worked && refused)
    }

    /// Forgets what is known, because what was checked is no longer what stands there.
    pub(crate) fn forget(&self, id: RegistryId) {
        if let Some(known) = self.known.write().get_mut(&id) {
            known.stamp.clear();
        }
    }

    /// Writes the summary of the registries that still exist, and removes what is left of others.
    pub(crate) fn save(&self, exists: impl Fn(RegistryId) -> bool) -> io::Result<()> {
        let mut known = self.known.write();
        let gone: Vec<RegistryId> = known.keys().copied().filter(|id| !exists(*id)).collect();
        for id in gone {
            known.remove(&id);
            let _ = fs::remove_file(self.report_path(id));
        }
        let bytes = serde_json::to_vec(&*known)?;
        drop(known);
        files::write_whole(&self.folder.join("summary.json"), &bytes)
    }

    fn report_path(&self, id: RegistryId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

/// Whether credentials were asked for and accepted.
fn proves(report: &CheckReport) -> bool {
    let accepted = match report.access {
        Some(access) => access == Access::Proved,
        None => report.token_sent,
    };
    report.failure.is_none() && accepted
}

fn refuses(report: &CheckReport) -> bool {
    let kind = report.failure.as_ref().map(|failure| failure.kind);
    matches!(
        kind,
        Some(FailureKind::CredentialsRefused | FailureKind::Unauthorized | FailureKind::Forbidden)
    )
}
