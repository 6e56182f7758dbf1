//! What the window is told without asking.

use serde::Serialize;
use ts_rs::TS;

use super::OperationId;
use super::check::CheckStep;
use super::registries::RegistryRow;
use super::settings::Settings;
use super::vault::VaultStatus;

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
