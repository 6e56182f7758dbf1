//! Stacks and samples: browsing, one of them, saving.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OperationId;
use super::check::CheckFailure;

/// Whether something is a stack or a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StackKind {
    /// A devfile to start a project with.
    Stack,
    /// A whole project to look at.
    Sample,
}

/// How far a registry's index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Nobody has asked for it yet.
    Waiting,
    /// It is being fetched.
    Loading,
    /// It is here.
    Ready,
    /// It could not be fetched; what was fetched before is still shown.
    Failed,
}

/// A devfile registry as a source of stacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackSource {
    /// The registry's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kubeconfig's context whose cluster names it; absent for those of the catalog. It is
    /// browsed like them, and cannot be changed or moved.
    pub cluster: Option<String>,
    /// How far its index has come.
    pub state: SourceState,
    /// How many stacks are known of it.
    pub stacks: u32,
    /// How many samples.
    pub samples: u32,
    /// When the index that is shown was fetched; absent where none is.
    pub fetched_at: Option<String>,
    /// Why the last attempt failed, with `failed`.
    pub failure: Option<CheckFailure>,
}

/// Which indexes to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
pub enum Refresh {
    /// Those that are old, or not here.
    Stale,
    /// All.
    All,
    /// These registries'.
    Some {
        /// Their ids.
        ids: Vec<String>,
    },
}

/// Request of `load_stacks`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LoadStacks {
    /// Which indexes to fetch.
    pub refresh: Refresh,
    /// Cancel it by this.
    pub operation: OperationId,
}

/// Every devfile registry as a source, in order of priority.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackSources {
    /// The registries.
    pub sources: Vec<StackSource>,
    /// Whether the fetching was cancelled.
    pub cancelled: bool,
}

/// What to do with deprecated stacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeprecatedChoice {
    /// Show them among the others.
    Include,
    /// Leave them out.
    Hide,
    /// Show nothing else.
    Only,
}

/// In which order stacks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StackOrder {
    /// The registries' priority, then each registry's own order.
    Priority,
    /// The name that is shown.
    Name,
}

/// A group of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommandGroup {
    /// Building.
    Build,
    /// Running.
    Run,
    /// Testing.
    Test,
    /// Debugging.
    Debug,
    /// Deploying.
    Deploy,
}

/// What a devfile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentScope {
    /// Development.
    Innerloop,
    /// Deployment.
    Outerloop,
}

/// What a person looks for. Empty parts ask for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackQuery {
    /// Words, each of which must occur.
    pub text: String,
    /// Only stacks, or only samples.
    pub kind: Option<StackKind>,
    /// Only these registries.
    pub registries: Vec<String>,
    /// One of these programming languages.
    pub languages: Vec<String>,
    /// One of these project types.
    pub project_types: Vec<String>,
    /// One of these providers.
    pub providers: Vec<String>,
    /// All of these tags.
    pub tags: Vec<String>,
    /// All of these architectures, in one version.
    pub architectures: Vec<String>,
    /// All of these groups of commands, in one version.
    pub groups: Vec<CommandGroup>,
    /// All of these scopes, in one version.
    pub scopes: Vec<DeploymentScope>,
    /// Whether deprecated ones are wanted.
    pub deprecated: DeprecatedChoice,
    /// In which order.
    pub order: StackOrder,
}

/// Request of `find_stacks`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindStacks {
    /// What is looked for.
    pub query: StackQuery,
    /// How many rows to pass over.
    pub offset: u32,
    /// How many rows at most.
    pub limit: u32,
}

/// A registry that has a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackOrigin {
    /// The registry's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackRow {
    /// Stack or sample.
    pub kind: StackKind,
    /// Its name in the registry.
    pub name: String,
    /// The name for people; never empty.
    pub title: String,
    /// What it is for, cut short.
    pub description: String,
    /// Programming language; may be empty.
    pub language: String,
    /// Project type; may be empty.
    pub project_type: String,
    /// Who provides it; may be empty.
    pub provider: String,
    /// Tags; at most 12.
    pub tags: Vec<String>,
    /// The default version; may be empty.
    pub version: String,
    /// How many versions there are.
    pub versions: u32,
    /// Whether its registry advises against it.
    pub deprecated: bool,
    /// Whether `stack_icon` is worth asking.
    pub has_icon: bool,
    /// Every registry that has it, by priority. The first one's words stand here.
    pub sources: Vec<StackOrigin>,
}

/// A value that could be chosen, with how many there would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u32,
}

/// What could be chosen further, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackFacets {
    /// Programming languages.
    pub languages: Vec<FacetCount>,
    /// Project types.
    pub project_types: Vec<FacetCount>,
    /// Providers.
    pub providers: Vec<FacetCount>,
    /// Tags.
    pub tags: Vec<FacetCount>,
    /// Architectures.
    pub architectures: Vec<FacetCount>,
}

/// Response of `find_stacks`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackPage {
    /// Changes whenever what is known of the registries does.
    pub revision: u32,
    /// How many stacks and samples there are in all.
    pub total: u32,
    /// How many of them match.
    pub matching: u32,
    /// The rows from the offset on.
    pub rows: Vec<StackRow>,
    /// What could be chosen further.
    pub facets: StackFacets,
}

/// Request of `get_stack` and `stack_icon`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackRef {
    /// From which registry.
    pub registry: String,
    /// Stack or sample.
    pub kind: StackKind,
    /// Its name in the registry.
    pub name: String,
}

/// Where a sample's source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GitSource {
    /// The address of the repository.
    pub address: String,
    /// The branch, tag or commit, where it is said.
    pub revision: Option<String>,
    /// The folder in it, where it is said.
    pub folder: Option<String>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackVersion {
    /// The version; may be empty where an old registry gives none.
    pub version: String,
    /// The version of the devfile format; may be empty.
    pub schema_version: String,
    /// Whether it is what one gets without asking.
    pub is_default: bool,
    /// What it is for; may be empty.
    pub description: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Architectures; empty means any.
    pub architectures: Vec<String>,
    /// Which commands its devfile has.
    pub groups: Vec<CommandGroup>,
    /// What its devfile is for.
    pub scopes: Vec<DeploymentScope>,
    /// The files that belong to it.
    pub resources: Vec<String>,
    /// The names of its starter projects.
    pub starter_projects: Vec<String>,
    /// Where a sample's source is.
    pub git: Option<GitSource>,
    /// When it was last changed, as the registry says it.
    pub last_modified: Option<String>,
    /// Whether the whole stack can be had the OCI way.
    pub has_files: bool,
}

/// Response of `get_stack`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackDetails {
    /// The row, as the registry asked for describes it.
    pub row: StackRow,
    /// The registry whose words these are.
    pub registry: StackOrigin,
    /// The whole description.
    pub description: String,
    /// All tags.
    pub tags: Vec<String>,
    /// Architectures; empty means any.
    pub architectures: Vec<String>,
    /// Where to find help; may be empty.
    pub support_url: String,
    /// Where a sample's source is.
    pub git: Option<GitSource>,
    /// The versions in the registry's order, newest first.
    pub versions: Vec<StackVersion>,
    /// When the registry's index was fetched.
    pub fetched_at: Option<String>,
    /// Where something is saved where nothing else is chosen: a folder's path.
    pub save_folder: String,
}

/// Request of `get_devfile`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileRef {
    /// From which registry.
    pub registry: String,
    /// The stack's or sample's name.
    pub name: String,
    /// The version; empty for whatever the registry gives.
    pub version: String,
    /// Whether to ask the registry even where a fresh copy is kept.
    pub refresh: bool,
}

/// Response of `get_devfile`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileText {
    /// Its YAML; absent where the registry did not give it and no copy is kept.
    pub text: Option<String>,
    /// When that was fetched.
    pub fetched_at: Option<String>,
    /// Why the registry did not give it just now.
    pub failure: Option<CheckFailure>,
    /// What it will run; absent where the text is no devfile.
    pub summary: Option<DevfileSummary>,
    /// Why there is no summary.
    pub problem: Option<String>,
}

/// What a devfile will run. Empty texts stand for what it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileSummary {
    /// Where it takes the rest from.
    pub parent: Option<String>,
    /// What will exist.
    pub components: Vec<DevfileComponent>,
    /// What can be done.
    pub commands: Vec<DevfileCommand>,
    /// What happens by itself.
    pub events: Vec<DevfileEvent>,
    /// Projects to begin with.
    pub starter_projects: Vec<StarterProject>,
}

/// Something that will exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileComponent {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: ComponentFacts,
    /// What it can be reached at.
    pub endpoints: Vec<DevfileEndpoint>,
}

/// What a component is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ComponentFacts {
    /// A running container.
    #[serde(rename_all = "camelCase")]
    Container {
        /// Its image.
        image: String,
        /// The most memory.
        memory_limit: String,
        /// The most of processors.
        cpu_limit: String,
        /// Whether it sees the project's files.
        mounts_sources: bool,
        /// What it runs, where the devfile says so.
        command: String,
        /// The names of its environment variables.
        environment: Vec<String>,
        /// The volumes that it uses.
        volumes: Vec<String>,
    },
    /// An image that is built.
    Image {
        /// Its name.
        image: String,
        /// Where its Dockerfile is.
        dockerfile: String,
    },
    /// What is applied to a cluster.
    Manifests {
        /// Whether it needs `OpenShift`.
        openshift: bool,
        /// Where they are.
        uri: String,
    },
    /// Storage.
    Volume {
        /// Its size.
        size: String,
        /// Whether its content goes with the workspace.
        ephemeral: bool,
    },
    /// Something that only other programs know.
    Other {
        /// What the devfile calls it.
        what: String,
    },
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileEndpoint {
    /// Its name.
    pub name: String,
    /// The port.
    pub port: String,
    /// `public`, `internal` or `none`.
    pub exposure: String,
    /// Like `http`.
    pub protocol: String,
    /// The path of what is served.
    pub path: String,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileCommand {
    /// Its name.
    pub id: String,
    /// What people are told; may be empty.
    pub label: String,
    /// `build`, `run`, `test`, `debug`, `deploy`, or empty.
    pub group: String,
    /// Whether it is what one gets of its group without asking.
    pub is_default: bool,
    /// What it does.
    pub what: CommandFacts,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommandFacts {
    /// It runs a program in a container.
    #[serde(rename_all = "camelCase")]
    Exec {
        /// In which component.
        component: String,
        /// What is run; may have several lines.
        line: String,
        /// In which folder.
        folder: String,
        /// Whether it takes changes in without being started anew.
        hot_reload: bool,
    },
    /// It builds an image, or applies manifests.
    Apply {
        /// Which component.
        component: String,
    },
    /// It does other commands.
    Composite {
        /// Which, in order.
        commands: Vec<String>,
        /// All at once.
        parallel: bool,
    },
    /// Something that only other programs know.
    Other {
        /// What the devfile calls it.
        what: String,
    },
}

/// What happens by itself at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevfileEvent {
    /// `preStart`, `postStart`, `preStop` or `postStop`.
    pub when: String,
    /// The commands that run then.
    pub commands: Vec<String>,
}

/// A project to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StarterProject {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The address of its Git repository, or of its zip file.
    pub location: String,
    /// Whether that is a Git repository.
    pub is_git: bool,
    /// The branch, tag or commit.
    pub revision: String,
    /// The folder in it.
    pub folder: String,
}

/// Response of `stack_icon`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StackIcon {
    /// A PNG of 96 × 96 pixels as a `data:` address; absent where there is none to be had.
    pub picture: Option<String>,
}

/// What to save.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SaveWhat {
    /// The devfile alone.
    Devfile,
    /// A starter project.
    StarterProject {
        /// Its name.
        name: String,
    },
    /// The devfile and every file that belongs to it.
    Stack,
}

/// Request of `save_stack`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveStack {
    /// From which registry.
    pub registry: String,
    /// The stack's or sample's name.
    pub name: String,
    /// The version; empty for whatever the registry gives.
    pub version: String,
    /// What of it.
    pub what: SaveWhat,
    /// Into which folder, which need not exist: an absolute path.
    pub folder: String,
    /// Follow and cancel it by this.
    pub operation: OperationId,
}

/// Request of `finish_save`: the answer to the question about files that are there.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FinishSave {
    /// From [`SaveOutcome::Taken`].
    pub ticket: String,
    /// Whether to replace them; otherwise nothing is saved.
    pub replace: bool,
}

/// What came of saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SaveOutcome {
    /// Everything is in its place.
    Saved {
        /// The folder.
        folder: String,
        /// How many files.
        files: u32,
    },
    /// Some files are there already, so nothing was saved yet.
    Taken {
        /// For `finish_save`.
        ticket: String,
        /// The folder.
        folder: String,
        /// Their paths below it; at most 100.
        files: Vec<String>,
        /// How many there are.
        count: u32,
    },
    /// Nothing was saved, as the person wished.
    Discarded,
}

/// Request of `move_registry`: gives a registry another place in the order of priority.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoveRegistry {
    /// Which registry.
    pub id: String,
    /// The registry that it is to stand before; absent: after all.
    pub before: Option<String>,
}
