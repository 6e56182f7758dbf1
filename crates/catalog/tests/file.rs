//! The file on a real disk.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use registrar_catalog::{CatalogError, CatalogFile};
use registrar_registry::RegistryId;
use support::record;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A catalog of this text.
fn catalog(folder: &TempDir, text: &str) -> CatalogFile {
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), text).unwrap();
    file
}

fn text(file: &CatalogFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_first_start_writes_the_default_and_deleting_it_lasts() {
    let folder = folder();
    let file = CatalogFile::new(folder.path().join("new/config"));
    let first = file.open().unwrap();
    let [default] = &first.records[..] else {
        panic!("{first:?}")
    };
    assert_eq!(default.name.as_str(), "DefaultDevfileRegistry");
    assert_eq!(default.url.text(), "https://registry.devfile.io");
    assert!(text(&file).contains("version = 1\n"), "{}", text(&file));
    assert_eq!(file.open().unwrap(), first);

    let mut edit = file.edit().unwrap();
    edit.remove(default.id).unwrap().unwrap();
    edit.commit().unwrap();
    assert_eq!(
        CatalogFile::new(folder.path().join("new/config"))
            .open()
            .unwrap()
            .records,
        []
    );
}

#[test]
fn reading_ahead_changes_nothing_and_counts_while_the_file_is_the_same() {
    let folder = folder();
    let file = CatalogFile::new(folder.path().join("config"));
    assert!(file.read_ahead().is_none());
    assert!(names(folder.path()).is_empty(), "no first file is written");
    let first = file.open().unwrap();
    let ahead = file.read_ahead();
    assert_eq!(ahead.as_ref(), Some(&first));
    assert_eq!(file.open_after(ahead.clone()).unwrap(), first);

    let mut edit = file.edit().unwrap();
    edit.insert(&record("later")).unwrap();
    let second = edit.commit().unwrap();
    assert_eq!(file.open_after(ahead).unwrap(), second);
    fs::write(file.path(), "not toml [").unwrap();
    assert!(file.read_ahead().is_none());
}

#[test]
fn what_is_committed_is_read_again() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    file.open().unwrap();
    let mut a = record("Team Ä");
    let mut edit = file.edit().unwrap();
    edit.insert(&a).unwrap();
    edit.insert(&record("b")).unwrap();
    let committed = edit.commit().unwrap();
    assert_eq!(file.load().unwrap(), committed);
    assert_eq!(committed.by_id(a.id), Some(&a));

    a.token = true;
    a.tls.ca_file = Some(PathBuf::from("/etc/ca \"x\".pem"));
    let mut edit = file.edit().unwrap();
    edit.replace(&a).unwrap();
    assert_eq!(edit.catalog().by_id(a.id), Some(&a));
    let committed = edit.commit().unwrap();
    assert_eq!(file.load().unwrap(), committed);
    assert_eq!(committed.by_id(a.id), Some(&a));
}

#[test]
fn an_edit_that_is_dropped_or_changes_nothing_writes_nothing() {
    let folder = folder();
    let file = catalog(&folder, "# mine\n");
    let before = fs::metadata(file.path()).unwrap().modified().unwrap();
    let mut edit = file.edit().unwrap();
    edit.insert(&record("a")).unwrap();
    drop(edit);
    file.edit().unwrap().commit().unwrap();
    assert_eq!(
        fs::metadata(file.path()).unwrap().modified().unwrap(),
        before
    );
    assert_eq!(
        names(folder.path()),
        ["registries.toml", "registries.toml.lock"]
    );
}

#[test]
fn a_taken_name_an_unknown_id_and_an_unreadable_record_are_refused() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    let mut edit = file.edit().unwrap();
    let a = record("Straße");
    edit.insert(&a).unwrap();
    assert!(matches!(edit.insert(&a), Err(CatalogError::AlreadyThere)));
    assert!(matches!(
        edit.insert(&record("STRASSE")),
        Err(CatalogError::NameTaken { .. })
    ));
    assert!(matches!(
        edit.replace(&record("c")),
        Err(CatalogError::Missing)
    ));
    assert!(edit.remove(RegistryId::new()).unwrap().is_none());
    let mut http = record("d");
    http.url = registrar_catalog::Address::Devfile("http://h".parse().unwrap());
    assert!(matches!(
        edit.insert(&http),
        Err(CatalogError::Refused { .. })
    ));
    http.allow_http = true;
    edit.insert(&http).unwrap();
    assert_eq!(edit.commit().unwrap().records, [a, http]);
}

#[test]
fn a_hand_written_entry_gets_id_and_times_and_keeps_its_form() {
    let folder = folder();
    let start = "# mine\r\n[[registry]] # here\r\n  name='a'\r\n  kind = \"devfile\"\r\n  url = \"https://h/\"  # slash\r\n\r\n[other]\r\nx = 1\r\n";
    let file = catalog(&folder, start);
    let loaded = file.load().unwrap();
    let [entry] = &loaded.records[..] else {
        panic!("{loaded:?}")
    };
    let kept = start.replace(
        "# slash\r\n",
        &format!("# slash\r\n  id = \"{}\"\r\n", entry.id),
    );
    let written = text(&file);
    let times: Vec<_> = written
        .lines()
        .filter(|line| line.contains("ated = \""))
        .collect();
    assert_eq!(times.len(), 2, "{written}");
    let without = times.iter().fold(written.clone(), |text, time| {
        text.replace(&format!("{time}\r\n"), "")
    });
    assert_eq!(without, kept);
    assert_eq!(CatalogFile::new(folder.path()).load().unwrap(), loaded);
}

#[test]
fn a_broken_file_says_line_and_column_and_offers_the_backup() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    let good = file.open().unwrap();
    let broken = "version = 1\n\n[[registry]]\nname = \"ä\" oops\n";
    fs::write(file.path(), broken).unwrap();
    for error in [file.load().unwrap_err(), file.edit().unwrap_err()] {
        let CatalogError::Broken {
            line,
            column,
            excerpt,
            ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!((*line, *column), (Some(4), Some(12)), "{error}");
        assert_eq!(excerpt.as_deref(), Some("name = \"ä\" oops"));
    }
    assert_eq!(text(&file), broken);
    assert_eq!(file.backup().unwrap().registries, 1);

    assert_eq!(file.restore_backup().unwrap().records, good.records);
    assert_eq!(file.load().unwrap(), good);
    let kept = names(folder.path())
        .into_iter()
        .find(|name| name.contains(".broken-"))
        .unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join(kept)).unwrap(),
        broken
    );
}

#[test]
fn a_file_that_is_not_text_newer_or_huge_is_refused() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), b"a = 1\nb = \"\xff\"\n").unwrap();
    let error = file.load().unwrap_err();
    assert!(
        matches!(
            error,
            CatalogError::Broken {
                line: Some(2),
                column: Some(6),
                ..
            }
        ),
        "{error:?}"
    );
    fs::write(file.path(), "version = 2").unwrap();
    assert!(matches!(
        file.load(),
        Err(CatalogError::Newer { version: 2, .. })
    ));
    assert!(matches!(
        file.restore_backup(),
        Err(CatalogError::NoBackup { .. })
    ));
    fs::write(file.path(), vec![b'\n'; 16 * 1024 * 1024 + 1]).unwrap();
    assert!(matches!(file.load(), Err(CatalogError::TooBig { .. })));
}

#[test]
fn the_backup_follows_good_edits_from_outside_but_not_an_emptied_file() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    file.open().unwrap();
    let mut edit = file.edit().unwrap();
    edit.insert(&record("a")).unwrap();
    edit.commit().unwrap();
    assert_eq!(file.backup().unwrap().registries, 2);
    let more = format!(
        "{}\n[[registry]]\nname='b'\nkind='source'\nurl='x'\n",
        text(&file)
    );
    fs::write(file.path(), more).unwrap();
    file.load().unwrap();
    assert_eq!(file.backup().unwrap().registries, 3);
    fs::write(file.path(), "").unwrap();
    assert_eq!(file.load().unwrap().records, []);
    assert_eq!(file.backup().unwrap().registries, 3);
}

#[test]
fn a_file_written_during_the_edit_is_not_overwritten() {
    let folder = folder();
    let file = catalog(&folder, "a = 1\n");
    let mut edit = file.edit().unwrap();
    edit.insert(&record("a")).unwrap();
    fs::write(file.path(), "a = 2\n").unwrap();
    assert!(matches!(edit.commit(), Err(CatalogError::Overtaken { .. })));
    assert_eq!(text(&file), "a = 2\n");
    assert_eq!(
        names(folder.path()),
        ["registries.toml", "registries.toml.lock"]
    );
}

#[test]
fn ten_thousand_registries_are_read_and_changed() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    let mut edit = file.edit().unwrap();
    for i in 0..10_000 {
        edit.insert(&record(&format!("Registry {i}"))).unwrap();
    }
    edit.commit().unwrap();
    let loaded = file.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.problems.len()), (10_000, 0));
    let mut edit = file.edit().unwrap();
    edit.insert(&record("one more")).unwrap();
    assert_eq!(edit.commit().unwrap().records.len(), 10_001);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn folder_and_file_are_private_and_a_chosen_mode_stays() {
        let folder = folder();
        let file = CatalogFile::new(folder.path().join("config"));
        file.open().unwrap();
        assert_eq!(mode(&folder.path().join("config")), 0o700);
        assert_eq!(mode(file.path()), 0o600);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();
        let mut edit = file.edit().unwrap();
        edit.insert(&record("a")).unwrap();
        edit.commit().unwrap();
        assert_eq!(mode(file.path()), 0o640);
    }

    #[test]
    fn a_link_stays_a_link() {
        let (folder, elsewhere) = (folder(), folder());
        let target = elsewhere.path().join("dotfiles.toml");
        let file = CatalogFile::new(folder.path());
        symlink(&target, file.path()).unwrap();
        file.load().unwrap();
        let mut edit = file.edit().unwrap();
        edit.insert(&record("a")).unwrap();
        edit.commit().unwrap();
        assert!(fs::symlink_metadata(file.path()).unwrap().is_symlink());
        assert!(
            fs::read_to_string(&target)
                .unwrap()
                .contains("name = \"a\"")
        );
        assert_eq!(names(elsewhere.path()), ["dotfiles.toml"]);
    }

    #[test]
    fn a_read_only_file_is_listed_but_not_changed() {
        let folder = folder();
        let start = "[[registry]]\nname='a'\nkind='source'\nurl='x'\n";
        let file = catalog(&folder, start);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o444)).unwrap();
        let loaded = file.load().unwrap();
        assert_eq!(loaded.records.len(), 1);
        assert_eq!(file.load().unwrap(), loaded);
        let mut edit = file.edit().unwrap();
        edit.insert(&record("b")).unwrap();
        let error = edit.commit().unwrap_err();
        assert!(error.to_string().contains("read-only for you"), "{error}");
        assert_eq!(text(&file), start);
        assert!(!names(folder.path()).contains(&"registries.toml.tmp".to_owned()));
    }
}

#[test]
fn a_peek_writes_nothing_and_the_backup_stands_in_for_a_broken_file() {
    let folder = folder();
    let file = CatalogFile::new(folder.path());
    assert_eq!(file.peek().unwrap().records, []);
    assert!(names(folder.path()).is_empty());

    let incomplete =
        "version = 1\n[[registry]]\nkind = \"container\"\nname = \"X\"\nurl = \"ghcr.io\"\n";
    fs::write(file.path(), incomplete).unwrap();
    assert_eq!(file.peek().unwrap().records.len(), 1);
    assert_eq!(text(&file), incomplete);
    assert_eq!(names(folder.path()), ["registries.toml"]);

    let good = file.load().unwrap();
    fs::write(file.path(), "version = 1\n[[regis").unwrap();
    assert_eq!(file.peek().unwrap().records, good.records);
    fs::remove_file(folder.path().join("registries.toml.backup")).unwrap();
    assert!(matches!(file.peek(), Err(CatalogError::Broken { .. })));
}
