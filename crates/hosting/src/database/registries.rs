//! Organizations and registries.

use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query};
use uuid::Uuid;

use super::Connection;
use super::row::{Columns as _, damaged};
use crate::error::HostError;
use crate::model::{Organization, Registry, RegistryCounts};

pub(crate) async fn organization(pool: &SqlitePool) -> Result<Option<Organization>, HostError> {
    let row = query("SELECT id, slug, name FROM organization LIMIT 1")
        .fetch_optional(pool)
        .await?;
    let read = |row: SqliteRow| {
        Ok(Organization {
            id: row.try_get("id")?,
            slug: row.try_get("slug")?,
            name: row.try_get("name")?,
        })
    };
    row.map(read).transpose()
}

pub(crate) async fn insert_organization(
    connection: &mut Connection,
    organization: &Organization,
) -> Result<(), HostError> {
    query("INSERT INTO organization (id, slug, name, created_at) VALUES ($1, $2, $3, $4)")
        .bind(organization.id)
        .bind(&organization.slug)
        .bind(&organization.name)
        .bind(Timestamp::now().as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<Registry>, HostError> {
    let rows = query("SELECT * FROM registry").fetch_all(pool).await?;
    rows.iter().map(registry).collect()
}

pub(crate) async fn counts(pool: &SqlitePool) -> Result<Vec<(Uuid, RegistryCounts)>, HostError> {
    let rows =
        query("SELECT id, packages, versions, files, size, downloads, pushed_at FROM registry")
            .fetch_all(pool)
            .await?;
    let read = |row: &SqliteRow| {
        let counts = RegistryCounts {
            packages: row.count("packages")?,
            versions: row.count("versions")?,
            files: row.count("files")?,
            size: row.count("size")?,
            downloads: row.count("downloads")?,
            pushed_at: row.maybe_time("pushed_at")?,
        };
        Ok((row.try_get("id")?, counts))
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(
    connection: &mut Connection,
    organization: Uuid,
    registry: &Registry,
) -> Result<(), HostError> {
    query(
        "INSERT INTO registry (id, organization_id, slug, name, ecosystem, description, emoji, color, \
         public, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(registry.id)
    .bind(organization)
    .bind(&registry.slug)
    .bind(&registry.name)
    .bind(registry.ecosystem.as_str())
    .bind(&registry.description)
    .bind(&registry.emoji)
    .bind(&registry.color)
    .bind(registry.public)
    .bind(registry.created_at.as_millisecond())
    .bind(registry.updated_at.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether it is still there.
pub(crate) async fn is_there(connection: &mut Connection, id: Uuid) -> Result<bool, HostError> {
    let found = query("SELECT 1 FROM registry WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Writes everything that may change of it.
pub(crate) async fn update(
    connection: &mut Connection,
    registry: &Registry,
) -> Result<(), HostError> {
    query(
        "UPDATE registry SET slug = $2, name = $3, description = $4, emoji = $5, color = $6, \
         public = $7, updated_at = $8 WHERE id = $1",
    )
    .bind(registry.id)
    .bind(&registry.slug)
    .bind(&registry.name)
    .bind(&registry.description)
    .bind(&registry.emoji)
    .bind(&registry.color)
    .bind(registry.public)
    .bind(registry.updated_at.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes it with its packages, files and tokens.
pub(crate) async fn delete(connection: &mut Connection, id: Uuid) -> Result<(), HostError> {
    query("DELETE FROM registry WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

fn registry(row: &SqliteRow) -> Result<Registry, HostError> {
    let ecosystem: &str = row.try_get("ecosystem")?;
    Ok(Registry {
        id: row.try_get("id")?,
        slug: row.try_get("slug")?,
        name: row.try_get("name")?,
        ecosystem: ecosystem.parse().map_err(|_| damaged("ecosystem"))?,
        description: row.try_get("description")?,
        emoji: row.try_get("emoji")?,
        color: row.try_get("color")?,
        public: row.try_get("public")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
