//! Whatever a server sends as an icon: no panic, and nothing but a small PNG comes out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_devfile::icon;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(png) = icon::render(bytes) {
        assert!(png.starts_with(b"\x89PNG"));
    }
});
