//! Whatever a server sends as its index: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_devfile::Index;

fuzz_target!(|bytes: &[u8]| {
    let _ = Index::parse(bytes);
});
