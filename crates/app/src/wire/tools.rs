//! Docker, podman and the like: what they ask Registrar for, and what is written so that they do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OperationId;
use super::check::CheckReport;
use super::error::CommandError;

/// Which configuration a tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ToolFamily {
    /// Docker's `config.json`: docker, nerdctl, helm, oras, crane.
    Docker,
    /// `registries.conf` and `auth.json`: podman, skopeo, buildah.
    Podman,
}

/// A tool, found or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// The program's name.
    pub name: String,
    /// Where it is; `None` where it is not installed.
    pub path: Option<String>,
    /// Its version, where it said one.
    pub version: Option<String>,
}

/// Whether a tool asks Registrar for a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ToolSetting {
    /// It does not.
    Off,
    /// It does, by a setting for this registry.
    On,
    /// It does, by the setting for all registries.
    OnForAll,
    /// Another helper serves it.
    #[serde(rename_all = "camelCase")]
    Other {
        /// The helper's name, such as `desktop`.
        helper: String,
    },
    /// It did, but another program has removed the setting: repair.
    Missing,
    /// It did, but another program has put another in its place: repair.
    #[serde(rename_all = "camelCase")]
    Taken {
        /// The helper's name, or the file that says so.
        by: String,
    },
}

/// A registry as a family of tools sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToolRegistry {
    /// How these tools spell it: the key to hand to `plan_tools`.
    pub key: String,
    /// The ids of the catalog's registries that it stands for: none where only the tool knows
    /// it any more, several where there are accounts for several paths of one host.
    pub ids: Vec<String>,
    /// Their names, in the same order.
    pub names: Vec<String>,
    /// Whether the tools ask Registrar for it.
    pub setting: ToolSetting,
}

/// A family of tools and its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToolGroup {
    /// Which family.
    pub family: ToolFamily,
    /// Its tools, found or not.
    pub tools: Vec<Tool>,
    /// The file that settings of single registries are written to.
    pub file: String,
    /// Why its configuration cannot be used, in words with the next step; nothing is written then.
    pub problem: Option<String>,
    /// The setting for all registries.
    pub every: ToolSetting,
    /// Every registry of the catalog with a credential, and every key that is or should be ours.
    pub registries: Vec<ToolRegistry>,
    /// Whether another program undid something, so that `repair` has something to do.
    pub needs_repair: bool,
}

/// Where the helper is that tools run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HelperFacts {
    /// Registrar's own helper; `None` where the installation lacks it.
    pub own: Option<String>,
    /// The program that a tool would run; `None` where there is none on the `PATH`.
    pub found: Option<String>,
    /// Whether that is ours.
    pub found_is_ours: bool,
    /// The link that can be made.
    pub link: String,
    /// Whether the link is there.
    pub linked: bool,
    /// Whether the link's folder is on the `PATH`: else the person has to sign in anew, or add it.
    pub link_on_path: bool,
}

/// Response of `list_tools` and `apply_plan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToolsPage {
    /// The helper.
    pub helper: HelperFacts,
    /// Docker's family, then podman's.
    pub groups: Vec<ToolGroup>,
}

/// What is to change.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum ToolChange {
    /// The family asks Registrar for these registries.
    #[serde(rename_all = "camelCase")]
    Enable {
        /// Which family.
        family: ToolFamily,
        /// [`ToolRegistry::key`]s.
        keys: Vec<String>,
        /// Whether another helper's setting may be replaced; it comes back when ours goes.
        replace: bool,
    },
    /// The family asks Registrar for these registries no longer.
    #[serde(rename_all = "camelCase")]
    Disable {
        /// Which family.
        family: ToolFamily,
        /// [`ToolRegistry::key`]s.
        keys: Vec<String>,
    },
    /// The family asks Registrar for every registry, or no longer.
    #[serde(rename_all = "camelCase")]
    Every {
        /// Which family.
        family: ToolFamily,
        /// On or off.
        on: bool,
        /// As in `enable`.
        replace: bool,
    },
    /// Everything of Registrar's leaves the family's configuration.
    #[serde(rename_all = "camelCase")]
    Remove {
        /// Which family.
        family: ToolFamily,
    },
    /// What another program took is put back.
    #[serde(rename_all = "camelCase")]
    Repair {
        /// Which family.
        family: ToolFamily,
    },
    /// The helper is linked into the person's folder of programs.
    LinkHelper,
    /// That link is removed.
    UnlinkHelper,
    /// Plaintext credentials that were imported leave the tools' files. It cannot be undone.
    #[serde(rename_all = "camelCase")]
    Scrub {
        /// [`ImportRow::key`]s of credentials that were imported and have passed a check.
        keys: Vec<String>,
    },
}

/// One line of a change, with secrets replaced by `…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanLine {
    /// What becomes of it.
    pub sign: PlanSign,
    /// The line.
    pub text: String,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlanSign {
    /// It stays; shown for orientation.
    Same,
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// Lines that stay are left out here.
    Gap,
}

/// What becomes of one file or link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanFile {
    /// Where it is.
    pub path: String,
    /// Whether there is none yet.
    pub is_new: bool,
    /// Whether it goes.
    pub is_removed: bool,
    /// What changes in it.
    pub lines: Vec<PlanLine>,
}

/// A setting of another helper that stays as it is, unless `replace` is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanConflict {
    /// The registry as the tool spells it; `None` for the setting for all.
    pub key: Option<String>,
    /// The helper's name, such as `desktop`.
    pub helper: String,
}

/// Response of `plan_tools`: exactly what would be written. Nothing has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToolPlan {
    /// Hand this to `apply_plan`; good until a file in it changes or 8 more plans were made.
    pub plan: String,
    /// What would be written; empty where everything is as wanted already.
    pub files: Vec<PlanFile>,
    /// What was left out because another helper has it.
    pub conflicts: Vec<PlanConflict>,
}

/// Request of `apply_plan`. [`super::Code::PlanOutdated`] where a file has changed since.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApplyPlan {
    /// [`ToolPlan::plan`].
    pub plan: String,
}

/// Where a credential of a tool lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum ImportPlace {
    /// In plain text in the file.
    Plaintext,
    /// With another helper that the file names.
    #[serde(rename_all = "camelCase")]
    Helper {
        /// The helper's name, such as `secretservice`.
        name: String,
    },
}

/// A credential that a tool has, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// Names it to `import_credentials` and `plan_tools`; good until the next `search_import`.
    pub key: String,
    /// The registry in canonical form; as the tool spells it where it cannot be understood.
    pub registry: String,
    /// The user, where the file or the helper says so.
    pub user: Option<String>,
    /// The file that holds it or names its helper.
    pub file: String,
    /// Where the secret is.
    pub place: ImportPlace,
    /// The registry in the catalog with this address, whose credential would be replaced.
    pub existing: Option<ImportExisting>,
    /// Why it cannot be imported, in words.
    pub problem: Option<String>,
}

/// A registry in the catalog that an import would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportExisting {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its user.
    pub user: Option<String>,
    /// Whether it has a token.
    pub has_token: bool,
}

/// Response of `search_import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportFindings {
    /// What was found, plaintext first.
    pub rows: Vec<ImportRow>,
    /// Files and helpers that could not be asked, in words; the others were.
    pub failures: Vec<String>,
}

/// Request of `import_credentials`: moves the chosen ones into the vault, then checks each.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportCredentials {
    /// [`ImportRow::key`]s.
    pub keys: Vec<String>,
    /// Follow (`check_progress`) and cancel it by this. What is imported stays.
    pub operation: OperationId,
}

/// What came of one.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// [`ImportRow::key`].
    pub key: String,
    /// The registry's id in the catalog, where it was imported.
    pub id: Option<String>,
    /// The check of it, where one was made.
    pub report: Option<CheckReport>,
    /// Why it was not imported.
    pub error: Option<CommandError>,
    /// Whether its plaintext may be removed now: it was in plain text and its check has passed.
    pub can_scrub: bool,
}

/// Response of `import_credentials`, in the order of the request.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportResult {
    /// What came of each.
    pub imported: Vec<Imported>,
    /// Whether it was cancelled before all were done.
    pub cancelled: bool,
}
