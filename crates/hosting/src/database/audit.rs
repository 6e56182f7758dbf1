//! The audit log.

use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query};
use uuid::Uuid;

use super::Connection;
use super::row::Columns as _;
use crate::audit::AuditEvent;
use crate::error::HostError;

pub(crate) async fn insert(
    connection: &mut Connection,
    event: &AuditEvent,
) -> Result<(), HostError> {
    query(
        "INSERT INTO audit_event (id, type, occurred_at, actor, subject_type, subject_id, subject_name, \
         context, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(event.id)
    .bind(&event.kind)
    .bind(event.occurred_at.as_millisecond())
    .bind(serde_json::to_string(&event.actor)?)
    .bind(&event.subject.kind)
    .bind(&event.subject.id)
    .bind(&event.subject.name)
    .bind(serde_json::to_string(&event.context)?)
    .bind(event.data.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Events newest first: those behind `after` or before `before`, at most `limit`.
pub(crate) async fn page(
    pool: &SqlitePool,
    after: Option<Uuid>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<AuditEvent>, HostError> {
    let (condition, order, from) = match (after, before) {
        (Some(id), _) => ("id < $1", "DESC", id),
        (None, Some(id)) => ("id > $1", "ASC", id),
        (None, None) => ("id > $1", "DESC", Uuid::nil()),
    };
    let sql = format!("SELECT * FROM audit_event WHERE {condition} ORDER BY id {order} LIMIT $2");
    let rows = query(sqlx::AssertSqlSafe(sql))
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?;
    let events: Result<Vec<_>, HostError> = rows.iter().map(event).collect();
    let mut events = events?;
    if order == "ASC" {
        events.reverse();
    }
    Ok(events)
}

pub(crate) async fn by_id(pool: &SqlitePool, id: Uuid) -> Result<Option<AuditEvent>, HostError> {
    let row = query("SELECT * FROM audit_event WHERE id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(event).transpose()
}

fn event(row: &SqliteRow) -> Result<AuditEvent, HostError> {
    Ok(AuditEvent {
        id: row.try_get("id")?,
        kind: row.try_get("type")?,
        occurred_at: row.time("occurred_at")?,
        actor: row.json("actor")?,
        subject: crate::audit::Subject {
            kind: row.try_get("subject_type")?,
            id: row.try_get("subject_id")?,
            name: row.try_get("subject_name")?,
        },
        context: row.json("context")?,
        data: row.json("data")?,
    })
}
