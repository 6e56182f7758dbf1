//! The audit log: everything that was changed, by whom, from where, when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::access::Caller;
use crate::model::Registry;

/// One entry. The forms follow Buildkite's audit events.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// Its id; ids sort by time.
    pub id: Uuid,
    /// What happened, such as `REGISTRY_CREATED` or `PACKAGE_PUBLISHED`.
    pub kind: String,
    /// When.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// To what.
    pub subject: Subject,
    /// From where.
    pub context: Context,
    /// What changed: the ecosystem's and the event's own form, never a secret.
    pub data: Value,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `OWNER` for the window and the server itself, `API_TOKEN`, `REGISTRY_TOKEN`, `TEMPORARY_TOKEN`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The token's id, where it was a token.
    pub id: Option<Uuid>,
    /// In words: the token's description.
    pub name: String,
}

/// To what something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `REGISTRY`, `PACKAGE`, `REGISTRY_TOKEN`, `API_ACCESS_TOKEN`, `STORAGE`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// From where something was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The address of the other end; `None` for this program itself.
    pub request_ip_address: Option<String>,
    /// What the client called itself, cut to 256 characters.
    pub request_user_agent: Option<String>,
}

impl AuditEvent {
    /// Something that `caller` is doing now.
    pub(crate) fn new(caller: &Caller, kind: &str, subject: Subject, data: Value) -> Self {
        Self {
            id: Uuid::now_v7(),
            kind: kind.to_owned(),
            occurred_at: Timestamp::now(),
            actor: caller.actor(),
            subject,
            context: caller.context(),
            data,
        }
    }
}

impl Subject {
    /// A registry.
    pub(crate) fn registry(registry: &Registry) -> Self {
        Self {
            kind: "REGISTRY".to_owned(),
            id: registry.id.to_string(),
            name: registry.name.clone(),
        }
    }

    /// A version of a package.
    pub(crate) fn package(version: Uuid, name: &str, number: &str) -> Self {
        Self {
            kind: "PACKAGE".to_owned(),
            id: version.to_string(),
            name: format!("{name} {number}"),
        }
    }

    /// A token.
    pub(crate) fn token(registry: bool, id: Uuid, description: &str) -> Self {
        let kind = if registry {
            "REGISTRY_TOKEN"
        } else {
            "API_ACCESS_TOKEN"
        };
        Self {
            kind: kind.to_owned(),
            id: id.to_string(),
            name: description.to_owned(),
        }
    }
}
