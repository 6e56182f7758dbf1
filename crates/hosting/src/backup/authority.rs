//! The authority that others trust belongs to the computer, not to the packages: a restoration leaves
//! a server its own. One that has come from elsewhere could not even be unsealed, and would be in the
//! way of another one.

use std::path::Path;

use crate::database::{Connection, Database, sealed};
use crate::error::HostError;
use crate::host::{DATABASE, SEALING_KEY};
use crate::sharing::AUTHORITY;
use crate::tokens::{Safe as _, SealedSafe};

/// Makes the authority in a database that is to be restored the one that the folder has, or, where it
/// has none, the backup's if the folder's key opens that. Otherwise there is none afterwards.
pub(super) async fn keep(
    change: &mut Connection,
    restored: &Database,
    folder: &Path,
) -> Result<(), HostError> {
    let kept = match of_folder(folder).await {
        Some(own) => Some(own),
        None => opened(restored, folder).await,
    };
    match kept {
        Some(secret) => sealed::put(change, AUTHORITY, &secret).await,
        None => sealed::delete(change, AUTHORITY).await,
    }
}

/// The folder's own, where its database can still be opened.
async fn of_folder(folder: &Path) -> Option<Vec<u8>> {
    let path = folder.join(DATABASE);
    if !path.exists() {
        return None;
    }
    let opening = Database::open(&path).await.inspect_err(
        |error| tracing::warn!(%error, "the old database could not be asked for its authority"),
    );
    let old = opening.ok()?;
    let own = opened(&old, folder).await;
    old.close().await;
    own
}

/// The authority of a database, sealed, where the folder's key opens it.
async fn opened(database: &Database, folder: &Path) -> Option<Vec<u8>> {
    let key = folder.join(SEALING_KEY);
    if !key.exists() {
        return None;
    }
    let safe = SealedSafe::open(database.clone(), &key).ok()?;
    safe.reveal(AUTHORITY).await.ok()??;
    sealed::get(database.reader(), AUTHORITY).await.ok()?
}
