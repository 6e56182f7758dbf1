//! Texts from registries, within bounds and fit to be shown.

use std::collections::BTreeMap;

use registrar_net::clean;

/// The most annotations or labels of one thing.
const MAX_PAIRS: usize = 500;
/// The most characters of a key, and of a value.
const MAX_KEY: usize = 300;
pub(super) const MAX_TEXT: usize = 8 * 1024;
/// The largest number that the window can hold exactly.
pub(super) const MAX_SIZE: u64 = 1 << 53;

/// Pairs with texts that can be shown; those beyond the bound are left out.
pub(super) fn shown(pairs: Option<BTreeMap<String, Option<String>>>) -> BTreeMap<String, String> {
    let pairs = pairs.unwrap_or_default().into_iter().take(MAX_PAIRS);
    pairs
        .map(|(key, value)| (clean(&key, MAX_KEY), text(&value.unwrap_or_default())))
        .collect()
}

/// A text that can be shown.
pub(super) fn text(text: &str) -> String {
    clean(text, MAX_TEXT)
}
