//! What several registries offer, as one list: the same stack of two registries is one row with
//! both sources.

mod facets;
mod query;

use std::collections::HashMap;
use std::sync::Arc;

use crate::index::{Entry, EntryKind, Index};

pub use facets::{FacetValue, Facets};
pub use query::{DeprecatedRule, Order, Query};

/// The most values that are listed of one facet.
pub(crate) const MAX_FACET: usize = 100;

/// Everything that the registries offer, in their order of priority.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    indexes: Vec<Arc<Index>>,
    offers: Vec<Offer>,
}

/// A stack or sample, and where it can be had.
#[derive(Debug, Clone)]
struct Offer {
    kind: EntryKind,
    /// Which registry, and which of its entries; the registry of the highest priority first.
    places: Vec<(u32, u32)>,
    /// Everything that a search looks at, in lower case.
    text: String,
}

/// A row of the list.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// As the registry of the highest priority describes it.
    pub entry: &'a Entry,
    /// The registries that have it, by their place in the order; never empty.
    pub registries: Vec<usize>,
}

/// What a query gives.
#[derive(Debug, Clone)]
pub struct Findings {
    /// The numbers of the offers, for [`Offers::get`], in the order asked for.
    pub numbers: Vec<usize>,
    /// What could be chosen further, with how many there would be.
    pub facets: Facets,
}

impl Offers {
    /// Merges indexes, that of the registry of the highest priority first. Entries are the same
    /// where kind and name are.
    pub fn merge(indexes: Vec<Arc<Index>>) -> Self {
        let mut offers: Vec<Offer> = Vec::new();
        let mut known: HashMap<(EntryKind, &str), usize> = HashMap::new();
        for (registry, index) in indexes.iter().enumerate() {
            for (number, entry) in index.entries().iter().enumerate() {
                let place = (small(registry), small(number));
                let found = *known.entry((entry.kind, &entry.name)).or_insert_with(|| {
                    offers.push(Offer {
                        kind: entry.kind,
                        places: Vec::new(),
                        text: query::haystack(entry),
                    });
                    offers.len() - 1
                });
                // A registry that lists a name twice means the first.
                let places = &mut offers[found].places;
                if places.last().is_none_or(|(last, _)| *last != place.0) {
                    places.push(place);
                }
            }
        }
        Self { indexes, offers }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.offers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.offers.is_empty()
    }

    /// The offer of this number.
    pub fn get(&self, number: usize) -> Option<Found<'_>> {
        let offer = self.offers.get(number)?;
        Some(Found {
            entry: self.entry(*offer.places.first()?)?,
            registries: offer.places.iter().map(|(at, _)| *at as usize).collect(),
        })
    }

    /// What the registry at this place in the order says of an entry.
    pub fn entry_of(&self, registry: usize, kind: EntryKind, name: &str) -> Option<&Entry> {
        let entries = self.indexes.get(registry)?.entries();
        entries.iter().find(|e| e.kind == kind && e.name == name)
    }

    /// Every registry that has an entry, by its place in the order.
    pub fn sources(&self, kind: EntryKind, name: &str) -> Vec<usize> {
        (0..self.indexes.len())
            .filter(|at| self.entry_of(*at, kind, name).is_some())
            .collect()
    }

    /// What `query` finds. Its registries are places in the order.
    pub fn find(&self, query: &Query) -> Findings {
        let prepared = query.prepare();
        let mut counter = facets::Counter::default();
        let mut numbers = Vec::new();
        for (number, offer) in self.offers.iter().enumerate() {
            if !prepared.wants_text(&offer.text) || !prepared.wants_place(&offer.places) {
                continue;
            }
            let chosen = offer
                .places
                .iter()
                .find(|place| prepared.wants_registry(place.0));
            let Some(entry) = chosen.and_then(|place| self.entry(*place)) else {
                continue;
            };
            let verdict = prepared.judge(entry, offer.kind);
            counter.count(entry, verdict);
            if verdict.passes() {
                numbers.push(number);
            }
        }
        if query.order == Order::Name {
            numbers.sort_by_cached_key(|number| self.get(*number).map(|found| title(found.entry)));
        }
        let facets = counter.finish();
        Findings { numbers, facets }
    }

    fn entry(&self, (registry, number): (u32, u32)) -> Option<&Entry> {
        let index = self.indexes.get(registry as usize)?;
        index.entries().get(number as usize)
    }
}

/// What people call it, for sorting.
fn title(entry: &Entry) -> (String, String) {
    let shown = if entry.display_name.is_empty() {
        &entry.name
    } else {
        &entry.display_name
    };
    (shown.to_lowercase(), entry.name.clone())
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
