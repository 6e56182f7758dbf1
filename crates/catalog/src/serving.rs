//! Which container registry serves an image, or answers a tool.

use std::cmp::Reverse;

use registrar_registry::{ContainerAddress, Fit, ImageReference};

use crate::{
    catalog::Catalog,
    record::{Address, Record},
};

impl Catalog {
    /// The container registries that serve `image`, with how closely each fits, the best first:
    /// its repository, then the longest path above it (with `/*` before without), then its host.
    /// Of those that fit alike, one with a token comes first, then the one that stands first in
    /// the file: as tools get them by [`Catalog::for_key`].
    pub fn serving(&self, image: &ImageReference) -> Vec<(&Record, Fit)> {
        let fitting =
            |(record, address): (_, &ContainerAddress)| Some((record, address.fit(image)?));
        let mut serving: Vec<_> = self.containers().filter_map(fitting).collect();
        serving.sort_by_key(|(record, fit)| Reverse((*fit, record.signs_in())));
        serving
    }

    /// The container registry whose credential a tool gets that asks by `key`: the one with just
    /// that address, else the one with the longest path above it. Of two that are equally close,
    /// the one with a token, then the one that stands first in the file.
    ///
    /// Most tools ask by the host alone. Where no record is for the whole host, but one with a
    /// token is for a part of it, and only one, the tool gets that.
    pub fn for_key(&self, key: &ContainerAddress) -> Option<&Record> {
        let closeness = |(record, address): (&'_ Record, &ContainerAddress)| {
            Some((address.fit_key(key)?, record.signs_in()))
        };
        self.containers()
            .filter_map(|found| Some((found.0, closeness(found)?)))
            .min_by_key(|(_, closeness)| Reverse(*closeness))
            .map(|(record, _)| record)
            .or_else(|| self.only_part(key))
    }

    /// The only record with a token below the host `key`.
    fn only_part(&self, key: &ContainerAddress) -> Option<&Record> {
        if key.path().is_some() {
            return None;
        }
        let part = |(record, address): &(&Record, &ContainerAddress)| {
            record.signs_in() && address.host() == key.host()
        };
        let mut parts = self.containers().filter(part);
        let only = parts.next()?;
        parts.next().is_none().then_some(only.0)
    }

    fn containers(&self) -> impl Iterator<Item = (&Record, &ContainerAddress)> {
        self.records.iter().filter_map(|record| match &record.url {
            Address::Container(address) => Some((record, address)),
            Address::Devfile(_) | Address::Other(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
