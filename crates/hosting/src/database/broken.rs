//! Damage: blobs that are broken, and what the rows of the database should say.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::row::{Columns as _, stored};
use crate::error::HostError;
use crate::model::Content;

/// What the counters of a version, a package and a registry are when they are counted: the table,
/// its column, and what it should be.
const COUNTED: [(&str, &str, &str); 8] = [
    (
        "version",
        "size",
        "(SELECT COALESCE(SUM(b.size), 0) FROM file f JOIN blob b ON b.sha256 = f.blob WHERE f.version_id = t.id)",
    ),
    (
        "package",
        "versions",
        "(SELECT COUNT(*) FROM version v WHERE v.package_id = t.id)",
    ),
    (
        "package",
        "files",
        "(SELECT COUNT(*) FROM file f WHERE f.package_id = t.id)",
    ),
    (
        "package",
        "size",
        "(SELECT COALESCE(SUM(b.size), 0) FROM file f JOIN blob b ON b.sha256 = f.blob WHERE f.package_id = t.id)",
    ),
    (
        "registry",
        "packages",
        "(SELECT COUNT(*) FROM package p WHERE p.registry_id = t.id)",
    ),
    (
        "registry",
        "versions",
        "(SELECT COUNT(*) FROM version v WHERE v.registry_id = t.id)",
    ),
    (
        "registry",
        "files",
        "(SELECT COUNT(*) FROM file f WHERE f.registry_id = t.id)",
    ),
    (
        "registry",
        "size",
        "(SELECT COALESCE(SUM(b.size), 0) FROM file f JOIN blob b ON b.sha256 = f.blob WHERE f.registry_id = t.id)",
    ),
];

/// Files of images whose repository does not have their blob. A manifest's own file, whose name
/// ends with its digest, needs none.
const UNLINKED: &str = "FROM file f JOIN package p ON p.id = f.package_id \
    JOIN registry r ON r.id = f.registry_id \
    WHERE r.ecosystem IN ('container', 'helm_oci') \
    AND instr(substr(f.name_key, instr(f.name_key, '@')), '/') > 0 \
    AND NOT EXISTS (SELECT 1 FROM image_blob l WHERE l.registry_id = f.registry_id \
    AND l.repository = p.name_key AND l.blob = f.blob)";

/// Packages without a version, and those whose latest version is not one of theirs.
const EMPTY: &str =
    "FROM package WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.package_id = package.id)";
const LOST_LATEST: &str = "FROM package p WHERE EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id) \
     AND NOT EXISTS (SELECT 1 FROM version v WHERE v.id = p.latest_id AND v.package_id = p.id)";

/// All broken blobs.
pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<[u8; 32]>, HostError> {
    let rows = query("SELECT sha256 FROM broken").fetch_all(pool).await?;
    rows.iter().map(|row| row.bytes("sha256")).collect()
}

/// Remembers that a blob is broken.
pub(crate) async fn mark(
    connection: &mut Connection,
    sha256: &[u8; 32],
    problem: &str,
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO broken (sha256, problem, found_at) VALUES ($1, $2, $3) \
         ON CONFLICT (sha256) DO UPDATE SET problem = excluded.problem",
    )
    .bind(&sha256[..])
    .bind(problem)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// A blob is whole again.
pub(crate) async fn unmark(
    connection: &mut Connection,
    sha256: &[u8; 32],
) -> Result<bool, HostError> {
    let done = query("DELETE FROM broken WHERE sha256 = $1")
        .bind(&sha256[..])
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Corrects what is recorded of a blob: its size and its other digests.
pub(crate) async fn correct(
    connection: &mut Connection,
    content: &Content,
) -> Result<(), HostError> {
    query("UPDATE blob SET size = $2, md5 = $3, sha1 = $4, sha512 = $5, blake2b = $6 WHERE sha256 = $1")
        .bind(&content.sha256[..])
        .bind(stored(content.size))
        .bind(content.other(|more| &more.md5))
        .bind(content.other(|more| &more.sha1))
        .bind(content.other(|more| &more.sha512))
        .bind(content.other(|more| &more.blake2b))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many counters are wrong.
pub(crate) async fn miscounted(pool: &SqlitePool) -> Result<u64, HostError> {
    let mut wrong = 0;
    for (table, column, counted) in COUNTED {
        let sql = format!("SELECT COUNT(*) FROM {table} t WHERE t.{column} <> {counted}");
        wrong += number(pool, sql).await?;
    }
    Ok(wrong)
}

/// Counts everything anew.
pub(crate) async fn recount(connection: &mut Connection) -> Result<(), HostError> {
    for (table, column, counted) in COUNTED {
        let sql =
            format!("UPDATE {table} AS t SET {column} = {counted} WHERE t.{column} <> {counted}");
        query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// How many blobs of images their repositories lack.
pub(crate) async fn unlinked(pool: &SqlitePool) -> Result<u64, HostError> {
    number(
        pool,
        format!("SELECT COUNT(DISTINCT p.id || f.blob) {UNLINKED}"),
    )
    .await
}

/// Gives repositories the blobs of their images.
pub(crate) async fn link(connection: &mut Connection, now: Timestamp) -> Result<(), HostError> {
    let sql = format!(
        "INSERT INTO image_blob (registry_id, repository, blob, linked_at) \
         SELECT DISTINCT f.registry_id, p.name_key, f.blob, $1 {UNLINKED}"
    );
    query(AssertSqlSafe(sql))
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// How many packages have no version.
pub(crate) async fn empty(pool: &SqlitePool) -> Result<u64, HostError> {
    number(pool, format!("SELECT COUNT(*) {EMPTY}")).await
}

/// Deletes packages without a version.
pub(crate) async fn delete_empty(connection: &mut Connection) -> Result<(), HostError> {
    query(AssertSqlSafe(format!("DELETE {EMPTY}")))
        .execute(connection)
        .await?;
    Ok(())
}

/// Packages whose latest version is none of theirs, with their registries.
pub(crate) async fn without_latest(pool: &SqlitePool) -> Result<Vec<(Uuid, Uuid)>, HostError> {
    let rows = query(AssertSqlSafe(format!(
        "SELECT p.id, p.registry_id {LOST_LATEST}"
    )))
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("id")?, row.try_get("registry_id")?));
    rows.iter().map(read).collect()
}

async fn number(pool: &SqlitePool, sql: String) -> Result<u64, HostError> {
    let found: i64 = query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?;
    Ok(u64::try_from(found).unwrap_or(0))
}
