//! Whatever is in the `index.json` of a layout: no panic, and within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::moving::Named;

fuzz_target!(|bytes: &[u8]| match Named::parse(bytes) {
    Ok(named) => assert!(named.len() <= 2000),
    Err(why) => assert!(why.len() < 1000),
});
