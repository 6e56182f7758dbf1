//! Images: blobs that are given to a repository first, and the manifest that makes an image of them.
//!
//! A manifest is one version of a package. Its files are the manifest itself and everything that it
//! is made of, so that what is true of other packages (sizes, copies, verification, what may be
//! collected) is true of images. The one transaction that inserts them is the publication.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::{Connection, blobs, files, images, packages, registries, versions};
use crate::digest::Digest;
use crate::error::HostError;
use crate::host::Host;
use crate::model::{Content, Package, Registry, Release};
use crate::publish::{choose_again, point};
use crate::registries::now;
use crate::store::{Opened, Staged};
use crate::tokens::Scope;

/// A blob stays for so long although no image needs it: whoever has pushed it, or was told that it
/// is here, is about to push the image.
pub(crate) const KEPT_FOR_A_PUSH: Duration = Duration::from_hours(1);

/// A manifest that has been read, ready to be published.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    /// The manifest as a version with one file, and the tags that shall point to it.
    pub(crate) release: Release,
    /// What it is made of.
    pub(crate) parts: Vec<Part>,
    /// The manifests that it lists.
    pub(crate) manifests: Vec<Digest>,
    /// The digest of the manifest that it is about, and how it is described to who asks for those.
    pub(crate) subject: Option<(String, String)>,
}

/// A blob that an image is made of.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Which blob.
    pub(crate) digest: Digest,
    /// Its size as the manifest has it, in bytes.
    pub(crate) size: u64,
    /// What it is called among the files of the version.
    pub(crate) file: String,
    /// Whether clients have it from elsewhere, so that it need not be here.
    pub(crate) foreign: bool,
}

/// Why a manifest was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    /// The same as for every package.
    #[error(transparent)]
    Host(#[from] HostError),
    /// It refers to blobs or manifests that the repository does not have.
    #[error("The manifest refers to something that is not in this repository.")]
    Missing(Vec<Digest>),
    /// A blob has another size than the manifest says.
    #[error("The manifest says that {0} has another size than it has.")]
    Size(Digest),
}

impl From<sqlx::Error> for ImageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Host(error.into())
    }
}

/// The name in normal form of the file that a manifest is.
pub(crate) fn manifest_key(repository: &str, version_key: &str) -> String {
    format!("{repository}@{version_key}")
}

impl Host {
    /// Makes a blob of an upload and gives it to a repository. When this returns, it is there.
    pub(crate) async fn add_blob(
        &self,
        registry: &Registry,
        repository: &str,
        staged: Staged,
        by: &Caller,
    ) -> Result<Content, HostError> {
        by.demand(Scope::WritePackages, registry)?;
        let (content, _pin, _) = self.adopt(staged, by).await?;
        let now = now();
        let mut change = self.0.database.change().await?;
        if !registries::is_there(&mut change, registry.id).await? {
            return Err(HostError::NotFound("registry"));
        }
        blobs::insert(&mut change, &content, now).await?;
        images::link(&mut change, registry.id, repository, &content.sha256, now).await?;
        change.commit().await?;
        Ok(content)
    }

    /// Gives a repository a blob that another one has, without moving a byte; `None` where that one
    /// does not have it.
    pub(crate) async fn mount_blob(
        &self,
        registry: &Registry,
        repository: &str,
        (from, source): (Uuid, &str),
        digest: Digest,
        by: &Caller,
    ) -> Result<Option<Content>, HostError> {
        by.demand(Scope::WritePackages, registry)?;
        let from = self.registry_by_id(from)?;
        by.demand(Scope::ReadPackages, &from)?;
        let mut change = self.0.database.change().await?;
        let Some((content, _)) = images::linked(&mut *change, from.id, source, digest).await?
        else {
            return Ok(None);
        };
        if self.is_broken(&content.sha256) {
            return Ok(None);
        }
        if !registries::is_there(&mut change, registry.id).await? {
            return Err(HostError::NotFound("registry"));
        }
        let sha256 = content.sha256;
        images::link(&mut change, registry.id, repository, &sha256, now()).await?;
        change.commit().await?;
        Ok(Some(content))
    }

    /// The repositories that have a blob, in registries that the caller may read.
    pub(crate) async fn holders_of(
        &self,
        digest: Digest,
        by: &Caller,
    ) -> Result<Vec<(Uuid, String)>, HostError> {
        let mut all = images::holders(self.0.database.reader(), digest).await?;
        all.retain(|(registry, _)| {
            let found = self.registry_by_id(*registry);
            found.is_ok_and(|registry| by.demand(Scope::ReadPackages, &registry).is_ok())
        });
        Ok(all)
    }

    /// A blob that a repository has, and since when. Whoever may push is promised that it stays for a
    /// while.
    pub(crate) async fn blob(
        &self,
        registry: &Registry,
        repository: &str,
        digest: Digest,
        by: &Caller,
    ) -> Result<Option<(Content, Timestamp)>, HostError> {
        let reader = self.0.database.reader();
        let found = images::linked(reader, registry.id, repository, digest).await?;
        if let Some((content, _)) = &found
            && by.demand(Scope::WritePackages, registry).is_ok()
        {
            self.0.promised.insert(content.sha256, ());
        }
        Ok(found)
    }

    /// All of a blob of a repository that is at most `limit` bytes; `None` for a larger one, and for
    /// one that is not there.
    pub(crate) async fn small_blob(
        &self,
        registry: &Registry,
        repository: &str,
        digest: Digest,
        limit: u64,
    ) -> Result<Option<Bytes>, HostError> {
        use futures_util::TryStreamExt as _;
        let reader = self.0.database.reader();
        let found = images::linked(reader, registry.id, repository, digest).await?;
        let Some((content, _)) = found.filter(|(content, _)| content.size <= limit) else {
            return Ok(None);
        };
        Ok(match self.open_content(&content, 0..content.size).await? {
            None => None,
            Some(Opened::Whole(bytes)) => Some(bytes),
            Some(Opened::Stream(stream)) => {
                let parts: Vec<Bytes> = stream.try_collect().await?;
                Some(parts.concat().into())
            }
        })
    }

    /// Takes a blob from a repository.
    ///
    /// # Errors
    /// [`HostError::NotFound`], and [`HostError::Invalid`] where an image still needs it.
    pub(crate) async fn delete_blob(
        &self,
        registry: &Registry,
        repository: &str,
        digest: Digest,
        by: &Caller,
    ) -> Result<(), HostError> {
        by.demand(Scope::DeletePackages, registry)?;
        let mut change = self.0.database.change().await?;
        let found = images::linked(&mut *change, registry.id, repository, digest).await?;
        let (content, _) = found.ok_or(HostError::NotFound("blob"))?;
        let sha256 = content.sha256;
        if images::is_needed(&mut change, registry.id, repository, &sha256).await? {
            return Err(HostError::Invalid {
                field: "digest",
                message: "An image still needs this blob. Delete the image first.".to_owned(),
            });
        }
        images::unlink(&mut change, registry.id, repository, &sha256).await?;
        change.commit().await?;
        self.0.indexes.files.bump(registry.id);
        Ok(())
    }

    /// The version, in normal form, that a digest or a tag names in a repository; it need not be
    /// there.
    pub(crate) async fn version_key_of(
        &self,
        registry: &Registry,
        repository: &str,
        reference: Reference<'_>,
    ) -> Result<Option<String>, HostError> {
        let reader = self.0.database.reader();
        match reference {
            Reference::Tag(tag) => images::tagged(reader, registry.id, repository, tag).await,
            Reference::Digest(Digest::Sha512(sha512)) => {
                let found = images::by_sha512(reader, &sha512).await?;
                Ok(found.map(|sha256| Digest::Sha256(sha256).to_string()))
            }
            Reference::Digest(digest) => Ok(Some(digest.to_string())),
        }
    }

    /// The tags of a package behind `last`, at most `limit`.
    pub(crate) async fn tag_names(
        &self,
        package: Uuid,
        last: &str,
        limit: u32,
    ) -> Result<Vec<String>, HostError> {
        images::tag_names(self.0.database.reader(), package, last, limit).await
    }

    /// The names of a registry's packages behind `last`, at most `limit`.
    pub(crate) async fn package_names_behind(
        &self,
        registry: Uuid,
        last: &str,
        limit: u32,
    ) -> Result<Vec<String>, HostError> {
        images::package_names(self.0.database.reader(), registry, last, limit).await
    }

    /// The descriptors of manifests that are about `subject`, behind the version `after`.
    pub(crate) async fn referrers(
        &self,
        package: Uuid,
        subject: &str,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<(Uuid, String)>, HostError> {
        images::referrers(self.0.database.reader(), package, subject, after, limit).await
    }

    /// Publishes a manifest, or lets tags point to one that is published. All of it happens or
    /// nothing.
    pub(crate) async fn publish_image(
        &self,
        registry: &Registry,
        image: &Image,
        manifest: Staged,
        by: &Caller,
    ) -> Result<(), ImageError> {
        by.demand(Scope::WritePackages, registry)?;
        let (content, _pin, _) = self.adopt(manifest, by).await?;
        let mut change = self.0.database.change().await?;
        if !registries::is_there(&mut change, registry.id).await? {
            return Err(HostError::NotFound("registry").into());
        }
        let release = &image.release;
        let found = packages::by_key(&mut *change, registry.id, &release.package_key).await?;
        let parts = find_parts(&mut change, registry, found.as_ref(), image).await?;
        let now = now();
        let package = match found {
            Some(package) => package.id,
            None => packages::insert(&mut change, registry.id, release, now).await?,
        };
        let known = versions::by_key(&mut *change, package, &release.version_key).await?;
        let mut told = Vec::new();
        let version = if let Some(version) = known {
            version.id
        } else {
            let made = (registry, package, &content);
            let version = insert(&mut change, made, image, &parts, by).await?;
            let event = self.published(registry, image, version, &content, by);
            told.push(self.audit(&mut change, event).await?);
            version
        };
        let is_new = !told.is_empty();
        for event in retag(&mut change, (registry, package, version), image, is_new, by).await? {
            told.push(self.audit(&mut change, event).await?);
        }
        if told.is_empty() {
            return Ok(());
        }
        choose_again(&mut change, registry.ecosystem, package).await?;
        change.commit().await?;
        self.0.indexes.bump(registry.id, &release.package_key);
        for event in told {
            self.tell(event, Some(registry.id));
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "it reads as its neighbours do")]
    fn published(
        &self,
        registry: &Registry,
        image: &Image,
        version: Uuid,
        content: &Content,
        by: &Caller,
    ) -> AuditEvent {
        let release = &image.release;
        let subject = Subject::package(version, &release.package, &release.version);
        let data = json!({
            "registry": registry.slug,
            "file": release.file,
            "size": content.size,
            "sha256": content.sha256_hex(),
            "tags": release.tags,
        });
        AuditEvent::new(by, "PACKAGE_PUBLISHED", subject, data)
    }

    /// Takes from repositories what they were given and no image of theirs needs, once it has been so
    /// for `grace`, and for as long as a push may take.
    pub(crate) async fn unlink_idle(&self, grace: Duration) -> Result<(), HostError> {
        let before = Timestamp::now() - grace.max(KEPT_FOR_A_PUSH);
        for (registry, repository, sha256) in images::idle(self.0.database.reader(), before).await?
        {
            let mut change = self.0.database.change().await?;
            if self.0.promised.contains_key(&sha256)
                || images::is_needed(&mut change, registry, &repository, &sha256).await?
            {
                continue;
            }
            images::unlink(&mut change, registry, &repository, &sha256).await?;
            change.commit().await?;
            self.0.indexes.files.bump(registry);
        }
        Ok(())
    }
}

/// How a manifest is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference<'a> {
    /// By a name that may come to point to another one.
    Tag(&'a str),
    /// By its content.
    Digest(Digest),
}

/// The content of everything that an image is made of; of what is foreign only what is here.
async fn find_parts(
    change: &mut Connection,
    registry: &Registry,
    package: Option<&Package>,
    image: &Image,
) -> Result<HashMap<Digest, Content>, ImageError> {
    let repository = &image.release.package_key;
    let (mut found, mut missing) = (HashMap::new(), Vec::new());
    for part in &image.parts {
        if found.contains_key(&part.digest) || missing.contains(&part.digest) {
            continue;
        }
        let linked = images::linked(&mut *change, registry.id, repository, part.digest).await?;
        match linked {
            Some((content, _)) if content.size != part.size => {
                return Err(ImageError::Size(part.digest));
            }
            Some((content, _)) => drop(found.insert(part.digest, content)),
            None if part.foreign => {}
            None => missing.push(part.digest),
        }
    }
    for digest in &image.manifests {
        let key = match digest {
            Digest::Sha512(sha512) => images::by_sha512(&mut *change, sha512).await?,
            Digest::Sha256(sha256) => Some(*sha256),
        };
        let key = key.map(|sha256| Digest::Sha256(sha256).to_string());
        let known = match (package, key) {
            (Some(package), Some(key)) => versions::by_key(&mut *change, package.id, &key).await?,
            _ => None,
        };
        if known.is_none() {
            missing.push(*digest);
        }
    }
    if missing.is_empty() {
        Ok(found)
    } else {
        Err(ImageError::Missing(missing))
    }
}

/// Inserts a manifest that is new, and its parts.
async fn insert(
    change: &mut Connection,
    (registry, package, manifest): (&Registry, Uuid, &Content),
    image: &Image,
    parts: &HashMap<Digest, Content>,
    by: &Caller,
) -> Result<Uuid, HostError> {
    let (release, now) = (&image.release, now());
    let by = by.in_words();
    let version = versions::insert(change, registry.id, package, release, &by, now).await?;
    let place = (package, version);
    blobs::insert(change, manifest, now).await?;
    files::insert(change, registry.id, place, release, manifest, now).await?;
    let mut file = release.clone();
    file.file_index = serde_json::Value::Null;
    for (number, part) in image.parts.iter().enumerate() {
        let Some(content) = parts.get(&part.digest) else {
            continue;
        };
        file.file.clone_from(&part.file);
        file.file_key = format!("{}/{number}", release.file_key);
        files::insert(change, registry.id, place, &file, content, now).await?;
    }
    if let Some((subject, descriptor)) = &image.subject {
        images::refer(change, package, version, (subject, descriptor)).await?;
    }
    Ok(version)
}

/// Lets the image's tags point to it; what is to be told of those that pointed elsewhere.
async fn retag(
    change: &mut Connection,
    (registry, package, version): (&Registry, Uuid, Uuid),
    image: &Image,
    is_new: bool,
    by: &Caller,
) -> Result<Vec<AuditEvent>, HostError> {
    let release = &image.release;
    let before = versions::tags(&mut *change, package).await?;
    let mut told = Vec::new();
    for tag in &release.tags {
        let old = before
            .iter()
            .find(|(name, _)| name == tag)
            .map(|(_, id)| *id);
        if old == Some(version) {
            continue;
        }
        point(change, registry.ecosystem, package, tag, version).await?;
        // That a new image has its tags is part of its publication.
        if is_new && old.is_none() {
            continue;
        }
        let subject = Subject::package(version, &release.package, &release.version);
        let data =
            json!({"registry": registry.slug, "tag": tag, "version": release.version, "from": old});
        told.push(AuditEvent::new(by, "PACKAGE_TAGGED", subject, data));
    }
    Ok(told)
}
