//! Finding stacks in everything that is known.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use registrar_devfile as devfile;
use registrar_devfile::{Entry, Offers, Query};
use registrar_registry::RegistryId;

use super::known::Merged;
use super::words::{clipped, kind_of, kind_to};
use crate::app::App;
use crate::wire::{
    CommandError, CommandGroup, DeploymentScope, DeprecatedChoice, FacetCount, FindStacks,
    StackFacets, StackOrder, StackOrigin, StackPage, StackQuery, StackRow,
};

/// The most rows of one answer.
const MAX_ROWS: usize = 1000;
const MAX_TAGS: usize = 12;
const MAX_DESCRIPTION: usize = 240;

impl App {
    /// The stacks and samples that match, a page of them.
    ///
    /// # Errors
    /// None.
    pub async fn find_stacks(&self, request: FindStacks) -> Result<StackPage, CommandError> {
        let merged = self.merged().await;
        let find = move || {
            let query = query(&request.query, &merged);
            let found = merged.offers.find(&query);
            let wanted = found.numbers.iter().skip(request.offset as usize);
            let rows = wanted
                .take((request.limit as usize).min(MAX_ROWS))
                .filter_map(|number| row(&merged, *number));
            StackPage {
                revision: merged.revision,
                total: small(merged.offers.len()),
                matching: small(found.numbers.len()),
                rows: rows.collect(),
                facets: facets(found.facets),
            }
        };
        Ok(tokio::task::spawn_blocking(find).await?)
    }

    /// Everything in one list, made anew where something has changed.
    pub(super) async fn merged(&self) -> Arc<Merged> {
        let catalog = self.shelf().await.catalog().revision.to_string();
        let stacks = &self.0.stacks;
        let revision = stacks.revision.load(Ordering::SeqCst);
        if let Some(merged) = &*stacks.merged.lock()
            && merged.revision == revision
            && merged.catalog == catalog
        {
            return Arc::clone(merged);
        }
        let records = self.devfile_records().await;
        let known = records.iter().filter_map(|record| {
            let index = stacks.known.of(record).index?;
            Some(((record.id, record.name.to_string()), index))
        });
        let (registries, indexes): (Vec<(RegistryId, String)>, Vec<_>) = known.unzip();
        let merge = tokio::task::spawn_blocking(move || Offers::merge(indexes)).await;
        let merged = Arc::new(Merged {
            revision,
            catalog,
            registries,
            offers: merge.unwrap_or_default(),
        });
        *stacks.merged.lock() = Some(Arc::clone(&merged));
        merged
    }
}

fn query(asked: &StackQuery, merged: &Merged) -> Query {
    let place = |id: &String| {
        let mut registries = merged.registries.iter();
        registries.position(|(known, _)| known.to_string() == *id)
    };
    // A registry of which nothing is known has nothing that matches.
    let place_or_none = |id: &String| place(id).unwrap_or(usize::MAX);
    let group = |group| asked.groups.contains(&group);
    let scope = |scope| asked.scopes.contains(&scope);
    Query {
        text: asked.text.clone(),
        kind: asked.kind.map(kind_of),
        registries: asked.registries.iter().map(place_or_none).collect(),
        languages: asked.languages.clone(),
        project_types: asked.project_types.clone(),
        providers: asked.providers.clone(),
        tags: asked.tags.clone(),
        architectures: asked.architectures.clone(),
        groups: devfile::CommandGroups {
            build: group(CommandGroup::Build),
            run: group(CommandGroup::Run),
            test: group(CommandGroup::Test),
            debug: group(CommandGroup::Debug),
            deploy: group(CommandGroup::Deploy),
        },
        scopes: devfile::DeploymentScopes {
            innerloop: scope(DeploymentScope::Innerloop),
            outerloop: scope(DeploymentScope::Outerloop),
        },
        deprecated: match asked.deprecated {
            DeprecatedChoice::Include => devfile::DeprecatedRule::Include,
            DeprecatedChoice::Hide => devfile::DeprecatedRule::Hide,
            DeprecatedChoice::Only => devfile::DeprecatedRule::Only,
        },
        order: match asked.order {
            StackOrder::Priority => devfile::Order::Priority,
            StackOrder::Name => devfile::Order::Name,
        },
    }
}

fn row(merged: &Merged, number: usize) -> Option<StackRow> {
    let found = merged.offers.get(number)?;
    Some(row_of(found.entry, origins(merged, &found.registries)))
}

pub(super) fn origins(merged: &Merged, places: &[usize]) -> Vec<StackOrigin> {
    let places = places
        .iter()
        .filter_map(|place| merged.registries.get(*place));
    places
        .map(|(id, name)| StackOrigin {
            id: id.to_string(),
            name: name.clone(),
        })
        .collect()
}

/// An entry as the list shows it.
pub(super) fn row_of(entry: &Entry, sources: Vec<StackOrigin>) -> StackRow {
    let version = entry.default_version();
    StackRow {
        kind: kind_to(entry.kind),
        name: entry.name.clone(),
        title: if entry.display_name.is_empty() {
            entry.name.clone()
        } else {
            entry.display_name.clone()
        },
        description: clipped(&entry.description, MAX_DESCRIPTION),
        language: entry.language.clone(),
        project_type: entry.project_type.clone(),
        provider: entry.provider.clone(),
        tags: entry.tags.iter().take(MAX_TAGS).cloned().collect(),
        version: version
            .map(|version| version.version.clone())
            .unwrap_or_default(),
        versions: small(entry.versions.len()),
        deprecated: entry.is_deprecated(),
        has_icon: entry.icon.is_some(),
        sources,
    }
}

fn facets(found: devfile::Facets) -> StackFacets {
    let counts = |values: Vec<devfile::FacetValue>| {
        let values = values.into_iter();
        values
            .map(|devfile::FacetValue { value, count }| FacetCount { value, count })
            .collect()
    };
    StackFacets {
        languages: counts(found.languages),
        project_types: counts(found.project_types),
        providers: counts(found.providers),
        tags: counts(found.tags),
        architectures: counts(found.architectures),
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
