//! The file on the disk.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use registrar_registry::{DevfileUrl, RegistryId, RegistryKind, RegistryName, TlsRules};

use crate::{
    catalog::{Catalog, Revision},
    edit::Edit,
    error::CatalogError,
    lock::Lock,
    read,
    record::{Address, ContainerOptions, Record},
    storage::{self, Content, Staged},
};

/// The registry that every catalog begins with.
const DEFAULT_NAME: &str = "DefaultDevfileRegistry";
const DEFAULT_URL: &str = "https://registry.devfile.io";

/// `registries.toml` in a folder. Cheap to clone; clones share what they know of the file.
#[derive(Debug, Clone)]
pub struct CatalogFile {
    folder: PathBuf,
    path: PathBuf,
    /// The content that this process last read for its caller or wrote. Held while the file is
    /// exchanged, so that the watch never sees one without the other.
    seen: Arc<Mutex<Option<Revision>>>,
}

impl CatalogFile {
    /// The catalog in `folder`. Touches nothing.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            path: folder.join("registries.toml"),
            folder,
            seen: Arc::default(),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the catalog. On the first start it creates folder and file, with the default
    /// registry in it; that is done only where there is no file, so deleting the default lasts.
    pub fn open(&self) -> Result<Catalog, CatalogError> {
        self.open_after(None)
    }

    /// The same, where the file may have been read already by [`Self::read_ahead`]; what that
    /// found counts only while the file is the same.
    pub fn open_after(&self, ahead: Option<Catalog>) -> Result<Catalog, CatalogError> {
        if fs::symlink_metadata(&self.path).is_err() {
            storage::create_folder(&self.folder).map_err(CatalogError::write(&self.folder))?;
            self.write_first()?;
        }
        self.load_after(ahead)
    }

    /// Reads the catalog and changes nothing, not even beside it; `None` where it is missing or
    /// broken, which [`Self::open`] says.
    pub fn read_ahead(&self) -> Option<Catalog> {
        let bytes = self.read().ok()??;
        self.parse(&bytes).ok()
    }

    fn write_first(&self) -> Result<(), CatalogError> {
        let lock = self.lock()?;
        let mut edit = Edit::begin(self, lock)?;
        // Another process may have been faster.
        if !edit.is_new() {
            return Ok(());
        }
        edit.insert(&default_registry()?)?;
        edit.commit().map(drop)
    }

    /// Reads the catalog; a missing file is an empty one.
    ///
    /// Hand-written entries that lack id or times get them, in the file too. Where that cannot
    /// be written, they are listed with an id that depends on the name, and the file's time.
    pub fn load(&self) -> Result<Catalog, CatalogError> {
        self.load_after(None)
    }

    fn load_after(&self, ahead: Option<Catalog>) -> Result<Catalog, CatalogError> {
        let (bytes, revision) = self.read_as_seen()?;
        let same = |known: &Catalog| known.revision == revision;
        let catalog = match ahead.filter(same) {
            Some(known) => known,
            None => self.parse(&bytes)?,
        };
        if !catalog.incomplete.is_empty() {
            match self.complete() {
                Ok(catalog) => return Ok(catalog),
                Err(error) => tracing::info!(%error, "entries without id stay as they are"),
            }
        }
        self.keep_backup(&bytes, &catalog);
        Ok(catalog)
    }

    fn read_as_seen(&self) -> Result<(Vec<u8>, Revision), CatalogError> {
        let mut seen = self.seen();
        let bytes = self.read()?.unwrap_or_default();
        let revision = Revision::of(&bytes);
        *seen = Some(revision);
        Ok((bytes, revision))
    }

    /// Gives ids and times to the entries that lack them, in one write.
    fn complete(&self) -> Result<Catalog, CatalogError> {
        let mut edit = self.edit()?;
        edit.complete()?;
        edit.commit()
    }

    /// Begins a change: takes the lock, waiting at most five seconds, and reads the file.
    pub fn edit(&self) -> Result<Edit, CatalogError> {
        let lock = self.lock()?;
        Edit::begin(self, lock)
    }

    /// Waits at most five seconds for the lock.
    pub(crate) fn lock(&self) -> Result<Lock, CatalogError> {
        Lock::acquire(&self.beside("lock"), &self.path)
    }

    /// The lock, if nobody has it.
    pub(crate) fn try_lock(&self) -> Result<Option<Lock>, CatalogError> {
        Lock::try_acquire(&self.beside("lock"), &self.path)
    }

    /// A file beside the catalog: its name and `suffix`.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("registries.toml.{suffix}"))
    }

    /// What this process knows of the file.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Option<Revision>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of the file, or `None` where there is none.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, CatalogError> {
        match storage::read(&self.path).map_err(CatalogError::read(&self.path))? {
            Content::Absent => Ok(None),
            Content::TooBig => Err(CatalogError::TooBig {
                path: self.path.clone(),
            }),
            Content::Bytes(bytes) => Ok(Some(bytes)),
        }
    }

    /// Reads `bytes` as this file's content.
    pub(crate) fn parse(&self, bytes: &[u8]) -> Result<Catalog, CatalogError> {
        let catalog = self.parse_text(self.text(bytes)?)?;
        Ok(Catalog {
            revision: Revision::of(bytes),
            ..catalog
        })
    }

    /// Reads `text` as this file's content; the revision is nobody's.
    pub(crate) fn parse_text(&self, text: &str) -> Result<Catalog, CatalogError> {
        read::parse(text, self.written()).map_err(|error| error.of(&self.path, text))
    }

    /// The bytes as text.
    pub(crate) fn text<'a>(&self, bytes: &'a [u8]) -> Result<&'a str, CatalogError> {
        read::text(&self.path, bytes)
    }

    /// The error about the byte `at` of the file's text.
    pub(crate) fn broken(&self, text: &str, at: Option<usize>, message: String) -> CatalogError {
        CatalogError::broken(&self.path, text, at, message)
    }

    /// When the file was last written.
    pub(crate) fn written(&self) -> Timestamp {
        let modified = fs::metadata(&self.path).and_then(|metadata| metadata.modified());
        modified
            .ok()
            .and_then(|time| time.try_into().ok())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Writes `content` beside the file, ready to take its place.
    pub(crate) fn stage(&self, content: &[u8]) -> Result<Staged, CatalogError> {
        storage::stage(&self.target(), content).map_err(CatalogError::write(&self.path))
    }

    /// Puts what was staged in the place of the file. If that fails, the old file is whole.
    pub(crate) fn commit(&self, staged: Staged, revision: Revision) -> Result<(), CatalogError> {
        {
            let mut seen = self.seen();
            staged.commit().map_err(CatalogError::write(&self.path))?;
            *seen = Some(revision);
        }
        if let Err(error) = storage::sync_folder(&self.target()) {
            // The new content is in its place; only a power cut now could bring the old one back.
            tracing::warn!(%error, "the folder of the catalog cannot be synced");
        }
        Ok(())
    }

    /// The file itself where `registries.toml` is a link.
    pub(crate) fn target(&self) -> PathBuf {
        storage::target(&self.path)
    }
}

fn default_registry() -> Result<Record, CatalogError> {
    let refused = |message: String| CatalogError::Refused { message };
    let now = Timestamp::now();
    Ok(Record {
        id: RegistryId::new(),
        kind: RegistryKind::Devfile,
        name: RegistryName::parse(DEFAULT_NAME).map_err(|error| refused(error.to_string()))?,
        url: DevfileUrl::parse(DEFAULT_URL)
            .map(Address::Devfile)
            .map_err(|error| refused(error.to_string()))?,
        user: None,
        created: now,
        updated: now,
        token: false,
        expires: None,
        allow_http: false,
        tls: TlsRules::default(),
        container: ContainerOptions::default(),
    })
}
