//! What registries keep.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use super::Connection;
use super::row::Columns as _;
use crate::error::HostError;
use crate::retention::{Rule, SetTag, Weighed};

/// The rule of a registry, where it has one.
pub(crate) async fn rule(
    executor: impl SqliteExecutor<'_>,
    registry: Uuid,
) -> Result<Option<Rule>, HostError> {
    let row = query(
        "SELECT newest, days, COALESCE(tags, 'null') AS tags FROM retention WHERE registry_id = $1",
    )
    .bind(registry)
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(read_rule).transpose()
}

/// Sets the rule of a registry, or takes it away.
pub(crate) async fn set(
    connection: &mut Connection,
    registry: Uuid,
    rule: Option<&Rule>,
) -> Result<(), HostError> {
    let Some(rule) = rule else {
        query("DELETE FROM retention WHERE registry_id = $1")
            .bind(registry)
            .execute(connection)
            .await?;
        return Ok(());
    };
    query(
        "INSERT INTO retention (registry_id, newest, days, tags) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (registry_id) DO UPDATE SET newest = excluded.newest, days = excluded.days, \
         tags = excluded.tags, ran_at = NULL",
    )
    .bind(registry)
    .bind(rule.newest)
    .bind(rule.days)
    .bind(rule.kept_tags().map(|tags| json!(tags).to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// The registries whose rule has not been followed since `before`.
pub(crate) async fn due(pool: &SqlitePool, before: Timestamp) -> Result<Vec<Uuid>, HostError> {
    let sql = "SELECT registry_id FROM retention WHERE ran_at IS NULL OR ran_at < $1";
    Ok(query_scalar(sql)
        .bind(before.as_millisecond())
        .fetch_all(pool)
        .await?)
}

/// A registry's rule has been followed.
pub(crate) async fn ran(
    connection: &mut Connection,
    registry: Uuid,
    now: Timestamp,
) -> Result<(), HostError> {
    query("UPDATE retention SET ran_at = $2 WHERE registry_id = $1")
        .bind(registry)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// A package's versions with what decides whether they are kept, newest first.
pub(crate) async fn weighed(
    connection: &mut Connection,
    package: Uuid,
) -> Result<Vec<Weighed>, HostError> {
    let mut tags = tags(connection, package).await?;
    let rows = query(
        "SELECT v.id, v.version, v.version_key, v.indexed, v.created_at, v.size, r.subject, \
         (SELECT b.sha512 FROM file f JOIN blob b ON b.sha256 = f.blob WHERE f.version_id = v.id \
         ORDER BY f.id LIMIT 1) AS sha512, \
         EXISTS (SELECT 1 FROM package p WHERE p.latest_id = v.id) AS latest \
         FROM version v LEFT JOIN image_referrer r ON r.version_id = v.id \
         WHERE v.package_id = $1 ORDER BY v.id DESC",
    )
    .bind(package)
    .fetch_all(connection)
    .await?;
    let read = |row: &SqliteRow| {
        let id = row.try_get("id")?;
        Ok(Weighed {
            id,
            version: row.try_get("version")?,
            key: row.try_get("version_key")?,
            indexed: row.json("indexed")?,
            created_at: row.time("created_at")?,
            size: row.count("size")?,
            sha512: row
                .try_get::<Option<&[u8]>, _>("sha512")?
                .and_then(|bytes| bytes.try_into().ok()),
            subject: row.try_get("subject")?,
            tags: tags.remove(&id).unwrap_or_default(),
            latest: row.try_get("latest")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The tags of a package, by the versions that they point to.
async fn tags(
    connection: &mut Connection,
    package: Uuid,
) -> Result<HashMap<Uuid, Vec<SetTag>>, HostError> {
    let rows = query("SELECT version_id, name, set_at FROM tag WHERE package_id = $1")
        .bind(package)
        .fetch_all(connection)
        .await?;
    let mut tags: HashMap<Uuid, Vec<SetTag>> = HashMap::new();
    for row in &rows {
        let tag = SetTag {
            name: row.try_get("name")?,
            set_at: row.maybe_time("set_at")?,
        };
        tags.entry(row.try_get("version_id")?)
            .or_default()
            .push(tag);
    }
    Ok(tags)
}

/// The blobs of some versions with their sizes, and how many files, in all, refer to each.
pub(crate) async fn blobs_of(
    connection: &mut Connection,
    version: Uuid,
) -> Result<Vec<([u8; 32], u64, u64)>, HostError> {
    let rows = query(
        "SELECT f.blob, b.size, (SELECT COUNT(*) FROM file o WHERE o.blob = f.blob) AS users \
         FROM file f JOIN blob b ON b.sha256 = f.blob WHERE f.version_id = $1",
    )
    .bind(version)
    .fetch_all(connection)
    .await?;
    let read = |row: &SqliteRow| Ok((row.bytes("blob")?, row.count("size")?, row.count("users")?));
    rows.iter().map(read).collect()
}

fn read_rule(row: &SqliteRow) -> Result<Rule, HostError> {
    Rule::new(
        row.try_get("newest")?,
        row.try_get("days")?,
        row.json("tags")?,
    )
}
