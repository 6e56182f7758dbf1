//! Making, changing and deleting registries.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::registries;
use crate::ecosystems::Ecosystem;
use crate::error::HostError;
use crate::host::Host;
use crate::model::{Registry, RegistryCounts};
use crate::slug::parse_name;
use crate::tokens::Scope;

/// The most characters of a description.
const MAX_DESCRIPTION: usize = 500;

/// A registry to be made.
#[derive(Debug, Clone)]
pub struct NewRegistry {
    /// Its name, from which the slug is made.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it keeps.
    pub ecosystem: Ecosystem,
    /// One emoji; the ecosystem's where absent.
    pub emoji: Option<String>,
    /// `#rrggbb`; the ecosystem's where absent.
    pub color: Option<String>,
}

/// What is to be changed of a registry; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct RegistryChange {
    /// Its name, and with it its slug and every address.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// One emoji.
    pub emoji: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Whether anybody may read it.
    pub public: Option<bool>,
}

impl Host {
    /// All registries, sorted by name.
    pub fn registries(&self) -> Vec<Arc<Registry>> {
        let mut all: Vec<_> = self.0.registries.read().values().cloned().collect();
        all.sort_by_key(|one| (one.name.to_lowercase(), one.id));
        all
    }

    /// The registry of this slug.
    pub fn registry(&self, slug: &str) -> Option<Arc<Registry>> {
        self.0.registries.read().get(slug).cloned()
    }

    /// The registry of this id.
    ///
    /// # Errors
    /// [`HostError::NotFound`].
    pub fn registry_by_id(&self, id: Uuid) -> Result<Arc<Registry>, HostError> {
        let all = self.0.registries.read();
        let found = all.values().find(|one| one.id == id).cloned();
        found.ok_or(HostError::NotFound("registry"))
    }

    /// How much each registry holds.
    pub async fn counts(&self) -> Result<HashMap<Uuid, RegistryCounts>, HostError> {
        let counts = registries::counts(self.0.database.reader()).await?;
        Ok(counts.into_iter().collect())
    }

    /// Makes a registry. It is private.
    ///
    /// # Errors
    /// Says what is wrong with the name or another field, or that the slug is taken.
    pub async fn create_registry(
        &self,
        new: NewRegistry,
        by: &Caller,
    ) -> Result<Arc<Registry>, HostError> {
        let _naming = self.0.naming.lock().await;
        let (name, slug) = parse_name(&new.name)?;
        self.demand_free(&slug, None)?;
        let (emoji, color) = new.ecosystem.format().look();
        let now = now();
        let registry = Registry {
            id: Uuid::now_v7(),
            slug,
            name,
            ecosystem: new.ecosystem,
            description: description(&new.description)?,
            emoji: new
                .emoji
                .as_deref()
                .map_or(Ok(emoji.to_owned()), parse_emoji)?,
            color: new
                .color
                .as_deref()
                .map_or(Ok(color.to_owned()), parse_color)?,
            public: false,
            created_at: now,
            updated_at: now,
        };
        let mut change = self.0.database.change().await?;
        registries::insert(&mut change, self.0.organization.id, &registry).await?;
        let data = json!({"name": registry.name, "slug": registry.slug, "ecosystem": registry.ecosystem.as_str()});
        let event = AuditEvent::new(by, "REGISTRY_CREATED", Subject::registry(&registry), data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        let registry = Arc::new(registry);
        self.0
            .registries
            .write()
            .insert(registry.slug.clone(), registry.clone());
        self.tell(told, Some(registry.id));
        Ok(registry)
    }

    /// Changes a registry. Its packages and tokens stay.
    ///
    /// # Errors
    /// As with [`Host::create_registry`].
    pub async fn update_registry(
        &self,
        id: Uuid,
        changes: RegistryChange,
        by: &Caller,
    ) -> Result<Arc<Registry>, HostError> {
        let _naming = self.0.naming.lock().await;
        let before = self.registry_by_id(id)?;
        by.demand(Scope::WriteRegistries, &before)?;
        let after = self.changed(&before, changes)?;
        let (kind, data) = difference(&before, &after);
        let mut change = self.0.database.change().await?;
        registries::update(&mut change, &after).await?;
        let event = AuditEvent::new(by, kind, Subject::registry(&after), data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        let after = Arc::new(after);
        let mut all = self.0.registries.write();
        all.remove(&before.slug);
        all.insert(after.slug.clone(), after.clone());
        drop(all);
        self.tell(told, Some(id));
        Ok(after)
    }

    fn changed(&self, before: &Registry, changes: RegistryChange) -> Result<Registry, HostError> {
        let mut after = before.clone();
        if let Some(name) = changes.name {
            let (name, slug) = parse_name(&name)?;
            self.demand_free(&slug, Some(before.id))?;
            (after.name, after.slug) = (name, slug);
        }
        if let Some(text) = changes.description {
            after.description = description(&text)?;
        }
        if let Some(emoji) = changes.emoji {
            after.emoji = parse_emoji(&emoji)?;
        }
        if let Some(color) = changes.color {
            after.color = parse_color(&color)?;
        }
        after.public = changes.public.unwrap_or(before.public);
        after.updated_at = now();
        Ok(after)
    }

    /// Deletes a registry, its packages and its tokens, for good. `name` is what the person typed.
    ///
    /// # Errors
    /// [`HostError::Invalid`] where that is not the registry's exact name.
    pub async fn delete_registry(
        &self,
        id: Uuid,
        name: Option<&str>,
        by: &Caller,
    ) -> Result<(), HostError> {
        let _naming = self.0.naming.lock().await;
        let registry = self.registry_by_id(id)?;
        by.demand(Scope::DeleteRegistries, &registry)?;
        if name.is_some_and(|name| name != registry.name) {
            return Err(HostError::Invalid {
                field: "name",
                message: format!(
                    "Type the registry\u{2019}s exact name, \u{201c}{}\u{201d}, to delete it.",
                    registry.name
                ),
            });
        }
        let tokens = self.0.tokens.of(Some(id));
        let mut change = self.0.database.change().await?;
        registries::delete(&mut change, id).await?;
        let data = json!({"name": registry.name, "slug": registry.slug});
        let event = AuditEvent::new(by, "REGISTRY_DELETED", Subject::registry(&registry), data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.0.registries.write().remove(&registry.slug);
        self.0.tokens.remove_registry(id);
        for token in tokens {
            // The token is gone already; a secret that stays behind opens nothing.
            if let Err(error) = self.0.safe.forget(token.id).await {
                tracing::warn!(%error, "the secret of a deleted token was not forgotten");
            }
        }
        self.tell(told, Some(id));
        Ok(())
    }

    /// The registry that has the address which a name would make, if it is another than `own`.
    pub fn taken_by(&self, slug: &str, own: Option<Uuid>) -> Option<Arc<Registry>> {
        self.registry(slug).filter(|other| Some(other.id) != own)
    }

    fn demand_free(&self, slug: &str, own: Option<Uuid>) -> Result<(), HostError> {
        match self.taken_by(slug, own) {
            Some(other) => Err(HostError::SlugTaken {
                name: other.name.clone(),
            }),
            None => Ok(()),
        }
    }
}

/// Which event a change is, and what of the registry it changed.
fn difference(before: &Registry, after: &Registry) -> (&'static str, serde_json::Value) {
    let mut data = serde_json::Map::new();
    let mut kind = "REGISTRY_UPDATED";
    if before.public != after.public {
        kind = "REGISTRY_VISIBILITY_CHANGED";
        data.insert("public".to_owned(), json!([before.public, after.public]));
    }
    for (key, old, new) in [
        ("name", &before.name, &after.name),
        ("slug", &before.slug, &after.slug),
        ("description", &before.description, &after.description),
        ("emoji", &before.emoji, &after.emoji),
        ("color", &before.color, &after.color),
    ] {
        if old != new {
            data.insert(key.to_owned(), json!([old, new]));
        }
    }
    (kind, data.into())
}

/// Times are kept to the millisecond, so nothing is ever given more exactly than it is kept.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

fn description(text: &str) -> Result<String, HostError> {
    let text = text.trim();
    let control = |letter: char| letter.is_control() && letter != '\n';
    let message = if text.chars().count() > MAX_DESCRIPTION {
        format!("The description is longer than {MAX_DESCRIPTION} characters.")
    } else if text.chars().any(control) {
        "The description contains invisible characters.".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(HostError::Invalid {
        field: "description",
        message,
    })
}

/// One emoji, or a shortcode such as `:sunflower:`, as Buildkite's interface sends it.
fn parse_emoji(text: &str) -> Result<String, HostError> {
    let text = text.trim();
    let shortcode = text.len() > 2
        && text.len() <= 64
        && text.starts_with(':')
        && text.ends_with(':')
        && text[1..text.len() - 1]
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte));
    let drawn = !text.is_empty()
        && text.chars().count() <= 12
        && text
            .chars()
            .all(|letter| !letter.is_control() && !letter.is_whitespace())
        && !text.is_ascii();
    if shortcode || drawn {
        return Ok(text.to_owned());
    }
    Err(HostError::Invalid {
        field: "emoji",
        message: "Choose one emoji.".to_owned(),
    })
}

fn parse_color(text: &str) -> Result<String, HostError> {
    let digits = text.trim().strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        // As it was written: Terraform compares what it sent with what comes back.
        return Ok(format!("#{digits}"));
    }
    Err(HostError::Invalid {
        field: "color",
        message: "Write the colour as #rrggbb.".to_owned(),
    })
}
