//! Whatever a server sends as the list of a stack's files: no panic, and every title is a file name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_devfile::Manifest;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::parse(bytes) {
        for layer in &manifest.layers {
            assert!(!layer.title.contains(['/', '\\']) && layer.title != "..");
        }
    }
});
