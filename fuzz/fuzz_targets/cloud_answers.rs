//! What clouds answer and what their tools leave in files: no panic, whatever it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_cloud::parsers;

fuzz_target!(|bytes: &[u8]| {
    parsers::ecr(bytes);
    parsers::google(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        parsers::sts(text);
        parsers::ini(text);
        parsers::words(text);
    }
});
