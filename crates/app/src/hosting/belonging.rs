//! What belongs to an image of a source registry, in the words of the pages about images.

use std::collections::HashSet;

use registrar_container::images::ReferrerKind as Kind;
use registrar_hosting::{self as host, Belongings, Version};
use uuid::Uuid;

use super::packages::{Found, MOST_VERSIONS};
use super::words::{count, version_row};
use crate::wire::{CommandError, ReferrerKind, ReferrerRow, ReferrerSource, VersionRow};

/// What belongs to what in a package, and its tags.
pub(super) struct Belonging<'a> {
    found: &'a Found,
    tags: Vec<(String, Uuid)>,
    all: Belongings,
    hidden: HashSet<Uuid>,
}

impl<'a> Belonging<'a> {
    pub(super) async fn of(found: &'a Found) -> Result<Self, CommandError> {
        let package = found.package.id;
        let all = found.host.belongings(&found.registry, package).await?;
        Ok(Self {
            tags: found.host.tags(package).await?,
            hidden: all.hidden(),
            found,
            all,
        })
    }

    /// A version as lists have it.
    pub(super) fn row(&self, version: &Version) -> VersionRow {
        VersionRow {
            referrer: self.all.about(version.id).map(|one| kind(one).0),
            ..version_row(version, &self.tags)
        }
    }

    /// The newest versions that are not found by way of another one.
    pub(super) async fn own_versions(&self) -> Result<Vec<Version>, CommandError> {
        let (registry, name) = (self.found.registry.id, self.found.package.name.as_str());
        let (mut own, mut after) = (Vec::new(), None);
        loop {
            let page =
                self.found
                    .host
                    .version_page(registry, Some(name), after, None, MOST_VERSIONS);
            let page = page.await?;
            let is_last = page.len() < most();
            after = page.last().map(|(version, _)| version.id);
            let page = page.into_iter().map(|(version, _)| version);
            own.extend(page.filter(|version| !self.hidden.contains(&version.id)));
            if is_last || own.len() >= most() {
                own.truncate(most());
                return Ok(own);
            }
        }
    }

    /// How many such versions there are.
    pub(super) fn version_count(&self) -> u32 {
        count(self.found.package.versions).saturating_sub(count(self.hidden.len()))
    }

    /// The version that this one belongs to.
    pub(super) async fn subject(&self, version: Uuid) -> Result<Option<VersionRow>, CommandError> {
        let to = self.all.about(version).and_then(|one| one.to);
        self.row_of(to).await
    }

    /// The newest index that lists this version.
    pub(super) async fn index(&self, version: Uuid) -> Result<Option<VersionRow>, CommandError> {
        self.row_of(self.all.index_of(version)).await
    }

    async fn row_of(&self, version: Option<Uuid>) -> Result<Option<VersionRow>, CommandError> {
        let Some(version) = version else {
            return Ok(None);
        };
        let found = self.found.host.version_by_id(version).await?;
        Ok(found.map(|found| self.row(&found)))
    }

    /// What belongs to a version, newest first, and whether there is more.
    pub(super) async fn referrers(
        &self,
        version: Uuid,
    ) -> Result<(Vec<ReferrerRow>, bool), CommandError> {
        let mut own: Vec<_> = self.all.of(version).collect();
        own.reverse();
        let more = own.len() > most();
        let mut rows = Vec::new();
        for one in own.into_iter().take(most()) {
            let found = self.found.host.version_by_id(one.version).await?;
            rows.extend(found.map(|version| row(one, &version)));
        }
        Ok((rows, more))
    }

    /// How many versions go with one that is deleted.
    pub(super) fn going_with(&self, version: Uuid) -> u32 {
        count(self.all.going_with(version).len())
    }
}

fn most() -> usize {
    MOST_VERSIONS.try_into().unwrap_or(usize::MAX)
}

fn row(one: &host::Belonging, version: &Version) -> ReferrerRow {
    let (kind, artifact_type) = kind(one);
    ReferrerRow {
        digest: version.version.clone(),
        kind,
        artifact_type,
        source: match one.tag {
            Some(_) => ReferrerSource::Tag,
            None => ReferrerSource::Api,
        },
        size: Some(version.size),
        created: Some(version.created_at.to_string()),
    }
}

/// What it is, and what it calls itself.
fn kind(one: &host::Belonging) -> (ReferrerKind, String) {
    let by_tag = one.tag.as_deref().and_then(Kind::of_tag);
    let (kind, artifact_type) =
        by_tag.unwrap_or_else(|| (Kind::of(&one.artifact_type), one.artifact_type.clone()));
    (kind.into(), artifact_type)
}
