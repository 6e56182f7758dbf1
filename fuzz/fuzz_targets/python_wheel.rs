//! Whatever is sent as a wheel: no panic, and a name that agrees where it is accepted.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use registrar_hosting::ecosystems::python::inspect;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(release) = inspect("demo-1.0-py3-none-any.whl", Cursor::new(bytes)) {
        assert_eq!((release.package_key.as_str(), release.version_key.as_str()), ("demo", "1"));
    }
});
