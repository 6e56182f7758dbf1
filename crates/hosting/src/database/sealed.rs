//! Sealed secrets of registry tokens.

use sqlx::{SqliteExecutor, query, query_scalar};
use uuid::Uuid;

use crate::error::HostError;

pub(crate) async fn put(
    executor: impl SqliteExecutor<'_>,
    id: Uuid,
    secret: &[u8],
) -> Result<(), HostError> {
    query("INSERT INTO sealed (id, secret) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET secret = excluded.secret")
        .bind(id)
        .bind(secret)
        .execute(executor)
        .await?;
    Ok(())
}

pub(crate) async fn get(
    executor: impl SqliteExecutor<'_>,
    id: Uuid,
) -> Result<Option<Vec<u8>>, HostError> {
    Ok(query_scalar("SELECT secret FROM sealed WHERE id = $1")
        .bind(id)
        .fetch_optional(executor)
        .await?)
}

pub(crate) async fn delete(executor: impl SqliteExecutor<'_>, id: Uuid) -> Result<(), HostError> {
    query("DELETE FROM sealed WHERE id = $1")
        .bind(id)
        .execute(executor)
        .await?;
    Ok(())
}
