//! What an image of a source registry is made of, as its own manifests say.

use futures_util::TryStreamExt as _;
use registrar_container::images::{Config, MAX_CONFIG, Manifest, Referrers};
use registrar_hosting::{File, HostError, Version};
use registrar_registry::Digest;

use super::packages::Found;
use super::transfer::chunks;
use crate::app::App;
use crate::images::opening::{Opened, choose};
use crate::wire::{Code, CommandError, ImageFacts, OpenPackageImage, PackageRef, RawManifest};

impl App {
    /// What a version of a container image is made of. What belongs to it is part of the package.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Invalid`] for what is no image, or one that cannot be shown.
    pub async fn open_package_image(
        &self,
        request: OpenPackageImage,
    ) -> Result<ImageFacts, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let version = found.version(&request.version).await?;
        let opened = found.opened(&version, request.platform.as_deref()).await?;
        Ok(opened.facts(Ok(Referrers::default())))
    }

    /// The manifest of a version of a container image, as it was pushed.
    ///
    /// # Errors
    /// As [`App::open_package_image`].
    pub async fn package_manifest(&self, request: PackageRef) -> Result<RawManifest, CommandError> {
        let found = self.found(&request.source, &request.name).await?;
        let version = found.asked(request.version.as_deref()).await?;
        let (manifest, _) = found.manifest(&version).await?;
        Ok(RawManifest {
            text: Some(String::from_utf8_lossy(&manifest.bytes).into_owned()),
            digest: Some(manifest.digest.to_string()),
            media_type: Some(manifest.media_type),
            failure: None,
        })
    }
}

impl Found {
    /// Reads a version: the image itself, or the one of an index that is wanted. One that the index
    /// lists and somebody has deleted by itself is left out.
    async fn opened(
        &self,
        version: &Version,
        platform: Option<&str>,
    ) -> Result<Opened, CommandError> {
        let (top, own) = self.manifest(version).await?;
        let listed = choose(&top, platform).map(|entry| entry.descriptor.digest.to_string());
        let (host, package) = (&self.host, self.package.id);
        let listed = match listed {
            Some(digest) => host.version(&self.registry, package, &digest).await?,
            None => None,
        };
        let (chosen, files) = match &listed {
            Some(listed) => {
                let (chosen, files) = self.manifest(listed).await?;
                (Some(chosen), files)
            }
            None => (None, own),
        };
        let mut opened = Opened {
            top,
            chosen,
            config: None,
        };
        opened.config = self.config(&files, &opened).await?;
        Ok(opened)
    }

    /// The manifest of a version, and all files of the version.
    async fn manifest(&self, version: &Version) -> Result<(Manifest, Vec<File>), CommandError> {
        let digest = Digest::parse(&version.version).map_err(|_| no_image())?;
        let files = self.host.files_of_version(version.id).await?;
        let is_manifest = |file: &&File| file.indexed["digest"] == version.version.as_str();
        let file = files.iter().find(is_manifest);
        let file = file.ok_or(HostError::NotFound("manifest"))?;
        let kind = file.indexed["mediaType"].as_str().unwrap_or_default();
        let bytes = self.whole(file).await?;
        let manifest = Manifest::parse(digest, bytes, kind).map_err(|error| CommandError {
            raw: Some(error.to_string()),
            ..CommandError::new(Code::Invalid, "This image cannot be shown.")
        })?;
        Ok((manifest, files))
    }

    /// The configuration of the image that is shown; `None` for another artifact, and for one that
    /// is too large or no configuration: the layers are shown all the same.
    async fn config(
        &self,
        files: &[File],
        opened: &Opened,
    ) -> Result<Option<Config>, CommandError> {
        let config = opened.image().map(|image| &image.config);
        let Some(config) = config.filter(|config| Config::is_one(config)) else {
            return Ok(None);
        };
        let is_config = |file: &&File| {
            let content = &file.content;
            let sha512 = content
                .other(|more| &more.sha512)
                .map(registrar_hosting::hex);
            let said = config.digest.as_str();
            said.strip_prefix("sha256:") == Some(&*content.sha256_hex())
                || sha512.is_some_and(|own| said.strip_prefix("sha512:") == Some(&*own))
        };
        let file = files.iter().find(is_config);
        let Some(file) = file.filter(|file| file.content.size <= MAX_CONFIG) else {
            return Ok(None);
        };
        Ok(Config::parse(&self.whole(file).await?).ok())
    }

    async fn whole(&self, file: &File) -> Result<Vec<u8>, CommandError> {
        let opened = self.host.read(file, 0..file.content.size).await?;
        let read = chunks(opened).try_fold(Vec::new(), |mut all, chunk| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        });
        Ok(read.await?)
    }
}

fn no_image() -> CommandError {
    CommandError::new(Code::Invalid, "This package is no container image.")
}
