//! What belongs to an image: signatures, lists of its parts, attestations, and the images of an index.
//!
//! Each is a manifest of its own, and so a version. It says itself what it is about, or it has a tag
//! that says so, as clients set that are older than the field for it; of what it consists, an index
//! says.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use crate::access::Caller;
use crate::database::{images, versions};
use crate::digest::Digest;
use crate::ecosystems::Ecosystem;
use crate::error::HostError;
use crate::host::Host;
use crate::model::{Registry, Version};

/// A version that is about another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// Which version.
    pub version: Uuid,
    /// The version that it is about; `None` where that is not here, or not any more.
    pub to: Option<Uuid>,
    /// The media type of what it is, as it says itself; may be empty.
    pub artifact_type: String,
    /// The tag that says what it is about, where nothing else does.
    pub tag: Option<String>,
}

/// What belongs to what in one package.
#[derive(Debug, Clone, Default)]
pub struct Belongings {
    /// What is about another one, oldest first.
    about: Vec<Belonging>,
    /// Each index with a version that it lists, oldest index first.
    parts: Vec<(Uuid, Uuid)>,
    /// The versions with a tag by which people ask for them.
    named: HashSet<Uuid>,
}

impl Belongings {
    /// What is about a version.
    pub fn of(&self, version: Uuid) -> impl Iterator<Item = &Belonging> {
        self.about.iter().filter(move |one| one.to == Some(version))
    }

    /// What a version is about, if it is about another one.
    pub fn about(&self, version: Uuid) -> Option<&Belonging> {
        self.about.iter().find(|one| one.version == version)
    }

    /// The newest index that lists a version.
    pub fn index_of(&self, version: Uuid) -> Option<Uuid> {
        let mut parts = self.parts.iter().rev();
        let found = parts.find(|(_, part)| *part == version);
        found.map(|(index, _)| *index)
    }

    /// The versions that are found by way of another one only: those that are about one that is here
    /// or that an index lists, and have no tag of their own.
    pub fn hidden(&self) -> HashSet<Uuid> {
        let holders = self.holders();
        let mut held: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (version, by) in &holders {
            for holder in by {
                held.entry(*holder).or_default().push(*version);
            }
        }
        // Down from what can be seen. Tags may go round in a circle, which nothing leads into.
        let seen = held.keys().filter(|version| !holders.contains_key(version));
        let mut next: Vec<Uuid> = seen.copied().collect();
        let mut hidden = HashSet::new();
        while let Some(version) = next.pop() {
            let below = held.get(&version).into_iter().flatten();
            next.extend(below.filter(|version| hidden.insert(**version)));
        }
        hidden
    }

    /// The versions that go with one that is deleted: what nobody would find without it.
    pub fn going_with(&self, version: Uuid) -> Vec<Uuid> {
        let holders = self.holders();
        let mut going = HashSet::from([version]);
        let mut order = Vec::new();
        loop {
            let lost = |(version, by): &(&Uuid, &Vec<Uuid>)| {
                !going.contains(*version) && by.iter().all(|holder| going.contains(holder))
            };
            let mut lost: Vec<_> = holders.iter().filter(lost).map(|(id, _)| *id).collect();
            if lost.is_empty() {
                return order;
            }
            lost.sort_unstable();
            going.extend(&lost);
            order.append(&mut lost);
        }
    }

    /// By way of which others the versions are found that have no tag of their own.
    fn holders(&self) -> HashMap<Uuid, Vec<Uuid>> {
        let about = self.about.iter().map(|one| (one.to, one.version));
        let parts = self.parts.iter().map(|(index, part)| (Some(*index), *part));
        let mut holders: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (holder, version) in about.chain(parts) {
            let unnamed = !self.named.contains(&version);
            if let Some(holder) = holder.filter(|holder| unnamed && *holder != version) {
                holders.entry(version).or_default().push(holder);
            }
        }
        holders
    }
}

impl Host {
    /// What belongs to what in a package.
    pub async fn belongings(
        &self,
        registry: &Registry,
        package: Uuid,
    ) -> Result<Belongings, HostError> {
        let reader = self.0.database.reader();
        if !registry.ecosystem.format().names_are_digests() {
            return Ok(Belongings::default());
        }
        let said = Tags::of(registry.ecosystem, versions::tags(reader, package).await?);
        let mut all = Vec::new();
        for (version, subject, descriptor) in images::subjects(reader, package).await? {
            all.push((version, subject, artifact_type(&descriptor), None));
        }
        let known: HashSet<_> = all.iter().map(|(version, ..)| *version).collect();
        let by_tag = said.subjects.into_iter();
        for (version, (subject, tag)) in by_tag.filter(|(version, _)| !known.contains(version)) {
            all.push((version, subject.to_string(), String::new(), Some(tag)));
        }
        let indexes = images::indexes(reader, package).await?;
        if all.is_empty() && indexes.is_empty() {
            return Ok(Belongings::default());
        }
        let keys = versions::keys(reader, package).await?;
        let mut found = Belongings {
            named: said.named,
            ..Belongings::default()
        };
        for (version, subject, artifact_type, tag) in all {
            let key = self.version_key(&subject).await?;
            found.about.push(Belonging {
                to: keys.get(&key).copied().filter(|to| *to != version),
                version,
                artifact_type,
                tag,
            });
        }
        found.about.sort_by_key(|one| one.version);
        for (index, indexed) in indexes {
            for part in registry.ecosystem.format().parts(&indexed) {
                let key = self.version_key(&part.to_string()).await?;
                found
                    .parts
                    .extend(keys.get(&key).map(|part| (index, *part)));
            }
        }
        Ok(found)
    }

    /// A version in normal form by one of its digests.
    async fn version_key(&self, digest: &str) -> Result<String, HostError> {
        let Ok(Digest::Sha512(sha512)) = digest.parse() else {
            return Ok(digest.to_owned());
        };
        let found = images::by_sha512(self.0.database.reader(), &sha512).await?;
        Ok(found.map_or_else(String::new, |sha256| Digest::Sha256(sha256).to_string()))
    }

    /// Deletes a version for good, with what belongs to it and nobody would find without it. All of it
    /// happens or nothing.
    pub async fn delete_with_belongings(
        &self,
        registry: &Registry,
        version: &Version,
        by: &Caller,
    ) -> Result<(), HostError> {
        let all = self.belongings(registry, version.package).await?;
        let mut gone = vec![version.clone()];
        for id in all.going_with(version.id) {
            gone.extend(self.version_by_id(id).await?);
        }
        self.delete_versions(registry, &gone, by).await
    }
}

/// What a package's tags say.
#[derive(Default)]
pub(crate) struct Tags {
    /// What versions that have no other tag are about by one, and that tag.
    pub(crate) subjects: HashMap<Uuid, (Digest, String)>,
    /// The versions with a tag by which people ask for them.
    pub(crate) named: HashSet<Uuid>,
}

impl Tags {
    /// By the tags of a package and the versions that they point to.
    pub(crate) fn of(ecosystem: Ecosystem, tags: Vec<(String, Uuid)>) -> Self {
        let format = ecosystem.format();
        let mut said = Self::default();
        for (tag, version) in tags {
            match format.subject_of_tag(&tag) {
                Some(subject) => {
                    said.subjects.insert(version, (subject, tag));
                }
                None => {
                    said.named.insert(version);
                }
            }
        }
        said.subjects
            .retain(|version, _| !said.named.contains(version));
        said
    }
}

fn artifact_type(descriptor: &str) -> String {
    let read: Option<Value> = serde_json::from_str(descriptor).ok();
    let said = read.as_ref().and_then(|read| read.get("artifactType"));
    let said = said.and_then(Value::as_str).unwrap_or_default();
    said.to_owned()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Belonging, Belongings};

    /// Versions by numbers: which is about which, which index lists which, and which have names.
    fn all(about: &[(u128, Option<u128>)], parts: &[(u128, u128)], named: &[u128]) -> Belongings {
        let one = |(version, to): &(u128, Option<u128>)| Belonging {
            version: Uuid::from_u128(*version),
            to: to.map(Uuid::from_u128),
            artifact_type: String::new(),
            tag: None,
        };
        let part = |(index, part): &(u128, u128)| (Uuid::from_u128(*index), Uuid::from_u128(*part));
        Belongings {
            about: about.iter().map(one).collect(),
            parts: parts.iter().map(part).collect(),
            named: named.iter().copied().map(Uuid::from_u128).collect(),
        }
    }

    fn hidden(all: &Belongings) -> Vec<u128> {
        let mut hidden: Vec<_> = all.hidden().iter().map(Uuid::as_u128).collect();
        hidden.sort_unstable();
        hidden
    }

    fn going(all: &Belongings, version: u128) -> Vec<u128> {
        let going = all.going_with(Uuid::from_u128(version));
        going.iter().map(Uuid::as_u128).collect()
    }

    #[test]
    fn what_belongs_to_a_version_is_found_by_way_of_it_and_goes_with_it() {
        // 1 has an SBOM, 2, which is signed by 3; 4 is about something that is gone; 5 has a name.
        let about = [(2, Some(1)), (3, Some(2)), (4, None), (5, Some(1))];
        let all = all(&about, &[], &[5]);
        assert_eq!(hidden(&all), [2, 3]);
        assert_eq!(going(&all, 1), [2, 3]);
        assert_eq!(going(&all, 2), [3]);
        assert_eq!(going(&all, 4), []);
        let own: Vec<_> = all.of(Uuid::from_u128(1)).map(|one| one.version).collect();
        assert_eq!(own, [2, 5].map(Uuid::from_u128));
    }

    #[test]
    fn what_goes_round_in_a_circle_stays_to_be_found() {
        let all = all(&[(1, Some(2)), (2, Some(1)), (3, Some(1))], &[], &[]);
        assert_eq!(hidden(&all), []);
        assert_eq!(going(&all, 1), [2, 3]);
    }

    #[test]
    fn what_an_index_lists_goes_with_the_last_index_that_lists_it() {
        // 1 and 2 are indexes: 3 is in both, 4 has a name, 5 is about 6, which is in 2 alone.
        let parts = [(1, 3), (1, 4), (2, 3), (2, 6)];
        let all = all(&[(5, Some(6))], &parts, &[4]);
        assert_eq!(hidden(&all), [3, 5, 6]);
        assert_eq!(going(&all, 1), []);
        assert_eq!(going(&all, 2), [6, 5]);
        let index_of = |part| all.index_of(Uuid::from_u128(part)).map(|id| id.as_u128());
        assert_eq!([3, 4, 5].map(index_of), [Some(2), Some(1), None]);
    }
}
