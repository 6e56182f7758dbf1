//! Images on the disk: in a layout folder, or in an archive.

mod archive;
mod docker_save;
mod layout;

use std::collections::HashMap;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err::File;
use registrar_registry::Digest;

pub use archive::{Entries, Entry};
use archive::{Span, Unpacked};
pub use layout::Named;
pub(super) use layout::{FULL_NAME, REF_NAME};

use super::failure::MoveFailure;
use super::plan::Found;
use super::work::blocking;
use crate::images::{Content, MAX_MANIFEST, Manifest, has_digest};

/// A folder or archive with images. Cloning it is cheap.
#[derive(Debug, Clone)]
pub(super) struct Local(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    body: Body,
    /// Its images, and what else is at its top.
    top: Vec<Named>,
    /// Where blobs are that are not where a layout has them, by digest.
    elsewhere: HashMap<Digest, String>,
    /// Manifests that it does not have as files, by digest.
    made: HashMap<Digest, Vec<u8>>,
}

/// Where the files are.
#[derive(Debug)]
enum Body {
    Folder(PathBuf),
    Archive(Unpacked),
}

/// Files by their names in a layout or archive.
#[derive(Debug)]
struct Files {
    path: PathBuf,
    body: Body,
}

impl Files {
    /// The file `name`, at its beginning, and its size; `None` where there is none.
    fn open(&self, name: &str) -> Result<Option<(File, u64)>, MoveFailure> {
        open(&self.body, name).map_err(|error| MoveFailure::disk(&self.path, &error))
    }

    /// The whole file `name`, of `max` bytes at most.
    fn read(&self, name: &str, max: u64) -> Result<Option<Vec<u8>>, MoveFailure> {
        let Some((file, size)) = self.open(name)? else {
            return Ok(None);
        };
        if size > max {
            return Err(self.bad(&format!("{name} is too large")));
        }
        let mut bytes = Vec::new();
        let read = file.take(size).read_to_end(&mut bytes);
        read.map_err(|error| MoveFailure::disk(&self.path, &error))?;
        Ok(Some(bytes))
    }

    /// That this is not what it should be.
    fn bad(&self, why: &str) -> MoveFailure {
        let (path, why) = (self.path.clone(), why.to_owned());
        match self.body {
            Body::Folder(_) => MoveFailure::NotALayout { path, why },
            Body::Archive(_) => MoveFailure::NotAnArchive { path, why },
        }
    }
}

fn open(body: &Body, name: &str) -> io::Result<Option<(File, u64)>> {
    match body {
        Body::Folder(folder) => open_file(&folder.join(name)),
        Body::Archive(unpacked) => {
            let Some(Span { at, size }) = unpacked.find(name) else {
                return Ok(None);
            };
            let mut file = File::open(unpacked.path())?;
            file.seek(SeekFrom::Start(at))?;
            Ok(Some((file, size)))
        }
    }
}

/// The regular file at `path`, and its size; anything else could block for good.
fn open_file(path: &Path) -> io::Result<Option<(File, u64)>> {
    match std::fs::metadata(path) {
        Ok(facts) if facts.is_file() => Ok(Some((File::open(path)?, facts.len()))),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a layout has a blob.
pub(super) fn blob_name(digest: &Digest) -> String {
    format!("blobs/{}", digest.as_str().replace(':', "/"))
}

impl Local {
    /// The layout in `folder`.
    pub(super) async fn layout(folder: &Path) -> Result<Self, MoveFailure> {
        let path = folder.to_owned();
        blocking(move |_| layout::open(path)).await
    }

    /// The archive `file`.
    pub(super) async fn archive(file: &Path) -> Result<Self, MoveFailure> {
        let path = file.to_owned();
        blocking(move |cancelled| {
            let unpacked = archive::open(&path, cancelled)?;
            let body = Body::Archive(unpacked);
            let files = Files { path, body };
            let is_layout = files.open("index.json")?.is_some();
            if is_layout {
                layout::read(files)
            } else {
                docker_save::read(files)
            }
        })
        .await
    }

    /// What is at `path`, whichever it is.
    pub(super) async fn any(path: &Path) -> Result<Self, MoveFailure> {
        if path.is_dir() {
            Self::layout(path).await
        } else {
            Self::archive(path).await
        }
    }

    fn new(files: Files, top: Vec<Named>) -> Self {
        Self(Arc::new(Inner {
            path: files.path,
            body: files.body,
            top,
            elsewhere: HashMap::new(),
            made: HashMap::new(),
        }))
    }

    /// Everything at its top.
    pub(super) fn top(&self) -> &[Named] {
        &self.0.top
    }

    /// Its images, without what belongs to others.
    pub(super) async fn images(&self) -> Result<Vec<Found>, MoveFailure> {
        let mut found: Vec<Found> = Vec::new();
        for one in self.top() {
            if one.belongs() || (one.names.is_empty() && self.has_subject(&one.digest).await?) {
                continue;
            }
            let name = one.names.first().map_or(one.digest.as_str(), |name| name);
            let known = |known: &Found| known.name == name && known.digest == one.digest;
            if !found.iter().any(known) {
                let (name, digest) = (name.to_owned(), one.digest.clone());
                found.push(Found { name, digest });
            }
        }
        Ok(found)
    }

    /// The digest of the image that is called `name`, or of the only one.
    pub(super) async fn find(&self, name: Option<&str>) -> Result<Digest, MoveFailure> {
        if let Some(name) = name {
            let found = self.top().iter().find(|one| one.is(name));
            return found
                .map(|one| one.digest.clone())
                .ok_or(MoveFailure::NoSuchImage);
        }
        let images = self.images().await?;
        let first = images.first().ok_or(MoveFailure::NoSuchImage)?;
        if images.iter().any(|other| other.digest != first.digest) {
            let names = images.into_iter().map(|image| image.name);
            return Err(MoveFailure::SeveralImages(names.collect()));
        }
        Ok(first.digest.clone())
    }

    pub(super) async fn manifest(&self, digest: &Digest) -> Result<Manifest, MoveFailure> {
        let bytes = match self.0.made.get(digest) {
            Some(made) => made.clone(),
            None => self.small(digest, MAX_MANIFEST).await?,
        };
        let understood = Content::parse(&bytes, "");
        let (content, media_type) = understood.map_err(|error| MoveFailure::NotUnderstood {
            digest: digest.clone(),
            error,
        })?;
        Ok(Manifest {
            digest: digest.clone(),
            media_type,
            bytes,
            content,
        })
    }

    /// A whole blob of `max` bytes at most, which has its digest.
    pub(super) async fn small(&self, digest: &Digest, max: u64) -> Result<Vec<u8>, MoveFailure> {
        let (file, size) = self.blob(digest).await?;
        if size > max {
            return Err(MoveFailure::TooLarge(super::failure::Bound::Manifests));
        }
        let (digest, path) = (digest.clone(), self.0.path.clone());
        blocking(move |_| {
            let mut bytes = Vec::new();
            let read = file.take(size).read_to_end(&mut bytes);
            read.map_err(|error| MoveFailure::disk(path, &error))?;
            if has_digest(&digest, &bytes) {
                Ok(bytes)
            } else {
                Err(MoveFailure::WrongContent(digest))
            }
        })
        .await
    }

    /// The blob at its beginning, and its size.
    pub(super) async fn blob(&self, digest: &Digest) -> Result<(File, u64), MoveFailure> {
        let (local, digest) = (self.clone(), digest.clone());
        blocking(move |_| {
            let Inner { path, body, .. } = &*local.0;
            let name = local.0.elsewhere.get(&digest).cloned();
            let name = name.unwrap_or_else(|| blob_name(&digest));
            let found = open(body, &name).map_err(|error| MoveFailure::disk(path, &error))?;
            found.ok_or(MoveFailure::Missing(digest))
        })
        .await
    }

    /// Whether the manifest belongs to another one.
    async fn has_subject(&self, digest: &Digest) -> Result<bool, MoveFailure> {
        match self.manifest(digest).await {
            Ok(manifest) => Ok(manifest.subject().is_some()),
            Err(MoveFailure::Missing(_) | MoveFailure::NotUnderstood { .. }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
