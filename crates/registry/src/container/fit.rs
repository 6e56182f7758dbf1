//! Which addresses serve an image, or answer for what a tool asks.

use super::image::HUB_LIBRARY;
use super::{ContainerAddress, ImageReference};

/// How closely an address fits an image, or the key by which a tool asks; the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// It is the image's registry.
    Host,
    /// The image is below its path.
    Below {
        /// How many parts the path has.
        parts: usize,
        /// Whether it says so itself, with `/*`.
        wildcard: bool,
    },
    /// It is the image's repository, or just what the tool asks for.
    Repository,
}

impl ContainerAddress {
    /// How closely it fits `image`; `None` where it does not serve it.
    ///
    /// Docker Hub's own images may be meant with `library/` or without it.
    pub fn fit(&self, image: &ImageReference) -> Option<Fit> {
        if self.host() != image.host() {
            return None;
        }
        self.fit_path(image.repository())
    }

    /// How closely it answers for `key`, by which a tool asks: a host, or a path of which the tool
    /// wants the credential. `None` where it says nothing about that. What is meant for everything
    /// below the key itself (`/*`) answers for it as well.
    pub fn fit_key(&self, key: &Self) -> Option<Fit> {
        if self.host() != key.host() {
            return None;
        }
        let path = key.path().unwrap_or_default();
        let own = self.path().unwrap_or_default();
        if self == key {
            Some(Fit::Repository)
        } else if own == path {
            Some(self.above(own))
        } else {
            self.fit_path(path)
        }
    }

    /// How closely it fits the repository, or path, on its own host.
    fn fit_path(&self, path: &str) -> Option<Fit> {
        let own = self.path().unwrap_or_default();
        let hub = self.host().is_hub();
        let short = path.strip_prefix(HUB_LIBRARY).filter(|_| hub);
        if !self.has_wildcard() && (own == path || Some(own) == short) {
            return Some(Fit::Repository);
        }
        let below = own.is_empty() || path.strip_prefix(own)?.starts_with('/');
        below.then(|| self.above(own))
    }

    /// How closely it fits what is below it; `own` is its path.
    fn above(&self, own: &str) -> Fit {
        let wildcard = self.has_wildcard();
        if own.is_empty() && !wildcard {
            return Fit::Host;
        }
        let parts = own.split('/').filter(|part| !part.is_empty()).count();
        Fit::Below { parts, wildcard }
    }

    /// Of `addresses`, the one that serves `image`: its repository, else the longest path above
    /// it, else its host.
    pub fn serving<'a>(
        addresses: impl IntoIterator<Item = &'a Self>,
        image: &ImageReference,
    ) -> Option<&'a Self> {
        addresses
            .into_iter()
            .filter_map(|address| Some((address.fit(image)?, address)))
            .max_by_key(|(fit, _)| *fit)
            .map(|(_, address)| address)
    }
}

#[cfg(test)]
mod tests;
