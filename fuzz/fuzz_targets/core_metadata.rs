//! Whatever is sent as core metadata: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_hosting::ecosystems::python::Metadata;

fuzz_target!(|bytes: &[u8]| {
    let _ = Metadata::parse(bytes);
});
