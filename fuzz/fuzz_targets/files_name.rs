//! Whatever a plain file is called: it is refused, or taken apart into what it is made of.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_hosting::ecosystems::files::FileName;

fuzz_target!(|name: &str| {
    let Ok(parsed) = FileName::parse(name) else { return };
    assert_eq!(parsed.as_str(), name);
    assert!(name.starts_with(&format!("{}-{}.", parsed.package(), parsed.version())));
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '+');
    assert!(name.chars().all(safe), "{name}");
    assert!(!name.starts_with(['-', '.']) && !name.ends_with('.'), "{name}");
});
