//! The record, written where the person says.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use registrar_app::wire::*;
use support::{TestApp, draft_with_token};

const LAB: &str = "https://lab.example.com";

async fn with_record() -> TestApp {
    let test = TestApp::new().await;
    for name in ["Lab, the first", "Home"] {
        let draft = draft_with_token(name, LAB, "s3cret-token");
        test.add(draft).await.unwrap();
    }
    test
}

/// Exports what matches `search`, and gives back the answer and the file's content.
async fn export(test: &TestApp, search: &str, format: ExportFormat) -> (Exported, String) {
    let path = test.folder.path().join("record");
    *test.world.chosen.lock().unwrap() = Some(path.clone());
    let request = ExportActivity {
        search: search.to_owned(),
        format,
    };
    let exported = test.app.export_activity(request).await.unwrap();
    assert_eq!(exported.path.as_deref(), path.to_str());
    (exported, std::fs::read_to_string(path).unwrap())
}

#[tokio::test]
async fn the_whole_record_is_written_as_csv() {
    let test = with_record().await;
    let (exported, csv) = export(&test, "", ExportFormat::Csv).await;
    assert_eq!(exported.rows, 2);
    assert_eq!(csv.lines().count(), 3, "a head and two rows: {csv}");
    assert!(csv.contains("\"Lab, the first\""), "{csv}");
    assert!(!csv.contains("s3cret-token"));
}

#[tokio::test]
async fn what_was_searched_for_is_written_as_json() {
    let test = with_record().await;
    let (exported, json) = export(&test, "first", ExportFormat::Json).await;
    assert_eq!(exported.rows, 1);
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["registry"], "Lab, the first");
    assert_eq!(rows[0]["action"], "registry.added");
    assert!(!json.contains("s3cret-token"));
}

#[tokio::test]
async fn a_closed_dialog_writes_nothing() {
    let test = with_record().await;
    let request = ExportActivity {
        search: String::new(),
        format: ExportFormat::Csv,
    };
    let exported = test.app.export_activity(request).await.unwrap();
    assert_eq!((exported.path, exported.rows), (None, 0));
}
