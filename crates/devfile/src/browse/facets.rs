//! What could be chosen further.

use std::collections::HashMap;

use super::MAX_FACET;
use super::query::Verdict;
use crate::index::Entry;

/// A value that occurs, and how many there are of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// As the registries write it.
    pub value: String,
    /// How many entries have it, of those that the rest of the query finds.
    pub count: u32,
}

/// The values of each facet, the most frequent first; at most 100 of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Programming languages.
    pub languages: Vec<FacetValue>,
    /// Project types.
    pub project_types: Vec<FacetValue>,
    /// Providers.
    pub providers: Vec<FacetValue>,
    /// Tags.
    pub tags: Vec<FacetValue>,
    /// Architectures that entries name.
    pub architectures: Vec<FacetValue>,
}

#[derive(Default)]
pub(super) struct Counter<'a> {
    languages: Counts<'a>,
    project_types: Counts<'a>,
    providers: Counts<'a>,
    tags: Counts<'a>,
    architectures: Counts<'a>,
}

impl<'a> Counter<'a> {
    /// Of one of several languages, each is counted as if none was chosen yet: choosing another
    /// adds to what is found. Of tags, which must all be there, only what is found counts.
    pub(super) fn count(&mut self, entry: &'a Entry, verdict: Verdict) {
        let Verdict {
            language,
            project_type,
            provider,
            rest,
        } = verdict;
        if project_type && provider && rest {
            self.languages.add(&entry.language);
        }
        if language && provider && rest {
            self.project_types.add(&entry.project_type);
        }
        if language && project_type && rest {
            self.providers.add(&entry.provider);
        }
        if verdict.passes() {
            self.tags.add_all(&entry.tags);
            self.architectures.add_all(&entry.architectures);
        }
    }

    pub(super) fn finish(self) -> Facets {
        Facets {
            languages: self.languages.finish(),
            project_types: self.project_types.finish(),
            providers: self.providers.finish(),
            tags: self.tags.finish(),
            architectures: self.architectures.finish(),
        }
    }
}

#[derive(Default)]
struct Counts<'a>(HashMap<&'a str, u32>);

impl<'a> Counts<'a> {
    fn add(&mut self, value: &'a str) {
        if !value.is_empty() {
            *self.0.entry(value).or_default() += 1;
        }
    }

    fn add_all(&mut self, values: &'a [String]) {
        for (at, value) in values.iter().enumerate() {
            if !values[..at].contains(value) {
                self.add(value);
            }
        }
    }

    fn finish(self) -> Vec<FacetValue> {
        let mut values: Vec<FacetValue> = self
            .0
            .into_iter()
            .map(|(value, count)| FacetValue {
                value: value.to_owned(),
                count,
            })
            .collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(MAX_FACET);
        values
    }
}
