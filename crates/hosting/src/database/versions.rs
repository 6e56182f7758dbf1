//! Versions of packages, and the names that point to them.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::row::{Columns as _, stored};
use crate::error::HostError;
use crate::model::{Release, Version};

pub(crate) async fn by_id(
    executor: impl SqliteExecutor<'_>,
    id: Uuid,
) -> Result<Option<Version>, HostError> {
    let row = query("SELECT * FROM version WHERE id = $1")
        .bind(id)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(version).transpose()
}

/// The version of this name in normal form.
pub(crate) async fn by_key(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
    key: &str,
) -> Result<Option<Version>, HostError> {
    let row = query("SELECT * FROM version WHERE package_id = $1 AND version_key = $2")
        .bind(package)
        .bind(key)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(version).transpose()
}

/// All versions of a package, oldest first.
pub(crate) async fn of_package(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
) -> Result<Vec<Version>, HostError> {
    let rows = query("SELECT * FROM version WHERE package_id = $1 ORDER BY id")
        .bind(package)
        .fetch_all(executor)
        .await?;
    rows.iter().map(version).collect()
}

/// The versions of a package by their names in normal form.
pub(crate) async fn keys(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
) -> Result<HashMap<String, Uuid>, HostError> {
    let rows = query("SELECT version_key, id FROM version WHERE package_id = $1")
        .bind(package)
        .fetch_all(executor)
        .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("version_key")?, row.try_get("id")?));
    rows.iter().map(read).collect()
}

/// What an index lists of a version that has one file: no readme, no other text for people.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: Uuid,
    pub(crate) version: String,
    pub(crate) indexed: serde_json::Value,
    pub(crate) file_indexed: serde_json::Value,
    pub(crate) withdrawn: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) sha1: [u8; 20],
    pub(crate) sha512: [u8; 64],
}

/// All versions of a package with their files, oldest first.
pub(crate) async fn listed(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
) -> Result<Vec<Listed>, HostError> {
    let rows = query(
        "SELECT v.id, v.version, v.indexed, v.withdrawn, v.created_at, f.indexed AS file_indexed, \
         b.sha1, b.sha512 FROM version v JOIN file f ON f.version_id = v.id \
         JOIN blob b ON b.sha256 = f.blob WHERE v.package_id = $1 ORDER BY v.id",
    )
    .bind(package)
    .fetch_all(executor)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(Listed {
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            indexed: row.json("indexed")?,
            file_indexed: row.json("file_indexed")?,
            withdrawn: row.try_get("withdrawn")?,
            created_at: row.time("created_at")?,
            sha1: row.bytes("sha1")?,
            sha512: row.bytes("sha512")?,
        })
    };
    rows.iter().map(read).collect()
}

/// What choosing the latest version needs.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) id: Uuid,
    pub(crate) version: String,
    pub(crate) prerelease: bool,
    pub(crate) withdrawn: bool,
    /// Whether it is about another version.
    pub(crate) belongs: bool,
}

/// The versions of a package to choose the latest from, oldest first.
pub(crate) async fn candidates(
    connection: &mut Connection,
    package: Uuid,
) -> Result<Vec<Candidate>, HostError> {
    let rows = query(
        "SELECT id, version, prerelease, withdrawn IS NOT NULL AS gone, \
         EXISTS (SELECT 1 FROM image_referrer r WHERE r.version_id = version.id) AS belongs \
         FROM version WHERE package_id = $1 ORDER BY id",
    )
    .bind(package)
    .fetch_all(connection)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(Candidate {
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            prerelease: row.try_get("prerelease")?,
            withdrawn: row.try_get("gone")?,
            belongs: row.try_get("belongs")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Where a page of a registry's versions begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cursor {
    /// Behind this one, towards older ones.
    After(Uuid),
    /// Before this one, towards newer ones.
    Before(Uuid),
}

/// A page of a registry's versions with their packages' names, newest first: at most `limit`.
/// `name` may be one in normal form.
pub(crate) async fn page(
    pool: &SqlitePool,
    registry: Uuid,
    name: Option<&str>,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Vec<(Version, String)>, HostError> {
    let (condition, order, from) = match cursor {
        None => ("v.id > $3", "DESC", Uuid::nil()),
        Some(Cursor::After(id)) => ("v.id < $3", "DESC", id),
        Some(Cursor::Before(id)) => ("v.id > $3", "ASC", id),
    };
    let sql = format!(
        "SELECT v.*, p.name AS package_name FROM version v JOIN package p ON p.id = v.package_id \
         WHERE v.registry_id = $1 AND ($2 IS NULL OR p.name = $2 OR p.name_key = $2) AND {condition} \
         ORDER BY v.id {order} LIMIT $4"
    );
    let rows = query(sqlx::AssertSqlSafe(sql))
        .bind(registry)
        .bind(name)
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| Ok((version(row)?, row.try_get("package_name")?));
    let page: Result<Vec<_>, HostError> = rows.iter().map(read).collect();
    let mut page = page?;
    if matches!(cursor, Some(Cursor::Before(_))) {
        page.reverse();
    }
    Ok(page)
}

pub(crate) async fn insert(
    connection: &mut Connection,
    registry: Uuid,
    package: Uuid,
    release: &Release,
    by: &str,
    now: Timestamp,
) -> Result<Uuid, HostError> {
    let id = Uuid::now_v7();
    query(
        "INSERT INTO version (id, registry_id, package_id, version, version_key, prerelease, about, \
         indexed, published_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(registry)
    .bind(package)
    .bind(&release.version)
    .bind(&release.version_key)
    .bind(release.prerelease)
    .bind(serde_json::to_string(&release.about)?)
    .bind(release.version_index.to_string())
    .bind(by)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    query("UPDATE package SET versions = versions + 1 WHERE id = $1")
        .bind(package)
        .execute(&mut *connection)
        .await?;
    query("UPDATE registry SET versions = versions + 1 WHERE id = $1")
        .bind(registry)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Deletes a version with its files, and takes both out of the counters.
pub(crate) async fn delete(
    connection: &mut Connection,
    version: &Version,
) -> Result<(), HostError> {
    let files: i64 = query_scalar("SELECT COUNT(*) FROM file WHERE version_id = $1")
        .bind(version.id)
        .fetch_one(&mut *connection)
        .await?;
    query("UPDATE package SET versions = versions - 1, files = files - $2, size = size - $3 WHERE id = $1")
        .bind(version.package)
        .bind(files)
        .bind(stored(version.size))
        .execute(&mut *connection)
        .await?;
    query("UPDATE registry SET versions = versions - 1, files = files - $2, size = size - $3 WHERE id = $1")
        .bind(version.registry)
        .bind(files)
        .bind(stored(version.size))
        .execute(&mut *connection)
        .await?;
    query("DELETE FROM version WHERE id = $1")
        .bind(version.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets or takes back why a version should not be used.
pub(crate) async fn set_withdrawn(
    connection: &mut Connection,
    version: Uuid,
    reason: Option<&str>,
) -> Result<(), HostError> {
    query("UPDATE version SET withdrawn = $2 WHERE id = $1")
        .bind(version)
        .bind(reason)
        .execute(connection)
        .await?;
    Ok(())
}

/// The names that point to versions of a package, sorted.
pub(crate) async fn tags(
    executor: impl SqliteExecutor<'_>,
    package: Uuid,
) -> Result<Vec<(String, Uuid)>, HostError> {
    let rows = query("SELECT name, version_id FROM tag WHERE package_id = $1 ORDER BY name")
        .bind(package)
        .fetch_all(executor)
        .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("name")?, row.try_get("version_id")?));
    rows.iter().map(read).collect()
}

/// Lets a name point to a version from `now` on.
pub(crate) async fn set_tag(
    connection: &mut Connection,
    package: Uuid,
    name: &str,
    version: Uuid,
    now: Timestamp,
) -> Result<(), HostError> {
    query(
        "INSERT INTO tag (package_id, name, version_id, set_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (package_id, name) DO UPDATE SET version_id = excluded.version_id, \
         set_at = excluded.set_at",
    )
    .bind(package)
    .bind(name)
    .bind(version)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a name away; whether it was there.
pub(crate) async fn delete_tag(
    connection: &mut Connection,
    package: Uuid,
    name: &str,
) -> Result<bool, HostError> {
    let done = query("DELETE FROM tag WHERE package_id = $1 AND name = $2")
        .bind(package)
        .bind(name)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

fn version(row: &SqliteRow) -> Result<Version, HostError> {
    Ok(Version {
        id: row.try_get("id")?,
        registry: row.try_get("registry_id")?,
        package: row.try_get("package_id")?,
        version: row.try_get("version")?,
        key: row.try_get("version_key")?,
        prerelease: row.try_get("prerelease")?,
        about: row.json("about")?,
        indexed: row.json("indexed")?,
        withdrawn: row.try_get("withdrawn")?,
        published_by: row.try_get("published_by")?,
        created_at: row.time("created_at")?,
        size: row.count("size")?,
        downloads: row.count("downloads")?,
    })
}
