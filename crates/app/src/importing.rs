//! Importing what tools have stored: found, moved into the vault, checked, then removed as
//! plaintext if the person wants that.
//!
//! - A credential goes the way of one that was typed into the form, so record and token change
//!   together or not at all. Where the catalog has a registry with just this address, its user and
//!   token are replaced and everything else stays.
//! - Several files may hold credentials for one registry. All are shown, in the order in which
//!   podman looks. Of those that are imported together, the first one counts: one that says the
//!   same is taken as imported with it, one that says something else is refused, because it would
//!   only undo the first. Alone, each can be imported.
//! - Plaintext may be removed once a check has found, in this run and with this credential, that
//!   the registry can be used, and as long as the file still says the same.

mod moving;
mod offers;

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use registrar_handover::Plan;
use registrar_handover::docker_protocol::Credential;
use registrar_handover::import::{Found, search, take};

use crate::app::App;
use crate::tools::said;
use crate::wire::{
    CheckRegistries, Code, CommandError, ImportCredentials, ImportFindings, ImportResult, Nothing,
};
use moving::Moved;
use offers::Offer;

/// What the last search found, and what has become of it.
#[derive(Default)]
pub(crate) struct Import {
    searches: u64,
    offers: Vec<Offer>,
    /// By the key of its offer, the print of every plaintext credential that may be removed.
    proved: HashMap<String, u64>,
    // Keyed anew in every run, so that a print says nothing about a secret to anybody else.
    hasher: RandomState,
}

impl Import {
    fn offer(&self, key: &str) -> Option<Offer> {
        let mut offers = self.offers.iter();
        offers.find(|offer| offer.key == key).cloned()
    }

    /// Stands for user and secret.
    fn print(&self, credential: &Credential) -> u64 {
        let said = (credential.user.as_bytes(), credential.secret.expose());
        self.hasher.hash_one(said)
    }
}

impl App {
    /// Looks for credentials in the files and helpers of tools, and reads no secret.
    ///
    /// # Errors
    /// None; what could not be looked at is part of the answer.
    pub async fn search_import(&self, _: Nothing) -> Result<ImportFindings, CommandError> {
        let findings = search(self.0.handover.environment()).await;
        let catalog = self.shelf().await.catalog();
        let mut import = self.0.tools.import.lock();
        import.searches += 1;
        import.proved.clear();
        import.offers = offers::of(findings.found, import.searches);
        Ok(ImportFindings {
            rows: offers::rows(&import.offers, &catalog),
            failures: findings.failures.into_iter().map(said).collect(),
        })
    }

    /// Moves the chosen credentials into the vault, one after the other, because a helper may ask
    /// the person. Then checks them all at once.
    ///
    /// # Errors
    /// The vault's, where it is locked or missing before anything was imported. What else goes
    /// wrong is said of the credential it concerns.
    pub async fn import_credentials(
        &self,
        request: ImportCredentials,
    ) -> Result<ImportResult, CommandError> {
        let operation = self.0.operations.begin(&request.operation);
        let mut moved: Vec<Moved> = Vec::new();
        let mut cancelled = false;
        for key in request.keys {
            let one = operation.run(self.taken(&key)).await.filter(|_| !cancelled);
            cancelled |= one.is_none();
            let one = match one {
                // Once begun it is done to its end: half a change is none.
                Some(taken) => self.moved(key, taken, &moved).await?,
                None => Moved::not_begun(key),
            };
            moved.push(one);
        }
        if !cancelled {
            let check = self.check_moved(&moved, &request.operation);
            cancelled = operation.run(check).await.unwrap_or(true);
        }
        let mut imported = Vec::new();
        for one in moved {
            imported.push(self.imported(one).await);
        }
        Ok(ImportResult {
            imported,
            cancelled,
        })
    }

    /// Reads the credential that an offer stands for.
    async fn taken(&self, key: &str) -> Result<(Offer, Credential), CommandError> {
        let offer = self.0.tools.import.lock().offer(key);
        let offer = offer.ok_or_else(offers::forgotten)?;
        if offer.address.is_none() {
            return Err(offers::not_understood());
        }
        let credential = take(self.0.handover.environment(), &offer.found).await?;
        Ok((offer, credential))
    }

    /// Checks what was imported. Whether that was cancelled.
    async fn check_moved(&self, moved: &[Moved], operation: &str) -> bool {
        let ids: BTreeSet<_> = moved.iter().filter_map(Moved::id).collect();
        if ids.is_empty() {
            return false;
        }
        let request = CheckRegistries {
            ids: Some(ids.into_iter().collect()),
            operation: operation.to_owned(),
        };
        // One that was deleted meanwhile is not checked; nothing then says that it passed.
        let summary = self.check_registries(request).await;
        summary.is_ok_and(|summary| summary.cancelled)
    }

    /// Plans the removal of plaintext that has been imported and proved.
    pub(crate) async fn plan_scrub(&self, keys: &[String]) -> Result<Plan, CommandError> {
        let mut found = Vec::new();
        for key in keys {
            found.push(self.removable(key).await?);
        }
        let handover = self.0.handover.clone();
        self.blocking(move || Ok(handover.plan_scrub(&found)?))
            .await
    }

    /// The credential, if it is still what was imported and proved.
    async fn removable(&self, key: &str) -> Result<Found, CommandError> {
        let proved = self.0.tools.import.lock().proved.get(key).copied();
        let proved = proved.ok_or_else(not_proved)?;
        let (offer, credential) = self.taken(key).await?;
        if self.0.tools.import.lock().print(&credential) == proved {
            Ok(offer.found)
        } else {
            Err(changed_since())
        }
    }
}

fn not_proved() -> CommandError {
    CommandError::new(
        Code::Invalid,
        "This credential has not been imported and checked, so it stays where it is.",
    )
    .hint("Import it first.")
}

fn changed_since() -> CommandError {
    CommandError::new(
        Code::Invalid,
        "A tool has stored another credential there since the import, so it stays where it is.",
    )
    .hint("Search again and import the new one.")
}
