//! Putting a backup back: checked whole first, then in one moment.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::archive::{DATABASE, Facts, Keep, Manifest, damaged, digest, read_archive, read_facts};
use super::{BackupError, EndOnDrop, Ending, Progress, authority, demand_room};
use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::{Database, audit, blobs, broken, snapshot};
use crate::error::HostError;
use crate::files::make_private_folder;
use crate::host::lock;
use crate::model::hex;
use crate::store::adopt::{put, sync_folder};
use crate::store::{blob_place, size_on_disk};

/// Where what comes out of an archive lies until it is known to be whole.
const STAGE: &str = "restoring";
/// What is read at a time.
const PIECE: usize = 1024 * 1024;

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// When the backup was made.
    pub created_at: Timestamp,
    /// How many blobs came with it.
    pub blobs: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many blobs were damaged already when it was made.
    pub damaged: u64,
}

/// What a backup says of itself.
///
/// # Errors
/// [`BackupError`] where it is none; those of the file system.
pub async fn facts(archive: &Path) -> Result<Facts, HostError> {
    let file = fs::File::open(archive)?;
    let read = move || read_facts(BufReader::new(file));
    Ok(tokio::task::spawn_blocking(read).await??)
}

/// Makes of a folder what a backup says, whatever was in it. Nobody may have the folder open. Until
/// everything has been found to be whole, the folder stays what it was; dropping the future ends
/// it, up to that moment.
///
/// # Errors
/// [`HostError::InUse`]; [`BackupError`]; those of the file system.
pub async fn restore(
    archive: &Path,
    folder: &Path,
    progress: Progress,
) -> Result<Restored, HostError> {
    make_private_folder(folder)?;
    let _lock = lock(folder)?;
    let stage = Stage::make(folder)?;
    let ending = Ending::default();
    let _ending = EndOnDrop(ending.clone());
    let mut keeping = Keeping {
        folder: folder.to_owned(),
        stage: stage.0.clone(),
        facts: None,
        database: None,
        wrong: HashSet::new(),
        done: 0,
        ending,
        progress,
    };
    let file = fs::File::open(archive)?;
    let reading = move || {
        let manifest = read_archive(BufReader::with_capacity(PIECE, file), &mut keeping)?;
        keeping.finish(manifest)
    };
    let (facts, manifest) = tokio::task::spawn_blocking(reading).await??;
    let database = stage.0.join(DATABASE);
    check(&database, folder, &facts, &manifest).await?;
    switch(&database, folder).await?;
    Ok(Restored {
        created_at: facts.created_at,
        blobs: manifest.blobs,
        bytes: facts.bytes,
        damaged: manifest.damaged.len() as u64,
    })
}

/// A folder that is removed when it is no longer needed.
struct Stage(PathBuf);

impl Stage {
    fn make(folder: &Path) -> Result<Self, HostError> {
        let stage = folder.join(STAGE);
        clear_up(folder)?;
        fs::create_dir(&stage)?;
        Ok(Self(stage))
    }
}

/// Removes what a restoration that was killed has left.
pub(crate) fn clear_up(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder.join(STAGE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Keeping {
    folder: PathBuf,
    stage: PathBuf,
    facts: Option<Facts>,
    database: Option<[u8; 32]>,
    /// Blobs whose bytes do not have their digest.
    wrong: HashSet<[u8; 32]>,
    done: u64,
    ending: Ending,
    progress: Progress,
}

impl Keep for Keeping {
    fn facts(&mut self, facts: &Facts) -> Result<(), HostError> {
        let there = size_on_disk(&self.folder);
        let needed = facts
            .database
            .saturating_add(facts.bytes.saturating_sub(there));
        demand_room(&self.folder, needed)?;
        self.facts = Some(facts.clone());
        Ok(())
    }

    fn database(&mut self, bytes: &mut dyn Read) -> Result<(), HostError> {
        let sha256 = self.write(&self.stage.join(DATABASE), bytes)?;
        self.database = Some(sha256);
        Ok(())
    }

    fn blob(&mut self, sha256: [u8; 32], size: u64, bytes: &mut dyn Read) -> Result<(), HostError> {
        demand_room(&self.folder, size)?;
        let arriving = self.stage.join("blob");
        if self.write(&arriving, bytes)? == sha256 {
            put(&arriving, &blob_place(&self.folder, &sha256))?;
        } else {
            self.wrong.insert(sha256);
        }
        Ok(())
    }
}

impl Keeping {
    fn write(&mut self, path: &Path, bytes: &mut dyn Read) -> Result<[u8; 32], HostError> {
        let mut file = fs::File::create(path)?;
        let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
        let total = self
            .facts
            .as_ref()
            .map_or(0, |facts| facts.database + facts.bytes);
        loop {
            self.ending.check()?;
            let read = bytes
                .read(&mut piece)
                .map_err(|_| damaged("it ends too early"))?;
            let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
                break;
            };
            file.write_all(read).map_err(full)?;
            hash.update(read);
            self.done += read.len() as u64;
            (self.progress)(self.done.min(total), total);
        }
        file.sync_all()?;
        Ok(hash.finalize().into())
    }

    /// Whether the archive is what it says at its end.
    fn finish(&mut self, manifest: Manifest) -> Result<(Facts, Manifest), HostError> {
        self.ending.check()?;
        let facts = self.facts.take().ok_or(BackupError::Foreign)?;
        if self.database.map(|sha256| hex(&sha256)).as_ref() != Some(&manifest.database) {
            return Err(damaged("its database does not have its digest").into());
        }
        let known: Option<HashSet<_>> = manifest.damaged.iter().map(|text| digest(text)).collect();
        let known = known.ok_or_else(|| damaged("its list of damaged files cannot be read"))?;
        match self.wrong.difference(&known).next() {
            Some(sha256) => Err(damaged(&format!(
                "the file {} does not have its digest",
                hex(sha256)
            ))
            .into()),
            None => Ok((facts, manifest)),
        }
    }
}

fn full(error: io::Error) -> HostError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HostError::DiskFull,
        _ => error.into(),
    }
}

/// Whether the database is one of ours and every blob that it refers to is there; then it is brought
/// to the newest form, with a line in the audit log.
async fn check(
    path: &Path,
    folder: &Path,
    facts: &Facts,
    manifest: &Manifest,
) -> Result<(), HostError> {
    snapshot::demand_sound(path).await?;
    let database = Database::open(path).await.map_err(not_ours)?;
    let checked = amend(&database, folder, facts, manifest).await;
    database.close().await;
    checked
}

fn not_ours(error: HostError) -> HostError {
    tracing::debug!(%error, "the database of a backup cannot be opened");
    match error {
        HostError::Database(sqlx::Error::Migrate(error))
            if matches!(*error, sqlx::migrate::MigrateError::VersionMissing(_)) =>
        {
            BackupError::Newer.into()
        }
        _ => damaged("its database cannot be opened").into(),
    }
}

async fn amend(
    database: &Database,
    folder: &Path,
    facts: &Facts,
    manifest: &Manifest,
) -> Result<(), HostError> {
    snapshot::demand_our_form(database.reader()).await?;
    let gone: HashSet<_> = manifest
        .damaged
        .iter()
        .filter_map(|text| digest(text))
        .collect();
    let mut lost: HashSet<_> = broken::all(database.reader()).await?.into_iter().collect();
    let mut change = database.change().await?;
    for content in blobs::all(database.reader()).await? {
        if gone.contains(&content.sha256) {
            broken::mark(
                &mut change,
                &content.sha256,
                "damaged in the backup",
                facts.created_at,
            )
            .await?;
            lost.insert(content.sha256);
        }
        let size = fs::metadata(blob_place(folder, &content.sha256)).map(|facts| facts.len());
        if !lost.contains(&content.sha256) && size.ok() != Some(content.size) {
            return Err(damaged("files that its database names are not in it").into());
        }
    }
    let subject = Subject {
        kind: "STORAGE".to_owned(),
        id: "storage".to_owned(),
        name: "storage".to_owned(),
    };
    let data = json!({"created_at": facts.created_at.to_string(), "blobs": manifest.blobs});
    let event = AuditEvent::new(&Caller::owner(), "STORAGE_RESTORED", subject, data);
    audit::insert(&mut change, &event).await?;
    authority::keep(&mut change, database, folder).await?;
    change.commit().await?;
    Ok(())
}

/// Puts the new database in the old one's place.
async fn switch(database: &Path, folder: &Path) -> Result<(), HostError> {
    let old = folder.join(DATABASE);
    if old.exists() {
        // What its log still holds becomes part of it: nothing of the old may meet the new.
        match Database::open(&old).await {
            Ok(old) => old.close().await,
            Err(error) => tracing::warn!(%error, "the old database could not be opened"),
        }
    }
    for ending in ["-wal", "-shm"] {
        let left = folder.join(format!("{DATABASE}{ending}"));
        if left.exists() {
            fs::rename(&left, folder.join(format!("{DATABASE}.old{ending}")))?;
        }
    }
    fs::File::open(database)?.sync_all()?;
    fs::rename(database, &old)?;
    sync_folder(folder)?;
    Ok(())
}
