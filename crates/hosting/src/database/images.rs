//! What is special about images: the blobs that a repository has, and manifests about others.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::blobs::content;
use super::row::Columns as _;
use crate::digest::Digest;
use crate::error::HostError;
use crate::model::Content;

/// Gives a repository a blob. One that it has counts as given just now.
pub(crate) async fn link(
    connection: &mut Connection,
    registry: Uuid,
    repository: &str,
    sha256: &[u8; 32],
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO image_blob (registry_id, repository, blob, linked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (registry_id, repository, blob) DO UPDATE SET linked_at = excluded.linked_at",
    )
    .bind(registry)
    .bind(repository)
    .bind(&sha256[..])
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a repository every blob that the files of its packages refer to.
pub(crate) async fn link_files(
    connection: &mut Connection,
    version: Uuid,
    repository: &str,
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO image_blob (registry_id, repository, blob, linked_at) \
         SELECT DISTINCT registry_id, $2, blob, $3 FROM file WHERE version_id = $1 \
         ON CONFLICT (registry_id, repository, blob) DO NOTHING",
    )
    .bind(version)
    .bind(repository)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// A blob that a repository has, and since when.
pub(crate) async fn linked(
    executor: impl SqliteExecutor<'_>,
    registry: Uuid,
    repository: &str,
    digest: Digest,
) -> Result<Option<(Content, Timestamp)>, HostError> {
    let (column, bytes) = column(&digest);
    let sql = format!(
        "SELECT b.*, l.linked_at FROM image_blob l JOIN blob b ON b.sha256 = l.blob \
         WHERE l.registry_id = $1 AND l.repository = $2 AND b.{column} = $3"
    );
    let row = query(sqlx::AssertSqlSafe(sql))
        .bind(registry)
        .bind(repository)
        .bind(bytes)
        .fetch_optional(executor)
        .await?;
    let read = |row: SqliteRow| Ok((content(&row)?, row.time("linked_at")?));
    row.map(read).transpose()
}

/// The repositories that have a blob, at most 100: their registries and names.
pub(crate) async fn holders(
    pool: &SqlitePool,
    digest: Digest,
) -> Result<Vec<(Uuid, String)>, HostError> {
    let (column, bytes) = column(&digest);
    let sql = format!(
        "SELECT l.registry_id, l.repository FROM image_blob l JOIN blob b ON b.sha256 = l.blob \
         WHERE b.{column} = $1 LIMIT 100"
    );
    let rows = query(sqlx::AssertSqlSafe(sql))
        .bind(bytes)
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("registry_id")?, row.try_get("repository")?));
    rows.iter().map(read).collect()
}

/// Takes a blob from a repository; whether it had it.
pub(crate) async fn unlink(
    connection: &mut Connection,
    registry: Uuid,
    repository: &str,
    sha256: &[u8; 32],
) -> Result<bool, HostError> {
    let done =
        query("DELETE FROM image_blob WHERE registry_id = $1 AND repository = $2 AND blob = $3")
            .bind(registry)
            .bind(repository)
            .bind(&sha256[..])
            .execute(connection)
            .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether an image of the repository needs a blob.
pub(crate) async fn is_needed(
    connection: &mut Connection,
    registry: Uuid,
    repository: &str,
    sha256: &[u8; 32],
) -> Result<bool, HostError> {
    let found: i64 = query_scalar(
        "SELECT COUNT(*) FROM file f JOIN package p ON p.id = f.package_id \
         WHERE f.blob = $3 AND p.registry_id = $1 AND p.name_key = $2",
    )
    .bind(registry)
    .bind(repository)
    .bind(&sha256[..])
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Blobs that repositories were given before `before` and that no image of theirs needs.
pub(crate) async fn idle(
    pool: &SqlitePool,
    before: Timestamp,
) -> Result<Vec<(Uuid, String, [u8; 32])>, HostError> {
    let rows = query(
        "SELECT l.registry_id, l.repository, l.blob FROM image_blob l WHERE l.linked_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM file f JOIN package p ON p.id = f.package_id \
         WHERE f.blob = l.blob AND p.registry_id = l.registry_id AND p.name_key = l.repository)",
    )
    .bind(before.as_millisecond())
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok((
            row.try_get("registry_id")?,
            row.try_get("repository")?,
            row.bytes("blob")?,
        ))
    };
    rows.iter().map(read).collect()
}

/// The SHA-256 of the blob with this SHA-512.
pub(crate) async fn by_sha512(
    executor: impl SqliteExecutor<'_>,
    sha512: &[u8; 64],
) -> Result<Option<[u8; 32]>, HostError> {
    let row = query("SELECT sha256 FROM blob WHERE sha512 = $1")
        .bind(&sha512[..])
        .fetch_optional(executor)
        .await?;
    row.map(|row| row.bytes("sha256")).transpose()
}

/// The version that a tag points to, in normal form.
pub(crate) async fn tagged(
    executor: impl SqliteExecutor<'_>,
    registry: Uuid,
    repository: &str,
    tag: &str,
) -> Result<Option<String>, HostError> {
    Ok(query_scalar(
        "SELECT v.version_key FROM package p JOIN tag t ON t.package_id = p.id \
         JOIN version v ON v.id = t.version_id \
         WHERE p.registry_id = $1 AND p.name_key = $2 AND t.name = $3",
    )
    .bind(registry)
    .bind(repository)
    .bind(tag)
    .fetch_optional(executor)
    .await?)
}

/// The tags of a package behind `last`, sorted by their bytes, at most `limit`.
pub(crate) async fn tag_names(
    pool: &SqlitePool,
    package: Uuid,
    last: &str,
    limit: u32,
) -> Result<Vec<String>, HostError> {
    Ok(query_scalar(
        "SELECT name FROM tag WHERE package_id = $1 AND name > $2 ORDER BY name LIMIT $3",
    )
    .bind(package)
    .bind(last)
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?)
}

/// The names of a registry's packages behind `last`, sorted by their bytes, at most `limit`.
pub(crate) async fn package_names(
    pool: &SqlitePool,
    registry: Uuid,
    last: &str,
    limit: u32,
) -> Result<Vec<String>, HostError> {
    Ok(query_scalar(
        "SELECT name FROM package WHERE registry_id = $1 AND name_key > $2 ORDER BY name_key LIMIT $3",
    )
    .bind(registry)
    .bind(last)
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?)
}

/// Remembers what a manifest is about.
pub(crate) async fn refer(
    connection: &mut Connection,
    package: Uuid,
    version: Uuid,
    (subject, descriptor): (&str, &str),
) -> Result<(), HostError> {
    query(
        "INSERT INTO image_referrer (version_id, package_id, subject, descriptor) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(version)
    .bind(package)
    .bind(subject)
    .bind(descriptor)
    .execute(connection)
    .await?;
    Ok(())
}

/// Which manifests of a package are about which digests, and how they are described, oldest first.
pub(crate) async fn subjects(
    pool: &SqlitePool,
    package: Uuid,
) -> Result<Vec<(Uuid, String, String)>, HostError> {
    let rows = query(
        "SELECT version_id, subject, descriptor FROM image_referrer WHERE package_id = $1 \
         ORDER BY version_id",
    )
    .bind(package)
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok((
            row.try_get("version_id")?,
            row.try_get("subject")?,
            row.try_get("descriptor")?,
        ))
    };
    rows.iter().map(read).collect()
}

/// The indexes of a package with what is kept of each, oldest first.
pub(crate) async fn indexes(
    pool: &SqlitePool,
    package: Uuid,
) -> Result<Vec<(Uuid, serde_json::Value)>, HostError> {
    let rows = query(
        "SELECT id, indexed FROM version WHERE package_id = $1 \
         AND json_array_length(indexed, '$.manifests') > 0 ORDER BY id",
    )
    .bind(package)
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("id")?, row.json("indexed")?));
    rows.iter().map(read).collect()
}

/// Lets a copy of a version be about the same as the version.
pub(crate) async fn copy_reference(
    connection: &mut Connection,
    from: Uuid,
    to: Uuid,
) -> Result<(), HostError> {
    query(
        "INSERT INTO image_referrer (version_id, package_id, subject, descriptor) \
         SELECT v.id, v.package_id, r.subject, r.descriptor \
         FROM image_referrer r JOIN version v ON v.id = $2 WHERE r.version_id = $1",
    )
    .bind(from)
    .bind(to)
    .execute(connection)
    .await?;
    Ok(())
}

/// The descriptors of the manifests about a subject behind `after`, oldest first, at most `limit`.
pub(crate) async fn referrers(
    pool: &SqlitePool,
    package: Uuid,
    subject: &str,
    after: Uuid,
    limit: u32,
) -> Result<Vec<(Uuid, String)>, HostError> {
    let rows = query(
        "SELECT version_id, descriptor FROM image_referrer \
         WHERE package_id = $1 AND subject = $2 AND version_id > $3 ORDER BY version_id LIMIT $4",
    )
    .bind(package)
    .bind(subject)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("version_id")?, row.try_get("descriptor")?));
    rows.iter().map(read).collect()
}

/// Where a digest is looked for.
fn column(digest: &Digest) -> (&'static str, &[u8]) {
    match digest {
        Digest::Sha256(bytes) => ("sha256", bytes),
        Digest::Sha512(bytes) => ("sha512", bytes),
    }
}
