//! Looking at packages, withdrawing and deleting them.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::packages::Found;
use crate::database::versions::{Cursor, Listed};
use crate::database::{Connection, files, packages, versions};
use crate::error::HostError;
use crate::host::{Host, Told};
use crate::images::Reference;
use crate::indexes::{Index, IndexKey};
use crate::model::{File, Package, Registry, Version};
use crate::publish::{choose_again, point};
use crate::registries::now;
use crate::tokens::Scope;

/// By what packages are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageSort {
    /// Newest push first.
    Pushed,
    /// By name.
    Name,
    /// Most downloads first.
    Downloads,
    /// Largest first.
    Size,
}

/// Which packages to list.
#[derive(Debug, Clone, Copy)]
pub struct PackageQuery<'a> {
    /// Of which registry.
    pub registry: Uuid,
    /// Part of the name; empty for all.
    pub search: &'a str,
    /// In which order.
    pub sort: PackageSort,
    /// How many to pass over.
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

impl Host {
    /// A page of packages, each with the version to show, and how many match in all.
    pub async fn packages(
        &self,
        asked: &PackageQuery<'_>,
    ) -> Result<(u64, Vec<(Package, String)>), HostError> {
        let registry = self.registry_by_id(asked.registry)?;
        let by_tag = registry.ecosystem.format().tags_are_free();
        packages::page(self.0.database.reader(), asked, by_tag).await
    }

    /// The names of all packages of a registry with their normal forms, sorted by those.
    pub async fn package_names(&self, registry: Uuid) -> Result<Vec<(String, String)>, HostError> {
        packages::names(self.0.database.reader(), registry).await
    }

    /// All packages of a registry as a search sees them.
    pub(crate) async fn find_packages(&self, registry: Uuid) -> Result<Vec<Found>, HostError> {
        packages::found(self.0.database.reader(), registry).await
    }

    /// The package of this name, however it is spelt.
    pub async fn package(
        &self,
        registry: &Registry,
        name: &str,
    ) -> Result<Option<Package>, HostError> {
        let key = registry.ecosystem.format().package_key(name);
        packages::by_key(self.0.database.reader(), registry.id, &key).await
    }

    /// The package of this id.
    pub async fn package_by_id(&self, id: Uuid) -> Result<Option<Package>, HostError> {
        packages::by_id(self.0.database.reader(), id).await
    }

    /// A version of a package, however it is spelt; where publishers alone set tags, also by a tag.
    pub async fn version(
        &self,
        registry: &Registry,
        package: Uuid,
        version: &str,
    ) -> Result<Option<Version>, HostError> {
        let format = registry.ecosystem.format();
        let reader = self.0.database.reader();
        let digest = version.parse().ok().filter(|_| format.names_are_digests());
        if let Some(digest) = digest {
            let reference = Reference::Digest(digest);
            let key = self.version_key_of(registry, "", reference).await?;
            return versions::by_key(reader, package, &key.unwrap_or_default()).await;
        }
        if format.tags_are_free() {
            let tags = versions::tags(reader, package).await?;
            return match tags.into_iter().find(|(tag, _)| tag == version) {
                Some((_, id)) => versions::by_id(reader, id).await,
                None => Ok(None),
            };
        }
        versions::by_key(reader, package, &format.version_key(version)).await
    }

    /// How clients ask for a version: where publishers alone set tags, by the most exact of those that
    /// point to it.
    pub async fn called(
        &self,
        registry: &Registry,
        version: &Version,
    ) -> Result<String, HostError> {
        if !registry.ecosystem.format().tags_are_free() {
            return Ok(version.version.clone());
        }
        let tags = self.tags(version.package).await?;
        let own = tags.into_iter().filter(|(_, id)| *id == version.id);
        let format = registry.ecosystem.format();
        let best = own.max_by_key(|(tag, _)| (format.default_tag() != Some(tag), tag.clone()));
        Ok(best.map_or_else(|| version.version.clone(), |(tag, _)| tag))
    }

    /// The version of this id.
    pub async fn version_by_id(&self, id: Uuid) -> Result<Option<Version>, HostError> {
        versions::by_id(self.0.database.reader(), id).await
    }

    /// All versions of a package, oldest first.
    pub async fn versions(&self, package: Uuid) -> Result<Vec<Version>, HostError> {
        versions::of_package(self.0.database.reader(), package).await
    }

    /// A page of all versions of a registry, newest first, with the names of their packages. `name`
    /// narrows it to one package, as it was published or in normal form; `after` and `before` are ids of versions.
    pub async fn version_page(
        &self,
        registry: Uuid,
        name: Option<&str>,
        after: Option<Uuid>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<(Version, String)>, HostError> {
        let cursor = after.map(Cursor::After).or(before.map(Cursor::Before));
        versions::page(self.0.database.reader(), registry, name, cursor, limit).await
    }

    /// The names that point to versions of a package, sorted.
    pub async fn tags(&self, package: Uuid) -> Result<Vec<(String, Uuid)>, HostError> {
        versions::tags(self.0.database.reader(), package).await
    }

    /// The files of a version.
    pub async fn files_of_version(&self, version: Uuid) -> Result<Vec<File>, HostError> {
        files::of_version(self.0.database.reader(), version).await
    }

    /// The files of several versions, of each in the order in which they were published.
    pub async fn files_of_versions(&self, versions: &[Uuid]) -> Result<Vec<File>, HostError> {
        files::of_versions(self.0.database.reader(), versions).await
    }

    /// The files of a package.
    pub async fn files_of_package(&self, package: Uuid) -> Result<Vec<File>, HostError> {
        files::of_package(self.0.database.reader(), package).await
    }

    /// The versions of a package as its index lists them, oldest first.
    pub(crate) async fn listed_versions(&self, package: Uuid) -> Result<Vec<Listed>, HostError> {
        versions::listed(self.0.database.reader(), package).await
    }

    /// The file of this name in normal form. What is asked for often is answered from memory, so
    /// its number of downloads may be an old one.
    pub async fn file_by_key(
        &self,
        registry: &Registry,
        key: &str,
    ) -> Result<Option<Arc<File>>, HostError> {
        let known = &self.0.indexes.files;
        if let Some(file) = known.get(registry.id, key) {
            return Ok(Some(file));
        }
        let generation = known.generation(registry.id);
        let found = files::by_key(self.0.database.reader(), registry.id, key).await?;
        let Some(file) = found.map(Arc::new) else {
            return Ok(None);
        };
        known.insert(registry.id, key, generation, file.clone());
        Ok(Some(file))
    }

    /// The file of this id.
    pub async fn file_by_id(&self, id: Uuid) -> Result<Option<File>, HostError> {
        files::by_id(self.0.database.reader(), id).await
    }

    /// An index, from the cache or made by `make` from the database. `None` from `make` means that
    /// there is nothing to index.
    pub async fn index<F>(
        &self,
        key: IndexKey,
        make: impl FnOnce() -> F,
    ) -> Result<Option<Arc<Index>>, HostError>
    where
        F: Future<Output = Result<Option<Index>, HostError>>,
    {
        if let Some(index) = self.0.indexes.get(&key) {
            return Ok(Some(index));
        }
        let generation = self.0.indexes.generation(key.registry, &key.package);
        let Some(index) = make().await?.map(Arc::new) else {
            return Ok(None);
        };
        self.0.indexes.insert(key, generation, index.clone());
        Ok(Some(index))
    }

    /// Deletes a version with its files, for good. Their names are not used again in silence.
    pub async fn delete_version(
        &self,
        registry: &Registry,
        version: &Version,
        by: &Caller,
    ) -> Result<(), HostError> {
        self.delete_versions(registry, std::slice::from_ref(version), by)
            .await
    }

    /// Deletes a package with all its versions.
    pub async fn delete_package(
        &self,
        registry: &Registry,
        package: &Package,
        by: &Caller,
    ) -> Result<(), HostError> {
        let all = self.versions(package.id).await?;
        self.delete_versions(registry, &all, by).await
    }

    /// Deletes some versions of one package in one change.
    pub(crate) async fn delete_versions(
        &self,
        registry: &Registry,
        gone: &[Version],
        by: &Caller,
    ) -> Result<(), HostError> {
        by.demand(Scope::DeletePackages, registry)?;
        let package = gone.first().ok_or(HostError::NotFound("package"))?.package;
        let mut change = self.0.database.change().await?;
        let package = packages::by_id(&mut *change, package).await?;
        let package = package.ok_or(HostError::NotFound("package"))?;
        let why = json!({"registry": registry.slug});
        let told = self
            .delete_within(&mut change, (registry, &package), gone, &why, by)
            .await?;
        change.commit().await?;
        self.deleted(registry, &package, told);
        Ok(())
    }

    /// Deletes some versions of one package within a change; `why` goes to the audit log.
    pub(crate) async fn delete_within(
        &self,
        change: &mut Connection,
        (registry, package): (&Registry, &Package),
        gone: &[Version],
        why: &Value,
        by: &Caller,
    ) -> Result<Vec<Told>, HostError> {
        let mut told = Vec::new();
        let retires = !registry.ecosystem.format().names_are_digests();
        for version in gone {
            if retires {
                files::retire(&mut *change, version.id, now()).await?;
            }
            versions::delete(&mut *change, version).await?;
            let subject = Subject::package(version.id, &package.name, &version.version);
            let event = AuditEvent::new(by, "PACKAGE_DELETED", subject, why.clone());
            told.push(self.audit(&mut *change, event).await?);
        }
        if !packages::delete_empty(&mut *change, registry.id, package.id).await? {
            choose_again(change, registry.ecosystem, package.id).await?;
        }
        Ok(told)
    }

    /// Tells of versions whose deletion has been committed.
    pub(crate) fn deleted(&self, registry: &Registry, package: &Package, told: Vec<Told>) {
        self.0.indexes.bump(registry.id, &package.key);
        self.0.indexes.files.bump(registry.id);
        for one in told {
            self.tell(one, Some(registry.id));
        }
    }

    /// Withdraws versions (yanks, deprecates) with a reason, or takes that back with `None`.
    pub async fn withdraw(
        &self,
        registry: &Registry,
        package: &Package,
        changed: &[(&Version, Option<&str>)],
        by: &Caller,
    ) -> Result<(), HostError> {
        by.demand(Scope::WritePackages, registry)?;
        if !registry.ecosystem.format().can_withdraw() {
            return Err(HostError::Invalid {
                field: "version",
                message: format!(
                    "{} knows no way to withdraw a version.",
                    registry.ecosystem.format().label()
                ),
            });
        }
        let mut change = self.0.database.change().await?;
        let mut told = Vec::new();
        for (version, reason) in changed {
            versions::set_withdrawn(&mut change, version.id, *reason).await?;
            let subject = Subject::package(version.id, &package.name, &version.version);
            let kind = if reason.is_some() {
                "PACKAGE_WITHDRAWN"
            } else {
                "PACKAGE_RESTORED"
            };
            let data = json!({"registry": registry.slug, "reason": reason});
            told.push(
                self.audit(&mut change, AuditEvent::new(by, kind, subject, data))
                    .await?,
            );
        }
        choose_again(&mut change, registry.ecosystem, package.id).await?;
        change.commit().await?;
        self.0.indexes.bump(registry.id, &package.key);
        for one in told {
            self.tell(one, Some(registry.id));
        }
        Ok(())
    }

    /// Lets a tag of a package point to a version, or takes it away with `None`.
    ///
    /// # Errors
    /// [`HostError::NotFound`] where a tag that is to be taken away is not there.
    pub async fn set_tag(
        &self,
        registry: &Registry,
        package: &Package,
        tag: &str,
        version: Option<&Version>,
        by: &Caller,
    ) -> Result<(), HostError> {
        by.demand(Scope::WritePackages, registry)?;
        self.retag(registry, package, tag, version, by).await
    }

    /// The same for a caller who may do that.
    pub(crate) async fn retag(
        &self,
        registry: &Registry,
        package: &Package,
        tag: &str,
        version: Option<&Version>,
        by: &Caller,
    ) -> Result<(), HostError> {
        let mut change = self.0.database.change().await?;
        match version {
            Some(version) => {
                point(&mut change, registry.ecosystem, package.id, tag, version.id).await?;
            }
            None if !versions::delete_tag(&mut change, package.id, tag).await? => {
                return Err(HostError::NotFound("tag"));
            }
            None => choose_again(&mut change, registry.ecosystem, package.id).await?,
        }
        let about = version.map_or(package.id, |version| version.id);
        let number = version.map_or("", |version| &version.version);
        let data: Value = json!({"registry": registry.slug, "tag": tag, "version": version.map(|version| &version.version)});
        let event = AuditEvent::new(
            by,
            "PACKAGE_TAGGED",
            Subject::package(about, &package.name, number),
            data,
        );
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.0.indexes.bump(registry.id, &package.key);
        self.tell(told, Some(registry.id));
        Ok(())
    }
}
