//! Tokens: their hashes, never their secrets.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query};
use uuid::Uuid;

use super::Connection;
use super::row::Columns as _;
use crate::error::HostError;
use crate::tokens::{Scopes, Token};

pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<Token>, HostError> {
    let rows = query("SELECT * FROM token ORDER BY id")
        .fetch_all(pool)
        .await?;
    rows.iter().map(token).collect()
}

pub(crate) async fn insert(connection: &mut Connection, token: &Token) -> Result<(), HostError> {
    query(
        "INSERT INTO token (id, registry_id, description, ending, hash, scopes, created_at, created_by, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(token.id)
    .bind(token.registry)
    .bind(&token.description)
    .bind(&token.ending)
    .bind(&token.hash[..])
    .bind(token.scopes.to_string())
    .bind(token.created_at.as_millisecond())
    .bind(&token.created_by)
    .bind(token.expires_at.map(Timestamp::as_millisecond))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn set_description(
    connection: &mut Connection,
    id: Uuid,
    description: &str,
) -> Result<(), HostError> {
    query("UPDATE token SET description = $2 WHERE id = $1")
        .bind(id)
        .bind(description)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_used(
    connection: &mut Connection,
    id: Uuid,
    at: Timestamp,
    from: &str,
) -> Result<(), HostError> {
    query("UPDATE token SET last_used_at = $2, last_used_from = $3 WHERE id = $1")
        .bind(id)
        .bind(at.as_millisecond())
        .bind(from)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete(connection: &mut Connection, id: Uuid) -> Result<(), HostError> {
    query("DELETE FROM token WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

fn token(row: &SqliteRow) -> Result<Token, HostError> {
    Ok(Token {
        id: row.try_get("id")?,
        registry: row.try_get("registry_id")?,
        description: row.try_get("description")?,
        ending: row.try_get("ending")?,
        hash: row.bytes("hash")?,
        scopes: Scopes::parse(row.try_get("scopes")?),
        created_at: row.time("created_at")?,
        created_by: row.try_get("created_by")?,
        expires_at: row.maybe_time("expires_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
        last_used_from: row.try_get("last_used_from")?,
    })
}
