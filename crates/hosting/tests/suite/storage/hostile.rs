//! Archives that somebody has made to do harm.

use std::io::Read;

use proptest::prelude::*;
use registrar_hosting::backup::{Facts, Keep, read_archive, restore};
use registrar_hosting::{Caller, HostError};
use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tar::{Archive, Builder, EntryType, Header};

use super::backup::{backed_up, quiet};

type Change = fn(&mut Parts);
type Parts = Vec<(String, EntryType, Vec<u8>)>;

fn parts(archive: &[u8]) -> Parts {
    let mut archive = Archive::new(archive);
    let entries = archive.entries().unwrap();
    let read = entries.map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (name, EntryType::Regular, bytes)
    });
    read.collect()
}

fn archive(parts: &Parts) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, bytes) in parts {
        let mut header = Header::new_gnu();
        // As it is: what is set in the ordinary way refuses such names.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

#[tokio::test]
async fn names_kinds_and_numbers_are_what_they_must_be() {
    let (_hosted, folder, file) = backed_up().await;
    let good = parts(&fs_err::read(&file).unwrap());
    let bad = folder.path().join("bad.tar");
    let place = folder.path().join("place");
    let changes: [(&str, Change); 9] = [
        ("out of the folder", |parts| {
            parts[3].0 = "blobs/../../escaped".to_owned();
        }),
        ("absolute", |parts| {
            parts[3].0 = "/tmp/escaped".to_owned();
        }),
        ("another file", |parts| {
            parts[3].0 = "sealing-key".to_owned();
        }),
        ("a link", |parts| {
            parts[3].1 = EntryType::Symlink;
        }),
        ("a folder", |parts| {
            parts[3].1 = EntryType::Directory;
        }),
        ("capital letters", |parts| {
            parts[3].0 = parts[3].0.to_uppercase();
        }),
        ("one more", |parts| {
            let again = parts[2].clone();
            parts.insert(3, again);
        }),
        ("one less", |parts| drop(parts.remove(3))),
        ("no facts", |parts| drop(parts.remove(0))),
    ];
    for (what, change) in changes {
        let mut parts = good.clone();
        change(&mut parts);
        fs_err::write(&bad, archive(&parts)).unwrap();
        restore(&bad, &place, quiet()).await.expect_err(what);
        assert!(!place.join("registrar.db").exists(), "{what}");
    }
    assert!(!folder.path().join("escaped").exists());
    fs_err::write(&bad, archive(&good)).unwrap();
    restore(&bad, &place, quiet()).await.unwrap();
}

#[tokio::test]
async fn a_database_with_something_of_its_own_is_refused() {
    let (_hosted, folder, file) = backed_up().await;
    let good = parts(&fs_err::read(&file).unwrap());
    let place = folder.path().join("place");
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON token BEGIN DELETE FROM audit_event; END",
        "CREATE VIEW extra AS SELECT * FROM token",
        "CREATE TABLE extra (x)",
        "ALTER TABLE token ADD COLUMN extra",
        "DELETE FROM blob WHERE 1; DROP TABLE token",
    ] {
        let path = folder.path().join("changed.db");
        fs_err::write(&path, &good[1].2).unwrap();
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .foreign_keys(false);
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        let mut parts = good.clone();
        resign(&mut parts, fs_err::read(&path).unwrap());
        let bad = folder.path().join("bad.tar");
        fs_err::write(&bad, archive(&parts)).unwrap();
        let refused = restore(&bad, &place, quiet()).await.expect_err(sql);
        assert!(refused.to_string().contains("damaged"), "{sql}: {refused}");
        assert!(!place.join("registrar.db").exists(), "{sql}");
    }
}

/// Another database, with lists that agree.
fn resign(parts: &mut Parts, database: Vec<u8>) {
    use sha2::Digest as _;
    let mut facts: serde_json::Value = serde_json::from_slice(&parts[0].2).unwrap();
    facts["database"] = database.len().into();
    parts[0].2 = facts.to_string().into_bytes();
    let last = parts.len() - 1;
    let mut manifest: serde_json::Value = serde_json::from_slice(&parts[last].2).unwrap();
    let digest = sha2::Sha256::digest(&database);
    manifest["database"] = registrar_hosting::hex(&digest).into();
    parts[last].2 = manifest.to_string().into_bytes();
    parts[1].2 = database;
}

#[tokio::test]
async fn a_backup_of_a_later_version_says_so() {
    let (hosted, folder, file) = backed_up().await;
    let mut parts = parts(&fs_err::read(&file).unwrap());
    let text = String::from_utf8(parts[0].2.clone()).unwrap();
    parts[0].2 = text
        .replace("\"registrar_backup\": 1", "\"registrar_backup\": 2")
        .into_bytes();
    let later = folder.path().join("later.tar");
    fs_err::write(&later, archive(&parts)).unwrap();
    let refused = restore(&later, &folder.path().join("place"), quiet())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("newer"), "{refused}");
    let full = hosted
        .host
        .backup(folder.path(), quiet(), &Caller::owner())
        .await;
    full.unwrap_err();
}

/// Takes whatever comes, and no more than was announced.
#[derive(Default)]
struct Counting {
    announced: Option<Facts>,
    blobs: u64,
    bytes: u64,
}

impl Keep for Counting {
    fn facts(&mut self, facts: &Facts) -> Result<(), HostError> {
        self.announced = Some(facts.clone());
        Ok(())
    }

    fn database(&mut self, bytes: &mut dyn Read) -> Result<(), HostError> {
        let read = std::io::copy(bytes, &mut std::io::sink())?;
        assert!(read <= self.announced.as_ref().unwrap().database);
        Ok(())
    }

    fn blob(&mut self, _: [u8; 32], size: u64, bytes: &mut dyn Read) -> Result<(), HostError> {
        assert!(std::io::copy(bytes, &mut std::io::sink())? <= size);
        self.blobs += 1;
        self.bytes += size;
        let announced = self.announced.as_ref().unwrap();
        assert!(self.blobs <= announced.blobs && self.bytes <= announced.bytes);
        Ok(())
    }
}

fn small() -> Vec<u8> {
    let facts = json!({
        "registrar_backup": 1, "created_at": "2026-11-26T10:00:00Z", "version": "0.1.0",
        "database": 5, "blobs": 2, "bytes": 8,
    });
    let manifest = json!({"database": "", "blobs": 2, "damaged": []});
    let file = |name: String, bytes: Vec<u8>| (name, EntryType::Regular, bytes);
    archive(&vec![
        file("backup.json".to_owned(), facts.to_string().into_bytes()),
        file("registrar.db".to_owned(), b"bytes".to_vec()),
        file(format!("blobs/{}", "0a".repeat(32)), vec![1; 5]),
        file(format!("blobs/{}", "0b".repeat(32)), vec![2; 3]),
        file(
            "manifest.json".to_owned(),
            manifest.to_string().into_bytes(),
        ),
    ])
}

proptest! {
    /// Whatever becomes of its bytes, reading an archive ends, and takes no more than it announced.
    #[test]
    fn a_changed_archive_is_read_to_an_end(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut bytes = small();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        let mut counting = Counting::default();
        let read = read_archive(&bytes[..], &mut counting);
        if changes.is_empty() && whole {
            prop_assert_eq!(read.unwrap().blobs, 2);
        } else if let Ok(manifest) = read {
            prop_assert_eq!(manifest.blobs, counting.blobs);
        }
    }
}
