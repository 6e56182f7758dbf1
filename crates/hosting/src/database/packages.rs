//! Packages: names with versions.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::row::{Columns as _, stored};
use crate::error::HostError;
use crate::model::{Package, Release};
use crate::packages::{PackageQuery, PackageSort};

/// The package of this name in normal form.
pub(crate) async fn by_key(
    executor: impl SqliteExecutor<'_>,
    registry: Uuid,
    key: &str,
) -> Result<Option<Package>, HostError> {
    let row = query("SELECT * FROM package WHERE registry_id = $1 AND name_key = $2")
        .bind(registry)
        .bind(key)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(package).transpose()
}

/// The package of this id.
pub(crate) async fn by_id(
    executor: impl SqliteExecutor<'_>,
    id: Uuid,
) -> Result<Option<Package>, HostError> {
    let row = query("SELECT * FROM package WHERE id = $1")
        .bind(id)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(package).transpose()
}

/// The names of all packages of a registry, sorted by their normal form.
pub(crate) async fn names(
    pool: &SqlitePool,
    registry: Uuid,
) -> Result<Vec<(String, String)>, HostError> {
    let rows = query("SELECT name, name_key FROM package WHERE registry_id = $1 ORDER BY name_key")
        .bind(registry)
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("name")?, row.try_get("name_key")?));
    rows.iter().map(read).collect()
}

/// A package as a search sees it: by the version that clients take by default.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) downloads: u64,
    pub(crate) version: String,
    pub(crate) indexed: serde_json::Value,
    pub(crate) published_by: String,
    pub(crate) created_at: Timestamp,
}

/// All packages of a registry, to be searched.
pub(crate) async fn found(pool: &SqlitePool, registry: Uuid) -> Result<Vec<Found>, HostError> {
    let rows = query(
        "SELECT p.name, p.downloads, v.version, v.indexed, v.published_by, v.created_at \
         FROM package p JOIN version v ON v.id = p.latest_id WHERE p.registry_id = $1",
    )
    .bind(registry)
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(Found {
            name: row.try_get("name")?,
            downloads: row.count("downloads")?,
            version: row.try_get("version")?,
            indexed: row.json("indexed")?,
            published_by: row.try_get("published_by")?,
            created_at: row.time("created_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// A page of packages and the version to show with each, and how many match in all. With `by_tag`,
/// a version is shown as a tag that points to it, the most exact one.
pub(crate) async fn page(
    pool: &SqlitePool,
    asked: &PackageQuery<'_>,
    by_tag: bool,
) -> Result<(u64, Vec<(Package, String)>), HostError> {
    let pattern = like(asked.search);
    let total: i64 = query_scalar(
        "SELECT COUNT(*) FROM package WHERE registry_id = $1 AND name_key LIKE $2 ESCAPE '\\'",
    )
    .bind(asked.registry)
    .bind(&pattern)
    .fetch_one(pool)
    .await?;
    let order = match asked.sort {
        PackageSort::Pushed => "p.pushed_at DESC, p.id DESC",
        PackageSort::Name => "p.name_key",
        PackageSort::Downloads => "p.downloads DESC, p.name_key",
        PackageSort::Size => "p.size DESC, p.name_key",
    };
    let sql = format!(
        "SELECT p.*, COALESCE((SELECT t.name FROM tag t WHERE $5 AND t.version_id = p.latest_id \
         ORDER BY t.name = 'latest', t.name DESC LIMIT 1), v.version) AS version \
         FROM package p LEFT JOIN version v ON v.id = p.latest_id \
         WHERE p.registry_id = $1 AND p.name_key LIKE $2 ESCAPE '\\' ORDER BY {order} LIMIT $3 OFFSET $4"
    );
    let rows = query(AssertSqlSafe(sql))
        .bind(asked.registry)
        .bind(&pattern)
        .bind(i64::from(asked.limit))
        .bind(i64::from(asked.offset))
        .bind(by_tag)
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| {
        let version: Option<String> = row.try_get("version")?;
        Ok((package(row)?, version.unwrap_or_default()))
    };
    let rows: Result<_, HostError> = rows.iter().map(read).collect();
    Ok((u64::try_from(total).unwrap_or(0), rows?))
}

pub(crate) async fn insert(
    connection: &mut Connection,
    registry: Uuid,
    release: &Release,
    now: Timestamp,
) -> Result<Uuid, HostError> {
    let id = Uuid::now_v7();
    query(
        "INSERT INTO package (id, registry_id, name, name_key, created_at, pushed_at) \
         VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(id)
    .bind(registry)
    .bind(&release.package)
    .bind(&release.package_key)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    query("UPDATE registry SET packages = packages + 1 WHERE id = $1")
        .bind(registry)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Sets the version that clients take when they are not told another.
pub(crate) async fn set_latest(
    connection: &mut Connection,
    package: Uuid,
    version: Option<Uuid>,
) -> Result<(), HostError> {
    query("UPDATE package SET latest_id = $2 WHERE id = $1")
        .bind(package)
        .bind(version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes a package that has no versions any more.
pub(crate) async fn delete_empty(
    connection: &mut Connection,
    registry: Uuid,
    package: Uuid,
) -> Result<bool, HostError> {
    let deleted = query("DELETE FROM package WHERE id = $1 AND versions = 0")
        .bind(package)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    query("UPDATE registry SET packages = packages - $2 WHERE id = $1")
        .bind(registry)
        .bind(stored(deleted))
        .execute(connection)
        .await?;
    Ok(deleted > 0)
}

/// `%text%`, with the text's own wildcards taken literally.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn package(row: &SqliteRow) -> Result<Package, HostError> {
    Ok(Package {
        id: row.try_get("id")?,
        registry: row.try_get("registry_id")?,
        name: row.try_get("name")?,
        key: row.try_get("name_key")?,
        latest: row.try_get("latest_id")?,
        versions: row.count("versions")?,
        size: row.count("size")?,
        downloads: row.count("downloads")?,
        created_at: row.time("created_at")?,
        pushed_at: row.time("pushed_at")?,
    })
}
