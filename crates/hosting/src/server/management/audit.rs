//! The audit log.

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::page::{self, Page};
use super::shape::Seen;
use super::{Answer, Asked, shape};
use crate::audit::AuditEvent;
use crate::server::Problem;
use crate::tokens::Scope;

/// `GET /organizations/{organization}/audit_events`: newest first, other pages in the header `Link`.
pub(super) async fn list(asked: Asked) -> Answer {
    asked.organization(Scope::ReadAuditEvents)?;
    let page = Page::of(&asked, None)?;
    let host = asked.host();
    let found = host
        .audit_events(page.after, page.before, page.fetch())
        .await?;
    let cut = page.cut(found, |event| event.id);
    let list = format!("{}/audit_events", shape::organization_url(asked.seen()));
    let links = page::header(&page.links(&list, &cut));
    let events = cut.items.iter().map(|event| shaped(asked.seen(), event));
    let events: Vec<_> = events.collect();
    Ok(([(header::LINK, links)], Json(events)).into_response())
}

/// `GET /organizations/{organization}/audit_events/{event}`
pub(super) async fn show(asked: Asked) -> Answer {
    const MISSING: &str = "No audit event found";
    asked.organization(Scope::ReadAuditEvents)?;
    let id = asked.id("event", MISSING)?;
    let event = asked.host().audit_event(id).await?;
    let event = event.ok_or(Problem::NotFound(MISSING))?;
    Ok(Json(shaped(asked.seen(), &event)).into_response())
}

fn shaped(seen: Seen<'_>, event: &AuditEvent) -> Value {
    let remote = event.context.request_ip_address.is_some();
    json!({
        "uuid": event.id,
        "graphql_id": shape::graphql_id("AuditEvent", event.id),
        "type": format!("{}Event", class(&event.kind)),
        "occurred_at": event.occurred_at,
        "actor": {
            "type": class(&event.actor.kind),
            "uuid": event.actor.id,
            "name": event.actor.name,
        },
        "subject": {
            "type": class(&event.subject.kind),
            "uuid": event.subject.id,
            "name": event.subject.name,
        },
        "context": {
            "type": if remote { "APIContext" } else { "WindowContext" },
            "request_ip": event.context.request_ip_address,
            "request_user_agent": event.context.request_user_agent,
        },
        "data": event.data,
        "url": format!("{}/audit_events/{}", shape::organization_url(seen), event.id),
    })
}

/// `REGISTRY_CREATED` as `RegistryCreated`.
fn class(kind: &str) -> String {
    let words = kind.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_owned() + &rest.to_ascii_lowercase()
    });
    words.collect()
}
