//! Damage: found, put aside, told to clients, and healed.

use registrar_hosting::{Caller, Ecosystem};
use serde_json::{Value, json};

use super::{blob, damage};
use crate::support::{Answer, Hosted};

const FILE: &str = "/local/tools/files/tool-1.0.0.zip";
const CONTENT: &[u8] = b"what was published";

async fn published() -> Hosted {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "tool-1.0.0.zip", CONTENT).await;
    hosted
}

pub(super) async fn repair(hosted: &Hosted) -> Value {
    let answer = hosted.manage("POST", "/storage/repair", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

pub(super) fn actions(report: &Value) -> Vec<&str> {
    let all = report["repaired"].as_array().unwrap();
    all.iter()
        .map(|one| one["action"].as_str().unwrap())
        .collect()
}

async fn get(hosted: &Hosted) -> Answer {
    hosted.ask("GET", FILE, vec![], &[]).await
}

#[tokio::test]
async fn wrong_bytes_are_put_aside_told_and_healed_by_the_same_file() {
    let hosted = published().await;
    damage(&hosted, CONTENT, b"what was publisheD");
    let shown = hosted.manage("POST", "/storage/verify", Value::Null).await;
    let shown = shown.json();
    assert_eq!(shown["repairs"][0]["action"], "set_aside");
    assert!(blob(&hosted, CONTENT).exists(), "nothing is done yet");
    assert_eq!(actions(&repair(&hosted).await), ["set_aside"]);
    assert!(!blob(&hosted, CONTENT).exists());
    let aside = hosted.host.quarantined().await.unwrap();
    assert_eq!((aside.blobs, aside.bytes), (1, 18));
    let refused = get(&hosted).await;
    assert_eq!(refused.status, 500);
    assert!(
        refused.text().contains("found damaged"),
        "{}",
        refused.text()
    );
    // It is still so after the next look, and nothing more is proposed.
    let again = repair(&hosted).await;
    assert_eq!((&again["whole"], actions(&again)), (&json!(false), vec![]));
    let healed = hosted.upload("tools", "tool-1.0.0.zip", CONTENT).await;
    assert_eq!(healed.status, 200, "{}", healed.text());
    assert_eq!(get(&hosted).await.body, CONTENT);
    assert_eq!(repair(&hosted).await["whole"], true);
    let events = hosted.host.audit_events(None, None, 50).await.unwrap();
    for kind in ["STORAGE_REPAIRED", "STORAGE_HEALED"] {
        assert!(events.iter().any(|event| event.kind == kind), "{kind}");
    }
}

#[tokio::test]
async fn another_file_of_that_name_is_still_refused() {
    let hosted = published().await;
    damage(&hosted, CONTENT, b"short");
    repair(&hosted).await;
    let other = hosted.upload("tools", "tool-1.0.0.zip", b"other").await;
    assert_eq!(other.status, 409);
    assert_eq!(get(&hosted).await.status, 500);
}

#[tokio::test]
async fn a_whole_copy_comes_back_from_quarantine() {
    let hosted = published().await;
    let folder = hosted.host.folder().join("quarantine");
    fs_err::create_dir_all(&folder).unwrap();
    let name = blob(&hosted, CONTENT);
    fs_err::rename(&name, folder.join(name.file_name().unwrap())).unwrap();
    assert_eq!(actions(&repair(&hosted).await), ["bring_back"]);
    assert_eq!(get(&hosted).await.body, CONTENT);
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_and_heals_when_it_is_there_again() {
    let hosted = published().await;
    let kept = hosted.host.folder().join("elsewhere");
    fs_err::rename(blob(&hosted, CONTENT), &kept).unwrap();
    assert_eq!(actions(&repair(&hosted).await), ["set_aside"]);
    assert!(get(&hosted).await.text().contains("found damaged"));
    fs_err::rename(kept, blob(&hosted, CONTENT)).unwrap();
    assert_eq!(actions(&repair(&hosted).await), ["heal"]);
    assert_eq!(get(&hosted).await.body, CONTENT);
}

#[tokio::test]
async fn only_what_was_shown_is_done() {
    let hosted = published().await;
    damage(&hosted, CONTENT, b"short");
    let shown = hosted.host.verify(None, |_| ()).await.unwrap();
    damage(&hosted, CONTENT, CONTENT);
    let done = hosted.host.repair(&shown.repairs, &Caller::owner()).await;
    assert!(done.unwrap().is_empty());
    assert_eq!(get(&hosted).await.body, CONTENT);
}
