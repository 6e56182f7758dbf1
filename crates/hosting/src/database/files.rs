//! Files of versions.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::blobs::content;
use super::row::{Columns as _, stored};
use crate::error::HostError;
use crate::model::{Content, File, Release};

/// The start of every query for files.
const SELECT: &str = "SELECT f.*, b.sha256, b.size, b.md5, b.sha1, b.sha512, b.blake2b \
                      FROM file f JOIN blob b ON b.sha256 = f.blob";

/// The file of this name in normal form.
pub(crate) async fn by_key(
    executor: impl SqliteExecutor<'_>,
    registry: Uuid,
    key: &str,
) -> Result<Option<File>, HostError> {
    let sql = select(" WHERE f.registry_id = $1 AND f.name_key = $2");
    let row = query(sql)
        .bind(registry)
        .bind(key)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(file).transpose()
}

/// The file of this id.
pub(crate) async fn by_id(
    executor: impl SqliteExecutor<'_>,
    id: Uuid,
) -> Result<Option<File>, HostError> {
    let row = query(select(" WHERE f.id = $1"))
        .bind(id)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(file).transpose()
}

/// The name of a file in normal form.
pub(crate) async fn key_of(connection: &mut Connection, id: Uuid) -> Result<String, HostError> {
    Ok(query_scalar("SELECT name_key FROM file WHERE id = $1")
        .bind(id)
        .fetch_one(connection)
        .await?)
}

/// The files of a version, in the order in which they were published.
pub(crate) async fn of_version(
    executor: impl SqliteExecutor<'_>,
    version: Uuid,
) -> Result<Vec<File>, HostError> {
    let rows = query(select(" WHERE f.version_id = $1 ORDER BY f.id"))
        .bind(version)
        .fetch_all(executor)
        .await?;
    rows.iter().map(file).collect()
}

/// The files of several versions, of each in the order in which they were published.
pub(crate) async fn of_versions(
    pool: &SqlitePool,
    versions: &[Uuid],
) -> Result<Vec<File>, HostError> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (1..=versions.len()).map(|at| format!("${at}")).collect();
    let condition = format!("f.version_id IN ({}) ORDER BY f.id", places.join(", "));
    let mut asked = query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE {condition}")));
    for version in versions {
        asked = asked.bind(version);
    }
    let rows = asked.fetch_all(pool).await?;
    rows.iter().map(file).collect()
}

/// The files of a package, in the order in which they were published.
pub(crate) async fn of_package(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
) -> Result<Vec<File>, HostError> {
    let rows = query(select(" WHERE f.package_id = $1 ORDER BY f.id"))
        .bind(package)
        .fetch_all(executor)
        .await?;
    rows.iter().map(file).collect()
}

/// Where a file belongs, for the report of a verification: registry, package, version, file.
pub(crate) async fn places_of_blob(
    pool: &SqlitePool,
    sha256: &[u8; 32],
) -> Result<Vec<[String; 4]>, HostError> {
    let rows = query(
        "SELECT r.name AS registry, p.name AS package, v.version, f.name FROM file f \
         JOIN registry r ON r.id = f.registry_id JOIN package p ON p.id = f.package_id \
         JOIN version v ON v.id = f.version_id WHERE f.blob = $1 ORDER BY f.id",
    )
    .bind(&sha256[..])
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok([
            row.try_get("registry")?,
            row.try_get("package")?,
            row.try_get("version")?,
            row.try_get("name")?,
        ])
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(
    connection: &mut Connection,
    registry: Uuid,
    (package, version): (Uuid, Uuid),
    release: &Release,
    content: &Content,
    now: Timestamp,
) -> Result<Uuid, HostError> {
    let id = Uuid::now_v7();
    query(
        "INSERT INTO file (id, registry_id, package_id, version_id, name, name_key, blob, indexed, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(registry)
    .bind(package)
    .bind(version)
    .bind(&release.file)
    .bind(&release.file_key)
    .bind(&content.sha256[..])
    .bind(release.file_index.to_string())
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    let size = stored(content.size);
    query("UPDATE version SET size = size + $2 WHERE id = $1")
        .bind(version)
        .bind(size)
        .execute(&mut *connection)
        .await?;
    query("UPDATE package SET files = files + 1, size = size + $2, pushed_at = $3 WHERE id = $1")
        .bind(package)
        .bind(size)
        .bind(now.as_millisecond())
        .execute(&mut *connection)
        .await?;
    query("UPDATE registry SET files = files + 1, size = size + $2, pushed_at = $3 WHERE id = $1")
        .bind(registry)
        .bind(size)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(id)
}

/// Remembers the names of a version's files, so that they are not used again in silence.
pub(crate) async fn retire(
    connection: &mut Connection,
    version: Uuid,
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO retired (registry_id, name_key, retired_at) \
         SELECT registry_id, name_key, $2 FROM file WHERE version_id = $1 \
         ON CONFLICT (registry_id, name_key) DO UPDATE SET retired_at = excluded.retired_at",
    )
    .bind(version)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a file of this name was deleted.
pub(crate) async fn is_retired(
    connection: &mut Connection,
    registry: Uuid,
    key: &str,
) -> Result<bool, HostError> {
    let found: i64 =
        query_scalar("SELECT COUNT(*) FROM retired WHERE registry_id = $1 AND name_key = $2")
            .bind(registry)
            .bind(key)
            .fetch_one(connection)
            .await?;
    Ok(found > 0)
}

/// Lets a deleted name be used again.
pub(crate) async fn unretire(
    connection: &mut Connection,
    registry: Uuid,
    key: &str,
) -> Result<(), HostError> {
    query("DELETE FROM retired WHERE registry_id = $1 AND name_key = $2")
        .bind(registry)
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds downloads to the counters of files and of what they belong to. Files that have been
/// deleted since are passed over.
pub(crate) async fn add_downloads(
    connection: &mut Connection,
    counted: &HashMap<Uuid, u64>,
) -> Result<(), HostError> {
    for (id, count) in counted {
        let count = stored(*count);
        query("UPDATE file SET downloads = downloads + $2 WHERE id = $1")
            .bind(id)
            .bind(count)
            .execute(&mut *connection)
            .await?;
        for sql in [
            "UPDATE version SET downloads = downloads + $2 WHERE id = (SELECT version_id FROM file WHERE id = $1)",
            "UPDATE package SET downloads = downloads + $2 WHERE id = (SELECT package_id FROM file WHERE id = $1)",
            "UPDATE registry SET downloads = downloads + $2 WHERE id = (SELECT registry_id FROM file WHERE id = $1)",
        ] {
            query(sql)
                .bind(id)
                .bind(count)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// The query for files with this condition. The condition is a literal of this module.
fn select(condition: &'static str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("{SELECT}{condition}"))
}

fn file(row: &SqliteRow) -> Result<File, HostError> {
    Ok(File {
        id: row.try_get("id")?,
        registry: row.try_get("registry_id")?,
        package: row.try_get("package_id")?,
        version: row.try_get("version_id")?,
        name: row.try_get("name")?,
        content: content(row)?,
        indexed: row.json("indexed")?,
        created_at: row.time("created_at")?,
        downloads: row.count("downloads")?,
    })
}
