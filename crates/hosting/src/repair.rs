//! Repairing the storage: what the database or another copy still knows is put right, and what is
//! broken is put aside.
//!
//! [`Host::verify`] says what would be done. Each thing is looked at again before it is done, and is
//! in the audit log.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::database::{blobs, broken, files};
use crate::error::HostError;
use crate::host::Host;
use crate::model::{Content, hex};
use crate::publish::choose_again;
use crate::registries::now;
use crate::store::{Hashed, Pin, Staged, Verification, VerifyProblem};
use crate::usage::Waiting;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RepairKind {
    /// Counters of registries, packages and versions are counted anew.
    #[error("Counters that are wrong are counted anew")]
    Recount,
    /// Repositories are given the blobs of their images.
    #[error("Repositories get the blobs of their images back")]
    Link,
    /// Packages without a version are removed.
    #[error("Packages without a version are removed")]
    RemoveEmpty,
    /// Packages get a latest version again.
    #[error("Packages that lost their latest version get one")]
    ChooseLatest,
    /// A whole copy is taken out of quarantine.
    #[error("A whole copy comes back from quarantine")]
    BringBack,
    /// The bytes are right, and what is recorded of them is not.
    #[error("The recorded size and digests are corrected: the content is what was published")]
    Correct,
    /// It was broken and is whole again.
    #[error("It is whole again and is no longer marked as broken")]
    Heal,
    /// It is broken: its bytes are put aside, and clients are told so.
    #[error(
        "It is put aside, and clients are told that it is broken. Publish the same file again to heal it"
    )]
    SetAside(VerifyProblem),
}

impl RepairKind {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recount => "recount",
            Self::Link => "link",
            Self::RemoveEmpty => "remove_empty",
            Self::ChooseLatest => "choose_latest",
            Self::BringBack => "bring_back",
            Self::Correct => "correct",
            Self::Heal => "heal",
            Self::SetAside(_) => "set_aside",
        }
    }
}

/// Something that can be repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What is to be done.
    pub kind: RepairKind,
    /// To which blob, by its SHA-256; `None` for what concerns the database alone.
    pub blob: Option<[u8; 32]>,
    /// To how many counters, links or packages; 1 for a blob.
    pub count: u64,
    /// The files that the blob is: registry, package, version, file.
    pub places: Vec<[String; 4]>,
}

impl Host {
    /// Does what a verification has proposed; what has been done. What is no longer so is passed over.
    pub async fn repair(&self, proposed: &[Repair], by: &Caller) -> Result<Vec<Repair>, HostError> {
        let mut done = Vec::new();
        for repair in proposed {
            let repaired = match repair.blob {
                Some(sha256) => self.repair_blob(repair, &sha256, by).await?,
                None => self.repair_rows(repair, by).await?,
            };
            if repaired {
                done.push(repair.clone());
            }
        }
        if !done.is_empty() {
            self.forget_indexes().await?;
        }
        Ok(done)
    }

    /// Verifies everything and repairs what can be.
    pub async fn repair_now(
        &self,
        registry: Option<Uuid>,
        by: &Caller,
    ) -> Result<(Verification, Vec<Repair>), HostError> {
        let found = self.verify_now(registry, by).await?;
        let done = self.repair(&found.repairs, by).await?;
        Ok((found, done))
    }

    /// What lies in quarantine.
    pub async fn quarantined(&self) -> Result<Waiting, HostError> {
        self.0.store.quarantined().await
    }

    /// Whether some content is known to be broken.
    pub(crate) fn is_broken(&self, sha256: &[u8; 32]) -> bool {
        self.0.broken.read().contains(sha256)
    }

    /// Makes a blob of an upload; whether that has healed one that was broken.
    pub(crate) async fn adopt(
        &self,
        staged: Staged,
        by: &Caller,
    ) -> Result<(Content, Pin, bool), HostError> {
        let sha256 = staged.content().sha256;
        let broken = self.is_broken(&sha256);
        if broken {
            // Bytes of the right size would be taken for the blob.
            self.0.store.set_aside(&sha256).await?;
        }
        let (content, pin) = self.0.store.adopt(staged).await?;
        if broken {
            self.heal(&sha256, by).await?;
        }
        Ok((content, pin, broken))
    }

    /// A blob that was broken has come again.
    async fn heal(&self, sha256: &[u8; 32], by: &Caller) -> Result<(), HostError> {
        let mut change = self.0.database.change().await?;
        broken::unmark(&mut change, sha256).await?;
        let data = json!({"sha256": hex(sha256)});
        let told = self
            .storage_event(&mut change, "STORAGE_HEALED", data, by)
            .await?;
        change.commit().await?;
        self.0.broken.write().remove(sha256);
        self.tell(told, None);
        Ok(())
    }

    /// What can be done about a blob that was read; nothing where it is as it should be.
    pub(crate) async fn propose(
        &self,
        content: &Content,
        problem: Option<VerifyProblem>,
    ) -> Result<Option<RepairKind>, HostError> {
        let marked = self.is_broken(&content.sha256);
        let Some(problem) = problem else {
            return Ok(marked.then_some(RepairKind::Heal));
        };
        if problem == VerifyProblem::Size {
            let store = &self.0.store;
            let measured = store.measure(&content.sha256, Hashed::BySha256).await?;
            if measured.is_some_and(|found| found.sha256 == content.sha256) {
                return Ok(Some(RepairKind::Correct));
            }
        }
        if self.0.store.whole_copy(content).await?.is_some() {
            return Ok(Some(RepairKind::BringBack));
        }
        let known = marked && problem == VerifyProblem::Missing;
        Ok((!known).then_some(RepairKind::SetAside(problem)))
    }

    /// What of the database's rows can be put right.
    pub(crate) async fn propose_rows(&self) -> Result<Vec<Repair>, HostError> {
        let reader = self.0.database.reader();
        let found = [
            (RepairKind::RemoveEmpty, broken::empty(reader).await?),
            (RepairKind::Recount, broken::miscounted(reader).await?),
            (RepairKind::Link, broken::unlinked(reader).await?),
            (
                RepairKind::ChooseLatest,
                broken::without_latest(reader).await?.len() as u64,
            ),
        ];
        let found = found.into_iter().filter(|(_, count)| *count > 0);
        let repair = |(kind, count)| Repair {
            kind,
            blob: None,
            count,
            places: Vec::new(),
        };
        Ok(found.map(repair).collect())
    }

    async fn repair_blob(
        &self,
        repair: &Repair,
        sha256: &[u8; 32],
        by: &Caller,
    ) -> Result<bool, HostError> {
        let reader = self.0.database.reader();
        let Some(content) = blobs::by_sha256(reader, sha256).await? else {
            return Ok(false);
        };
        let problem = self.0.store.verify(&content, &mut |_| ()).await?;
        let Some(kind) = self.propose(&content, problem).await? else {
            return Ok(false);
        };
        // Nothing is done but what was shown.
        if kind.word() != repair.kind.word() {
            return Ok(false);
        }
        if kind == RepairKind::BringBack
            && let Some(copy) = self.0.store.whole_copy(&content).await?
        {
            self.0.store.bring_back(sha256, copy).await?;
        }
        self.record_repair(&content, kind, by).await?;
        // The mark comes first: nobody gets wrong bytes, whenever this ends.
        if let RepairKind::SetAside(_) = kind {
            self.0.store.set_aside(sha256).await?;
        }
        Ok(true)
    }

    async fn record_repair(
        &self,
        content: &Content,
        kind: RepairKind,
        by: &Caller,
    ) -> Result<(), HostError> {
        let sha256 = &content.sha256;
        let measured = match kind {
            RepairKind::Correct => self.0.store.measure(sha256, Hashed::ByAll).await?,
            _ => None,
        };
        let places = files::places_of_blob(self.0.database.reader(), sha256).await?;
        let mut change = self.0.database.change().await?;
        match (kind, measured) {
            (RepairKind::SetAside(problem), _) => {
                broken::mark(&mut change, sha256, &problem.to_string(), now()).await?;
            }
            (RepairKind::Correct, Some(measured)) => {
                broken::correct(&mut change, &measured).await?;
                broken::recount(&mut change).await?;
                broken::unmark(&mut change, sha256).await?;
            }
            _ => drop(broken::unmark(&mut change, sha256).await?),
        }
        let data = json!({"action": kind.word(), "sha256": hex(sha256), "files": places});
        let told = self
            .storage_event(&mut change, "STORAGE_REPAIRED", data, by)
            .await?;
        change.commit().await?;
        match kind {
            RepairKind::SetAside(_) => drop(self.0.broken.write().insert(*sha256)),
            _ => drop(self.0.broken.write().remove(sha256)),
        }
        self.tell(told, None);
        Ok(())
    }

    async fn repair_rows(&self, repair: &Repair, by: &Caller) -> Result<bool, HostError> {
        let lost = broken::without_latest(self.0.database.reader()).await?;
        let ecosystems: HashMap<_, _> = self
            .registries()
            .iter()
            .map(|one| (one.id, one.ecosystem))
            .collect();
        let mut change = self.0.database.change().await?;
        match repair.kind {
            RepairKind::RemoveEmpty => {
                broken::delete_empty(&mut change).await?;
                broken::recount(&mut change).await?;
            }
            RepairKind::Recount => broken::recount(&mut change).await?,
            RepairKind::Link => broken::link(&mut change, now()).await?,
            RepairKind::ChooseLatest => {
                for (package, registry) in lost {
                    if let Some(ecosystem) = ecosystems.get(&registry) {
                        choose_again(&mut change, *ecosystem, package).await?;
                    }
                }
            }
            _ => return Ok(false),
        }
        let data = json!({"action": repair.kind.word(), "count": repair.count});
        let told = self
            .storage_event(&mut change, "STORAGE_REPAIRED", data, by)
            .await?;
        change.commit().await?;
        self.tell(told, None);
        Ok(true)
    }

    /// What was made of the database is made anew.
    async fn forget_indexes(&self) -> Result<(), HostError> {
        for registry in self.registries() {
            for (_, key) in self.package_names(registry.id).await? {
                self.0.indexes.bump(registry.id, &key);
            }
            self.0.indexes.files.bump(registry.id);
        }
        Ok(())
    }
}
