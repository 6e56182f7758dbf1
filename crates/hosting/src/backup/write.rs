//! Taking a backup while everything is used.

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use super::archive::{BLOBS, DATABASE, FACTS, FORMAT, Facts, MANIFEST, Manifest};
use super::{BackupError, EndOnDrop, Ending, Progress, demand_room};
use crate::access::Caller;
use crate::database::snapshot;
use crate::error::HostError;
use crate::host::Host;
use crate::model::hex;
use crate::store::adopt::sync_folder;

/// What is written at a time.
const PIECE: usize = 1024 * 1024;
/// What tar adds to a file: its header, and what fills its last block.
const PER_FILE: u64 = 1024;

/// What a backup holds.
#[derive(Debug, Clone)]
pub struct BackedUp {
    /// How many blobs.
    pub blobs: u64,
    /// How many bytes the file has.
    pub bytes: u64,
    /// How many blobs were damaged or missing, and are not in it.
    pub damaged: u64,
}

impl Host {
    /// Writes everything into one file: whole or not at all. Clients can go on meanwhile; what they
    /// publish after this has begun is not in it. Dropping the future ends it.
    ///
    /// # Errors
    /// [`BackupError`]; those of the file system.
    pub async fn backup(
        &self,
        target: &Path,
        progress: Progress,
        by: &Caller,
    ) -> Result<BackedUp, HostError> {
        self.flush().await?;
        // From the snapshot on, nothing that it refers to may go.
        let hold = self.0.store.hold().await;
        let scratch = tempfile::tempdir_in(self.0.store.uploads())?;
        let copy = scratch.path().join(DATABASE);
        snapshot::take(self.0.database.reader(), &copy).await?;
        let blobs = snapshot::blobs(&copy).await?;
        let (store, ending) = (self.0.store.clone(), Ending::default());
        let writing = Writing {
            target: target.to_owned(),
            database: copy,
            blobs: blobs
                .into_iter()
                .map(|(sha256, size)| (sha256, size, store.path_of(&sha256)))
                .collect(),
            ending: ending.clone(),
            progress,
        };
        let _ending = EndOnDrop(ending);
        let written = tokio::task::spawn_blocking(move || {
            let _held = (hold, scratch);
            writing.run()
        });
        let done = written.await??;
        let data = json!({"blobs": done.blobs, "bytes": done.bytes, "damaged": done.damaged});
        self.audit_storage("STORAGE_BACKED_UP", data, by).await?;
        Ok(done)
    }
}

struct Writing {
    target: PathBuf,
    database: PathBuf,
    /// Each blob: its digest, its size, and where it lies.
    blobs: Vec<([u8; 32], u64, Option<PathBuf>)>,
    ending: Ending,
    progress: Progress,
}

/// A file that is removed unless it has become what it should.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Writing {
    fn run(mut self) -> Result<BackedUp, HostError> {
        let facts = self.facts()?;
        let folder = self.target.parent().map(Path::to_owned);
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| PathBuf::from("."));
        let needed = facts.database + facts.bytes + (facts.blobs + 4) * PER_FILE;
        demand_room(&folder, needed)?;
        let mut name = self.target.clone().into_os_string();
        name.push(".partial");
        let partial = Partial(name.into());
        let file = private(&partial.0)?;
        let (file, manifest) = self.write(file, &facts)?;
        file.sync_all()?;
        self.ending.check()?;
        fs::rename(&partial.0, &self.target)?;
        sync_folder(&folder)?;
        Ok(BackedUp {
            blobs: manifest.blobs - manifest.damaged.len() as u64,
            bytes: file.metadata()?.len(),
            damaged: manifest.damaged.len() as u64,
        })
    }

    fn facts(&self) -> Result<Facts, HostError> {
        Ok(Facts {
            format: FORMAT,
            created_at: Timestamp::now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: fs::metadata(&self.database)?.len(),
            blobs: self.blobs.len() as u64,
            bytes: self.blobs.iter().map(|(_, size, _)| size).sum(),
        })
    }

    fn write(&mut self, file: fs::File, facts: &Facts) -> Result<(fs::File, Manifest), HostError> {
        let mut builder = Builder::new(BufWriter::with_capacity(PIECE, file));
        text(&mut builder, FACTS, &serde_json::to_vec_pretty(facts)?)?;
        let total = facts.database + facts.bytes;
        let mut done = 0;
        let blobs = std::mem::take(&mut self.blobs);
        let database = fs::File::open(&self.database)?;
        let mut one = self.copying(Some(database), facts.database, (done, total));
        append(&mut builder, DATABASE, facts.database, &mut one)?;
        let sha256 = one
            .finish()
            .ok_or_else(|| io::Error::other("the snapshot is gone"))?;
        let mut manifest = Manifest {
            database: hex(&sha256),
            blobs: 0,
            damaged: Vec::new(),
        };
        done += facts.database;
        for (sha256, size, path) in &blobs {
            manifest.blobs += 1;
            let opened = path.as_ref().and_then(|path| fs::File::open(path).ok());
            let mut one = self.copying(opened, *size, (done, total));
            append(
                &mut builder,
                &format!("{BLOBS}{}", hex(sha256)),
                *size,
                &mut one,
            )?;
            if one.finish().as_ref() != Some(sha256) {
                manifest.damaged.push(hex(sha256));
            }
            done += size;
        }
        self.blobs = blobs;
        text(
            &mut builder,
            MANIFEST,
            &serde_json::to_vec_pretty(&manifest)?,
        )?;
        let mut buffered = builder.into_inner()?;
        buffered.flush()?;
        let file = buffered
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok((file, manifest))
    }

    fn copying(
        &mut self,
        file: Option<fs::File>,
        left: u64,
        (before, total): (u64, u64),
    ) -> Copying<'_> {
        Copying {
            file,
            left,
            hash: Sha256::new(),
            whole: true,
            done: before,
            total,
            ending: &self.ending,
            progress: &mut self.progress,
        }
    }
}

/// A file as it is copied: exactly as many bytes as were announced, whatever becomes of it.
struct Copying<'a> {
    file: Option<fs::File>,
    left: u64,
    hash: Sha256,
    whole: bool,
    done: u64,
    total: u64,
    ending: &'a Ending,
    progress: &'a mut Progress,
}

impl Copying<'_> {
    /// The digest of all of it, where all of it could be read.
    fn finish(mut self) -> Option<[u8; 32]> {
        let longer = self.file.as_mut().is_some_and(|file| {
            let mut one = [0];
            file.read(&mut one).is_ok_and(|read| read > 0)
        });
        (self.whole && !longer).then(|| self.hash.finalize().into())
    }
}

impl Read for Copying<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.ending.check().map_err(io::Error::other)?;
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|part| !part.is_empty()) else {
            return Ok(0);
        };
        let read = match self.file.as_mut().map(|file| file.read(buffer)) {
            Some(Ok(read)) if read > 0 => read,
            Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            _ => {
                // What cannot be read is filled up, and said to be damaged.
                self.whole = false;
                self.file = None;
                buffer.fill(0);
                most
            }
        };
        self.hash.update(buffer.get(..read).unwrap_or_default());
        self.left -= read as u64;
        self.done += read as u64;
        (self.progress)(self.done, self.total);
        Ok(read)
    }
}

fn text(builder: &mut Builder<impl Write>, name: &str, bytes: &[u8]) -> Result<(), HostError> {
    append(builder, name, bytes.len() as u64, &mut &bytes[..])
}

fn append(
    builder: &mut Builder<impl Write>,
    name: &str,
    size: u64,
    bytes: &mut impl Read,
) -> Result<(), HostError> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_path(name)?;
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(Timestamp::now().as_second().unsigned_abs());
    header.set_cksum();
    builder.append(&header, bytes).map_err(|error| {
        let cancelled = error
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<BackupError>);
        match error.kind() {
            _ if cancelled => BackupError::Cancelled.into(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HostError::DiskFull,
            _ => error.into(),
        }
    })
}

/// A new file that only its owner may read: there are private packages in it.
fn private(path: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    use fs_err::os::unix::fs::OpenOptionsExt as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}
