//! Whether the packages are whole, and removing what nothing needs any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use registrar_hosting::store::{Verification, VerifyProblem};
use registrar_hosting::{Caller, Repair, RepairKind};

use super::throttle::Throttle;
use super::words::count;
use super::{entry, parse};
use crate::app::App;
use crate::wire::{
    AppEvent, Collected, CommandError, Nothing, StorageProblem, StorageRepair, StorageRepaired,
    VerifyReport, VerifyStorage,
};

impl App {
    /// Reads every file of one registry or of all and compares it with what was published.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn verify_storage(
        &self,
        request: VerifyStorage,
    ) -> Result<VerifyReport, CommandError> {
        let host = self.host().await?;
        let source = request.source.as_deref().map(parse).transpose()?;
        let registry = source.map(|id| host.registry_by_id(id)).transpose()?;
        let total = host.bytes_to_verify(source).await?;
        let operation = self.0.operations.begin(&request.operation);
        let (throttle, read) = (Throttle::default(), Arc::new(AtomicU64::new(0)));
        let counting = Arc::clone(&read);
        let progress = move |done: u64| {
            counting.store(done, Ordering::Relaxed);
            if throttle.is_due() || done == total {
                let operation = request.operation.clone();
                self.send(AppEvent::BytesProgress {
                    operation,
                    done,
                    total,
                });
            }
        };
        let found = operation.run(host.verify(source, progress)).await;
        let found = found.transpose()?;
        let proposed = found.as_ref().map(|found| found.repairs.clone());
        *self.0.hosting.proposed.lock() = proposed.unwrap_or_default();
        let report = report(found, read.load(Ordering::Relaxed));
        let mut entry = entry("storage.verified", registry.as_deref());
        entry.ok = report.problems.is_empty();
        entry.detail = Some(in_words(&report));
        self.note(entry).await;
        Ok(report)
    }

    /// Does what the last verification has proposed, and nothing else.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn repair_storage(&self, _: Nothing) -> Result<StorageRepaired, CommandError> {
        let proposed = std::mem::take(&mut *self.0.hosting.proposed.lock());
        let host = self.host().await?;
        let done = host.repair(&proposed, &Caller::owner()).await;
        let done = done.map_err(Into::into);
        let done = self.noted_failure("storage.repaired", None, done).await?;
        Ok(StorageRepaired {
            passed_over: count(proposed.len() - done.len()),
            done: done.iter().map(repair).collect(),
        })
    }

    /// Removes what no package needs any more, at once.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn collect_garbage(&self, _: Nothing) -> Result<Collected, CommandError> {
        let collected = self.host().await?.collect_now(&Caller::owner()).await;
        let collected = collected.map_err(Into::into);
        let collected = self
            .noted_failure("storage.collected", None, collected)
            .await?;
        Ok(Collected {
            removed: count(collected.removed),
            bytes: collected.bytes,
        })
    }
}

fn report(found: Option<Verification>, read: u64) -> VerifyReport {
    let cancelled = found.is_none();
    let found = found.unwrap_or_default();
    VerifyReport {
        checked: count(found.checked),
        bytes: if cancelled { read } else { found.bytes },
        problems: found.problems.into_iter().map(problem).collect(),
        repairs: found.repairs.iter().map(repair).collect(),
        unreferenced: count(found.unreferenced),
        cancelled,
    }
}

fn repair(repair: &Repair) -> StorageRepair {
    let file = repair
        .places
        .first()
        .map(|[source, package, version, file]| {
            format!("{file} \u{b7} {package} {version} \u{b7} {source}")
        });
    StorageRepair {
        what: format!("{}.", repair.kind),
        count: count(repair.count),
        heals: !matches!(repair.kind, RepairKind::SetAside(_)),
        file,
    }
}

fn problem((place, problem): ([String; 4], VerifyProblem)) -> StorageProblem {
    let [source, package, version, file] = place;
    StorageProblem {
        source,
        package,
        version,
        file,
        problem: problem.to_string(),
    }
}

fn in_words(report: &VerifyReport) -> String {
    let bytes = report.bytes;
    match (report.cancelled, report.problems.len()) {
        (true, _) => format!("cancelled after {bytes} bytes"),
        (false, 0) => format!("{} files, {bytes} bytes: all whole", report.checked),
        (false, broken) => format!(
            "{} files, {bytes} bytes: {broken} not whole",
            report.checked
        ),
    }
}
