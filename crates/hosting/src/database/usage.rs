//! What takes the space.
//!
//! A holder of a blob is the registry, or the package, of a file that refers to it, or of a
//! repository that was given it. What only one holder has is freed when that one goes.

use std::collections::HashMap;

use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, query};
use uuid::Uuid;

use super::row::Columns as _;
use crate::error::HostError;
use crate::usage::{Space, Waiting};

/// Who holds which blob, by registry.
const BY_REGISTRY: &str = "SELECT registry_id AS holder, registry_id, blob FROM file \
                           UNION SELECT registry_id, registry_id, blob FROM image_blob";
/// The same by package; what a repository was given before its first image is the registry's.
const BY_PACKAGE: &str = "SELECT package_id AS holder, registry_id, blob FROM file \
                          UNION SELECT COALESCE(p.id, l.registry_id), l.registry_id, l.blob \
                          FROM image_blob l LEFT JOIN package p \
                          ON p.registry_id = l.registry_id AND p.name_key = l.repository";

/// What each registry's blobs take.
pub(crate) async fn by_registry(pool: &SqlitePool) -> Result<HashMap<Uuid, Space>, HostError> {
    spaces(pool, BY_REGISTRY, None).await
}

/// What the blobs of each package of a registry take.
pub(crate) async fn by_package(
    pool: &SqlitePool,
    registry: Uuid,
) -> Result<HashMap<Uuid, Space>, HostError> {
    spaces(pool, BY_PACKAGE, Some(registry)).await
}

async fn spaces(
    pool: &SqlitePool,
    holders: &str,
    registry: Option<Uuid>,
) -> Result<HashMap<Uuid, Space>, HostError> {
    let sql = format!(
        "WITH held AS ({holders}), shared AS (SELECT blob, COUNT(*) AS n FROM held GROUP BY blob) \
         SELECT h.holder, SUM(b.size) AS stored, \
         SUM(CASE WHEN s.n = 1 THEN b.size ELSE 0 END) AS alone \
         FROM held h JOIN shared s ON s.blob = h.blob JOIN blob b ON b.sha256 = h.blob \
         WHERE $1 IS NULL OR h.registry_id = $1 GROUP BY h.holder"
    );
    let rows = query(AssertSqlSafe(sql))
        .bind(registry)
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| {
        let space = Space {
            stored: row.count("stored")?,
            alone: row.count("alone")?,
        };
        Ok((row.try_get("holder")?, space))
    };
    rows.iter().map(read).collect()
}

/// The names of a registry's packages with how many versions and files they have, and the size of
/// those without regard to what is shared.
pub(crate) async fn packages(
    pool: &SqlitePool,
    registry: Uuid,
) -> Result<Vec<(Uuid, String, [u64; 3])>, HostError> {
    let rows = query("SELECT id, name, versions, files, size FROM package WHERE registry_id = $1")
        .bind(registry)
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| {
        let counts = [
            row.count("versions")?,
            row.count("files")?,
            row.count("size")?,
        ];
        Ok((row.try_get("id")?, row.try_get("name")?, counts))
    };
    rows.iter().map(read).collect()
}

/// Blobs that nothing refers to any more.
pub(crate) async fn waiting(pool: &SqlitePool) -> Result<Waiting, HostError> {
    let row = query(
        "SELECT COUNT(*) AS blobs, COALESCE(SUM(size), 0) AS bytes FROM blob \
         WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.sha256) \
         AND NOT EXISTS (SELECT 1 FROM image_blob WHERE image_blob.blob = blob.sha256)",
    )
    .fetch_one(pool)
    .await?;
    Ok(Waiting {
        blobs: row.count("blobs")?,
        bytes: row.count("bytes")?,
    })
}
