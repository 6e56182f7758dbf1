//! What belongs to an image: signatures, lists of its parts, attestations.
//!
//! Each is a manifest of its own, and so a version. It says itself what it is about, or it has a tag
//! that says so, as clients set that are older than the field for it.

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
    /// Whether it also has a tag by which people ask for it.
    pub named: bool,
}

/// What belongs to what in one package, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Belongings(Vec<Belonging>);

impl Belongings {
    /// What is about a version.
    pub fn of(&self, version: Uuid) -> impl Iterator<Item = &Belonging> {
        self.0.iter().filter(move |one| one.to == Some(version))
    }

    /// What a version is about, if it is about another one.
    pub fn about(&self, version: Uuid) -> Option<&Belonging> {
        self.0.iter().find(|one| one.version == version)
    }

    /// The versions that are found by way of another one only: those that are about one that is here,
    /// and have no tag of their own.
    pub fn hidden(&self) -> HashSet<Uuid> {
        let by_version: HashMap<_, _> = self.0.iter().map(|one| (one.version, one)).collect();
        let all = self.0.iter().map(|one| one.version);
        all.filter(|version| is_below(&by_version, *version))
            .collect()
    }

    /// The versions that go with one that is deleted: what nobody would find without it.
    pub fn going_with(&self, version: Uuid) -> Vec<Uuid> {
        let mut going = vec![version];
        let mut next = 0;
        while let Some(gone) = going.get(next).copied() {
            let own = self.of(gone).filter(|one| !one.named);
            let own = own.map(|one| one.version);
            let new: Vec<_> = own.filter(|one| !going.contains(one)).collect();
            going.extend(new);
            next += 1;
        }
        going.split_off(1)
    }
}

/// Whether a version belongs to one that can be seen. Tags may go round in a circle.
fn is_below(all: &HashMap<Uuid, &Belonging>, version: Uuid) -> bool {
    let mut seen = HashSet::new();
    let mut at = version;
    while seen.insert(at) {
        let to = all.get(&at).filter(|one| !one.named);
        match to.and_then(|one| one.to) {
            Some(to) => at = to,
            None => return at != version,
        }
    }
    false
}

impl Host {
    /// What belongs to what in a package.
    pub async fn belongings(
        &self,
        registry: &Registry,
        package: Uuid,
    ) -> Result<Belongings, HostError> {
        let reader = self.0.database.reader();
        let mut all = Vec::new();
        let tags = versions::tags(reader, package).await?;
        let said = Tags::of(registry.ecosystem, tags);
        for (version, subject, descriptor) in images::subjects(reader, package).await? {
            all.push((version, subject, artifact_type(&descriptor), None));
        }
        let known: HashSet<_> = all.iter().map(|(version, ..)| *version).collect();
        let by_tag = said.subjects.into_iter();
        for (version, (subject, tag)) in by_tag.filter(|(version, _)| !known.contains(version)) {
            all.push((version, subject.to_string(), String::new(), Some(tag)));
        }
        if all.is_empty() {
            return Ok(Belongings::default());
        }
        let keys = versions::keys(reader, package).await?;
        let mut found = Vec::new();
        for (version, subject, artifact_type, tag) in all {
            let key = self.version_key(&subject).await?;
            found.push(Belonging {
                to: keys.get(&key).copied().filter(|to| *to != version),
                named: said.named.contains(&version),
                version,
                artifact_type,
                tag,
            });
        }
        found.sort_by_key(|one| one.version);
        Ok(Belongings(found))
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

    /// Versions by numbers: which is about which, and which of them have names.
    fn all(about: &[(u128, Option<u128>)], named: &[u128]) -> Belongings {
        let one = |(version, to): &(u128, Option<u128>)| Belonging {
            version: Uuid::from_u128(*version),
            to: to.map(Uuid::from_u128),
            artifact_type: String::new(),
            tag: None,
            named: named.contains(version),
        };
        Belongings(about.iter().map(one).collect())
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
        let all = all(&[(2, Some(1)), (3, Some(2)), (4, None), (5, Some(1))], &[5]);
        assert_eq!(hidden(&all), [2, 3]);
        assert_eq!(going(&all, 1), [2, 3]);
        assert_eq!(going(&all, 2), [3]);
        assert_eq!(going(&all, 4), []);
        let own: Vec<_> = all.of(Uuid::from_u128(1)).map(|one| one.version).collect();
        assert_eq!(own, [2, 5].map(Uuid::from_u128));
    }

    #[test]
    fn what_goes_round_in_a_circle_stays_to_be_found() {
        let all = all(&[(1, Some(2)), (2, Some(1)), (3, Some(1))], &[]);
        assert_eq!(hidden(&all), []);
        assert_eq!(going(&all, 1), [2, 3]);
    }
}
