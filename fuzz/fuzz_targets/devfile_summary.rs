//! Whatever a server sends as a devfile: no panic, and what is taken can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_devfile::Summary;

fuzz_target!(|text: &str| {
    if let Ok(summary) = Summary::parse(text) {
        assert!(!summary.name.contains(char::is_control));
    }
});
