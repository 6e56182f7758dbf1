//! What the window is told without asking.

use serde::Serialize;
use ts_rs::TS;

use super::OperationId;
use super::check::CheckStep;
use super::registries::RegistryRow;
use super::settings::Settings;
use super::stacks::StackSource;
use super::vault::VaultStatus;

/// What has become of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialTrouble {
    /// The registry's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What has happened.
    pub kind: TroubleKind,
}

/// What has happened to a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TroubleKind {
    /// It worked, and is refused now.
    Refused,
    /// Its last day is near.
    #[serde(rename_all = "camelCase")]
    Expiring {
        /// The last day, `2026-12-31`.
        last_day: String,
        /// How many days are left, from 0.
        days: u32,
    },
    /// Its last day has passed.
    #[serde(rename_all = "camelCase")]
    Expired {
        /// The last day, `2026-12-31`.
        last_day: String,
    },
}

/// The name under which every [`AppEvent`] is sent to the window.
pub const EVENT: &str = "registrar";

/// An event.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AppEvent {
    /// The catalog has changed: ask for the list again.
    #[serde(rename_all = "camelCase")]
    RegistriesChanged {
        /// The new revision.
        revision: String,
        /// Whether another program changed the file.
        outside: bool,
    },
    /// These rows have changed, the rest has not. Order and number are as before.
    RowsChanged {
        /// The rows.
        rows: Vec<RegistryRow>,
    },
    /// A test has come to a step.
    TestStep {
        /// Which test.
        operation: OperationId,
        /// The step that has begun.
        step: CheckStep,
    },
    /// A check of several registries has progressed.
    CheckProgress {
        /// Which check.
        operation: OperationId,
        /// How many are done.
        done: u32,
        /// How many of those failed.
        failed: u32,
        /// How many there are.
        total: u32,
    },
    /// A credential that worked no longer does, or comes to its end.
    CredentialTrouble {
        /// Every registry of which that has become known now.
        troubles: Vec<CredentialTrouble>,
    },
    /// What is known of these registries' stacks has changed: ask for the list again.
    StacksChanged {
        /// The registries that have changed.
        sources: Vec<StackSource>,
    },
    /// A download has progressed.
    #[serde(rename_all = "camelCase")]
    SaveProgress {
        /// Which save.
        operation: OperationId,
        /// Bytes so far.
        #[ts(type = "number")]
        done: u64,
        /// Bytes in all, where that is known.
        #[ts(type = "number | null")]
        total: Option<u64>,
    },
    /// The configuration of a tool has changed: ask for the tools again.
    ToolsChanged,
    /// The vault has changed.
    VaultChanged {
        /// Its new state.
        status: VaultStatus,
    },
    /// The settings have changed.
    SettingsChanged {
        /// All of them.
        settings: Settings,
    },
    /// The record of activity has grown.
    ActivityChanged,
}
