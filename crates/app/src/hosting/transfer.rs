//! A file of a package, written to where the person wants it.

use std::path::Path;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use registrar_hosting::store::Opened;
use registrar_hosting::{File, Host, HostError};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

use super::parse;
use super::throttle::Throttle;
use crate::app::App;
use crate::journal::sync_folder;
use crate::wire::{AppEvent, CommandError, DownloadFile, Downloaded};

impl App {
    /// Asks the person where to, and writes a file there: whole or not at all.
    ///
    /// # Errors
    /// [`crate::wire::Code::Cancelled`]; what the file system says.
    pub async fn download_file(&self, request: DownloadFile) -> Result<Downloaded, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let found = host.file_by_id(parse(&request.file)?).await?;
        let file = found.filter(|file| file.registry == registry.id);
        let file = file.ok_or(HostError::NotFound("file"))?;
        let Some(path) = self.0.ports.dialogs.save_package(&file.name).await else {
            return Ok(Downloaded { path: None });
        };
        let operation = self.0.operations.begin(&request.operation);
        let writing = self.write_file(&host, &file, &path, &request.operation);
        let written = operation.run(writing).await;
        written.unwrap_or_else(|| Err(CommandError::cancelled()))?;
        host.count_download(file.id);
        Ok(Downloaded {
            path: Some(path.display().to_string()),
        })
    }

    async fn write_file(
        &self,
        host: &Host,
        file: &File,
        path: &Path,
        operation: &str,
    ) -> Result<(), CommandError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let part = beside(folder)?;
        let mut target = tokio::fs::File::from_std(part.reopen()?);
        let mut chunks = chunks(host.read(file, 0..file.content.size).await?);
        let (throttle, mut done) = (Throttle::default(), 0);
        while let Some(chunk) = chunks.try_next().await? {
            target.write_all(&chunk).await?;
            done += chunk.len() as u64;
            if throttle.is_due() || done == file.content.size {
                let (operation, total) = (operation.to_owned(), file.content.size);
                self.send(AppEvent::BytesProgress {
                    operation,
                    done,
                    total,
                });
            }
        }
        target.sync_all().await?;
        let (path, folder) = (path.to_owned(), folder.to_owned());
        self.blocking(move || {
            part.persist(path).map_err(|error| error.error)?;
            Ok(sync_folder(&folder)?)
        })
        .await
    }
}

/// A file beside the one that it will become; it is removed where that does not come to pass.
fn beside(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".registrar-").suffix(".part");
    // As any other program writes files: what the person's umask leaves.
    #[cfg(unix)]
    let permissions: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    builder.tempfile_in(folder)
}

pub(super) fn chunks(opened: Opened) -> BoxStream<'static, std::io::Result<Bytes>> {
    match opened {
        Opened::Whole(bytes) => stream::iter([Ok(bytes)]).boxed(),
        Opened::Stream(stream) => stream,
    }
}
