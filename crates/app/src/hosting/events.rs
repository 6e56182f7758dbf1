//! What the host tells of: to the window, and into the record of activity.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use registrar_activity::Entry;
use registrar_hosting::{AuditEvent, Host, HostEvent};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::App;
use crate::wire::AppEvent;

/// A client may publish a hundred versions in a second: the window hears of them together.
const GATHER: Duration = Duration::from_millis(50);
/// What is read of the audit log at once where the host was quicker than this.
const PAGE: u32 = 200;

/// What has come, and is to be told.
#[derive(Default)]
pub(super) struct News {
    changed: BTreeSet<Uuid>,
    audited: Vec<Entry>,
    /// Events were lost: the audit log has them.
    missed: bool,
    /// The last event of the audit log that is known here.
    last: Option<Uuid>,
}

impl App {
    /// Tells of what happens in the host until the program ends.
    pub(super) async fn tell_of(
        self,
        mut events: Receiver<HostEvent>,
        mut news: News,
        host: Host,
        told: CancellationToken,
    ) {
        loop {
            let first = tokio::select! {
                event = events.recv() => Some(event),
                () = told.cancelled() => None,
            };
            let ending = first.is_none();
            match first {
                Some(Ok(event)) => {
                    news.add(&host, event);
                    tokio::time::sleep(GATHER).await;
                }
                Some(Err(RecvError::Lagged(_))) => news.missed = true,
                Some(Err(RecvError::Closed)) | None => {}
            }
            news.drain(&host, &mut events);
            self.tell_news(&host, &mut news).await;
            if ending {
                return;
            }
        }
    }

    async fn tell_news(&self, host: &Host, news: &mut News) {
        if std::mem::take(&mut news.missed) {
            news.catch_up(host).await;
        }
        for entry in std::mem::take(&mut news.audited) {
            self.note(entry).await;
        }
        for id in std::mem::take(&mut news.changed) {
            let id = id.to_string();
            self.send(AppEvent::SourceChanged { id });
        }
    }
}

impl News {
    /// What comes after all that the host has in its audit log.
    pub(super) async fn after(host: &Host) -> Self {
        let latest = host.audit_events(None, None, 1).await.unwrap_or_default();
        Self {
            last: latest.first().map(|event| event.id),
            ..Self::default()
        }
    }

    fn drain(&mut self, host: &Host, events: &mut Receiver<HostEvent>) {
        loop {
            match events.try_recv() {
                Ok(event) => self.add(host, event),
                Err(TryRecvError::Lagged(_)) => self.missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn add(&mut self, host: &Host, event: HostEvent) {
        match event {
            HostEvent::Changed { registry } => {
                self.changed.insert(registry);
            }
            // Where some were lost, the log has these as well, in their order.
            HostEvent::Audited(_) if self.missed => {}
            HostEvent::Audited(event) => self.audit(host, &event),
        }
    }

    fn audit(&mut self, host: &Host, event: &AuditEvent) {
        if self.last.is_some_and(|last| event.id <= last) {
            return;
        }
        self.last = Some(event.id);
        self.audited.extend(in_activity(host, event));
    }

    async fn catch_up(&mut self, host: &Host) {
        self.changed
            .extend(host.registries().iter().map(|one| one.id));
        loop {
            let from = Some(self.last.unwrap_or_default());
            let page = host
                .audit_events(None, from, PAGE)
                .await
                .unwrap_or_default();
            if page.is_empty() {
                return;
            }
            for event in page.iter().rev() {
                self.audit(host, event);
            }
        }
    }
}

/// An event of the audit log as an entry of the record; `None` for what the record does not tell.
fn in_activity(host: &Host, event: &AuditEvent) -> Option<Entry> {
    let (registry, registry_id) = registry_of(host, event);
    Some(Entry {
        at: event.occurred_at,
        action: action(event)?.to_owned(),
        registry,
        registry_id: registry_id.and_then(|id| id.try_into().ok()),
        ok: true,
        detail: Some(detail(event)),
    })
}

fn action(event: &AuditEvent) -> Option<&'static str> {
    Some(match event.kind.as_str() {
        "REGISTRY_CREATED" => "source.created",
        "REGISTRY_UPDATED" if event.data.get("name").is_some() => "source.renamed",
        "REGISTRY_UPDATED" => "source.updated",
        "REGISTRY_VISIBILITY_CHANGED" if event.data["public"][1] == true => "source.made_public",
        "REGISTRY_VISIBILITY_CHANGED" => "source.made_private",
        "REGISTRY_DELETED" => "source.deleted",
        "PACKAGE_PUBLISHED" => "package.published",
        "PACKAGE_DELETED" => "package.deleted",
        "PACKAGE_COPIED" => "package.copied",
        "PACKAGE_WITHDRAWN" => "package.withdrawn",
        "PACKAGE_RESTORED" => "package.restored",
        "PACKAGE_TAGGED" => "package.tagged",
        "REGISTRY_TOKEN_CREATED" => "registry_token.created",
        "REGISTRY_TOKEN_UPDATED" => "registry_token.updated",
        "REGISTRY_TOKEN_DELETED" => "registry_token.deleted",
        "API_ACCESS_TOKEN_CREATED" => "api_token.created",
        "API_ACCESS_TOKEN_DELETED" => "api_token.deleted",
        "REGISTRY_RETENTION_CHANGED" => "source.retention",
        "REGISTRY_RETENTION_FOLLOWED" => "source.retained",
        "STORAGE_COLLECTED" => "storage.collected",
        "STORAGE_REPAIRED" => "storage.repaired",
        "STORAGE_HEALED" => "storage.healed",
        "STORAGE_BACKED_UP" => "storage.backed_up",
        other => {
            tracing::debug!(kind = other, "the record does not tell of this");
            return None;
        }
    })
}

/// The source registry that an event is about.
fn registry_of(host: &Host, event: &AuditEvent) -> (Option<String>, Option<Uuid>) {
    if event.subject.kind == "REGISTRY" {
        return (
            Some(event.subject.name.clone()),
            event.subject.id.parse().ok(),
        );
    }
    let slug = event.data.get("registry").and_then(|slug| slug.as_str());
    match slug.and_then(|slug| host.registry(slug)) {
        Some(registry) => (Some(registry.name.clone()), Some(registry.id)),
        // It has been renamed or deleted since.
        None => (slug.map(str::to_owned), None),
    }
}

/// To what, what exactly, who, from where.
fn detail(event: &AuditEvent) -> String {
    let mut parts = Vec::new();
    if event.subject.kind == "PACKAGE" {
        parts.push(event.subject.name.clone());
    } else if event.subject.kind.ends_with("_TOKEN") {
        parts.push(format!("\u{201c}{}\u{201d}", event.subject.name));
    }
    parts.extend(specifics(event));
    parts.push(who(event));
    parts.join(", ")
}

fn specifics(event: &AuditEvent) -> Option<String> {
    let text = |key: &str| event.data.get(key).and_then(|value| value.as_str());
    let number = |key: &str| event.data.get(key).and_then(serde_json::Value::as_u64);
    match event.kind.as_str() {
        "REGISTRY_UPDATED" => {
            let renamed = event.data.get("name")?;
            Some(format!("was \u{201c}{}\u{201d}", renamed[0].as_str()?))
        }
        "PACKAGE_PUBLISHED" => Some(text("file")?.to_owned()),
        "PACKAGE_COPIED" => Some(format!("from {}", text("from")?)),
        "PACKAGE_WITHDRAWN" => text("reason")
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned),
        "PACKAGE_TAGGED" => Some(format!("tag {}", text("tag")?)),
        "STORAGE_COLLECTED" => Some(format!(
            "{} files, {} bytes",
            number("removed")?,
            number("bytes")?
        )),
        "REGISTRY_RETENTION_CHANGED" => Some(kept(event)),
        "REGISTRY_RETENTION_FOLLOWED" => Some(format!(
            "{} versions, {} bytes",
            number("versions")?,
            number("bytes")?
        )),
        "STORAGE_REPAIRED" => Some(text("action")?.replace('_', " ")),
        "STORAGE_BACKED_UP" => Some(format!(
            "{} files, {} bytes",
            number("blobs")?,
            number("bytes")?
        )),
        _ => None,
    }
}

/// What a registry keeps from now on.
fn kept(event: &AuditEvent) -> String {
    let number = |key: &str| event.data.get(key).and_then(serde_json::Value::as_u64);
    let newest = number("newest").map(|newest| format!("the newest {newest}"));
    let days = number("days").map(|days| format!("{days} days"));
    let parts: Vec<_> = newest.into_iter().chain(days).collect();
    if parts.is_empty() {
        return "keeps everything".to_owned();
    }
    let kept = format!("keeps {}", parts.join(" or "));
    let tags = event.data.get("tags").and_then(|tags| tags.as_array());
    match tags {
        None => kept,
        Some(tags) if tags.is_empty() => format!("{kept}, of tagged versions as well"),
        Some(tags) => {
            let tags: Vec<_> = tags.iter().filter_map(|tag| tag.as_str()).collect();
            format!("{kept}, and the tags {}", tags.join(", "))
        }
    }
}

fn who(event: &AuditEvent) -> String {
    let (actor, context) = (&event.actor, &event.context);
    if actor.kind == "OWNER" {
        return "by this window".to_owned();
    }
    let mut said = format!("by \u{201c}{}\u{201d}", actor.name);
    if let Some(address) = &context.request_ip_address {
        let _ = write!(said, " from {address}");
    }
    if let Some(agent) = &context.request_user_agent {
        let _ = write!(said, " with {agent}");
    }
    said
}
