//! What a person looks for.

use crate::index::{CommandGroups, DeploymentScopes, Entry, EntryKind, Version};

/// What to do with deprecated entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeprecatedRule {
    /// Show them among the others.
    #[default]
    Include,
    /// Leave them out.
    Hide,
    /// Show nothing else.
    Only,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The registries' priority, then each registry's own order.
    #[default]
    Priority,
    /// The name that is shown.
    Name,
}

/// What a person looks for. Empty parts ask for nothing. Values are compared without case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words, each of which must occur in the name, description, tags, language, project type or
    /// provider.
    pub text: String,
    /// Only stacks, or only samples.
    pub kind: Option<EntryKind>,
    /// Only these registries, by their place in the order; empty: all.
    pub registries: Vec<usize>,
    /// One of these programming languages.
    pub languages: Vec<String>,
    /// One of these project types.
    pub project_types: Vec<String>,
    /// One of these providers.
    pub providers: Vec<String>,
    /// All of these tags.
    pub tags: Vec<String>,
    /// All of these architectures, in one version; a version without any runs on all.
    pub architectures: Vec<String>,
    /// All of these groups of commands, in one version.
    pub groups: CommandGroups,
    /// All of these scopes, in one version.
    pub scopes: DeploymentScopes,
    /// Whether deprecated ones are wanted.
    pub deprecated: DeprecatedRule,
    /// In which order.
    pub order: Order,
}

/// A query ready to be compared with thousands.
pub(super) struct Prepared<'a> {
    query: &'a Query,
    words: Vec<String>,
    languages: Vec<String>,
    project_types: Vec<String>,
    providers: Vec<String>,
    tags: Vec<String>,
    architectures: Vec<String>,
}

/// Which parts of a query an entry fulfils.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each part")]
pub(super) struct Verdict {
    pub(super) language: bool,
    pub(super) project_type: bool,
    pub(super) provider: bool,
    /// Kind, tags, deprecation, and what one version must have.
    pub(super) rest: bool,
}

impl Verdict {
    pub(super) fn passes(self) -> bool {
        self.language && self.project_type && self.provider && self.rest
    }
}

impl Query {
    pub(super) fn prepare(&self) -> Prepared<'_> {
        let lower = |list: &[String]| list.iter().map(|text| text.to_lowercase()).collect();
        Prepared {
            words: self
                .text
                .to_lowercase()
                .split_whitespace()
                .map(Into::into)
                .collect(),
            languages: lower(&self.languages),
            project_types: lower(&self.project_types),
            providers: lower(&self.providers),
            tags: lower(&self.tags),
            architectures: lower(&self.architectures),
            query: self,
        }
    }
}

impl Prepared<'_> {
    pub(super) fn wants_text(&self, text: &str) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
    }

    pub(super) fn wants_registry(&self, registry: u32) -> bool {
        let wanted = &self.query.registries;
        wanted.is_empty() || wanted.contains(&(registry as usize))
    }

    pub(super) fn wants_place(&self, places: &[(u32, u32)]) -> bool {
        places
            .iter()
            .any(|(registry, _)| self.wants_registry(*registry))
    }

    pub(super) fn judge(&self, entry: &Entry, kind: EntryKind) -> Verdict {
        let deprecated = || entry.is_deprecated();
        let rest = self.query.kind.is_none_or(|wanted| wanted == kind)
            && match self.query.deprecated {
                DeprecatedRule::Include => true,
                DeprecatedRule::Hide => !deprecated(),
                DeprecatedRule::Only => deprecated(),
            }
            && self.tags.iter().all(|tag| has(&entry.tags, tag))
            && self.wants_some_version(entry);
        Verdict {
            language: is_one_of(&entry.language, &self.languages),
            project_type: is_one_of(&entry.project_type, &self.project_types),
            provider: is_one_of(&entry.provider, &self.providers),
            rest,
        }
    }

    fn wants_some_version(&self, entry: &Entry) -> bool {
        let Query { groups, scopes, .. } = self.query;
        let nothing = self.architectures.is_empty()
            && *groups == CommandGroups::default()
            && *scopes == DeploymentScopes::default();
        nothing
            || entry
                .versions
                .iter()
                .any(|version| self.wants_version(version))
    }

    fn wants_version(&self, version: &Version) -> bool {
        let (wanted, has_groups) = (self.query.groups, version.command_groups);
        let (scopes, has_scopes) = (self.query.scopes, version.deployment_scopes);
        let implies = |wanted: bool, there: bool| !wanted || there;
        implies(wanted.build, has_groups.build)
            && implies(wanted.run, has_groups.run)
            && implies(wanted.test, has_groups.test)
            && implies(wanted.debug, has_groups.debug)
            && implies(wanted.deploy, has_groups.deploy)
            && implies(scopes.innerloop, has_scopes.innerloop)
            && implies(scopes.outerloop, has_scopes.outerloop)
            && (version.architectures.is_empty()
                || self
                    .architectures
                    .iter()
                    .all(|a| has(&version.architectures, a)))
    }
}

/// `wanted` is in lower case.
fn has(values: &[String], wanted: &str) -> bool {
    values.iter().any(|value| value.to_lowercase() == wanted)
}

/// `wanted` are in lower case; none means any.
fn is_one_of(value: &str, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| value.to_lowercase() == *wanted)
}

/// Everything that a search looks at.
pub(super) fn haystack(entry: &Entry) -> String {
    let parts = [
        &entry.name,
        &entry.display_name,
        &entry.description,
        &entry.language,
        &entry.project_type,
        &entry.provider,
    ];
    let parts = parts.into_iter().chain(&entry.tags);
    // A line break, which no word of a search has, keeps the parts apart.
    let joined: Vec<String> = parts.map(|part| part.to_lowercase()).collect();
    joined.join("\n")
}
