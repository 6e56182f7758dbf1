//! Whatever somebody calls an archive of images: no panic, no waiting, and nothing is found that is
//! not in it.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use registrar_container::moving::{self, Entries, Entry};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_current_thread().build().expect("a runtime"))
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = Entries::read(std::io::Cursor::new(bytes)) {
        for (name, entry) in entries.all() {
            assert!(!name.starts_with('/') && !name.split('/').any(|part| part == ".."));
            if let Entry::Link(target) = entry {
                assert!(!target.split('/').any(|part| part == ".."));
            }
        }
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("a file");
    match runtime().block_on(moving::images(file.path())) {
        Ok(found) => assert!(found.len() <= 2000),
        Err(failure) => assert!(failure.to_string().len() < 2000),
    }
});
