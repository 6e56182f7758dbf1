//! Whatever is pushed as a chart's archive: no panic, and a readme that stays within bounds.
#![no_main]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use registrar_hosting::About;
use registrar_hosting::ecosystems::oci::readme::find;

fuzz_target!(|bytes: &[u8]| {
    // What is random is hardly ever gzip: it is packed here, so that the archive within is reached.
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    let _ = packed.write_all(bytes);
    let packed = packed.finish().unwrap_or_default();
    for archive in [bytes, packed.as_slice()] {
        if let Ok(Some(readme)) = find(archive, "demo") {
            assert!(readme.text.len() <= About::MAX_README);
        }
    }
});
