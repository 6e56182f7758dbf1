//! Where things lie on this computer.

use std::path::{Path, PathBuf};

use registrar_handover::Environment;

/// The two folders that Registrar owns, and where tools have theirs.
#[derive(Debug, Clone)]
pub struct Paths {
    config: PathBuf,
    data: PathBuf,
    tools: Environment,
}

impl Paths {
    /// The given folders; they need not exist yet. Tools have theirs below the second, in `home`:
    /// nobody else's are touched.
    pub fn new(config: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        let home = data.join("home");
        Self {
            config: config.into(),
            tools: Environment::bare(&home, &home),
            data,
        }
    }

    /// The same folders, with the tools of `environment`.
    #[must_use]
    pub fn with_tools(self, environment: Environment) -> Self {
        Self {
            tools: environment,
            ..self
        }
    }

    /// `$REGISTRAR_CONFIG_DIR` and `$REGISTRAR_DATA_DIR`, else `registrar` in the system's
    /// folders for configuration and data; `None` where the system names none. Tools are where
    /// this process finds them.
    pub fn from_environment() -> Option<Self> {
        let config = from_variable("REGISTRAR_CONFIG_DIR")
            .or_else(|| dirs::config_dir().map(|dir| dir.join("registrar")))?;
        let data = from_variable("REGISTRAR_DATA_DIR")
            .or_else(|| dirs::data_dir().map(|dir| dir.join("registrar")))?;
        let home = dirs::home_dir()?;
        let paths = Self::new(config, data);
        Some(paths.with_tools(Environment::of_this_process(home)))
    }

    /// The folder of the catalog and the settings.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// What the tools on this computer see of it.
    pub fn tools(&self) -> &Environment {
        &self.tools
    }

    /// The folder of everything else.
    pub fn data(&self) -> &Path {
        &self.data
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    pub(crate) fn activity(&self) -> PathBuf {
        self.data.join("activity")
    }

    pub(crate) fn pending(&self) -> PathBuf {
        self.data.join("pending")
    }

    pub(crate) fn health(&self) -> PathBuf {
        self.data.join("health")
    }
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
