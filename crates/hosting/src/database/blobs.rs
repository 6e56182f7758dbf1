//! Blobs: what the store should hold.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::row::{Columns as _, stored};
use crate::error::HostError;
use crate::model::{Content, Digests};

/// Records a blob, if it is new, and those of its digests that are.
pub(crate) async fn insert(
    connection: &mut Connection,
    content: &Content,
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO blob (sha256, size, md5, sha1, sha512, blake2b, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sha256) DO UPDATE SET \
         md5 = excluded.md5, sha1 = excluded.sha1, sha512 = excluded.sha512, \
         blake2b = excluded.blake2b WHERE blob.md5 IS NULL AND excluded.md5 IS NOT NULL",
    )
    .bind(&content.sha256[..])
    .bind(stored(content.size))
    .bind(content.other(|more| &more.md5))
    .bind(content.other(|more| &more.sha1))
    .bind(content.other(|more| &more.sha512))
    .bind(content.other(|more| &more.blake2b))
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Everything that files refer to; of one registry or of all.
pub(crate) async fn referenced(
    pool: &SqlitePool,
    registry: Option<Uuid>,
) -> Result<Vec<Content>, HostError> {
    let rows = query(
        "SELECT * FROM blob WHERE sha256 IN \
         (SELECT blob FROM file WHERE $1 IS NULL OR registry_id = $1) ORDER BY sha256",
    )
    .bind(registry)
    .fetch_all(pool)
    .await?;
    rows.iter().map(content).collect()
}

/// Everything that is recorded.
pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<Content>, HostError> {
    let rows = query("SELECT * FROM blob").fetch_all(pool).await?;
    rows.iter().map(content).collect()
}

/// What is recorded of a blob.
pub(crate) async fn by_sha256(
    pool: &SqlitePool,
    sha256: &[u8; 32],
) -> Result<Option<Content>, HostError> {
    let row = query("SELECT * FROM blob WHERE sha256 = $1")
        .bind(&sha256[..])
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(content).transpose()
}

/// What all blobs take together, each counted once.
pub(crate) async fn used_bytes(pool: &SqlitePool) -> Result<u64, HostError> {
    let sum: i64 = query_scalar("SELECT COALESCE(SUM(size), 0) FROM blob")
        .fetch_one(pool)
        .await?;
    Ok(u64::try_from(sum).unwrap_or(0))
}

/// Blobs that no file and no repository refers to and that were recorded before `before`.
pub(crate) async fn unreferenced(
    pool: &SqlitePool,
    before: Timestamp,
) -> Result<Vec<Content>, HostError> {
    let rows = query(
        "SELECT * FROM blob WHERE created_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.sha256) \
         AND NOT EXISTS (SELECT 1 FROM image_blob WHERE image_blob.blob = blob.sha256)",
    )
    .bind(before.as_millisecond())
    .fetch_all(pool)
    .await?;
    rows.iter().map(content).collect()
}

/// Forgets a blob, if still nothing refers to it; whether it did.
pub(crate) async fn forget(
    connection: &mut Connection,
    sha256: &[u8; 32],
) -> Result<bool, HostError> {
    let done = query(
        "DELETE FROM blob WHERE sha256 = $1 \
         AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.sha256) \
         AND NOT EXISTS (SELECT 1 FROM image_blob WHERE image_blob.blob = blob.sha256)",
    )
    .bind(&sha256[..])
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether a blob is recorded.
pub(crate) async fn is_known(pool: &SqlitePool, sha256: &[u8; 32]) -> Result<bool, HostError> {
    let found: i64 = query_scalar("SELECT COUNT(*) FROM blob WHERE sha256 = $1")
        .bind(&sha256[..])
        .fetch_one(pool)
        .await?;
    Ok(found > 0)
}

pub(super) fn content(row: &SqliteRow) -> Result<Content, HostError> {
    Ok(Content {
        size: row.count("size")?,
        sha256: row.bytes("sha256")?,
        more: digests(row)?,
    })
}

fn digests(row: &SqliteRow) -> Result<Option<Digests>, HostError> {
    if row.try_get::<Option<&[u8]>, _>("md5")?.is_none() {
        return Ok(None);
    }
    Ok(Some(Digests {
        md5: row.bytes("md5")?,
        sha1: row.bytes("sha1")?,
        sha512: row.bytes("sha512")?,
        blake2b: row.bytes("blake2b")?,
    }))
}
