//! Whatever is typed as a name: no panic, and a name is its own name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_registry::RegistryName;

fuzz_target!(|text: &str| {
    match RegistryName::parse(text) {
        Ok(name) => {
            assert_eq!(RegistryName::parse(name.as_str()).as_ref(), Ok(&name));
            assert!((1..=RegistryName::MAX_CHARS).contains(&name.as_str().chars().count()));
            assert!(!name.as_str().contains(char::is_control));
            // Case folding has no effect on what is folded.
            if let Ok(folded) = RegistryName::parse(&name.key()) {
                assert_eq!(folded.key(), name.key());
            }
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(error.at.is_none_or(|at| at < text.chars().count()));
        }
    }
});
