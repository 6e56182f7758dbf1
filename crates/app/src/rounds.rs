//! What the clock does: checks at the interval that the person sets, and a look at which tokens
//! come to their end.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use parking_lot::Mutex;
use registrar_catalog::{Catalog, Record};
use registrar_registry::RegistryId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::files;
use crate::wire::{CredentialTrouble, TroubleKind};

/// The window comes first when the program starts.
const SETTLE: Duration = Duration::from_secs(10);
/// How often the clock is looked at. A computer that slept is no later than this.
const TICK: Duration = Duration::from_mins(5);
/// How many days before its last day a token is spoken of.
const SOON: i32 = 7;

const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// What the clock has done, kept across starts. It is a cache: losing it repeats a reminder.
pub(crate) struct Rounds {
    path: PathBuf,
    done: Mutex<Done>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Done {
    /// When the last round of checks ended.
    last: Option<Timestamp>,
    /// On which day the person was last told of a token's end.
    told: BTreeMap<RegistryId, Date>,
}

impl Rounds {
    pub(crate) fn open(path: PathBuf) -> Self {
        let bytes = files::read_bounded(&path, MAX_BYTES).ok().flatten();
        let done = bytes.and_then(|bytes| serde_json::from_slice::<Done>(&bytes).ok());
        let mut done = done.unwrap_or_default();
        // Without a round so far, the first interval begins now.
        done.last.get_or_insert_with(Timestamp::now);
        Self {
            path,
            done: Mutex::new(done),
        }
    }

    fn last(&self) -> Timestamp {
        self.done.lock().last.unwrap_or_default()
    }

    fn end_round(&self, now: Timestamp) -> io::Result<()> {
        self.done.lock().last = Some(now);
        self.save()
    }

    /// Those of `ends` of which the person has not heard on that day; from now on they have.
    fn untold(
        &self,
        ends: Vec<(RegistryId, CredentialTrouble)>,
        today: Date,
    ) -> io::Result<Vec<CredentialTrouble>> {
        let mut done = self.done.lock();
        // A token that no longer comes to its end is forgotten with this.
        let before = std::mem::take(&mut done.told);
        done.told = ends.iter().map(|(id, _)| (*id, today)).collect();
        let changed = done.told != before;
        drop(done);
        let ends = ends.into_iter();
        let new = ends.filter(|(id, _)| before.get(id) != Some(&today));
        let new = new.map(|(_, trouble)| trouble).collect();
        if changed {
            self.save()?;
        }
        Ok(new)
    }

    fn save(&self) -> io::Result<()> {
        let bytes = serde_json::to_vec(&*self.done.lock())?;
        files::write_whole(&self.path, &bytes)
    }
}

impl App {
    /// One round of what the clock does: checks every registry that can be checked without asking
    /// the person, unless all are being checked already, and tells of credentials that no longer
    /// work or come to their end. [`App::begin`] lets the clock do this.
    pub async fn check_in_background(&self) {
        let mut troubles = self.check_quietly().await;
        troubles.extend(self.untold_ends().await);
        let rounds = self.rounds().await;
        if let Err(error) = rounds.end_round(Timestamp::now()) {
            tracing::warn!(%error, "the time of the last round could not be kept");
        }
        self.tell_troubles(troubles).await;
    }

    /// Does what the clock does until the program ends.
    pub(crate) async fn follow_the_clock(self) {
        tokio::time::sleep(SETTLE).await;
        loop {
            // First the last round: where there was none, that is the moment of asking.
            let last = self.rounds().await.last();
            let (every, now) = (self.check_every(), Timestamp::now());
            if is_due(last, every, now) {
                self.check_in_background().await;
            } else {
                let ends = self.untold_ends().await;
                self.tell_troubles(ends).await;
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = self.0.settings_changed.notified() => {}
            }
        }
    }

    fn check_every(&self) -> u32 {
        self.0.settings.get().check_every_minutes
    }

    /// The tokens near or past their last day of which the person has not heard today.
    async fn untold_ends(&self) -> Vec<CredentialTrouble> {
        let today = Zoned::now().date();
        let ends = ends(&self.shelf().await.catalog(), today);
        let untold = self.rounds().await.untold(ends, today);
        untold.unwrap_or_else(|error| {
            // Better not at all than again and again.
            tracing::warn!(%error, "what the person was told could not be kept");
            Vec::new()
        })
    }
}

/// Whether a round of checks is due. A clock that was set back does not put it off.
fn is_due(last: Timestamp, every_minutes: u32, now: Timestamp) -> bool {
    let since = now.duration_since(last);
    let every = SignedDuration::from_mins(i64::from(every_minutes));
    every_minutes > 0 && (since >= every || since.is_negative())
}

fn ends(catalog: &Catalog, today: Date) -> Vec<(RegistryId, CredentialTrouble)> {
    let with_token = catalog.records.iter().filter(|record| record.token);
    let end = |record: &Record| {
        let trouble = CredentialTrouble {
            id: record.id.to_string(),
            name: record.name.to_string(),
            kind: end_of(record.expires?, today)?,
        };
        Some((record.id, trouble))
    };
    with_token.filter_map(end).collect()
}

/// What a last day means today; `None` where it is far off.
fn end_of(last_day: Date, today: Date) -> Option<TroubleKind> {
    let left = today.until(last_day).ok()?.get_days();
    let last_day = last_day.to_string();
    match u32::try_from(left) {
        Ok(days) if left <= SOON => Some(TroubleKind::Expiring { last_day, days }),
        Ok(_) => None,
        Err(_) => Some(TroubleKind::Expired { last_day }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_round_is_due_when_the_interval_is_over() {
        let last: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let after = |minutes: i64| last + minutes.minutes();
        assert!(!is_due(last, 60, after(59)));
        assert!(is_due(last, 60, after(60)));
        // A shorter interval counts from the last round as well.
        assert!(is_due(last, 30, after(59)));
        assert!(!is_due(last, 0, after(100_000)), "never means never");
        assert!(is_due(last, 60, after(-600)), "the clock was set back");
    }

    #[test]
    fn a_token_is_spoken_of_from_a_week_before_its_last_day() {
        let last_day = date(2026, 12, 31);
        let text = || last_day.to_string();
        let on = |today| end_of(last_day, today);
        assert_eq!(on(date(2026, 12, 23)), None);
        let expiring = |days| {
            Some(TroubleKind::Expiring {
                last_day: text(),
                days,
            })
        };
        assert_eq!(on(date(2026, 12, 24)), expiring(7));
        assert_eq!(on(date(2026, 12, 31)), expiring(0));
        let expired = Some(TroubleKind::Expired { last_day: text() });
        assert_eq!(on(date(2027, 1, 1)), expired);
        assert_eq!(on(date(2028, 2, 1)), expired);
    }

    #[test]
    fn a_reminder_comes_once_a_day_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rounds.json");
        let (id, today) = (RegistryId::new(), date(2026, 12, 30));
        let ends = |name: &str| {
            let kind = end_of(date(2026, 12, 31), today).unwrap();
            let (id_text, name) = (id.to_string(), name.to_owned());
            vec![(
                id,
                CredentialTrouble {
                    id: id_text,
                    name,
                    kind,
                },
            )]
        };
        let rounds = Rounds::open(path.clone());
        assert_eq!(rounds.untold(ends("a"), today).unwrap().len(), 1);
        assert_eq!(rounds.untold(ends("a"), today).unwrap(), []);
        let rounds = Rounds::open(path);
        assert_eq!(rounds.untold(ends("a"), today).unwrap(), []);
        let tomorrow = today.tomorrow().unwrap();
        assert_eq!(rounds.untold(ends("a"), tomorrow).unwrap().len(), 1);
    }
}
