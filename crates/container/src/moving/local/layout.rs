//! OCI image layouts (`image-layout.md` of the image specification).

use std::path::PathBuf;

use registrar_registry::{Digest, ImageReference};
use serde::Deserialize;

use super::{Body, Files, Local};
use crate::images::{Content, Descriptor, MAX_MANIFEST};
use crate::moving::failure::MoveFailure;

/// Where a layout says what an image is called.
pub(in crate::moving) const REF_NAME: &str = "org.opencontainers.image.ref.name";
/// Where docker says it, as a whole reference.
pub(in crate::moving) const FULL_NAME: &str = "io.containerd.image.name";

/// Something at the top of a layout or archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is called, the fullest name first.
    pub names: Vec<String>,
    /// The digest of its manifest or index.
    pub digest: Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    image_layout_version: String,
}

impl Named {
    /// Reads `index.json`.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Vec<Self>, String> {
        match Content::parse(bytes, "") {
            Ok((Content::Index(index), _)) => {
                let named = index.entries.into_iter();
                Ok(named.map(|entry| Self::of(entry.descriptor)).collect())
            }
            Ok(_) => Err("index.json is no index".to_owned()),
            Err(error) => Err(format!("index.json: {error}")),
        }
    }

    fn of(descriptor: Descriptor) -> Self {
        let mut annotations = descriptor.annotations;
        let mut names: Vec<String> = Vec::new();
        for key in [FULL_NAME, REF_NAME] {
            let name = annotations.remove(key).filter(|name| !name.is_empty());
            names.extend(name);
        }
        Self {
            names,
            digest: descriptor.digest,
        }
    }

    pub(in crate::moving) fn is(&self, name: &str) -> bool {
        let written_out = |name: &str| {
            let parsed = ImageReference::parse(name).ok();
            parsed.filter(|_| name.contains(':'))
        };
        let same = |known: &String| {
            known == name || written_out(known).is_some_and(|one| Some(one) == written_out(name))
        };
        self.names.iter().any(same) || self.digest.as_str() == name
    }

    /// Whether its name says that it belongs to another image: the tags of cosign and those that
    /// stand for a list of referrers.
    pub(in crate::moving) fn belongs(&self) -> bool {
        let names = &mut self.names.iter();
        names.any(|name| name.len() >= 71 && name.starts_with("sha256-"))
    }
}

pub(super) fn open(folder: PathBuf) -> Result<Local, MoveFailure> {
    let files = Files {
        path: folder.clone(),
        body: Body::Folder(folder),
    };
    if !files.path.is_dir() {
        return Err(files.bad("there is no such folder"));
    }
    read(files)
}

/// The layout that `files` are.
pub(super) fn read(files: Files) -> Result<Local, MoveFailure> {
    let mark = files.read("oci-layout", 4096)?;
    let mark = mark.ok_or_else(|| files.bad("it has no file oci-layout"))?;
    match serde_json::from_slice::<Mark>(&mark) {
        Ok(mark) if mark.image_layout_version.starts_with("1.") => {}
        _ => return Err(files.bad("its file oci-layout is not of version 1")),
    }
    let index = files.read("index.json", MAX_MANIFEST)?;
    let index = index.ok_or_else(|| files.bad("it has no file index.json"))?;
    let top = Named::parse(&index).map_err(|why| files.bad(&why))?;
    Ok(Local::new(files, top))
}
