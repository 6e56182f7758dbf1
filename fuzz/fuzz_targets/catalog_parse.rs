//! Whatever stands in the file: no panic, and what is taken out and put back is as it was.
#![no_main]

use std::{fs, sync::OnceLock};

use libfuzzer_sys::fuzz_target;
use registrar_catalog::CatalogFile;
use tempfile::TempDir;

static FOLDER: OnceLock<TempDir> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a temporary folder"));
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), bytes).expect("the file can be written");
    let Ok(mut edit) = file.edit() else { return };
    let before = edit.catalog().clone();
    for record in &before.records {
        let Ok(Some(removed)) = edit.remove(record.id) else {
            continue;
        };
        // Another with the same name may have come to light.
        if edit.restore(&removed).is_err() {
            return;
        }
        assert_eq!(edit.catalog(), &before);
    }
    edit.commit().expect("nothing has changed");
    assert_eq!(fs::read(file.path()).expect("the file is there"), bytes);
});
