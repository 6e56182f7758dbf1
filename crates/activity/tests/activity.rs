//! The record as the window and a spreadsheet see it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Write as _;

use jiff::Timestamp;
use proptest::prelude::*;
use registrar_activity::{Activity, Entry, to_csv, to_json};
use registrar_registry::RegistryId;

fn entry(action: &str, registry: &str) -> Entry {
    Entry {
        at: Timestamp::now(),
        action: action.to_owned(),
        registry: Some(registry.to_owned()),
        registry_id: Some(RegistryId::new()),
        ok: true,
        detail: None,
    }
}

fn actions(activity: &Activity, search: &str) -> Vec<String> {
    let page = activity.search(search, 0, 100).unwrap();
    page.entries.into_iter().map(|entry| entry.action).collect()
}

#[test]
fn the_newest_entry_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path().join("activity"));
    activity.append(&entry("registry.added", "Lab")).unwrap();
    activity.append(&entry("registry.deleted", "Lab")).unwrap();
    assert_eq!(
        actions(&activity, ""),
        ["registry.deleted", "registry.added"]
    );
}

#[test]
fn a_record_that_was_never_written_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    assert!(actions(&Activity::new(folder.path().join("none")), "").is_empty());
}

#[test]
fn every_word_must_occur_in_any_case_and_order() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path());
    activity
        .append(&entry("registry.added", "Größe Lab"))
        .unwrap();
    activity.append(&entry("registry.added", "Stage")).unwrap();
    activity
        .append(&Entry {
            ok: false,
            ..entry("registry.deleted", "Stage")
        })
        .unwrap();
    assert_eq!(actions(&activity, "LAB größe"), ["registry.added"]);
    assert_eq!(actions(&activity, "stage failed"), ["registry.deleted"]);
    assert!(actions(&activity, "lab stage").is_empty());
}

#[test]
fn paging_counts_all_and_gives_some() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path());
    for number in 0..25 {
        activity
            .append(&entry(&format!("a{number}"), "Lab"))
            .unwrap();
    }
    let page = activity.search("", 10, 5).unwrap();
    assert_eq!(page.total, 25);
    let shown: Vec<_> = page
        .entries
        .iter()
        .map(|entry| entry.action.as_str())
        .collect();
    assert_eq!(shown, ["a14", "a13", "a12", "a11", "a10"]);
}

#[test]
fn a_line_torn_by_a_crash_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path());
    activity.append(&entry("before", "Lab")).unwrap();
    let file = folder.path().join("activity.jsonl");
    let mut torn = std::fs::OpenOptions::new().append(true).open(file).unwrap();
    torn.write_all(br#"{"at":"2026-01-0"#).unwrap();
    activity.append(&entry("after", "Lab")).unwrap();
    assert_eq!(actions(&activity, ""), ["after", "before"]);
}

#[test]
fn old_files_go_and_the_newest_entries_stay() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path()).rotating_at(300);
    for number in 0..60 {
        activity
            .append(&entry(&format!("a{number}"), "Lab"))
            .unwrap();
    }
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(files <= Activity::FILES_KEPT + 1, "{files} files");
    let shown = actions(&activity, "");
    assert_eq!(shown.first().map(String::as_str), Some("a59"));
    assert!(shown.len() < 60, "nothing was rotated away");
}

#[test]
fn many_writers_lose_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path()).rotating_at(5_000);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let activity = &activity;
            scope.spawn(move || {
                for number in 0..20 {
                    activity
                        .append(&entry(&format!("w{writer}.{number}"), "Lab"))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(activity.search("", 0, 1000).unwrap().total, 80);
}

#[cfg(unix)]
#[test]
fn only_the_person_may_read_the_record() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::new(folder.path().join("activity"));
    activity.append(&entry("registry.added", "Lab")).unwrap();
    let file = activity.folder().join("activity.jsonl");
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_spreadsheet_runs_no_formula_and_keeps_commas() {
    let mut hostile = entry("registry.added", "=HYPERLINK(\"http://x\"),y");
    hostile.detail = Some("two\nlines".to_owned());
    let csv = to_csv(&[hostile]);
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\"),y\""), "{csv}");
    assert!(csv.contains("\"two\nlines\""), "{csv}");
}

#[test]
fn json_export_reads_back() {
    let entries = [
        entry("registry.added", "Lab"),
        entry("registry.deleted", "Lab"),
    ];
    let read: Vec<Entry> = serde_json::from_str(&to_json(&entries)).unwrap();
    assert_eq!(read, entries);
}

proptest! {
    #[test]
    fn any_name_and_detail_come_back(name in ".{0,200}", detail in ".{0,200}") {
        let folder = tempfile::tempdir().unwrap();
        let activity = Activity::new(folder.path());
        let written = Entry { detail: Some(detail), ..entry("registry.added", &name) };
        activity.append(&written).unwrap();
        let read = activity.search("", 0, 1).unwrap().entries;
        prop_assert_eq!(read.first(), Some(&written));
    }
}
