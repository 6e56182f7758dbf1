//! What the window is told without asking.

use serde::Serialize;
use ts_rs::TS;

use super::OperationId;
use super::check::CheckStep;
use super::hosting::{HostingStatus, OfferedFile};
use super::registries::RegistryRow;
use super::settings::Settings;
use super::stacks::StackSource;
use super::transfers::TransferRow;
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
    /// A list of a container registry is being read.
    ImagesProgress {
        /// Which reading.
        operation: OperationId,
        /// How many names, or dates of tags, there are so far.
        done: u32,
        /// Of how many, where that is known.
        total: Option<u32>,
    },
    /// A transfer was added or stands differently.
    TransferChanged {
        /// How it stands now.
        row: TransferRow,
    },
    /// These transfers are no longer in the list.
    TransfersRemoved {
        /// Their ids.
        ids: Vec<String>,
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
    /// The server that hosts source registries has changed its state.
    HostingChanged {
        /// Its new state.
        status: HostingStatus,
    },
    /// A source registry was made, changed or deleted, or its packages or tokens have changed, by
    /// the window or by a client: ask for what is shown again.
    #[serde(rename_all = "camelCase")]
    SourceChanged {
        /// Which one.
        id: String,
    },
    /// Files are being dragged over the window, or no longer are.
    FilesHover {
        /// Whether they are.
        over: bool,
    },
    /// The person has dropped files on the window.
    FilesDropped {
        /// The files.
        files: Vec<OfferedFile>,
    },
    /// Files are being published.
    #[serde(rename_all = "camelCase")]
    PublishProgress {
        /// Which publication.
        operation: OperationId,
        /// The file that is being published.
        offer: String,
        /// How many of its bytes have been read.
        #[ts(type = "number")]
        done: u64,
        /// How many it has.
        #[ts(type = "number")]
        total: u64,
    },
    /// A file is being downloaded, or storage verified.
    #[serde(rename_all = "camelCase")]
    BytesProgress {
        /// Which operation.
        operation: OperationId,
        /// How many bytes are done.
        #[ts(type = "number")]
        done: u64,
        /// How many there are.
        #[ts(type = "number")]
        total: u64,
    },
}
