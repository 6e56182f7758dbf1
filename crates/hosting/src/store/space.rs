//! How much room the disk has.

use std::path::Path;

use crate::error::HostError;

/// So much stays free for everything else on the computer.
const RESERVE: u64 = 256 * 1024 * 1024;

/// What is free on the disk of `folder` for this user, in bytes; `None` where nobody says.
pub(crate) fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let facts = rustix::fs::statvfs(folder).ok()?;
        Some(facts.f_bavail.saturating_mul(facts.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// What may still be written below `folder`: what is free but for the reserve.
pub(crate) fn room(folder: &Path) -> Option<u64> {
    free(folder).map(|free| free.saturating_sub(RESERVE))
}

/// Refuses `bytes` more where the disk would be left with less than the reserve.
pub(crate) fn demand(folder: &Path, bytes: u64) -> Result<(), HostError> {
    match free(folder) {
        Some(free) if free < RESERVE.saturating_add(bytes) => Err(HostError::DiskFull),
        _ => Ok(()),
    }
}
