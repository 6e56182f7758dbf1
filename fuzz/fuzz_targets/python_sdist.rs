//! Whatever is sent as a source distribution, packed with tar or with zip: no panic, and a name that
//! agrees where it is accepted.
#![no_main]

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use registrar_hosting::ecosystems::python::inspect;

fuzz_target!(|bytes: &[u8]| {
    // What is random is hardly ever gzip: it is packed here, so that the archive within is reached.
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    let _ = packed.write_all(bytes);
    let packed = packed.finish().unwrap_or_default();
    let sdists = [
        ("demo-1.0.tar.gz", packed.as_slice()),
        ("demo-1.0.tar.gz", bytes),
        ("demo-1.0.zip", bytes),
    ];
    for (name, bytes) in sdists {
        if let Ok(release) = inspect(name, Cursor::new(bytes)) {
            assert_eq!((release.package_key.as_str(), release.version_key.as_str()), ("demo", "1"));
        }
    }
});
