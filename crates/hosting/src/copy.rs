//! Copying a version to another registry: no byte moves.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::{Connection, files, images, packages, versions};
use crate::digest::Digest;
use crate::error::HostError;
use crate::host::Host;
use crate::model::{File, Package, Published, Registry, Release, Version};
use crate::publish::{Publication, choose_again, insert, point};
use crate::registries::now;
use crate::tokens::Scope;

/// The most versions that one may consist of.
const MOST_PARTS: usize = 10_000;

impl Host {
    /// Copies a version with all its files to another registry of the same ecosystem, and with it the
    /// versions that it consists of. Where publishers alone set tags, its tags come along.
    ///
    /// # Errors
    /// As with [`Host::publish`]; nothing is copied then.
    pub async fn copy_version(
        &self,
        version: &Version,
        to: &Registry,
        by: &Caller,
    ) -> Result<Published, HostError> {
        let from = self.registry_by_id(version.registry)?;
        by.demand(Scope::ReadPackages, &from)?;
        by.demand(Scope::WritePackages, to)?;
        if from.ecosystem != to.ecosystem {
            return Err(HostError::Invalid {
                field: "to",
                message: format!("{} keeps other packages than {}.", to.name, from.name),
            });
        }
        let mut change = self.0.database.change().await?;
        let package = packages::by_id(&mut *change, version.package).await?;
        let package = package.ok_or(HostError::NotFound("package"))?;
        for part in parts(&mut change, &from, version).await? {
            copy(&mut change, (&from, &package, &part), to, by).await?;
        }
        let published = copy(&mut change, (&from, &package, version), to, by).await?;
        let subject =
            Subject::package(published.version_id, &published.package, &published.version);
        let data = json!({"from": from.slug, "registry": to.slug});
        let event = AuditEvent::new(by, "PACKAGE_COPIED", subject, data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.0.indexes.bump(to.id, &package.key);
        self.tell(told, Some(to.id));
        Ok(published)
    }
}

/// The versions that a version consists of, each before those that consist of it.
async fn parts(
    change: &mut Connection,
    from: &Registry,
    version: &Version,
) -> Result<Vec<Version>, HostError> {
    let format = from.ecosystem.format();
    let mut found: Vec<Version> = Vec::new();
    let mut seen: HashSet<Uuid> = HashSet::from([version.id]);
    let mut open = format.parts(&version.indexed);
    while let Some(digest) = open.pop() {
        let sha256 = match digest {
            Digest::Sha256(sha256) => Some(sha256),
            Digest::Sha512(sha512) => images::by_sha512(&mut *change, &sha512).await?,
        };
        let Some(key) = sha256.map(|sha256| Digest::Sha256(sha256).to_string()) else {
            continue;
        };
        let part = versions::by_key(&mut *change, version.package, &key).await?;
        let Some(part) = part.filter(|part| seen.insert(part.id)) else {
            continue;
        };
        if seen.len() > MOST_PARTS {
            return Err(HostError::Invalid {
                field: "to",
                message: format!("It consists of more than {MOST_PARTS} others."),
            });
        }
        open.extend(format.parts(&part.indexed));
        found.push(part);
    }
    found.reverse();
    Ok(found)
}

/// Copies one version with its files; one that is named by its digest and there already stays.
async fn copy(
    change: &mut Connection,
    (from, package, version): (&Registry, &Package, &Version),
    to: &Registry,
    by: &Caller,
) -> Result<Published, HostError> {
    let format = from.ecosystem.format();
    if let Some(known) = known(change, package, version, to).await? {
        carry_tags(change, (from, version), to, &known).await?;
        return Ok(known);
    }
    let mut last = None;
    for file in files::of_version(&mut *change, version.id).await? {
        let key = files::key_of(change, file.id).await?;
        let release = release(package, version, (&file, key));
        let how = Publication::default();
        last = Some(insert(change, to, &release, &file.content, how, by).await?);
    }
    let published = last.ok_or(HostError::NotFound("package"))?;
    if let Some(withdrawn) = &version.withdrawn {
        versions::set_withdrawn(change, published.version_id, Some(withdrawn)).await?;
    }
    if format.names_are_digests() {
        images::link_files(change, published.version_id, &package.key, now()).await?;
        images::copy_reference(change, version.id, published.version_id).await?;
    }
    carry_tags(change, (from, version), to, &published).await?;
    Ok(published)
}

fn release(package: &Package, version: &Version, (file, key): (&File, String)) -> Release {
    Release {
        package: package.name.clone(),
        package_key: package.key.clone(),
        version: version.version.clone(),
        version_key: version.key.clone(),
        prerelease: version.prerelease,
        file: file.name.clone(),
        file_key: key,
        about: version.about.clone(),
        version_index: version.indexed.clone(),
        file_index: file.indexed.clone(),
        tags: Vec::new(),
    }
}

/// The same version in another registry, where its name says that it is the same.
async fn known(
    change: &mut Connection,
    package: &Package,
    version: &Version,
    to: &Registry,
) -> Result<Option<Published>, HostError> {
    if !to.ecosystem.format().names_are_digests() {
        return Ok(None);
    }
    let Some(there) = packages::by_key(&mut *change, to.id, &package.key).await? else {
        return Ok(None);
    };
    let Some(known) = versions::by_key(&mut *change, there.id, &version.key).await? else {
        return Ok(None);
    };
    let files = files::of_version(&mut *change, known.id).await?;
    Ok(files.first().map(|file| Published {
        package: there.name,
        version: known.version,
        version_id: known.id,
        file_id: file.id,
    }))
}

/// Lets the tags that point to a version point to its copy, where publishers alone set tags.
async fn carry_tags(
    change: &mut Connection,
    (from, version): (&Registry, &Version),
    to: &Registry,
    copied: &Published,
) -> Result<(), HostError> {
    if !from.ecosystem.format().tags_are_free() {
        return Ok(());
    }
    let made = versions::by_id(&mut *change, copied.version_id).await?;
    let made = made.ok_or(HostError::NotFound("package"))?;
    for (tag, pointed) in versions::tags(&mut *change, version.package).await? {
        if pointed == version.id {
            point(change, to.ecosystem, made.package, &tag, made.id).await?;
        }
    }
    choose_again(change, to.ecosystem, made.package).await
}
