//! What a devfile says, as Registrar tells it. All texts are bounded and free of control
//! characters; empty where the devfile says nothing.

/// What a devfile will run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The version of the devfile format.
    pub schema_version: String,
    /// Its own name.
    pub name: String,
    /// Where it takes the rest from: another devfile's address, or its name in a registry.
    pub parent: Option<String>,
    /// What will exist.
    pub components: Vec<Component>,
    /// What can be done, in the devfile's order.
    pub commands: Vec<Command>,
    /// What happens by itself.
    pub events: Vec<Event>,
    /// Projects to begin with.
    pub starter_projects: Vec<Project>,
}

/// Something that will exist while one works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ComponentKind,
    /// What it can be reached at.
    pub endpoints: Vec<Endpoint>,
}

/// What a component is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentKind {
    /// A running container.
    Container {
        /// Its image.
        image: String,
        /// The most memory, like `1024Mi`.
        memory_limit: String,
        /// The most of processors, like `2` or `500m`.
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
        /// Where they are; empty where they stand in the devfile.
        uri: String,
    },
    /// Storage.
    Volume {
        /// Its size, like `1Gi`.
        size: String,
        /// Whether its content goes with the workspace.
        ephemeral: bool,
    },
    /// Something that only other programs know.
    Other(String),
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name.
    pub name: String,
    /// The port, as the devfile writes it.
    pub port: String,
    /// `public`, `internal` or `none`.
    pub exposure: String,
    /// Like `http`.
    pub protocol: String,
    /// The path of what is served.
    pub path: String,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name.
    pub id: String,
    /// What people are told.
    pub label: String,
    /// `build`, `run`, `test`, `debug` or `deploy`.
    pub group: String,
    /// Whether it is what one gets of its group without asking.
    pub is_default: bool,
    /// What it does.
    pub kind: CommandKind,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandKind {
    /// It runs a program in a container.
    Exec {
        /// In which component.
        component: String,
        /// What is run, line breaks kept.
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
    Other(String),
}

/// What happens by itself at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `preStart`, `postStart`, `preStop` or `postStop`.
    pub when: String,
    /// The commands that run then.
    pub commands: Vec<String>,
}

/// A project to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The address of its Git repository, or of its zip file; empty where neither is said.
    pub location: String,
    /// Whether that is a Git repository.
    pub is_git: bool,
    /// The branch, tag or commit.
    pub revision: String,
    /// The folder in it.
    pub folder: String,
}
