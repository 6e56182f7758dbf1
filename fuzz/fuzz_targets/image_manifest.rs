//! Whatever a registry sends as a manifest: no panic, one meaning, and sizes that can be added up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::images::Content;

fuzz_target!(|bytes: &[u8]| {
    for content_type in ["", "application/vnd.oci.image.index.v1+json"] {
        match Content::parse(bytes, content_type) {
            Ok((Content::Image(image), _)) => {
                assert!(image.layers.iter().all(|layer| layer.size <= 1 << 53));
            }
            Ok((Content::Index(index), _)) => {
                assert!(index.entries.len() <= 2000);
            }
            Err(error) => assert!(error.to_string().len() < 1000),
        }
    }
});
