//! Packages: listing them, looking at one, withdrawing, copying and deleting versions.

use std::sync::Arc;

use registrar_hosting::{Caller, Host, HostError, Package, PackageQuery, Registry, Version};

use super::belonging::Belonging;
use super::words::{count, dependency, fact, package_file, package_row, readme};
use crate::app::App;
use crate::wire::{
    CommandError, CopyPackage, Done, ListPackages, PackageDetails, PackagePage, PackageRef,
    WithdrawVersion,
};

/// The most versions that a package's page lists.
pub(super) const MOST_VERSIONS: u32 = 500;

impl App {
    /// A page of a registry's packages.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn list_packages(&self, request: ListPackages) -> Result<PackagePage, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let query = PackageQuery {
            registry: registry.id,
            search: request.search.trim(),
            sort: request.sort.into(),
            offset: request.offset,
            limit: request.limit.clamp(1, 200),
        };
        let (total, rows) = host.packages(&query).await?;
        let rows = rows.into_iter();
        Ok(PackagePage {
            total: count(total),
            rows: rows
                .map(|(package, newest)| package_row(package, newest))
                .collect(),
        })
    }

    /// Everything about one version of a package.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn get_package(&self, request: PackageRef) -> Result<PackageDetails, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let version = found.asked(request.version.as_deref()).await?;
        found.details(version).await
    }

    /// Asks clients not to choose a version, or takes that back.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where the ecosystem knows no such thing.
    pub async fn withdraw_version(
        &self,
        request: WithdrawVersion,
    ) -> Result<PackageDetails, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let version = found.version(&request.version).await?;
        let reason = request.reason.as_deref().map(str::trim);
        let (host, registry) = (&found.host, &found.registry);
        let changed = host
            .withdraw(
                registry,
                &found.package,
                &[(&version, reason)],
                &Caller::owner(),
            )
            .await;
        self.noted_failure(
            "package.withdrawn",
            Some(registry),
            changed.map_err(Into::into),
        )
        .await?;
        found.details(found.version(&request.version).await?).await
    }

    /// Copies a version to another registry of the same ecosystem.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where it has such a file already.
    pub async fn copy_package(&self, request: CopyPackage) -> Result<Done, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let version = found.version(&request.version).await?;
        let (host, to) = self.hosted(&request.to).await?;
        let copied = host.copy_version(&version, &to, &Caller::owner()).await;
        self.noted_failure("package.copied", Some(&to), copied.map_err(Into::into))
            .await?;
        Ok(Done {})
    }

    /// Deletes a version with what belongs to it, or a package with all versions, for good.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn delete_package(&self, request: PackageRef) -> Result<Done, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let (host, registry, by) = (&found.host, &found.registry, Caller::owner());
        let deleted = match &request.version {
            Some(version) => {
                let version = found.version(version).await?;
                host.delete_with_belongings(registry, &version, &by).await
            }
            None => host.delete_package(registry, &found.package, &by).await,
        };
        self.noted_failure(
            "package.deleted",
            Some(registry),
            deleted.map_err(Into::into),
        )
        .await?;
        Ok(Done {})
    }

    pub(super) async fn found(&self, source: &str, name: &str) -> Result<Found, CommandError> {
        let (host, registry) = self.hosted(source).await?;
        let package = host.package(&registry, name).await?;
        Ok(Found {
            package: package.ok_or(HostError::NotFound("package"))?,
            host,
            registry,
        })
    }
}

/// A package that is there.
pub(super) struct Found {
    pub(super) host: Host,
    pub(super) registry: Arc<Registry>,
    pub(super) package: Package,
}

impl Found {
    pub(super) async fn version(&self, version: &str) -> Result<Version, CommandError> {
        let (host, package) = (&self.host, self.package.id);
        let found = host.version(&self.registry, package, version).await?;
        Ok(found.ok_or(HostError::NotFound("version"))?)
    }

    /// The version that was asked for, else the one that clients take.
    pub(super) async fn asked(&self, version: Option<&str>) -> Result<Version, CommandError> {
        match version {
            Some(version) => self.version(version).await,
            None => self.latest().await,
        }
    }

    /// The version that clients take when they are not told another.
    pub(super) async fn latest(&self) -> Result<Version, CommandError> {
        let latest = self.package.latest.ok_or(HostError::NotFound("version"))?;
        let found = self.host.version_by_id(latest).await?;
        Ok(found.ok_or(HostError::NotFound("version"))?)
    }

    async fn details(&self, version: Version) -> Result<PackageDetails, CommandError> {
        let (host, package) = (&self.host, &self.package);
        let belonging = Belonging::of(self).await?;
        let versions = belonging.own_versions().await?;
        let (referrers, more_referrers) = belonging.referrers(version.id).await?;
        let files = host.files_of_version(version.id).await?;
        let subject = belonging.subject(version.id).await?;
        let part_of = belonging.index(version.id).await?;
        let row = belonging.row(&version);
        let about = version.about;
        Ok(PackageDetails {
            name: package.name.clone(),
            version: row,
            summary: about.summary,
            files: files.into_iter().map(package_file).collect(),
            facts: about.facts.into_iter().map(fact).collect(),
            dependencies: about.dependencies.into_iter().map(dependency).collect(),
            readme: about.readme.map(readme),
            versions: versions.iter().map(|one| belonging.row(one)).collect(),
            version_count: belonging.version_count(),
            subject,
            part_of,
            referrers,
            more_referrers,
            going_with: belonging.going_with(version.id),
            published_by: version.published_by,
            can_withdraw: self.registry.ecosystem.format().can_withdraw(),
        })
    }
}
