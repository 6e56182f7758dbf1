//! What source registries take on the disk, what is kept, and copies of all of it. Sizes are bytes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Ecosystem, OperationId};

/// Files that no package needs, or that were put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LooseFiles {
    /// How many.
    pub files: u32,
    /// What they take.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Response of `storage_usage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageUsage {
    /// The folder of the packages.
    pub folder: String,
    /// What all files take together; one that several packages share counts once.
    #[ts(type = "number")]
    pub used_bytes: u64,
    /// What is free on that disk; `None` where the system does not say.
    #[ts(type = "number | null")]
    pub free_bytes: Option<u64>,
    /// What no package needs any more, and goes by itself.
    pub waiting: LooseFiles,
    /// What was found damaged and put aside.
    pub quarantined: LooseFiles,
    /// By registry, the largest first.
    pub sources: Vec<SourceUsage>,
}

/// What a source registry uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceUsage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it keeps.
    pub ecosystem: Ecosystem,
    /// One emoji.
    pub emoji: String,
    /// `#rrggbb`.
    pub color: String,
    /// How many packages it has.
    pub packages: u32,
    /// How many files.
    pub files: u32,
    /// What its files are, without regard to what is shared.
    #[ts(type = "number")]
    pub size: u64,
    /// What they take; each content counts once.
    #[ts(type = "number")]
    pub stored: u64,
    /// What is freed when it goes: what no other registry has.
    #[ts(type = "number")]
    pub alone: u64,
}

/// Response of `package_usage`: the largest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageUsages {
    /// How many packages there are.
    pub total: u32,
    /// At most 500 of them.
    pub rows: Vec<PackageUsage>,
}

/// What a package uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackageUsage {
    /// Its name.
    pub name: String,
    /// How many versions it has.
    pub versions: u32,
    /// How many files.
    pub files: u32,
    /// What its files are, without regard to what is shared.
    #[ts(type = "number")]
    pub size: u64,
    /// What they take; each content counts once.
    #[ts(type = "number")]
    pub stored: u64,
    /// What is freed when it goes: what no other package has.
    #[ts(type = "number")]
    pub alone: u64,
}

/// Something that a verification proposes, or that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageRepair {
    /// What is done, in words.
    pub what: String,
    /// To how many counters, links or packages; 1 for a file.
    pub count: u32,
    /// Whether it puts something right; otherwise it puts aside what cannot be.
    pub heals: bool,
    /// The file, with its package and registry; `None` for what concerns the database alone.
    pub file: Option<String>,
}

/// Response of `repair_storage`: what was done of what the last verification has proposed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageRepaired {
    /// What was done.
    pub done: Vec<StorageRepair>,
    /// How many things were no longer so, and were passed over.
    pub passed_over: u32,
}

/// What a registry keeps of each package's versions. Where both are set, a version stays for either
/// reason; where none is, everything stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// The newest so many.
    pub newest: Option<u32>,
    /// Those that were published within so many days.
    pub days: Option<u32>,
    /// Where it is there, tagged versions go as well, but for those with a tag like one of these.
    pub tags: Option<Vec<String>>,
}

/// Request of `preview_retention` and `save_retention`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionRule {
    /// For which registry.
    pub source: String,
    /// The newest so many: 1 to 36,500.
    pub newest: Option<u32>,
    /// Those that were published within so many days: 1 to 36,500.
    pub days: Option<u32>,
    /// Where it is there, tagged versions go as well, but for those with a tag like one of these, at
    /// most 50, in which `*` stands for anything.
    pub tags: Option<Vec<String>>,
}

/// A version that would go, or has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoingVersion {
    /// Its id.
    pub id: String,
    /// The package's name.
    pub package: String,
    /// The version.
    pub version: String,
    /// When it was published.
    pub pushed_at: String,
    /// What its files are.
    #[ts(type = "number")]
    pub size: u64,
}

/// Response of `preview_retention` and `run_retention`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionReport {
    /// How many versions go.
    pub total: u32,
    /// At most 500 of them.
    pub rows: Vec<GoingVersion>,
    /// How many stay.
    pub kept: u32,
    /// How many of those only because a tag or another version needs them.
    pub protected: u32,
    /// How many bytes are freed.
    #[ts(type = "number")]
    pub freed: u64,
}

/// Request of `back_up_storage`, which asks the person where to.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackUpStorage {
    /// To follow and cancel it.
    pub operation: OperationId,
}

/// Response of `back_up_storage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageBackedUp {
    /// Where it lies, or `None` where the person chose nothing.
    pub path: Option<String>,
    /// How many files of packages are in it.
    pub files: u32,
    /// Its size.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many files were damaged, and are not in it.
    pub damaged: u32,
}

/// Response of `choose_backup`: what the chosen file says of itself.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChosenBackup {
    /// The file; `None` where the person chose none.
    pub path: Option<String>,
    /// When it was made.
    pub created_at: Option<String>,
    /// How many files of packages are in it.
    pub files: u32,
    /// What they take.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Request of `restore_storage`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreStorage {
    /// The file that `choose_backup` gave.
    pub path: String,
    /// To follow it, and to cancel it until all of it was found whole.
    pub operation: OperationId,
}

/// Response of `restore_storage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageRestored {
    /// How many files of packages came with it.
    pub files: u32,
    /// How many were damaged already when the backup was made.
    pub damaged: u32,
}

/// Response of `storage_folder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageFolder {
    /// Where the packages lie.
    pub folder: String,
    /// Whether that is the usual place.
    pub usual: bool,
    /// Whether they are there; otherwise their disk is not connected, or somebody has moved them.
    pub there: bool,
}

/// Response of `choose_storage_folder`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChosenStorageFolder {
    /// The folder that will do; `None` where the person chose none.
    pub path: Option<String>,
    /// What is to be moved.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Request of `move_storage`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoveStorage {
    /// The folder that `choose_storage_folder` gave.
    pub path: String,
    /// To follow it, and to cancel it until all of it has arrived.
    pub operation: OperationId,
}

/// Response of `move_storage`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StorageMoved {
    /// Where the packages lie now.
    pub folder: String,
    /// How many files of packages have moved.
    pub files: u32,
    /// What was copied.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many files are not what was published; they were copied as they are.
    pub damaged: u32,
    /// The old folder, where it could not be removed.
    pub left: Option<String>,
}
