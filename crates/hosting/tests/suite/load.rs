//! Many clients at once, and a disk that is full.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use registrar_hosting::Ecosystem;
use registrar_hosting::server::Bounds;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::{Hosted, REGISTRIES};
use crate::wire::{Wire, request};

const CLIENTS: usize = 1000;
const FILE: &str = "/local/tools/files/tool-1.0.0.zip";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_download_while_others_publish() {
    let most = rlimit::increase_nofile_limit(4 * CLIENTS as u64).unwrap();
    assert!(
        most > 2 * CLIENTS as u64,
        "a thousand clients need more open files"
    );
    let hosted = Arc::new(Hosted::start().await);
    hosted.registry(Ecosystem::Files, "tools").await;
    let content: Vec<u8> = (0..64 * 1024_u32).flat_map(u32::to_le_bytes).collect();
    hosted.upload("tools", "tool-1.0.0.zip", &content).await;
    // All of them are connected before the first one asks.
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Wire::open(&hosted).await);
    }
    let mut downloads = JoinSet::new();
    let ask = request(&hosted, "GET", FILE);
    for mut client in clients {
        let (ask, content) = (ask.clone(), content.clone());
        downloads.spawn(async move {
            client.send(ask.as_bytes()).await.unwrap();
            client.rest().await.ends_with(&content)
        });
    }
    let mut publications = JoinSet::new();
    for number in 0..20 {
        let hosted = hosted.clone();
        publications.spawn(async move {
            let name = format!("more-{number}.0.0.zip");
            hosted.upload("tools", &name, name.as_bytes()).await.status
        });
    }
    let whole = downloads
        .join_all()
        .await
        .into_iter()
        .filter(|whole| *whole)
        .count();
    assert_eq!(whole, CLIENTS);
    assert_eq!(publications.join_all().await, [200; 20]);
    hosted.host.flush().await.unwrap();
    let list = format!("{REGISTRIES}/tools/packages?name=tool");
    let list = hosted.manage("GET", &list, Value::Null).await.json();
    assert_eq!(list["items"][0]["downloads"], CLIENTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_publishers_of_one_file_one_wins() {
    let hosted = Arc::new(Hosted::start().await);
    hosted.registry(Ecosystem::Files, "tools").await;
    let mut publishers = JoinSet::new();
    for number in 0..8 {
        let hosted = hosted.clone();
        publishers.spawn(async move {
            let content = format!("by {number}");
            let answer = hosted
                .upload("tools", "tool-1.0.0.zip", content.as_bytes())
                .await;
            (answer.status, content)
        });
    }
    let answers = publishers.join_all().await;
    let won: Vec<_> = answers
        .iter()
        .filter(|(status, _)| *status == 200)
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let statuses: HashSet<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, HashSet::from([200, 409]));
    let kept = hosted.ask("GET", FILE, vec![], &[]).await;
    assert_eq!(kept.text(), won[0].1);
}

/// A small disk, until it is dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    /// `None` where this user may not mount one.
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={size}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_published_on_a_full_disk_and_nothing_is_lost() {
    let Some(disk) = Disk::mount("264m") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let folder = tempfile::tempdir_in(disk.path()).unwrap();
    let hosted = Hosted::start_in(folder, Bounds::default()).await;
    hosted.registry(Ecosystem::Files, "tools").await;
    assert_eq!(
        hosted
            .upload("tools", "tool-1.0.0.zip", b"one")
            .await
            .status,
        200
    );
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 12 * 1024 * 1024]).unwrap();
    let refused = hosted.upload("tools", "tool-2.0.0.zip", b"two").await;
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert!(refused.json()["message"].is_string());
    assert_eq!(hosted.ask("GET", FILE, vec![], &[]).await.text(), "one");
    let uploads = std::fs::read_dir(hosted.host.folder().join("uploads"));
    assert_eq!(uploads.unwrap().count(), 0);
    std::fs::remove_file(&ballast).unwrap();
    let accepted = hosted.upload("tools", "tool-2.0.0.zip", b"two").await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    hosted.host.close().await;
}
