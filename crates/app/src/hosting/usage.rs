//! What uses the space, and what registries keep.

use registrar_hosting::{Caller, Retained, Rule, Space, Waiting};

use super::parse;
use super::words::count;
use crate::app::App;
use crate::wire::{
    CommandError, GoingVersion, LooseFiles, Nothing, PackageUsage, PackageUsages, Retention,
    RetentionReport, RetentionRule, SourceRef, SourceUsage, StorageUsage,
};

/// The most rows that an answer has.
const MOST: usize = 500;

impl App {
    /// What uses the space, by registry.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn storage_usage(&self, _: Nothing) -> Result<StorageUsage, CommandError> {
        let usage = self.host().await?.usage().await?;
        let sources = usage.registries.into_iter().map(|used| SourceUsage {
            id: used.registry.id.to_string(),
            name: used.registry.name.clone(),
            ecosystem: used.registry.ecosystem.into(),
            emoji: used.registry.emoji.clone(),
            color: used.registry.color.clone(),
            packages: count(used.packages),
            files: count(used.files),
            size: used.size,
            stored: used.space.stored,
            alone: used.space.alone,
        });
        Ok(StorageUsage {
            folder: self.shown_folder(),
            used_bytes: usage.used,
            free_bytes: usage.free,
            waiting: loose(usage.waiting),
            quarantined: loose(usage.quarantined),
            sources: sources.collect(),
        })
    }

    /// What uses the space of one registry, by package.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn package_usage(&self, request: SourceRef) -> Result<PackageUsages, CommandError> {
        let all = self
            .host()
            .await?
            .package_usage(parse(&request.id)?)
            .await?;
        let total = count(all.len() as u64);
        let rows = all.into_iter().take(MOST).map(|used| {
            let Space { stored, alone } = used.space;
            PackageUsage {
                name: used.name,
                versions: count(used.versions),
                files: count(used.files),
                size: used.size,
                stored,
                alone,
            }
        });
        Ok(PackageUsages {
            total,
            rows: rows.collect(),
        })
    }

    /// What a registry keeps.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn get_retention(&self, request: SourceRef) -> Result<Retention, CommandError> {
        let (host, registry) = self.hosted(&request.id).await?;
        Ok(retention(host.retention(registry.id).await?.as_ref()))
    }

    /// What such a rule would remove now.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where it says nothing, or a pattern will not do.
    pub async fn preview_retention(
        &self,
        request: RetentionRule,
    ) -> Result<RetentionReport, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let rule = Rule::new(request.newest, request.days, request.tags)?;
        Ok(report(host.preview_retention(&registry, &rule).await?))
    }

    /// Says what a registry keeps from now on; everything, where nothing is set.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where a number or a pattern will not do.
    pub async fn save_retention(&self, request: RetentionRule) -> Result<Retention, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let rule = match (request.newest, request.days) {
            (None, None) => None,
            (newest, days) => Some(Rule::new(newest, days, request.tags)?),
        };
        let by = Caller::owner();
        let saved = host.set_retention(&registry, rule.as_ref(), &by).await;
        let saved = saved.map_err(Into::into);
        self.noted_failure("source.retention", Some(&registry), saved)
            .await?;
        Ok(retention(rule.as_ref()))
    }

    /// Follows a registry's rule now, and removes from the disk what nothing needs any more.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`]; what the disk says.
    pub async fn run_retention(&self, request: SourceRef) -> Result<RetentionReport, CommandError> {
        let (host, registry) = self.hosted(&request.id).await?;
        let done = host.retain(&registry, &Caller::owner()).await;
        let done = done.map_err(Into::into);
        let done = self
            .noted_failure("source.retained", Some(&registry), done)
            .await?;
        host.collect_now(&Caller::owner()).await?;
        Ok(report(done))
    }
}

fn loose(waiting: Waiting) -> LooseFiles {
    LooseFiles {
        files: count(waiting.blobs),
        bytes: waiting.bytes,
    }
}

fn retention(rule: Option<&Rule>) -> Retention {
    Retention {
        newest: rule.and_then(|rule| rule.newest),
        days: rule.and_then(|rule| rule.days),
        tags: rule.and_then(Rule::kept_tags).map(<[_]>::to_vec),
    }
}

fn report(retained: Retained) -> RetentionReport {
    let total = count(retained.going.len() as u64);
    let rows = retained.going.into_iter().take(MOST);
    let rows = rows.map(|one| GoingVersion {
        id: one.id.to_string(),
        package: one.package,
        version: one.version,
        pushed_at: one.created_at.to_string(),
        size: one.size,
    });
    RetentionReport {
        total,
        rows: rows.collect(),
        kept: count(retained.kept),
        protected: count(retained.protected),
        freed: retained.freed,
    }
}
