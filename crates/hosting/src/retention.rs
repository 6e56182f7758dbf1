//! What a registry keeps of each package's versions: off until somebody says so.
//!
//! A version goes only where every part of the rule lets it go: it is not among the newest so many
//! *and* not younger than so many days. Whatever the rule says, a version stays that is its package's
//! latest one, that a version which stays consists of (the images of an index), and that is about a
//! version which stays (its signature). One that a tag names stays too, unless the rule lets tagged
//! versions go: then those stay that have a tag like one of the rule's, and one is as young as its tags.
//! What is decided and what is deleted are one transaction per package, so that a tag which is set
//! meanwhile counts.

mod patterns;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::{Connection, packages, retention, versions};
use crate::digest::Digest;
use crate::ecosystems::Ecosystem;
use crate::error::HostError;
use crate::host::Host;
use crate::model::Registry;
use crate::registries::now;
use crate::tokens::Scope;
use patterns::TagPatterns;

/// A rule is followed this often.
const EVERY: Duration = Duration::from_hours(24);
/// The most that a rule may say.
const MOST: u32 = 36_500;
/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;
/// What belongs to an image arrives before what names it, within so many seconds.
const PUSH: i64 = 60 * 60;

/// What is kept of each package's versions. Where both are set, a version stays for either reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The newest so many, by when they were published or, where tagged ones go, tagged.
    pub newest: Option<u32>,
    /// Those that were published, or tagged, within so many days.
    pub days: Option<u32>,
    /// Where there is something, tagged versions go as well, but for those with a tag like one of
    /// these.
    tags: Option<TagPatterns>,
}

impl Rule {
    /// A rule that says something.
    ///
    /// # Errors
    /// [`HostError::Invalid`] where it keeps nothing, or says nothing, or has a pattern that no tag is
    /// like.
    pub fn new(
        newest: Option<u32>,
        days: Option<u32>,
        tags: Option<Vec<String>>,
    ) -> Result<Self, HostError> {
        let invalid = |field, message: &str| HostError::Invalid {
            field,
            message: message.to_owned(),
        };
        let good = |number: Option<u32>| number.is_none_or(|number| (1..=MOST).contains(&number));
        if newest.is_none() && days.is_none() {
            let message = "Say how many versions to keep, or for how many days.";
            return Err(invalid("newest", message));
        }
        if !good(newest) {
            return Err(invalid("newest", "Keep between 1 and 36,500 versions."));
        }
        if !good(days) {
            return Err(invalid(
                "days",
                "Keep versions for between 1 and 36,500 days.",
            ));
        }
        let tags = tags.map(TagPatterns::new).transpose()?;
        Ok(Self { newest, days, tags })
    }

    /// The tags that stay where tagged versions go, as they were written.
    pub fn kept_tags(&self) -> Option<&[String]> {
        self.tags.as_ref().map(TagPatterns::as_slice)
    }

    /// Whether a tag of that name keeps its version.
    fn keeps(&self, tag: &str) -> bool {
        self.tags.as_ref().is_none_or(|tags| tags.matches(tag))
    }
}

/// A version with what decides whether it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Weighed {
    pub(crate) id: Uuid,
    pub(crate) version: String,
    pub(crate) key: String,
    pub(crate) indexed: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) size: u64,
    /// The SHA-512 of its first file, which for an image is its manifest.
    pub(crate) sha512: Option<[u8; 64]>,
    /// The digest of the version that it is about.
    pub(crate) subject: Option<String>,
    /// The tags that name it.
    pub(crate) tags: Vec<SetTag>,
    /// Whether it is the package's latest one.
    pub(crate) latest: bool,
}

/// A tag.
#[derive(Debug, Clone)]
pub(crate) struct SetTag {
    pub(crate) name: String,
    /// Since when it points where it points, where that is known.
    pub(crate) set_at: Option<Timestamp>,
}

/// A version that would go, or has gone.
#[derive(Debug, Clone)]
pub struct Going {
    /// The package's name.
    pub package: String,
    /// Its id.
    pub id: Uuid,
    /// The version.
    pub version: String,
    /// When it was published.
    pub created_at: Timestamp,
    /// What its files are, in bytes.
    pub size: u64,
}

/// What following a rule means.
#[derive(Debug, Clone, Default)]
pub struct Retained {
    /// What goes, package by package, the newest of each first.
    pub going: Vec<Going>,
    /// How many versions stay that the rule alone would have let go.
    pub protected: u64,
    /// How many versions stay in all.
    pub kept: u64,
    /// How many bytes are freed once what nothing needs is collected.
    pub freed: u64,
}

impl Host {
    /// What a registry keeps; `None` for everything.
    pub async fn retention(&self, registry: Uuid) -> Result<Option<Rule>, HostError> {
        retention::rule(self.0.database.reader(), registry).await
    }

    /// Says what a registry keeps from now on. It is followed within an hour, and then daily.
    pub async fn set_retention(
        &self,
        registry: &Registry,
        rule: Option<&Rule>,
        by: &Caller,
    ) -> Result<(), HostError> {
        by.demand(Scope::DeletePackages, registry)?;
        by.demand(Scope::WriteRegistries, registry)?;
        let mut change = self.0.database.change().await?;
        retention::set(&mut change, registry.id, rule).await?;
        let data = json!({
            "registry": registry.slug,
            "newest": rule.and_then(|rule| rule.newest),
            "days": rule.and_then(|rule| rule.days),
            "tags": rule.and_then(Rule::kept_tags),
        });
        let subject = Subject::registry(registry);
        let event = AuditEvent::new(by, "REGISTRY_RETENTION_CHANGED", subject, data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.tell(told, Some(registry.id));
        Ok(())
    }

    /// What following `rule` now would remove. Nothing is changed.
    pub async fn preview_retention(
        &self,
        registry: &Registry,
        rule: &Rule,
    ) -> Result<Retained, HostError> {
        let mut retained = Retained::default();
        let mut users = HashMap::new();
        let mut look = self.0.database.reader().acquire().await?;
        for (_, key) in self.package_names(registry.id).await? {
            let Some(package) = packages::by_key(&mut *look, registry.id, &key).await? else {
                continue;
            };
            let found = weigh(&mut look, registry.ecosystem, package.id, rule).await?;
            retained
                .add(&package.name, found, &mut look, &mut users)
                .await?;
        }
        Ok(retained)
    }

    /// Follows a registry's rule now; what has gone. Where it has none, nothing goes.
    pub async fn retain(&self, registry: &Registry, by: &Caller) -> Result<Retained, HostError> {
        by.demand(Scope::DeletePackages, registry)?;
        let mut retained = Retained::default();
        let mut users = HashMap::new();
        for (_, key) in self.package_names(registry.id).await? {
            self.retain_package(registry, &key, &mut retained, &mut users, by)
                .await?;
        }
        let mut change = self.0.database.change().await?;
        retention::ran(&mut change, registry.id, now()).await?;
        let mut told = None;
        if !retained.going.is_empty() {
            let data = json!({
                "registry": registry.slug,
                "versions": retained.going.len(),
                "bytes": retained.freed,
            });
            let subject = Subject::registry(registry);
            let event = AuditEvent::new(by, "REGISTRY_RETENTION_FOLLOWED", subject, data);
            told = Some(self.audit(&mut change, event).await?);
        }
        change.commit().await?;
        if let Some(told) = told {
            self.tell(told, Some(registry.id));
        }
        Ok(retained)
    }

    /// Follows every rule that has not been followed for a day.
    pub(crate) async fn retain_due(&self) -> Result<(), HostError> {
        let before = now() - EVERY;
        for id in retention::due(self.0.database.reader(), before).await? {
            if let Ok(registry) = self.registry_by_id(id) {
                self.retain(&registry, &Caller::owner()).await?;
            }
        }
        Ok(())
    }

    async fn retain_package(
        &self,
        registry: &Registry,
        key: &str,
        retained: &mut Retained,
        users: &mut HashMap<[u8; 32], u64>,
        by: &Caller,
    ) -> Result<(), HostError> {
        let mut change = self.0.database.change().await?;
        let rule = retention::rule(&mut *change, registry.id).await?;
        let package = packages::by_key(&mut *change, registry.id, key).await?;
        let (Some(rule), Some(package)) = (rule, package) else {
            return Ok(());
        };
        let found = weigh(&mut change, registry.ecosystem, package.id, &rule).await?;
        let mut gone = Vec::new();
        for one in &found.going {
            gone.extend(versions::by_id(&mut *change, one.id).await?);
        }
        retained
            .add(&package.name, found, &mut change, users)
            .await?;
        if gone.is_empty() {
            return Ok(());
        }
        let why = json!({"registry": registry.slug, "reason": "retention"});
        let told = self
            .delete_within(&mut change, (registry, &package), &gone, &why, by)
            .await?;
        change.commit().await?;
        self.deleted(registry, &package, told);
        Ok(())
    }
}

/// A package's versions, decided.
struct Decided {
    going: Vec<Weighed>,
    protected: u64,
    kept: u64,
}

impl Retained {
    /// Adds a package. `users` counts the files of versions that go, by blob: a blob is freed with
    /// the last one of them.
    async fn add(
        &mut self,
        package: &str,
        found: Decided,
        connection: &mut Connection,
        users: &mut HashMap<[u8; 32], u64>,
    ) -> Result<(), HostError> {
        self.kept += found.kept;
        self.protected += found.protected;
        for one in found.going {
            for (blob, size, all) in retention::blobs_of(connection, one.id).await? {
                let gone = users.entry(blob).or_default();
                *gone += 1;
                if *gone == all {
                    self.freed += size;
                }
            }
            self.going.push(Going {
                package: package.to_owned(),
                id: one.id,
                version: one.version,
                created_at: one.created_at,
                size: one.size,
            });
        }
        Ok(())
    }
}

async fn weigh(
    connection: &mut Connection,
    ecosystem: Ecosystem,
    package: Uuid,
    rule: &Rule,
) -> Result<Decided, HostError> {
    let all = retention::weighed(connection, package).await?;
    Ok(decide(&all, ecosystem, rule, Timestamp::now()))
}

/// Which of a package's versions, newest first, go.
fn decide(all: &[Weighed], ecosystem: Ecosystem, rule: &Rule, now: Timestamp) -> Decided {
    let needs = Needs::of(all, ecosystem);
    let by_rule = needs.with(by_rule(all, &needs, rule, now));
    let spared = all.iter().enumerate().filter(|(place, one)| {
        one.latest
            || needs.names_of(*place).iter().any(|tag| rule.keeps(tag))
            || is_young(one, rule, now)
            || is_being_pushed(one, now)
    });
    let spared = spared.map(|(place, _)| place);
    let stays = needs.with(by_rule.iter().copied().chain(spared).collect());
    let going = all.iter().enumerate();
    let going = going.filter(|(place, _)| !stays.contains(place));
    Decided {
        going: going.map(|(_, one)| one.clone()).collect(),
        protected: (stays.len() - by_rule.len()) as u64,
        kept: stays.len() as u64,
    }
}

/// What the rule alone keeps. What belongs to another version does not count among the newest: it
/// stays and goes with that.
fn by_rule(all: &[Weighed], needs: &Needs, rule: &Rule, now: Timestamp) -> HashSet<usize> {
    let own = all.iter().enumerate();
    let own = own.filter(|(place, _)| !needs.belonging.contains(place));
    let mut own: Vec<_> = own.collect();
    // Those that were published at one moment stay in their order.
    own.sort_by_key(|(_, one)| Reverse(since(one, rule)));
    let kept = own.into_iter().zip(0_u32..).filter(|((_, one), older)| {
        rule.newest.is_some_and(|newest| *older < newest) || is_young(one, rule, now)
    });
    kept.map(|((place, _), _)| place).collect()
}

/// Which versions stay with which, by their places in the list.
struct Needs<'a> {
    /// What a version consists of, and what is about it.
    with: Vec<Vec<usize>>,
    /// What another version consists of, or what is about another one.
    belonging: HashSet<usize>,
    /// The tags that somebody gave a version, without those that only say what it is about.
    names: Vec<Vec<&'a str>>,
}

impl<'a> Needs<'a> {
    fn of(all: &'a [Weighed], ecosystem: Ecosystem) -> Self {
        let places = places(all);
        let mut needs = Self {
            with: vec![Vec::new(); all.len()],
            belonging: HashSet::new(),
            names: Vec::with_capacity(all.len()),
        };
        let format = ecosystem.format();
        for (place, one) in all.iter().enumerate() {
            for part in format.parts(&one.indexed) {
                if let Some(part) = places.get(&part.to_string()) {
                    needs.tie(*part, place);
                }
            }
            if let Some(subject) = one.subject.as_ref().and_then(|subject| places.get(subject)) {
                needs.tie(place, *subject);
            }
            let mut names = Vec::new();
            for tag in &one.tags {
                let subject = format.subject_of_tag(&tag.name);
                match subject.and_then(|subject| places.get(&subject.to_string())) {
                    Some(subject) => needs.tie(place, *subject),
                    None => names.push(tag.name.as_str()),
                }
            }
            needs.names.push(names);
        }
        needs
    }

    fn names_of(&self, place: usize) -> &[&'a str] {
        self.names.get(place).map_or(&[], Vec::as_slice)
    }

    /// One version stays with another.
    fn tie(&mut self, one: usize, other: usize) {
        if one == other {
            return;
        }
        if let Some(list) = self.with.get_mut(other) {
            list.push(one);
            self.belonging.insert(one);
        }
    }

    /// Some versions and everything that stays with them.
    fn with(&self, mut stays: HashSet<usize>) -> HashSet<usize> {
        let mut open: Vec<usize> = stays.iter().copied().collect();
        while let Some(place) = open.pop() {
            for next in self.with.get(place).into_iter().flatten() {
                if stays.insert(*next) {
                    open.push(*next);
                }
            }
        }
        stays
    }
}

/// Where the versions are in the list, by both digests that they can be named by.
fn places(all: &[Weighed]) -> HashMap<String, usize> {
    let mut places = HashMap::new();
    for (place, one) in all.iter().enumerate() {
        places.insert(one.key.clone(), place);
        let sha512 = one.sha512.map(Digest::Sha512);
        places.extend(sha512.map(|digest| (digest.to_string(), place)));
    }
    places
}

fn is_young(one: &Weighed, rule: &Rule, now: Timestamp) -> bool {
    rule.days
        .is_some_and(|days| seconds(since(one, rule), now) < i64::from(days) * DAY)
}

/// Whether the tag or the index that needs an image may still be on its way.
fn is_being_pushed(one: &Weighed, now: Timestamp) -> bool {
    one.key.starts_with("sha256:") && seconds(one.created_at, now) < PUSH
}

/// Since when a version counts as there. Where tagged versions go, an old image that somebody has
/// just given a name is as young as that.
fn since(one: &Weighed, rule: &Rule) -> Timestamp {
    if rule.tags.is_none() {
        return one.created_at;
    }
    let tagged = one.tags.iter().filter_map(|tag| tag.set_at);
    tagged.fold(one.created_at, Timestamp::max)
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second() - from.as_second()
}

#[cfg(test)]
mod tests;
