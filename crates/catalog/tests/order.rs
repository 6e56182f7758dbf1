//! Giving a registry another place in the file.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use registrar_catalog::{CatalogError, CatalogFile};
use registrar_registry::RegistryId;
use tempfile::TempDir;

/// A file with these registries, each with a comment and a key of its own.
fn file(folder: &TempDir, names: &[&str]) -> CatalogFile {
    let mut text = "# My registries\nversion = 1\n".to_owned();
    for (number, name) in names.iter().enumerate() {
        let _ = write!(
            text,
            "\n# about {name}\n[[registry]]\nid = \"{}\"\nkind = \"devfile\"\nname = \"{name}\"\n\
             url = \"https://{}.example\"\ncreated = \"2026-01-02T03:04:05Z\"\n\
             updated = \"2026-01-02T03:04:05Z\"\nmine = true # kept\n",
            id(number),
            name.to_lowercase()
        );
    }
    text += "\n[other]\nx = 1\n";
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), text).unwrap();
    file
}

fn id(number: usize) -> RegistryId {
    format!("019b0000-0000-7000-8000-{number:012x}")
        .parse()
        .unwrap()
}

fn names(file: &CatalogFile) -> Vec<String> {
    let records = file.load().unwrap().records;
    records
        .iter()
        .map(|record| record.name.to_string())
        .collect()
}

fn move_before(
    file: &CatalogFile,
    moved: usize,
    before: Option<usize>,
) -> Result<(), CatalogError> {
    let mut edit = file.edit()?;
    edit.move_before(id(moved), before.map(id))?;
    edit.commit().map(drop)
}

#[test]
fn a_registry_goes_with_its_comments_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, &["A", "B", "C"]);
    move_before(&file, 2, Some(0)).unwrap();
    assert_eq!(names(&file), ["C", "A", "B"]);
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(
        text.starts_with("# My registries\nversion = 1\n\n# about C\n[[registry]]\n"),
        "{text}"
    );
    assert_eq!(text.matches("mine = true # kept").count(), 3);
    assert!(text.ends_with("\n\n[other]\nx = 1\n"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");

    move_before(&file, 2, None).unwrap();
    assert_eq!(names(&file), ["A", "B", "C"]);
    move_before(&file, 0, Some(2)).unwrap();
    assert_eq!(names(&file), ["B", "A", "C"]);
}

#[test]
fn a_registry_that_is_gone_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, &["A", "B"]);
    let before = fs::read(file.path()).unwrap();
    assert!(matches!(
        move_before(&file, 7, Some(0)),
        Err(CatalogError::Missing)
    ));
    assert!(matches!(
        move_before(&file, 0, Some(7)),
        Err(CatalogError::Missing)
    ));
    move_before(&file, 1, Some(1)).unwrap();
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

proptest! {
    #[test]
    fn any_moves_keep_every_registry_and_every_line(
        moves in prop::collection::vec((0usize..4, prop::option::of(0usize..4)), 1..6)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder, &["A", "B", "C", "D"]);
        let mut expected = vec![0, 1, 2, 3];
        let lines = |file: &CatalogFile| {
            let text = fs::read_to_string(file.path()).unwrap();
            let mut lines: Vec<String> = text.lines().filter(|l| !l.is_empty()).map(Into::into).collect();
            lines.sort();
            lines
        };
        let before = lines(&file);
        for (moved, target) in moves {
            move_before(&file, moved, target).unwrap();
            if target != Some(moved) {
                expected.retain(|one| *one != moved);
                let place = target.map_or(expected.len(), |t| expected.iter().position(|o| *o == t).unwrap());
                expected.insert(place, moved);
            }
        }
        let wanted: Vec<String> = expected.iter().map(|n| ["A", "B", "C", "D"][*n].to_owned()).collect();
        prop_assert_eq!(names(&file), wanted);
        prop_assert_eq!(lines(&file), before);
    }
}
