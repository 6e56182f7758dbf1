//! What uses the space: by registry, by package, and what waits to be removed.

use std::sync::Arc;

use uuid::Uuid;

use crate::database::usage;
use crate::error::HostError;
use crate::host::Host;
use crate::model::Registry;

/// What the blobs of a registry or a package take, in bytes. Each blob counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// All of them, also those that others have too.
    pub stored: u64,
    /// Those that nobody else has: what is freed when this one goes.
    pub alone: u64,
}

/// Blobs that nothing needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub blobs: u64,
    /// What they take, in bytes.
    pub bytes: u64,
}

/// What uses the space of everything that is hosted.
#[derive(Debug, Clone)]
pub struct Usage {
    /// What all blobs take together, in bytes; each counts once.
    pub used: u64,
    /// What is free on their disk, in bytes; `None` where the system does not say.
    pub free: Option<u64>,
    /// What nothing refers to any more and the next collection removes.
    pub waiting: Waiting,
    /// What was found damaged and put aside.
    pub quarantined: Waiting,
    /// By registry, the largest first.
    pub registries: Vec<RegistryUsage>,
}

/// What a registry uses.
#[derive(Debug, Clone)]
pub struct RegistryUsage {
    /// Which registry.
    pub registry: Arc<Registry>,
    /// How many packages it has.
    pub packages: u64,
    /// How many files.
    pub files: u64,
    /// What its files are in bytes, without regard to blobs that several share.
    pub size: u64,
    /// What they take.
    pub space: Space,
}

/// What a package uses.
#[derive(Debug, Clone)]
pub struct PackageUsage {
    /// Which package.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many versions it has.
    pub versions: u64,
    /// How many files.
    pub files: u64,
    /// What its files are in bytes, without regard to blobs that several share.
    pub size: u64,
    /// What they take.
    pub space: Space,
}

impl Host {
    /// What uses the space. This looks at every reference to a blob: it is for a page that somebody
    /// has opened.
    pub async fn usage(&self) -> Result<Usage, HostError> {
        let reader = self.0.database.reader();
        let spaces = usage::by_registry(reader).await?;
        let counts = self.counts().await?;
        let of = |registry: Arc<Registry>| {
            let counts = counts.get(&registry.id).copied().unwrap_or_default();
            RegistryUsage {
                packages: counts.packages,
                files: counts.files,
                size: counts.size,
                space: spaces.get(&registry.id).copied().unwrap_or_default(),
                registry,
            }
        };
        let mut registries: Vec<_> = self.registries().into_iter().map(of).collect();
        registries.sort_by_key(|one| std::cmp::Reverse(one.space.stored));
        Ok(Usage {
            used: self.used_bytes().await?,
            free: self.free_bytes(),
            waiting: usage::waiting(reader).await?,
            quarantined: self.quarantined().await?,
            registries,
        })
    }

    /// What each package of a registry uses, the largest first.
    pub async fn package_usage(&self, registry: Uuid) -> Result<Vec<PackageUsage>, HostError> {
        self.registry_by_id(registry)?;
        let reader = self.0.database.reader();
        let spaces = usage::by_package(reader, registry).await?;
        let found = usage::packages(reader, registry).await?;
        let of = |(id, name, [versions, files, size]): (Uuid, String, [u64; 3])| PackageUsage {
            id,
            name,
            versions,
            files,
            size,
            space: spaces.get(&id).copied().unwrap_or_default(),
        };
        let mut all: Vec<_> = found.into_iter().map(of).collect();
        all.sort_by(|one, other| {
            let order = other.space.stored.cmp(&one.space.stored);
            order.then_with(|| one.name.cmp(&other.name))
        });
        Ok(all)
    }
}
