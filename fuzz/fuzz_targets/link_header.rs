//! Whatever a registry sends as a link to the next page: no panic, and a part of what it sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::images::next_page;

fuzz_target!(|header: &str| {
    if let Some(target) = next_page(header) {
        assert!(header.contains(&target));
    }
});
