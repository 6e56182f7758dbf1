//! Changes from outside are seen, our own are not.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    path::Path,
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use registrar_catalog::{CatalogFile, Watch};
use support::record;

const SOON: Duration = Duration::from_secs(1);
/// Longer than the watch waits before it looks.
const A_WHILE: Duration = Duration::from_millis(500);

fn watched(folder: &Path) -> (CatalogFile, Watch, Receiver<()>) {
    let file = CatalogFile::new(folder);
    file.open().unwrap();
    let (sender, changes) = mpsc::channel();
    let watch = file.watch(move || sender.send(()).unwrap()).unwrap();
    (file, watch, changes)
}

/// A change as an editor makes it that writes a new file.
fn replace(path: &Path, text: &str) {
    let new = path.with_extension("toml~");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

#[test]
fn an_edit_from_outside_is_seen_within_a_second_and_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _watch, changes) = watched(folder.path());
    assert!(
        changes.recv_timeout(A_WHILE).is_err(),
        "nothing has changed yet"
    );
    let text = fs::read_to_string(file.path()).unwrap();

    fs::write(file.path(), format!("{text}# in place\n")).unwrap();
    changes.recv_timeout(SOON).unwrap();
    assert!(
        changes.recv_timeout(A_WHILE).is_err(),
        "it was reported twice"
    );
    file.load().unwrap();

    replace(file.path(), &format!("{text}# by a new file\n"));
    changes.recv_timeout(SOON).unwrap();
    file.load().unwrap();

    fs::remove_file(file.path()).unwrap();
    changes.recv_timeout(SOON).unwrap();
    assert_eq!(file.load().unwrap().records, []);

    replace(file.path(), &text);
    changes.recv_timeout(SOON).unwrap();
}

#[test]
fn our_own_changes_and_the_same_content_are_not_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _watch, changes) = watched(folder.path());
    for i in 0..20 {
        let mut edit = file.edit().unwrap();
        edit.insert(&record(&format!("{i}"))).unwrap();
        edit.commit().unwrap();
    }
    replace(file.path(), &fs::read_to_string(file.path()).unwrap());
    assert!(changes.recv_timeout(A_WHILE).is_err());
}

#[test]
fn another_process_of_ours_is_outside() {
    let folder = tempfile::tempdir().unwrap();
    let (_file, _watch, changes) = watched(folder.path());
    let other = CatalogFile::new(folder.path());
    let mut edit = other.edit().unwrap();
    edit.insert(&record("other")).unwrap();
    edit.commit().unwrap();
    changes.recv_timeout(SOON).unwrap();
}

#[cfg(unix)]
#[test]
fn a_change_behind_a_link_is_seen() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let target = elsewhere.path().join("mine.toml");
    fs::write(&target, "version = 1\n").unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("registries.toml")).unwrap();
    let (_file, _watch, changes) = watched(folder.path());
    replace(&target, "version = 1\n# changed\n");
    changes.recv_timeout(SOON).unwrap();
}

#[test]
fn a_watch_that_is_dropped_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let (file, watch, changes) = watched(folder.path());
    drop(watch);
    assert!(
        matches!(
            changes.recv_timeout(SOON),
            Err(mpsc::RecvTimeoutError::Disconnected)
        ),
        "the thread goes on"
    );
    fs::write(file.path(), "# changed\n").unwrap();
}
