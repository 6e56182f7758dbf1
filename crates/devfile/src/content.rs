//! What a registry keeps besides its index: devfiles, starter projects, whole stacks.

use std::path::Path;

use fs_err as fs;
use registrar_net::header::HeaderValue;
use registrar_net::{
    Answer, Authorization, Download, Failure, FailureKind, Follow, Get, Request, StatusCode, Trace,
};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::client::{Client, Target};
use crate::hex::hex;
use crate::oci::{self, Layer, LayerKind, Manifest};
use crate::part::{Part, UnfitName, Wanted};
use crate::save::{SaveError, Watch};
use crate::staging::Staging;
use crate::unpack::{Format, Limits, UnpackError, unpack};

/// The most bytes of a devfile.
pub const MAX_DEVFILE: u64 = 2 * 1024 * 1024;
/// The most bytes of a starter project, packed.
const MAX_PROJECT: u64 = 256 * 1024 * 1024;
/// Its name in a folder.
const DEVFILE: &str = "devfile.yaml";

impl Client {
    /// The text of a devfile.
    ///
    /// # Errors
    /// Those of [`Client::index`]; [`FailureKind::NotARegistry`] where there is no such devfile,
    /// [`FailureKind::BadJson`] where it is no text, [`FailureKind::TooLarge`] above 2 MiB.
    pub async fn devfile(&self, target: &Target, wanted: &Wanted) -> Result<String, Failure> {
        let get = Get {
            url: &target.url.endpoint(&wanted.devfile_path()),
            token: target.token.as_ref(),
            tls: &target.tls,
            accept: "text/plain, application/yaml, */*",
            max_body: MAX_DEVFILE,
            deadline: self.http().deadline(),
        };
        let mut answer = self.http().get(&get, &Trace::new(&|_| {})).await?;
        if let Some(failure) = answer.failure() {
            return Err(failure);
        }
        let body = std::mem::take(&mut answer.body);
        String::from_utf8(body).map_err(|_| answer.fail(FailureKind::BadJson, "it is no text"))
    }

    /// Makes a starter project ready: downloads its zip file and unpacks it.
    ///
    /// # Errors
    /// [`SaveError`].
    pub async fn starter_project(
        &self,
        target: &Target,
        wanted: &Wanted,
        project: &Part,
        into: &Staging,
        watch: Watch<'_>,
    ) -> Result<(), SaveError> {
        let url = target.url.endpoint(&wanted.starter_path(project));
        let file = into.scratch("project.zip");
        let mut opened = watch
            .unless_cancelled(self.open(target, &url, "application/zip, */*", MAX_PROJECT))
            .await?;
        let total = opened.total();
        let tell = |done| (watch.on_bytes)(done, total);
        self.write(&mut opened, &file, &tell, watch).await?;
        drop(opened);
        unpack_at(Format::Zip, &file, into.content(), Limits::PROJECT, watch).await
    }

    /// Makes a whole stack ready the OCI way: every file that its manifest lists, each with the
    /// digest that stands there; archives are unpacked.
    ///
    /// # Errors
    /// [`SaveError`].
    pub async fn stack(
        &self,
        target: &Target,
        wanted: &Wanted,
        into: &Staging,
        watch: Watch<'_>,
    ) -> Result<(), SaveError> {
        let repository = format!("v2/devfile-catalog/{}", wanted.name.as_str());
        let manifest = watch
            .unless_cancelled(self.manifest(target, wanted, &repository))
            .await?;
        let total = manifest.size();
        (watch.on_bytes)(0, Some(total));
        let mut before = 0;
        for layer in &manifest.layers {
            let url = target
                .url
                .endpoint(&format!("{repository}/blobs/{}", layer.digest));
            let mut opened = watch
                .unless_cancelled(self.open(target, &url, "*/*", layer.size))
                .await?;
            let file = match layer.kind {
                LayerKind::Archive => into.scratch("archive"),
                LayerKind::File => into.content().join(&layer.title),
            };
            let tell = |done| (watch.on_bytes)(before + done, Some(total));
            let (size, digest) = self.write(&mut opened, &file, &tell, watch).await?;
            verify(layer, size, &digest)?;
            if layer.kind == LayerKind::Archive {
                unpack_at(Format::Tar, &file, into.content(), Limits::STACK, watch).await?;
                fs::remove_file(&file)?;
            }
            before += layer.size;
        }
        Ok(())
    }

    async fn manifest(
        &self,
        target: &Target,
        wanted: &Wanted,
        repository: &str,
    ) -> Result<Manifest, SaveError> {
        let version = wanted.version.as_ref().ok_or(UnfitName)?;
        let path = format!("{repository}/manifests/{}", version.as_str());
        let get = Get {
            url: &target.url.endpoint(&path),
            token: target.token.as_ref(),
            tls: &target.tls,
            accept: oci::MANIFEST,
            max_body: oci::MAX_MANIFEST,
            deadline: self.http().deadline(),
        };
        let answer = self.http().get(&get, &Trace::new(&|_| {})).await?;
        if let Some(failure) = answer.failure() {
            return Err(failure.into());
        }
        check_manifest(&answer)?;
        Ok(Manifest::parse(&answer.body)?)
    }

    /// The bytes of an icon at `url`, which is not necessarily the registry's own.
    ///
    /// # Errors
    /// Those of [`Client::index`]; [`FailureKind::TooLarge`] above [`crate::icon::MAX_BYTES`].
    pub async fn icon(&self, target: &Target, url: &Url) -> Result<Vec<u8>, Failure> {
        let get = Get {
            url,
            token: target.token.as_ref(),
            tls: &target.tls,
            accept: "image/svg+xml, image/png",
            max_body: crate::icon::MAX_BYTES,
            deadline: self.http().deadline(),
        };
        let answer = self.http().get(&get, &Trace::new(&|_| {})).await?;
        match answer.failure() {
            Some(failure) => Err(failure),
            None => Ok(answer.body),
        }
    }

    async fn open(
        &self,
        target: &Target,
        url: &Url,
        accept: &'static str,
        max_body: u64,
    ) -> Result<Download, Failure> {
        let request = Request {
            url,
            authorization: target.token.as_ref().map(Authorization::Bearer),
            form: None,
            extra: None,
            plain_http: false,
            tls: (&target.tls).into(),
            accept,
            max_body,
            read_refusals: false,
            follow: Follow::Anywhere,
            deadline: self.http().deadline(),
            head_only: false,
            from_byte: 0,
        };
        let opened = self.http().open(&request, &Trace::new(&|_| {})).await?;
        match opened.answer().failure() {
            Some(failure) => Err(failure),
            None => Ok(opened),
        }
    }

    /// Writes what comes into a file; gives its size and its SHA-256 in hexadecimal digits.
    async fn write(
        &self,
        opened: &mut Download,
        file: &Path,
        tell: &(dyn Fn(u64) + Send + Sync),
        watch: Watch<'_>,
    ) -> Result<(u64, String), SaveError> {
        let mut written = std::io::BufWriter::new(fs::File::create(file)?);
        let (mut size, mut hash) = (0, Sha256::new());
        while let Some(piece) = watch.unless_cancelled(opened.next()).await? {
            hash.update(&piece);
            std::io::Write::write_all(&mut written, &piece)?;
            size += piece.len() as u64;
            tell(size);
        }
        std::io::Write::flush(&mut written)?;
        Ok((size, hex(&hash.finalize())))
    }
}

/// Writes a devfile to where things are made ready. Blocks.
///
/// # Errors
/// What the disk says.
pub fn stage_devfile(text: &str, into: &Staging) -> std::io::Result<()> {
    fs::write(into.content().join(DEVFILE), text)
}

async fn unpack_at(
    format: Format,
    file: &Path,
    into: &Path,
    limits: Limits,
    watch: Watch<'_>,
) -> Result<(), SaveError> {
    let (file, into) = (file.to_owned(), into.to_owned());
    let cancelled = watch.cancelled.clone();
    // The registry's own notes on who looks after a stack are no part of it.
    let skip = move |path: &Path| format == Format::Tar && path == Path::new("OWNERS");
    let work = move || unpack(format, &file, &into, limits, &skip, &cancelled);
    match tokio::task::spawn_blocking(work).await {
        Ok(Err(UnpackError::Cancelled)) => Err(SaveError::Cancelled),
        Ok(outcome) => Ok(outcome?),
        Err(error) => Err(UnpackError::Damaged(error.to_string()).into()),
    }
}

fn verify(layer: &Layer, size: u64, digest: &str) -> Result<(), SaveError> {
    let same = layer.digest.as_str().strip_prefix("sha256:") == Some(digest);
    if same && size == layer.size {
        Ok(())
    } else {
        Err(SaveError::Digest(layer.title.clone()))
    }
}

/// Registries say the digest of the manifest that a tag stands for.
fn check_manifest(answer: &Answer) -> Result<(), SaveError> {
    let said = answer.headers.get("docker-content-digest");
    let found = format!("sha256:{}", hex(&Sha256::digest(&answer.body)));
    match said.map(HeaderValue::as_bytes) {
        Some(said) if said.starts_with(b"sha256:") && said != found.as_bytes() => {
            Err(SaveError::Digest("manifest".to_owned()))
        }
        _ if answer.status == StatusCode::NO_CONTENT => {
            Err(answer.fail(FailureKind::NotARegistry, "no manifest").into())
        }
        _ => Ok(()),
    }
}
