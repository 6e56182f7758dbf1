//! Whatever a server sends as an archive: nothing is written outside of its folder.
#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use registrar_devfile::{Format, Limits, unpack};
use tokio_util::sync::CancellationToken;

fuzz_target!(|input: (bool, &[u8])| {
    let (zip, bytes) = input;
    let Ok(home) = tempfile::tempdir() else { return };
    let (archive, into) = (home.path().join("archive"), home.path().join("in"));
    if fs::write(&archive, bytes).is_err() || fs::create_dir(&into).is_err() {
        return;
    }
    let format = if zip { Format::Zip } else { Format::Tar };
    let limits = Limits { entries: 100, bytes: 1_000_000 };
    let token = CancellationToken::new();
    let _ = unpack(format, &archive, &into, limits, &|_: &Path| false, &token);
    let beside = fs::read_dir(home.path()).map(Iterator::count);
    assert_eq!(beside.unwrap_or(2), 2);
});
