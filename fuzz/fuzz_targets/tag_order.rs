//! Whatever tags a repository has: they have one order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::images::order::by_version;

fuzz_target!(|tags: Vec<&str>| {
    let mut tags = tags;
    // The standard library's sort panics at an order that is none.
    tags.sort_by(|one, other| by_version(one, other));
    assert!(tags.windows(2).all(|pair| by_version(pair[0], pair[1]).is_le()));
});
