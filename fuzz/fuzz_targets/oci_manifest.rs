//! Whatever is pushed as a manifest with a configuration: no panic, and what is read of it stays
//! within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_hosting::digest::Digest;
use registrar_hosting::ecosystems::oci::{manifest, publish};

fuzz_target!(|input: (&[u8], &str, &[u8])| {
    let (bytes, text, config) = input;
    for kind in [None, Some(text), Some(manifest::IMAGE), Some(manifest::INDEX)] {
        let Some(about) = publish::understand(bytes, kind, config) else { continue };
        assert!(about.facts.len() < 100);
        let short = |fact: &registrar_hosting::Fact| fact.value.chars().count() <= 500;
        assert!(about.facts.iter().all(short));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
});
