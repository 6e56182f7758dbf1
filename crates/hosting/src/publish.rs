//! Publishing: from an upload to a version that clients see.
//!
//! The bytes are staged and synced first, then adopted by the store. The commit of one transaction
//! *is* the publication: a crash before it leaves bytes that nothing refers to, and nothing else.

use axum::body::Bytes;
use futures_util::Stream;
use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::belonging::Tags;
use crate::database::versions::Candidate;
use crate::database::{Connection, blobs, files, packages, registries, versions};
use crate::ecosystems::{Ecosystem, Upload};
use crate::error::{HostError, Rejection};
use crate::host::Host;
use crate::model::{Content, Published, Registry, Release};
use crate::registries::now;
use crate::store::{Hashed, Limits, Staged};
use crate::tokens::Scope;

/// The most bytes of one file: 20 GiB.
pub(crate) const MAX_FILE: u64 = 20 * 1024 * 1024 * 1024;

/// How a publication is to be made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Publication {
    /// Use a deleted file's name again.
    pub reuse_deleted: bool,
}

impl Host {
    /// Takes in the bytes of an upload.
    ///
    /// # Errors
    /// The stream's own; [`HostError::TooLarge`]; [`HostError::DiskFull`].
    pub async fn stage<E: Into<HostError>>(
        &self,
        chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Staged, HostError> {
        let limits = Limits { bytes: MAX_FILE };
        self.0.store.stage(chunks, limits, Hashed::ByAll).await
    }

    /// Reads what an upload says that it is.
    ///
    /// # Errors
    /// [`HostError::Rejected`] with a sentence for whoever built it.
    pub async fn inspect(
        &self,
        ecosystem: Ecosystem,
        name: &str,
        staged: Staged,
    ) -> Result<(Release, Staged), HostError> {
        let name = name.to_owned();
        let look = move || {
            let upload = Upload {
                name: &name,
                staged: &staged,
            };
            let release = ecosystem.format().inspect(&upload);
            release.map(|release| (release, staged))
        };
        Ok(tokio::task::spawn_blocking(look).await??)
    }

    /// Publishes a file that was sent as it is: looks at it, then [`Host::publish`].
    ///
    /// # Errors
    /// As with those.
    pub async fn publish_file(
        &self,
        registry: &Registry,
        name: &str,
        staged: Staged,
        how: Publication,
        by: &Caller,
    ) -> Result<Published, HostError> {
        by.demand(Scope::WritePackages, registry)?;
        let (release, staged) = self.inspect(registry.ecosystem, name, staged).await?;
        self.publish(registry, release, staged, how, by).await
    }

    /// Publishes an upload as what it is. When this returns, it is on the disk for good.
    ///
    /// # Errors
    /// [`HostError::Exists`] and [`HostError::Retired`] where the file's name is not free.
    pub async fn publish(
        &self,
        registry: &Registry,
        release: Release,
        staged: Staged,
        how: Publication,
        by: &Caller,
    ) -> Result<Published, HostError> {
        by.demand(Scope::WritePackages, registry)?;
        let (content, _pin, healed) = self.adopt(staged, by).await?;
        if healed && let Some(whole) = self.same_file(registry, &release, &content).await? {
            return Ok(whole);
        }
        self.record(registry, &release, &content, how, by).await
    }

    /// The file that is published under this name already, where it is this very content.
    async fn same_file(
        &self,
        registry: &Registry,
        release: &Release,
        content: &Content,
    ) -> Result<Option<Published>, HostError> {
        let found = files::by_key(self.0.database.reader(), registry.id, &release.file_key).await?;
        let same = found.filter(|file| file.content.sha256 == content.sha256);
        Ok(same.map(|file| Published {
            package: release.package.clone(),
            version: release.version.clone(),
            version_id: file.version,
            file_id: file.id,
        }))
    }

    async fn record(
        &self,
        registry: &Registry,
        release: &Release,
        content: &Content,
        how: Publication,
        by: &Caller,
    ) -> Result<Published, HostError> {
        let mut change = self.0.database.change().await?;
        let published = insert(&mut change, registry, release, content, how, by).await?;
        let subject = Subject::package(published.version_id, &release.package, &release.version);
        let data = json!({
            "registry": registry.slug,
            "file": release.file,
            "size": content.size,
            "sha256": content.sha256_hex(),
        });
        let told = self
            .audit(
                &mut change,
                AuditEvent::new(by, "PACKAGE_PUBLISHED", subject, data),
            )
            .await?;
        change.commit().await?;
        self.0.indexes.bump(registry.id, &release.package_key);
        self.tell(told, Some(registry.id));
        Ok(published)
    }
}

/// Inserts everything that a file brings with it.
pub(crate) async fn insert(
    change: &mut Connection,
    registry: &Registry,
    release: &Release,
    content: &Content,
    how: Publication,
    by: &Caller,
) -> Result<Published, HostError> {
    demand_free(change, registry.id, release, how).await?;
    let now = now();
    let package = match packages::by_key(&mut *change, registry.id, &release.package_key).await? {
        Some(package) => {
            demand_same_spelling(registry.ecosystem, &package.name, &release.package)?;
            package.id
        }
        None => packages::insert(change, registry.id, release, now).await?,
    };
    let found = versions::by_key(&mut *change, package, &release.version_key).await?;
    let version = match found.map(|version| version.id) {
        Some(version) => version,
        None => new_version(change, registry, package, release, by).await?,
    };
    blobs::insert(change, content, now).await?;
    let file = files::insert(
        change,
        registry.id,
        (package, version),
        release,
        content,
        now,
    )
    .await?;
    for tag in &release.tags {
        point(change, registry.ecosystem, package, tag, version).await?;
    }
    Ok(Published {
        package: release.package.clone(),
        version: release.version.clone(),
        version_id: version,
        file_id: file,
    })
}

async fn new_version(
    change: &mut Connection,
    registry: &Registry,
    package: Uuid,
    release: &Release,
    by: &Caller,
) -> Result<Uuid, HostError> {
    let by = by.in_words();
    let made = versions::insert(change, registry.id, package, release, &by, now()).await?;
    choose_latest(change, registry.ecosystem, package, made, release).await?;
    Ok(made)
}

/// Where clients take names letter by letter, one package has one spelling.
fn demand_same_spelling(
    ecosystem: Ecosystem,
    known: &str,
    published: &str,
) -> Result<(), HostError> {
    if known == published || !ecosystem.format().spells_exactly() {
        return Ok(());
    }
    Err(HostError::Rejected(Rejection::new(format!(
        "There is a package called {known} already, and {published} differs from it in capital \
         letters only. Choose another name."
    ))))
}

async fn demand_free(
    change: &mut Connection,
    registry: Uuid,
    release: &Release,
    how: Publication,
) -> Result<(), HostError> {
    let file = release.file.clone();
    // It may have been deleted while the upload arrived.
    if !registries::is_there(change, registry).await? {
        return Err(HostError::NotFound("registry"));
    }
    if files::by_key(&mut *change, registry, &release.file_key)
        .await?
        .is_some()
    {
        return Err(HostError::Exists { file });
    }
    if files::is_retired(change, registry, &release.file_key).await? {
        if !how.reuse_deleted {
            return Err(HostError::Retired { file });
        }
        files::unretire(change, registry, &release.file_key).await?;
    }
    Ok(())
}

/// Lets a tag point to a version; the ecosystem's default tag decides which one clients take.
pub(crate) async fn point(
    change: &mut Connection,
    ecosystem: Ecosystem,
    package: Uuid,
    tag: &str,
    version: Uuid,
) -> Result<(), HostError> {
    versions::set_tag(change, package, tag, version, now()).await?;
    if ecosystem.format().default_tag() == Some(tag) {
        packages::set_latest(change, package, Some(version)).await?;
    }
    Ok(())
}

/// Makes a new version the one that clients take by default, where it is: the newest that is
/// neither a pre-release nor withdrawn. Where the publisher names tags, those decide, but the
/// first version of a package always gets the default one.
async fn choose_latest(
    change: &mut Connection,
    ecosystem: Ecosystem,
    package: Uuid,
    made: Uuid,
    release: &Release,
) -> Result<(), HostError> {
    let format = ecosystem.format();
    let found = packages::by_id(&mut *change, package).await?;
    let current = match found.and_then(|package| package.latest) {
        Some(id) => versions::by_id(&mut *change, id).await?,
        None => None,
    };
    let takes = match &current {
        None => true,
        Some(_) if !release.tags.is_empty() => false,
        Some(current) => {
            let rank = |prerelease: bool, withdrawn: bool| (!withdrawn, !prerelease);
            let old = rank(current.prerelease, current.withdrawn.is_some());
            let order = rank(release.prerelease, false).cmp(&old);
            order
                .then_with(|| format.compare(&release.version, &current.version))
                .is_gt()
        }
    };
    match format.default_tag() {
        _ if !takes => Ok(()),
        Some(tag) if !format.tags_are_free() => point(change, ecosystem, package, tag, made).await,
        _ => packages::set_latest(change, package, Some(made)).await,
    }
}

/// Chooses anew which version clients take by default, after one has gone or was withdrawn.
pub(crate) async fn choose_again(
    change: &mut Connection,
    ecosystem: Ecosystem,
    package: Uuid,
) -> Result<(), HostError> {
    let format = ecosystem.format();
    let mut said = Tags::default();
    if let Some(tag) = format.default_tag() {
        let tags = versions::tags(&mut *change, package).await?;
        if let Some((_, version)) = tags.iter().find(|(name, _)| name == tag) {
            return packages::set_latest(change, package, Some(*version)).await;
        }
        said = Tags::of(ecosystem, tags);
    }
    let candidates = versions::candidates(change, package).await?;
    // Of equal ones the last is taken: the newest.
    let best = candidates.into_iter().max_by(|one, other| {
        let rank = |one: &Candidate| {
            let named = format.tags_are_free() && said.named.contains(&one.id);
            let belongs = one.belongs || said.subjects.contains_key(&one.id);
            (!belongs, named, !one.withdrawn, !one.prerelease)
        };
        rank(one)
            .cmp(&rank(other))
            .then_with(|| format.compare(&one.version, &other.version))
    });
    let best = best.map(|best| best.id);
    match (best, format.default_tag()) {
        (Some(id), Some(tag)) if !format.tags_are_free() => {
            point(change, ecosystem, package, tag, id).await
        }
        _ => packages::set_latest(change, package, best).await,
    }
}
