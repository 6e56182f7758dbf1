//! A copy of the database as it is at one moment, and whether a copy from elsewhere is one of ours.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, query, query_scalar};

use super::Database;
use super::row::Columns as _;
use crate::backup::BackupError;
use crate::error::HostError;

/// Writes a copy to a new file, while others read and write.
pub(crate) async fn take(pool: &SqlitePool, target: &Path) -> Result<(), HostError> {
    let target = target.to_str().ok_or_else(|| {
        HostError::Damaged("the packages\u{2019} folder has a name that is not text".to_owned())
    })?;
    query("VACUUM INTO $1").bind(target).execute(pool).await?;
    Ok(())
}

/// The blobs that a copy refers to, with their sizes; not those that are known to be broken.
pub(crate) async fn blobs(copy: &Path) -> Result<Vec<([u8; 32], u64)>, HostError> {
    let mut connection = only_read(copy).connect().await?;
    let rows = query(
        "SELECT sha256, size FROM blob WHERE sha256 NOT IN (SELECT sha256 FROM broken) \
         ORDER BY sha256",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    let read = |row: &SqliteRow| Ok((row.bytes("sha256")?, row.count("size")?));
    rows.iter().map(read).collect()
}

/// Refuses a database that is damaged, or that would do something by itself when it is used. It is
/// not trusted yet.
pub(crate) async fn demand_sound(path: &Path) -> Result<(), HostError> {
    let unsound = |error: sqlx::Error| {
        tracing::debug!(%error, "the database of a backup is not sound");
        BackupError::Damaged("its database cannot be read".to_owned())
    };
    let mut connection = only_read(path).connect().await.map_err(unsound)?;
    let active: i64 = query_scalar(
        "SELECT COUNT(*) FROM sqlite_master WHERE type NOT IN ('table', 'index') \
         OR sql LIKE 'CREATE VIRTUAL%'",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(unsound)?;
    let said: String = query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(unsound)?;
    let astray = query("PRAGMA foreign_key_check")
        .fetch_optional(&mut connection)
        .await
        .map_err(unsound)?;
    connection.close().await.map_err(unsound)?;
    if active > 0 || said != "ok" || astray.is_some() {
        return Err(BackupError::Damaged("its database is not whole".to_owned()).into());
    }
    Ok(())
}

/// Refuses a database whose tables are not exactly ours.
pub(crate) async fn demand_our_form(pool: &SqlitePool) -> Result<(), HostError> {
    let folder = tempfile::tempdir()?;
    let fresh = Database::open(&folder.path().join("fresh.db")).await?;
    let ours = form(fresh.reader()).await;
    fresh.close().await;
    if ours? != form(pool).await? {
        let message = "its database has another form than this version's";
        return Err(BackupError::Damaged(message.to_owned()).into());
    }
    Ok(())
}

async fn form(pool: &SqlitePool) -> Result<BTreeSet<(String, String)>, HostError> {
    let rows = query("SELECT name, COALESCE(sql, '') AS sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
        .fetch_all(pool)
        .await?;
    let read = |row: &SqliteRow| Ok((row.try_get("name")?, row.try_get("sql")?));
    rows.iter().map(read).collect()
}

fn only_read(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("trusted_schema", "OFF")
}
