//! Where tools look: the person's home, and the variables that tools heed.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// The variables that decide where a tool looks.
const VARIABLES: [&str; 13] = [
    "APPDATA",
    "CONTAINERS_REGISTRIES_CONF",
    "CUSTOM_HOMEDIR",
    "DOCKER_CONFIG",
    "GLOBALODOCONFIG",
    "HELM_CONFIG_HOME",
    "HELM_REGISTRY_CONFIG",
    "HOME",
    "KUBECONFIG",
    "PATH",
    "REGISTRY_AUTH_FILE",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
];

/// What a tool started by this person sees of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    home: PathBuf,
    /// The root of the system's own configuration: `/`, but in tests.
    root: PathBuf,
    variables: BTreeMap<&'static str, OsString>,
}

impl Environment {
    /// This process's own environment, with `home` as the person's home.
    pub fn of_this_process(home: impl Into<PathBuf>) -> Self {
        let set = VARIABLES.into_iter();
        Self {
            home: home.into(),
            root: PathBuf::from("/"),
            variables: set
                .filter_map(|name| Some((name, env::var_os(name)?)))
                .collect(),
        }
    }

    /// An environment with nothing set but `home`, and the system's configuration below `root`.
    pub fn bare(home: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Self {
        let home = home.into();
        Self {
            variables: BTreeMap::from([("HOME", home.clone().into())]),
            home,
            root: root.into(),
        }
    }

    /// The same environment with one variable set, of those that tools heed; others are ignored.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        if let Some(name) = VARIABLES.into_iter().find(|known| *known == name) {
            self.variables.insert(name, value.into());
        }
        self
    }

    /// The person's home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A file of the system's own configuration, such as `etc/containers/registries.conf`.
    pub(crate) fn system(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The variable as a path, unless it is unset or empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.variables.get(name)?;
        (!value.is_empty()).then(|| PathBuf::from(value))
    }

    /// The folders of the `PATH`, in order; relative ones are left out, as Go's tools do.
    pub(crate) fn search_path(&self) -> Vec<PathBuf> {
        let path = self
            .variables
            .get("PATH")
            .map_or(OsStr::new(""), OsString::as_os_str);
        env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .collect()
    }

    /// What to set for a program that is to see this environment.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, Option<&OsStr>)> {
        VARIABLES
            .into_iter()
            .map(|name| (name, self.variables.get(name).map(OsString::as_os_str)))
    }
}
