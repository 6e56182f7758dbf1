//! Whatever a registry asks for: no panic, within bounds, and written out it means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::schemes_of;

/// More than this is refused for its length alone.
const MAX_HEADER: usize = 16 * 1024;

fuzz_target!(|header: &str| {
    let Some(schemes) = schemes_of(header) else {
        return;
    };
    assert!(schemes.len() <= 32);
    let mut written = Vec::new();
    for (scheme, parameters) in &schemes {
        assert!(parameters.len() <= 32);
        let parameters = parameters.iter();
        let pairs: Vec<_> = parameters
            .map(|(n, v)| format!("{}={}", quoted(n), quoted(v)))
            .collect();
        written.push(format!("{} {}", quoted(scheme), pairs.join(", ")));
    }
    let written = written.join(", ");
    if written.len() <= MAX_HEADER {
        assert_eq!(schemes_of(&written), Some(schemes), "{written}");
    }
});

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
