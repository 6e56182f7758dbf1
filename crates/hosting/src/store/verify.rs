//! Whether every blob is what its name says.

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::{Opened, Store};
use crate::error::HostError;
use crate::model::Content;
use crate::repair::Repair;

/// What is wrong with a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyProblem {
    /// It is not there.
    #[error("The file is missing.")]
    Missing,
    /// It is shorter or longer than it was.
    #[error("The file has another size than when it was published.")]
    Size,
    /// Its bytes have changed.
    #[error("The file's content has changed since it was published.")]
    Content,
    /// It cannot be read.
    #[error("The file cannot be read from the disk.")]
    Unreadable,
}

/// What a verification has found.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// How many blobs were read.
    pub checked: u64,
    /// How many bytes that were.
    pub bytes: u64,
    /// Each file that is not whole: registry, package, version, file, and what is wrong.
    pub problems: Vec<([String; 4], VerifyProblem)>,
    /// What can be put right, and what would be put aside.
    pub repairs: Vec<Repair>,
    /// Blobs that nothing refers to.
    pub unreferenced: u64,
}

impl Store {
    /// Reads a blob from the store and hashes it; calls `progress` with what was read.
    pub(crate) async fn verify(
        &self,
        content: &Content,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Option<VerifyProblem>, HostError> {
        match self.size_of(&content.sha256).await? {
            None => return Ok(Some(VerifyProblem::Missing)),
            Some(size) if size != content.size => return Ok(Some(VerifyProblem::Size)),
            Some(_) => {}
        }
        let Some(opened) = self.stream(content, 0..content.size).await? else {
            return Ok(Some(VerifyProblem::Missing));
        };
        let mut hash = Sha256::new();
        match opened {
            Opened::Whole(bytes) => hash.update(&bytes),
            Opened::Stream(mut stream) => loop {
                match stream.try_next().await {
                    Ok(Some(chunk)) => {
                        progress(chunk.len() as u64);
                        hash =
                            tokio::task::spawn_blocking(move || hash.chain_update(&chunk)).await?;
                    }
                    Ok(None) => break,
                    Err(_) => return Ok(Some(VerifyProblem::Unreadable)),
                }
            },
        }
        let same = hash.finalize()[..] == content.sha256;
        Ok((!same).then_some(VerifyProblem::Content))
    }
}
