//! Everything in one file, and back, without a server.

use std::path::Path;

use registrar_hosting::backup::{self, Progress};
use registrar_hosting::{Caller, Host, HostError, Options};

use crate::arguments::Copy;
use crate::failure::Failure;
use crate::say;

/// Writes everything into a file, which must not be there yet.
pub(crate) fn backup(order: &Copy) -> Result<(), Failure> {
    if fs_err::exists(&order.file)? {
        let message = format!(
            "{} is there already; choose another name",
            order.file.display()
        );
        return Err(Failure::Arguments(message));
    }
    if !fs_err::exists(&order.data)? {
        let message = format!("there is no folder {}", order.data.display());
        return Err(Failure::Arguments(message));
    }
    let done = wait(&order.data, async {
        let options = Options {
            folder: order.data.clone(),
            safe: None,
        };
        let host = Host::open(options).await?;
        let done = host.backup(&order.file, quiet(), &Caller::owner()).await;
        host.close().await;
        done
    })?;
    let (blobs, bytes) = (done.blobs, done.bytes);
    say(&format!(
        "{blobs} files, {bytes} bytes: {}",
        order.file.display()
    ))?;
    damaged(
        done.damaged,
        "are damaged and not in it. Verify the storage",
    )
}

/// Makes the folder what a file says.
pub(crate) fn restore(order: &Copy) -> Result<(), Failure> {
    let done = wait(
        &order.data,
        backup::restore(&order.file, &order.data, quiet()),
    )?;
    say(&format!(
        "{} files, {} bytes: restored",
        done.blobs, done.bytes
    ))?;
    damaged(done.damaged, "were damaged when the backup was made")
}

fn damaged(count: u64, what: &str) -> Result<(), Failure> {
    match count {
        0 => Ok(()),
        count => say(&format!("{count} files {what}.")),
    }
}

fn wait<T>(folder: &Path, work: impl Future<Output = Result<T, HostError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(work);
    done.map_err(|error| match error {
        error @ HostError::InUse { .. } => Failure::opening(folder, error),
        error => Failure::Host(error),
    })
}

fn quiet() -> Progress {
    Box::new(|_, _| ())
}
