//! What there is to move at a place.

use std::collections::HashMap;
use std::path::PathBuf;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use registrar_container::images::{Content, Image, Index};
use registrar_container::moving::{self, Found};
use registrar_container::{Failure, Reader};
use registrar_registry::ImageReference;

use super::ends::absolute;
use super::file::Words;
use super::words::explained;
use crate::app::App;
use crate::images::named;
use crate::wire::{
    CommandError, MovableImage, MovablePage, MovablePlatform, ReadMovable, TransferPlace,
};

/// How many manifests of an index are read at the same time.
const AT_ONCE: usize = 4;
/// The most whose sizes are looked up.
const MAX_SIZED: usize = 32;

impl App {
    /// What there is to move: the image of a registry with its platforms, or the images of a folder
    /// or an archive.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for a name or a path that is none,
    /// [`crate::wire::Code::Cancelled`]; why it cannot be read.
    pub async fn read_movable(&self, request: ReadMovable) -> Result<MovablePage, CommandError> {
        let work = self.movable(&request.from);
        let images = self.cancellable(&request.operation, work).await??;
        let folder = self.download_folder();
        Ok(MovablePage {
            images,
            folder: folder.display().to_string(),
        })
    }

    async fn movable(&self, from: &TransferPlace) -> Result<Vec<MovableImage>, CommandError> {
        let (form, path) = match from {
            TransferPlace::File { form, path, .. } => (*form, path),
            TransferPlace::Registry { .. } => return Ok(vec![self.movable_image(from).await?]),
        };
        let path = absolute(form, path)?;
        let name = path.display().to_string();
        let found = moving::images(&path).await;
        let words = Words {
            name: name.clone(),
            from: name.clone(),
            to: name,
        };
        let found = found.map_err(|failure| explained(&failure, &words))?;
        Ok(found.iter().map(in_file).collect())
    }

    async fn movable_image(&self, from: &TransferPlace) -> Result<MovableImage, CommandError> {
        let (place, image) = self.image_at(from).await?;
        let failed = |raw: String, what: String| {
            CommandError::new(crate::wire::Code::Internal, format!("{image}: {what}."))
                .hint("Open the image again to see what can be done.")
                .retryable()
                .raw(&raw)
        };
        let reader = self.reader(&place).await.map_err(|failure| {
            let what = failure.said.unwrap_or_else(|| failure.raw.clone());
            failed(failure.raw, what)
        })?;
        // There, each manifest that is read counts as a pull.
        let sized = !place.address.host().is_hub();
        let read = read(&reader, &image, sized).await;
        read.map_err(|failure| failed(failure.raw.clone(), failure.kind.to_string()))
    }

    /// Where downloads go where nothing else is chosen.
    fn download_folder(&self) -> PathBuf {
        let home = self.0.paths.tools().home().to_owned();
        let downloads = home.join("Downloads");
        if downloads.is_dir() { downloads } else { home }
    }
}

async fn read(
    reader: &Reader,
    image: &ImageReference,
    sized: bool,
) -> Result<MovableImage, Failure> {
    let top = reader.manifest(image).await?;
    let mut parts = HashMap::new();
    let platforms = match &top.content {
        Content::Image(image) => {
            count(image, &mut parts);
            Vec::new()
        }
        Content::Index(index) if sized => sizes(reader, image, index, &mut parts).await?,
        Content::Index(index) => known(index).map(|(_, name)| unsized_one(name)).collect(),
    };
    let all = parts
        .values()
        .fold(0, |sum: u64, size| sum.saturating_add(*size));
    Ok(MovableImage {
        name: image.tag().map(ToOwned::to_owned),
        digest: top.digest.to_string(),
        platforms,
        size: (!parts.is_empty()).then_some(all),
    })
}

/// The images of an index that say where they run: digest and platform.
fn known(index: &Index) -> impl Iterator<Item = (String, String)> + '_ {
    index.entries.iter().filter_map(|entry| {
        let platform = entry.platform.as_ref().filter(|one| one.is_known())?;
        Some((entry.descriptor.digest.to_string(), platform.to_string()))
    })
}

fn unsized_one(name: String) -> MovablePlatform {
    MovablePlatform { name, size: None }
}

async fn sizes(
    reader: &Reader,
    image: &ImageReference,
    index: &Index,
    parts: &mut HashMap<String, u64>,
) -> Result<Vec<MovablePlatform>, Failure> {
    let all: Vec<_> = known(index).collect();
    if all.len() > MAX_SIZED {
        return Ok(all.into_iter().map(|(_, name)| unsized_one(name)).collect());
    }
    let read = all.into_iter().map(|(digest, name)| async move {
        let Ok(child) = named(image, &digest) else {
            return Ok((name, None));
        };
        Ok::<_, Failure>((name, Some(reader.manifest(&child).await?)))
    });
    let read: Vec<_> = stream::iter(read).buffered(AT_ONCE).try_collect().await?;
    let platforms = read.into_iter().map(|(name, manifest)| {
        let size = manifest.and_then(|manifest| match &manifest.content {
            Content::Image(image) => Some(count(image, parts)),
            Content::Index(_) => None,
        });
        MovablePlatform { name, size }
    });
    Ok(platforms.collect())
}

/// The bytes of an image; its parts are put among `parts`, each once.
fn count(image: &Image, parts: &mut HashMap<String, u64>) -> u64 {
    let all = image.layers.iter().chain(std::iter::once(&image.config));
    all.fold(0, |sum: u64, part| {
        parts.insert(part.digest.to_string(), part.size);
        sum.saturating_add(part.size)
    })
}

fn in_file(found: &Found) -> MovableImage {
    let digest = found.digest.to_string();
    MovableImage {
        name: (found.name != digest).then(|| found.name.clone()),
        digest,
        platforms: Vec::new(),
        size: None,
    }
}
